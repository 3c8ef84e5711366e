"""`juryroom feedback` and `juryroom explain` over real reviews in a real repository."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from juryroom_server.desk import is_chosen

from .models.fake_server import Reply, serving
from .shell import CLEAN, VULNERABLE, Done, Repo
from .test_cli import FINDING, PRICED, models


def review(repo: Repo, *args: str) -> Any:
    done = repo.juryroom("review", "--no-models", "--format", "json", *args)
    assert done.code in (0, 1), done.err
    return done.json


def found(repo: Repo, *args: str) -> dict[str, Any]:
    (finding,) = (one for one in review(repo, "--all", *args)["findings"] if one["cwe"] == "CWE-89")
    assert isinstance(finding, dict)
    return finding


def given(repo: Repo) -> list[tuple[str, str, bool]]:
    entries = repo.juryroom("feedback", "--list", "--json").json["feedback"]
    return [(entry["judge"], entry["judgement"], entry["undone"]) for entry in entries]


def ok(done: Done) -> Done:
    assert done.code == 0, done.err
    return done


@pytest.fixture
def shop(repo: Repo) -> Repo:
    """A repository whose last commit is clean, and whose work tree is not."""
    repo.configure("analysers = ['ruff', 'ast-grep']\n")
    repo.commit("the shop", shop_py=CLEAN, other_py="x = 1\n")
    repo.write("shop.py", VULNERABLE)
    return repo


def test_a_dismissed_finding_is_held_back_with_its_reason_and_blocks_nothing_until_it_is_undone(shop: Repo):
    finding = found(shop)
    assert (finding["publication"], finding["blocking"]) == ("published", True)
    shop.git("add", "-A")
    assert shop.juryroom("hook", "--no-models").code == 1
    told = ok(shop.juryroom("feedback", finding["id"], "rejected", "--why", "name is a constant here"))
    assert "false alarm" in told.err
    report = review(shop)
    assert (report["verdict"], report["findings"], report["held_back"]) == ("approve", [], {"dismissed": 1})
    again = found(shop)
    assert (again["publication"], again["blocking"]) == ("dismissed", False)
    assert "name is a constant here" in again["dismissal"]
    assert "name is a constant here" in shop.juryroom("review", "--no-models", "--all").out
    sarif = shop.juryroom("review", "--no-models", "--all", "--format", "sarif").json
    (result,) = (one for one in sarif["runs"][0]["results"] if one["properties"]["id"] == finding["id"])
    assert "name is a constant here" in result["suppressions"][0]["justification"]
    assert shop.juryroom("hook", "--no-models").code == 0

    ok(shop.juryroom("feedback", finding["id"], "--undo"))
    assert found(shop)["publication"] == "published"
    assert given(shop) == [("user", "rejected", True)]


def test_it_stays_dismissed_when_its_lines_move_and_when_its_code_is_edited(shop: Repo):
    ok(shop.juryroom("feedback", found(shop)["id"], "wontfix"))
    shop.write("shop.py", "# moved\n\n" + VULNERABLE)
    assert found(shop)["publication"] == "dismissed"
    shop.write("shop.py", VULNERABLE.replace("FROM item WHERE", "FROM items WHERE"))
    assert found(shop)["publication"] == "dismissed"
    shop.write("shop.py", VULNERABLE.replace("def find(", "def search("))
    assert found(shop)["publication"] == "published"


def test_a_later_commit_that_changes_the_lines_is_found_once_and_can_be_undone(shop: Repo):
    found(shop)
    shop.commit("as it was reviewed")  # which is noticed, so that going back to what was before is a change, too
    assert "0 findings fixed" in ok(shop.juryroom("feedback", "--scan")).err
    shop.commit("something else", other_py="x = 2\n")
    assert "0 findings fixed" in ok(shop.juryroom("feedback", "--scan")).err
    shop.commit("the fix", shop_py=CLEAN)
    review(shop)  # the next review looks by itself
    assert given(shop) == [("git", "accepted", False)]
    (entry,) = shop.juryroom("feedback", "--json").json["feedback"]
    assert shop.git("rev-parse", "--short=12", "HEAD") in entry["why"]
    ok(shop.juryroom("feedback", entry["id"], "--undo"))
    shop.commit("and more", other_py="x = 3\n")
    assert "0 findings fixed" in ok(shop.juryroom("feedback", "--scan")).err
    assert given(shop) == [("git", "accepted", True)]


@pytest.mark.parametrize("committed", [False, True], ids=["before it was committed", "after"])
def test_a_fix_is_found_wherever_the_finding_was_made(shop: Repo, committed: bool):
    if committed:
        shop.commit("vulnerable")
        found(shop, "--commit", "HEAD")
    else:
        shop.git("add", "-A")
        found(shop, "--staged")
    shop.commit("the fix", shop_py="# a new first line\n" + CLEAN.replace("(name,)", "(name.strip(),)"))
    assert "1 finding fixed" in ok(shop.juryroom("feedback", "--scan")).err


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# a line above\n" + VULNERABLE, id="moved"),
        pytest.param(
            VULNERABLE.replace("    cursor", "        cursor").replace("def", "if db:\n    def"), id="indented"
        ),
        pytest.param(VULNERABLE + "\n\nSIZE = 3\n", id="a line elsewhere in the file"),
        pytest.param(None, id="the file is gone"),
    ],
)
def test_what_leaves_the_lines_alone_is_no_fix(shop: Repo, text: str | None):
    shop.commit("vulnerable")
    found(shop, "--commit", "HEAD")
    if text is None:
        shop.git("rm", "-q", "shop.py")
        shop.git("commit", "-q", "-m", "gone")
    else:
        shop.commit("a change", shop_py=text)
    assert "0 findings fixed" in ok(shop.juryroom("feedback", "--scan")).err


def test_an_abandoned_change_and_another_branch_are_no_fix(shop: Repo):
    found(shop)
    shop.commit("elsewhere in the file", shop_py=CLEAN + "\n\nSIZE = 3\n")
    assert "0 findings fixed" in ok(shop.juryroom("feedback", "--scan")).err
    shop.git("checkout", "-q", "-b", "side")
    shop.commit("vulnerable", shop_py=VULNERABLE)
    found(shop, "--commit", "HEAD")
    shop.git("checkout", "-q", "main")
    shop.commit("on main", shop_py=CLEAN.replace("fetchall", "fetchmany"))
    assert "0 findings fixed" in ok(shop.juryroom("feedback", "--scan")).err


def test_a_fix_is_followed_through_a_rename(shop: Repo):
    shop.commit("vulnerable")
    found(shop, "--commit", "HEAD")
    shop.git("mv", "shop.py", "store.py")
    shop.commit("moved and fixed", store_py=CLEAN)
    assert "1 finding fixed" in ok(shop.juryroom("feedback", "--scan")).err


def test_explain_shows_each_term_and_they_add_up_to_what_the_report_shows(repo: Repo):
    repo.write("shop.py", VULNERABLE)

    def script(body: dict[str, object]) -> Reply:
        text = json.dumps(body)
        made = "security reviewer" in text
        return Reply(json.dumps({"findings": [FINDING]}) if made else '{"findings": []}')

    with serving(script) as server:
        repo.configure(models(server.url))
        done = repo.juryroom("review", "--format", "json", "--depth", "quick")
    (finding,) = (one for one in done.json["findings"] if one["cwe"] == "CWE-89")
    explained = ok(repo.juryroom("explain", finding["id"], "--json")).json
    assert explained["probability"] == finding["probability"]
    names = [term["name"] for term in explained["terms"]]
    assert (names[0], "static" in names) == ("agreement", True)
    assert sum(term["log_odds"] for term in explained["terms"]) > 2
    assert "excerpt" not in explained
    made = [voter for voter in explained["voters"] if voter["stand"] == "made"]
    assert {voter["method"] for voter in made} >= {"model", "lexical"}
    assert all(voter["version"] for voter in made)
    text = ok(repo.juryroom("explain", finding["id"])).out
    assert "static" in text
    assert "odds x" in text
    assert "is shown, in steps of 5 %" in text


def test_a_round_of_feedback_changes_the_probability_and_undoing_it_changes_it_back(repo: Repo):
    names = [f"f{number}.py" for number in range(3)]
    for number, name in enumerate(names):
        repo.write(name, VULNERABLE.replace("find", f"find{number}"))
    claims = [{**FINDING, "path": name} for name in names]

    def script(body: dict[str, object]) -> Reply:
        text = json.dumps(body)
        return Reply(json.dumps({"findings": claims}) if "security reviewer" in text else '{"findings": []}')

    def shown() -> dict[str, dict[str, Any]]:
        done = repo.juryroom("review", "--format", "json", "--all", "--depth", "quick", "--persona", "security")
        return {finding["path"]: finding for finding in done.json["findings"]}

    with serving(script) as server:
        repo.configure("analysers = false\n" + models(server.url))
        first = shown()
        for name in names[:2]:
            ok(repo.juryroom("feedback", first[name]["id"], "rejected"))
        doubted = shown()
        explained = repo.juryroom("explain", first["f2.py"]["id"]).out
        for name in names[:2]:
            ok(repo.juryroom("feedback", first[name]["id"], "--undo"))
        last = shown()
    assert doubted["f2.py"]["probability"] < first["f2.py"]["probability"] == last["f2.py"]["probability"]
    assert "of 2 such findings of it that were judged, 0 were true" in explained


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("jr-0000000000", "accepted"), "no finding 'jr-0000000000'"),
        (("jr-0000000000",), "say accepted, rejected or wontfix, or --undo"),
        (("jr-0000000000", "accepted", "--undo"), "or --undo"),
        (("jr-0000000000", "accepted", "--list"), "leave the id out"),
        (("--why", "so"), "of which finding"),
    ],
)
def test_what_is_not_clear_is_refused_with_what_to_write_instead(repo: Repo, args: tuple[str, ...], said: str):
    done = repo.juryroom("feedback", *args)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_asking_does_not_begin_a_ledger_and_neither_does_a_review_without_findings(repo: Repo):
    repo.commit("clean", shop_py=CLEAN)
    review(repo)
    assert "No feedback" in ok(repo.juryroom("feedback")).out
    ok(repo.juryroom("feedback", "--label"))
    assert repo.juryroom("explain", "jr-0000000000").code == 2
    assert not Path(repo.environ["XDG_STATE_HOME"]).exists()


@pytest.mark.parametrize("where", ["a damaged file", "a file of a newer version", "no folder"])
def test_a_ledger_that_cannot_be_used_never_breaks_a_review_and_the_report_says_so(shop: Repo, where: str):
    file = Path(shop.environ["XDG_STATE_HOME"]) / "juryroom" / "ledger.sqlite3"
    file.parent.mkdir(parents=True)
    if where == "a damaged file":
        file.write_bytes(b"something else" * 1000)
    elif where == "no folder":
        file.parent.rmdir()
        file.parent.write_text("in the way")
    else:
        found(shop)
        shop.run("python3", "-c", f"import sqlite3; c = sqlite3.connect({str(file)!r}); "
                 "c.execute('INSERT INTO juryroom_schema VALUES (99)'); c.commit()")  # fmt: skip  # one command
    report = review(shop)
    assert report["verdict"] == "request_changes"
    (note,) = (note for note in report["notes"] if "findings are not kept" in note)
    assert "ledger" in note
    shop.git("add", "-A")
    assert shop.juryroom("hook", "--no-models").code == 1


def test_secrets_and_code_are_not_kept(repo: Repo):
    secret = "ghp_" + "a1B2c3D4e5" * 3 + "f6G7h8"
    repo.write("shop.py", f'TOKEN = "{secret}"\n' + VULNERABLE)
    assert len(review(repo)["findings"]) >= 2
    folder = Path(repo.environ["XDG_STATE_HOME"]) / "juryroom"
    kept = b"".join(file.read_bytes() for file in folder.iterdir())
    assert b"jr-" in kept
    assert secret.encode() not in kept
    assert b"cursor.execute" not in kept


def test_purge_forgets_findings_too(shop: Repo):
    found(shop)
    assert "1 finding" in ok(shop.juryroom("ledger", "purge", "--all")).err
    assert shop.juryroom("feedback", "--list", "--json").json["feedback"] == []


def test_findings_of_another_repository_are_not_known_here(shop: Repo, tmp_path: Path):
    finding = found(shop)
    other = Repo(tmp_path / "other", environ={"XDG_STATE_HOME": shop.environ["XDG_STATE_HOME"]})
    assert other.juryroom("explain", finding["id"]).code == 2


def test_two_in_a_hundred_of_what_is_held_back_are_offered_always_the_same():
    chosen = [number for number in range(10_000) if is_chosen(f"jr-{number:010x}")]
    assert 150 < len(chosen) < 250
    assert chosen == [number for number in range(10_000) if is_chosen(f"jr-{number:010x}")]


def test_what_is_offered_for_labelling_was_held_back_and_is_not_offered_again(repo: Repo):
    # at these thresholds all but the severest is held back
    repo.configure("[thresholds]\nmedium = 1\nlow = 1\nnit = 1\nhigh = 1\ncritical = 1\n")
    for number in range(40):
        lines = "".join(
            f"def f{turn}(x=[]):\n    try:\n        pass\n    except Exception:\n        pass\n" for turn in range(6)
        )
        repo.write(f"m{number}.py", lines)
    assert review(repo)["held_back"]
    entries = repo.juryroom("feedback", "--label", "--json").json["feedback"]
    assert entries
    assert all(is_chosen(entry["id"]) for entry in entries)
    assert repo.juryroom("feedback", "--label", "--json").json["feedback"] == entries
    ok(repo.juryroom("feedback", entries[0]["id"], "rejected"))
    rest = repo.juryroom("feedback", "--label", "--json").json["feedback"]
    assert rest == entries[1:]


@pytest.mark.skipif(os.name != "posix", reason="permissions are of POSIX")
def test_the_ledger_that_a_review_makes_is_its_owners_alone(shop: Repo):
    found(shop)
    folder = Path(shop.environ["XDG_STATE_HOME"]) / "juryroom"
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}


def test_usage_says_what_an_accepted_finding_cost(repo: Repo):
    repo.commit("clean", shop_py=CLEAN)
    repo.write("shop.py", VULNERABLE)
    with serving(lambda _: Reply('{"findings": []}', usage=(1000, 500))) as server:
        repo.configure(models(server.url).replace("quick = true\n", "quick = true\n" + PRICED))
        done = repo.juryroom("review", "--format", "json", "--depth", "quick")
    found = done.json["findings"][0]["id"]
    none = ok(repo.juryroom("usage", "--format", "json")).json
    ok(repo.juryroom("feedback", found, "accepted"))
    used = ok(repo.juryroom("usage", "--format", "json")).json
    told = ok(repo.juryroom("usage")).out
    ok(repo.juryroom("feedback", found, "rejected"))
    after = ok(repo.juryroom("usage", "--format", "json")).json
    assert (none["accepted"], none["usd_per_accepted"], after["accepted"]) == (0, None, 0)
    assert used["accepted"] == 1
    assert float(used["usd_per_accepted"]) == pytest.approx(float(used["total"]["cost_usd"]))
    assert "for each accepted finding: 1 accepted" in told
