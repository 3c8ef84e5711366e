from typing import Any

from juryroom_reviewers.report import Report
from juryroom_server.render import Format, render
from tests.render.reports import finding, full, quiet, unclear


def commands(report: Report, **options: Any) -> list[str]:
    return render(report, Format.github, **options).splitlines()


def kinds(lines: list[str]) -> list[str]:
    return [row[2:].split(" ", 1)[0] for row in lines]


def test_each_finding_is_an_annotation_at_its_lines_and_the_verdict_comes_last():
    lines = commands(full())
    assert kinds(lines) == ["error", "error", "warning", "warning"]
    assert lines[1] == (
        "::error file=web/src/cart.ts,line=118,endLine=118,title=high (60 %25) correctness::"
        "The total is read before the discount has been awaited%0A"
        "`applyDiscount` returns a promise. Nothing waits for it, so the customer is charged the full price whenever "
        "the discount service takes longer than the render.%0A"
        "Instead: `await applyDiscount(cart)` before `cart.total` is read.%0A"
        "Reported by 1 of 4: correctness@openai:gpt-5.2"
    )
    assert lines[-1] == (
        "::warning title=juryroom%3A changes requested::1 finding at or above high is probable enough to block%0A"
        "3 findings (1 critical, 2 high)%0A"
        "not checked: 15 files skipped; 1 file read in part; 2 of 6 reviewers gave no opinion%0A"
        "held back: 1 below the threshold, 1 over the cap, 1 outside production, 1 outside the change, "
        "1 quoting code that is not there%0A"
        "incomplete: 2 of 6 reviewers gave no opinion"
    )


def test_what_needs_a_human_look_is_a_warning_without_a_place():
    assert commands(full())[2].startswith(
        "::warning title=high (p ?) security CWE-798::"
        "A private key may have been committed (deploy/settings.py, not anchored)%0A"
    )


def test_no_more_than_ten_of_each_kind_and_the_rest_is_counted():
    severities = ["critical"] * 12 + ["medium"] * 12 + ["nit"] * 12
    found = tuple(finding(id=f"jr-{n}", severity=word) for n, word in enumerate(severities))
    lines = commands(quiet().model_copy(update={"findings": found}))
    assert {kind: kinds(lines).count(kind) for kind in ("error", "warning", "notice")} == {
        "error": 10,
        "warning": 10,
        "notice": 10,
    }
    assert "%0A7 findings without an annotation%0A" in lines[-1]


def test_no_findings_and_no_opinion_are_said_in_different_words():
    (nothing,), (nobody,) = commands(quiet()), commands(unclear())
    assert nothing.startswith("::notice title=juryroom%3A comment::")
    assert "No findings by 2 reviewers: ast-grep (structural), ruff (lexical)." in nothing
    assert nobody.startswith("::warning title=juryroom%3A unclear::")
    assert "No reviewer gave an opinion: nothing is known about this change." in nobody


def test_a_name_and_a_message_cannot_end_their_command():
    hostile = finding(path="a,line=1::x\r\n::error::y%0A.py", title="t\n::add-mask::s\r\n::stop-commands::u")
    lines = commands(quiet().model_copy(update={"findings": (hostile,)}))
    assert len(lines) == 2
    assert lines[0].startswith(
        "::error file=a%2Cline=1%3A%3Ax<U+000A>%3A%3Aerror%3A%3Ay%250A.py,line=42,endLine=43,"
        "title=critical (85 %25) security CWE-89::t ::add-mask::s ::stop-commands::u%0A"
    )
