"""`juryroom suppress`, the committed baseline, and comments that ask to pass findings over."""

import json
from typing import Any

import pytest

from .shell import CLEAN, VULNERABLE, Repo
from .test_feedback_command import found, ok, review

BASELINE = ".juryroom/baseline.json"


@pytest.fixture
def shop(repo: Repo) -> Repo:
    repo.configure("analysers = ['ruff', 'ast-grep']\n")
    repo.commit("the shop", shop_py=CLEAN)
    repo.write("shop.py", VULNERABLE)
    return repo


def test_a_finding_in_the_baseline_is_held_back_with_the_reason_and_comes_back_when_taken_out(shop: Repo):
    finding = found(shop)
    told = ok(shop.juryroom("suppress", finding["id"], "--why", "the table is ours"))
    assert "1 finding put into .juryroom/baseline.json; commit it" in told.err
    report = review(shop)
    assert (report["verdict"], report["findings"], report["held_back"]) == ("approve", [], {"dismissed": 1})
    assert found(shop)["dismissal"] == f"in {BASELINE} as {finding['id']}: the table is ours"
    # lines move, and the finding stays where it was put
    shop.write("shop.py", "\n\n" + VULNERABLE)
    assert found(shop)["publication"] == "dismissed"
    ok(shop.juryroom("suppress", finding["id"], "--remove"))
    assert found(shop)["publication"] == "published"


def test_another_clone_needs_the_file_and_nothing_else(shop: Repo):
    ok(shop.juryroom("suppress", found(shop)["id"], "--why", "the table is ours"))
    (shop.root.parent / "elsewhere").mkdir()
    clone = Repo(shop.root.parent / "elsewhere" / "shop")
    clone.configure("analysers = ['ruff', 'ast-grep']\n")
    clone.commit("the shop", shop_py=CLEAN)
    clone.write("shop.py", VULNERABLE)
    clone.write(BASELINE, (shop.root / BASELINE).read_text("utf-8"))
    assert found(clone)["publication"] == "dismissed"


def test_all_that_was_shown_becomes_the_baseline_and_new_findings_are_still_shown(shop: Repo):
    review(shop)
    ok(shop.juryroom("suppress", "--shown", "--why", "from before juryroom"))
    listed = ok(shop.juryroom("suppress", "--list", "--json")).json["findings"]
    assert [(one["path"], one["why"]) for one in listed] == [("shop.py", "from before juryroom")]
    assert "from before juryroom" in ok(shop.juryroom("suppress", "--list")).out
    shop.write("more.py", VULNERABLE)
    assert [one["path"] for one in review(shop)["findings"]] == ["more.py"]


def test_a_change_does_not_bring_its_own_baseline(shop: Repo):
    ok(shop.juryroom("suppress", found(shop)["id"], "--why", "trust me"))
    shop.commit("a query, and the permission for it")
    report = review(shop, "--commit", "HEAD")
    assert [one["cwe"] for one in report["findings"]] == ["CWE-89"]
    assert any(BASELINE in note and "once it is merged" in note for note in report["notes"])
    # on top of it the baseline is that of the base
    shop.write("shop.py", VULNERABLE + "\n")
    shop.commit("one more line")
    assert review(shop, "--commit", "HEAD")["findings"] == []


def test_a_baseline_that_cannot_be_read_hides_nothing(shop: Repo):
    shop.write(BASELINE, json.dumps({"findings": [{"id": "jr-1"}]}))
    report = review(shop)
    assert len(report["findings"]) == 1
    assert any("nothing in the baseline counts" in note for note in report["notes"])
    done = shop.juryroom("suppress", "--list")
    assert (done.code, "findings.0.fingerprint" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "say which"),
        (("jr-1",), "--why TEXT says why"),
        (("jr-1", "--why", " "), "--why TEXT says why"),
        (("jr-1", "--why", "x"), "there is no finding 'jr-1'"),
        (("jr-1", "--remove"), "not in .juryroom/baseline.json"),
        (("--shown", "--remove"), "give ids"),
    ],
)
def test_what_is_not_clear_is_refused(shop: Repo, args: tuple[str, ...], said: str):
    done = shop.juryroom("suppress", *args)
    assert (done.code, said in done.err) == (2, True), done.err
    assert not (shop.root / BASELINE).exists()


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("# noqa: S608 - name is a constant", "name is a constant"),
        ("# nosec B608 -- name is a constant", "name is a constant"),
        ("# nosec (name is a constant)", "name is a constant"),
        ("# juryroom: ignore[CWE-89] - name is a constant", "name is a constant"),
        ("# juryroom: ignore[security] - name is a constant", "name is a constant"),
        # no reason, none that is one, or about something else
        ("# noqa: S608", None),
        ("# nosec - ok", None),
        ("# noqa: E501 - the line is long", None),
        ("# this is no noqa: it says why", None),
    ],
)
def test_a_comment_is_obeyed_where_it_says_why_and_names_the_finding(shop: Repo, comment: str, reason: str | None):
    shop.write("shop.py", VULNERABLE.replace(" % name)", f" % name)  {comment}"))
    finding: dict[str, Any] = found(shop)
    if reason is None:
        assert (finding["publication"], finding["dismissal"]) == ("published", None)
    else:
        assert finding["publication"] == "dismissed"
        assert finding["dismissal"] == f"a comment in the code says why: {reason}"


def test_a_comment_alone_on_the_line_before_counts_too(shop: Repo):
    comment = "    # juryroom: ignore - name is a constant\n    cursor.execute("
    shop.write("shop.py", VULNERABLE.replace("    cursor.execute(", comment))
    assert found(shop)["publication"] == "dismissed"
