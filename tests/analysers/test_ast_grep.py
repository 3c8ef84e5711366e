"""Our own rules: each has a file of cases, and fires on the marked lines and nowhere else."""

import re
from pathlib import Path

import anyio
import pytest
import yaml

from juryroom_reviewers.change import ChangeSet, FileChange, Hunk, Status
from juryroom_reviewers.finding import CATEGORIES, Severity
from juryroom_reviewers.reviewer import Review
from juryroom_server.analysers.ast_grep import RULES
from tests.analysers.material import Reading, places, read_with

CASES = Path(__file__).parent / "cases"
FILES = sorted(path for path in RULES.glob("*/*.yml") if path.parent.name != "utils")
HIT, OK = re.compile(r"(?:#|//|/\*) hit\b"), re.compile(r"(?:#|//|/\*) ok\b")


def case_of(rule: str) -> Path:
    found = [path for path in CASES.iterdir() if path.stem == rule]
    assert len(found) == 1, f"rule {rule!r} needs one file of cases: tests/analysers/cases/{rule}.<suffix>"
    return found[0]


@pytest.fixture(scope="module")
def everything() -> Review:
    """All cases read in one go: the engine starts once."""
    files = {f"src/{path.name}": path.read_text("utf-8") for path in sorted(CASES.iterdir())}
    return anyio.run(read_with, "ast-grep", files)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_rule_fires_where_it_must_and_nowhere_else(path: Path, everything: Review) -> None:
    rule = yaml.safe_load(path.read_text("utf-8"))["id"]
    case = case_of(rule)
    lines = case.read_text("utf-8").splitlines()
    expected = [number for number, line in enumerate(lines, 1) if HIT.search(line)]
    assert expected, "at least one line must be marked as a hit"
    assert any(OK.search(line) for line in lines), "at least one line must be marked as ok"
    assert [line for where, line in places(everything, rule) if where == f"src/{case.name}"] == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_rule_says_what_is_wrong_why_and_what_to_do(path: Path) -> None:
    rule = yaml.safe_load(path.read_text("utf-8"))
    said = rule["metadata"]
    prefix = {"python": "py", "javascript": "js", "ruby": "rb"}.get(path.parent.name, path.parent.name)
    assert rule["id"] == f"{prefix}-{path.stem}"
    assert len(rule["message"]) <= 80
    assert not rule["message"].endswith(".")
    assert rule["note"].endswith(".")
    assert said["instead"].endswith(".")
    assert said["category"] in CATEGORIES
    assert Severity(said["severity"])
    assert (said["category"] == "security") <= ("cwe" in said)


def test_no_case_is_left_without_a_rule() -> None:
    rules = {yaml.safe_load(path.read_text("utf-8"))["id"] for path in FILES}
    assert {path.stem for path in CASES.iterdir()} == rules


async def test_a_defect_is_quoted_from_the_file(read: Reading) -> None:
    review = await read("ast-grep", {"shop/find.go": "package shop\n\nfunc f() {\n\tparser.ParseUnverified(t, c)\n}\n"})
    [finding] = review.findings
    assert (finding.quote, finding.rule, finding.cwe) == (
        "\tparser.ParseUnverified(t, c)",
        "go-jwt-unverified",
        "CWE-347",
    )
    assert finding.confidence is not None


async def test_a_long_match_is_quoted_in_part(read: Reading) -> None:
    sql = 'cursor.execute("SELECT a,"\n' + '    "b,"\n' * 8 + "    f\"c FROM item WHERE name = '{name}'\")\n"
    [finding] = (await read("ast-grep", {"a.py": "def f(cursor, name):\n    " + sql})).findings
    assert finding.location is not None
    assert (finding.location.start_line, finding.location.end_line) == (2, 11)
    assert len(finding.quote.splitlines()) == 5


@pytest.mark.parametrize("path", ["a.js", "a.mjs", "a.jsx", "a.ts", "a.tsx"])
async def test_javascript_and_typescript_share_their_rules(read: Reading, path: str) -> None:
    review = await read("ast-grep", {path: "if (x === NaN) fix();\n"})
    assert [(finding.rule, finding.category) for finding in review.findings] == [("js-compare-nan", "correctness")]


async def test_typescript_casts_and_jsx_are_both_read(read: Reading) -> None:
    files = {
        "cast.ts": "const a = <Row>load();\nconst same = <T>(x: T) => x;\nif (a === NaN) fix();\n",
        "page.js": "const page = <p>{name}</p>;\nif (page === NaN) fix();\n",
    }
    assert places(await read("ast-grep", files)) == [("cast.ts", 3), ("page.js", 2)]


async def test_configuration_and_comments_of_the_tree_are_not_obeyed(read: Reading) -> None:
    files = {
        "a.py": "# ast-grep-ignore\neval(x)  # ast-grep-ignore: py-dynamic-code\n",
        "sgconfig.yml": "ruleDirs: [rules]\n",
        ".gitignore": "*\n",
        ".ignore": "*\n",
    }
    review = await read("ast-grep", files)
    assert places(review) == [("a.py", 2)]
    assert [finding.quote for finding in review.findings] == ["eval(x)  # ast-grep-ignore: py-dynamic-code"]


@pytest.mark.parametrize("path", ["-rf.py", ".hidden/a.py", "../../out.py", "node_modules/x/a.js", "a\n.go"])
async def test_names_are_never_taken_for_anything_else(read: Reading, path: str) -> None:
    text = {"py": "eval(x)\n", "js": "eval(x)\n", "go": "package a\n\nvar a = rc4.NewCipher(k)\n"}[
        path.rpartition(".")[2]
    ]
    assert [where for where, _ in places(await read("ast-grep", {path: text}))] == [path]


async def test_hunks_alone_are_read_as_far_as_they_go(read: Reading) -> None:
    hunk = Hunk(old_start=3, old_count=0, new_start=4, new_count=1, lines=("+    return eval(x)",))
    file = FileChange(
        path="a.py", status=Status.modified, hunks=(hunk,), text="\n\n\n    return eval(x)\n", partial=True
    )
    assert places(await read("ast-grep", ChangeSet(source="a test", files=(file,)))) == [("a.py", 4)]


async def test_broken_syntax_is_read_as_far_as_it_goes(read: Reading) -> None:
    assert places(await read("ast-grep", {"a.py": "def f(:\n\neval(x)\n"})) == [("a.py", 3)]


async def test_what_machines_wrote_is_unread(read: Reading) -> None:
    review = await read("ast-grep", {"bundle.js": "a();" * 5_000, "a.js": "eval(x);\n"})
    assert places(review) == [("a.js", 1)]
    assert [(one.path, one.reason) for one in review.unread] == [
        ("bundle.js", "has lines of more than 10000 characters, as machines write them")
    ]


async def test_a_change_without_a_language_of_ours_is_declined(read: Reading) -> None:
    review = await read("ast-grep", {"a.rs": "fn main() {}\n"})
    assert (review.abstained, review.failed) == ("no file in a language that it reads", False)


async def test_test_code_may_be_insecure_but_not_wrong(read: Reading) -> None:
    review = await read("ast-grep", {"src/a.test.ts": "eval(x);\nif (x === NaN) fix();\n"})
    assert [finding.rule for finding in review.findings] == ["js-compare-nan"]
