import json
from pathlib import Path
from typing import Any

import pytest
from sarif_kit.validate import validation_errors

from juryroom_reviewers.finding import Severity
from juryroom_reviewers.report import Report
from juryroom_server.render import Format, render
from tests.render.reports import ALL, finding, full, quiet


def run_of(report: Report, **options: Any) -> dict[str, Any]:
    log = json.loads(render(report, Format.sarif, **options))
    assert validation_errors(log) == []
    run: dict[str, Any] = log["runs"][0]
    return run


def with_findings(*findings: Any) -> Report:
    return quiet().model_copy(update={"findings": findings})


@pytest.mark.parametrize("show_all", [False, True])
@pytest.mark.parametrize("report", ALL.values(), ids=ALL)
def test_the_log_is_valid_by_the_official_schema(report, show_all):
    run = run_of(report(), show_all=show_all, root=Path("/srv/a project"))
    assert run["originalUriBaseIds"] == {"%SRCROOT%": {"uri": "file:///srv/a%20project/"}}
    assert run["automationDetails"] == {"id": "juryroom/review/"}


def test_a_result_says_where_how_bad_and_how_likely():
    result = run_of(full())["results"][0]
    assert (result["ruleId"], result["level"], result["rank"]) == ("ast-grep/python-sql-format", "error", 83.0)
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "shop/orders.py", "uriBaseId": "%SRCROOT%"},
                "region": {
                    "startLine": 42,
                    "endLine": 43,
                    "snippet": {
                        "text": "        cursor.execute(\n"
                        "            f\"SELECT id, total FROM orders WHERE customer = '{name}'\""
                    },
                },
            },
            "logicalLocations": [{"fullyQualifiedName": "OrderStore.by_customer"}],
        }
    ]


def test_an_unknown_probability_gives_no_rank():
    assert "rank" not in run_of(with_findings(finding(probability=None)))["results"][0]


def test_levels_follow_severity():
    findings = [finding(id=f"jr-{word}", severity=word) for word in Severity]
    levels = [result["level"] for result in run_of(with_findings(*findings))["results"]]
    assert levels == ["error", "error", "warning", "note", "note"]


def test_what_could_not_be_anchored_is_a_notification_because_a_result_without_place_voids_the_upload():
    run = run_of(full())
    assert all(result["locations"] for result in run["results"])
    notes = run["invocations"][0]["toolExecutionNotifications"]
    (unanchored,) = [note for note in notes if note["descriptor"]["id"] == "juryroom/unanchored"]
    assert "deploy/settings.py: A private key may have been committed" in unanchored["message"]["text"]
    assert "locations" not in unanchored


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "a/../../b", "..\\..\\b", None])
def test_a_path_that_leaves_the_repository_is_no_place(path):
    assert run_of(with_findings(finding(path=path)))["results"] == []


def test_a_path_is_percent_encoded_byte_by_byte():
    path = "a b/ü:%#?\udcff.py"
    (result,) = run_of(with_findings(finding(path=path)))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "a%20b/%C3%BC%3A%25%23%3F%FF.py",
        "uriBaseId": "%SRCROOT%",
    }


def test_fingerprints_are_free_of_lines_and_tell_twins_apart():
    def marks(shift: int) -> list[str]:
        twins = [finding(id=f"jr-{at}", start_line=at + shift, end_line=at + shift) for at in (90, 20)]
        return [result["partialFingerprints"]["juryroom/v1"] for result in run_of(with_findings(*twins))["results"]]

    assert marks(0) == marks(7) == ["ab" * 32 + ":2", "ab" * 32 + ":1"]


def test_a_fingerprint_is_the_same_with_and_without_what_is_held_back():
    def marks(**options: Any) -> dict[str, dict[str, str]]:
        results = run_of(full(), **options)["results"]
        return {result["properties"]["id"]: result["partialFingerprints"] for result in results}

    assert marks().items() <= marks(show_all=True).items()


def test_weaknesses_are_a_taxonomy_that_rules_and_results_refer_to():
    findings = finding(), finding(id="jr-2", cwe="CWE-079", rule=""), finding(id="jr-3", cwe="nonsense", rule="")
    run = run_of(with_findings(*findings))
    assert [taxon["id"] for taxon in run["taxonomies"][0]["taxa"]] == ["79", "89"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert list(rules) == ["ast-grep/python-sql-format", "security/CWE-79", "security"]
    target = {"id": "89", "index": 1, "toolComponent": {"name": "CWE", "index": 0}}
    assert rules["ast-grep/python-sql-format"]["relationships"] == [{"target": target, "kinds": ["superset"]}]
    assert run["results"][0]["taxa"] == [target]
    assert "taxa" not in run["results"][2]


def test_a_rule_says_nothing_of_the_single_finding_but_the_worst_severity():
    run = run_of(with_findings(finding(severity="low"), finding(id="jr-2", severity="high", title="Other words")))
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["properties"] == {"tags": ["security", "external/cwe/cwe-089"], "security-severity": "8.0"}
    assert "words" not in json.dumps(rule).replace("alerts", "")


def test_only_security_has_a_security_severity():
    (rule,) = run_of(with_findings(finding(category="performance")))["tool"]["driver"]["rules"]
    assert "security-severity" not in rule["properties"]


def test_lost_seats_and_skipped_files_are_told_and_the_run_was_no_success():
    (invocation,) = run_of(full())["invocations"]
    assert invocation["executionSuccessful"] is False
    told = [note["descriptor"]["id"] for note in invocation["toolExecutionNotifications"]]
    assert {kind: told.count(kind) for kind in told} == {
        "juryroom/incomplete": 1,
        "juryroom/seat-failed": 1,
        "juryroom/seat-abstained": 1,
        "juryroom/unanchored": 1,
        "juryroom/skipped": 15,
        "juryroom/read-in-part": 1,
    }


def test_an_unclear_verdict_is_an_error_and_no_empty_success():
    (invocation,) = run_of(ALL["unclear"]())["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "all 2 reviewers failed"


def test_a_whole_review_is_a_success():
    assert run_of(quiet())["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_results_are_capped_at_what_code_scanning_reads_and_the_rest_is_told():
    base = finding(supporters=(), dissent=(), rationale="", suggestion=None, excerpt="")
    many = tuple(base.model_copy(update={"id": f"jr-{n}"}) for n in range(5_003))
    log = json.loads(render(with_findings(*many), Format.sarif))
    run = log["runs"][0]
    assert len(run["results"]) == 5_000
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "3 results left out: code scanning reads no more than 5,000 of a run"


def test_no_message_holds_a_link():
    (result,) = run_of(with_findings(finding(title="[Approve](https://evil.example)")))["results"]
    assert result["message"]["text"].startswith("[Approve] (https://evil.example)")


def test_a_rule_is_described_in_the_words_of_its_first_finding():
    one = finding(title="SQL by hand", rationale="It is put together.", suggestion="Pass it.", path="b.py")
    first = finding(id="jr-2", title="SQL put together", rationale="Input is code.", suggestion=None, path="a.py")
    (rule,) = run_of(with_findings(one, first))["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "SQL put together"
    assert rule["fullDescription"]["text"] == "Input is code."
    assert rule["help"]["text"].startswith("See the result")
    (rule,) = run_of(with_findings(one))["tool"]["driver"]["rules"]
    assert rule["help"]["text"] == "Pass it."
