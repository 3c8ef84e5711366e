"""What ruff is asked for, and what becomes of its alerts."""

import pytest

from juryroom_reviewers.change import ChangeSet, FileChange, Hunk, Status
from juryroom_reviewers.finding import CATEGORIES, Finding, Location, Severity
from juryroom_server.analysers.ruff import codes
from tests.analysers.material import Reading, places

SQL = """\
def find(cursor, name):
    return cursor.execute(
        "SELECT name FROM item WHERE name = '%s'" % name
    )
"""
TWIN = """\
def find(cursor, name):
    return cursor.execute(
        "SELECT name FROM item WHERE name = ?", (name,)
    )
"""


async def test_a_defect_is_found_at_its_line_and_not_in_its_twin(read: Reading) -> None:
    review = await read("ruff", {"shop/find.py": SQL, "shop/twin.py": TWIN})
    assert review.abstained is None
    [finding] = review.findings
    assert finding == Finding(
        title="SQL is put together from strings",
        severity=Severity.high,
        category="security",
        location=Location(path="shop/find.py", start_line=3, end_line=3),
        quote="        \"SELECT name FROM item WHERE name = '%s'\" % name",
        rationale="A value with a quote in it ends the literal and continues as SQL of its author's choice.",
        suggestion="Leave a placeholder in the statement and pass the values beside it.",
        confidence=finding.confidence,
        cwe="CWE-89",
        rule="S608",
    )
    assert finding.confidence is not None
    assert 0.7 < finding.confidence < 0.95


async def test_the_title_names_what_is_wrong(read: Reading) -> None:
    review = await read("ruff", {"a.py": "def f():\n    return totl\n"})
    assert [finding.title for finding in review.findings] == ["Name totl is not defined"]


async def test_a_rule_that_was_not_measured_has_no_confidence(read: Reading) -> None:
    review = await read("ruff", {"a.py": "def f(x):\n    return x is 'a'\n"})
    assert [finding.confidence for finding in review.findings] == [None]


async def test_configuration_and_comments_of_the_tree_are_not_obeyed(read: Reading) -> None:
    text = "# ruff: noqa\ndef f(x):\n    return eval(x)  # noqa: S307\n"
    silence = '[lint]\nselect = []\nexclude = ["*"]\n[lint.per-file-ignores]\n"*" = ["ALL"]\n'
    pyproject = silence.replace("[lint", "[tool.ruff.lint")
    files = {"a.py": text, "ruff.toml": silence, ".ruff.toml": silence, "pyproject.toml": pyproject}
    assert places(await read("ruff", files)) == [("a.py", 3)]


@pytest.mark.parametrize(
    "path", ["-rf.py", "--config.py", "../../out.py", "build/a.py", "a b\n.py", "venv/é.py", "a.PY"]
)
async def test_names_are_never_taken_for_anything_else(read: Reading, path: str) -> None:
    assert places(await read("ruff", {path: "def f(x):\n    return eval(x)\n"})) == [(path, 2)]


async def test_what_cannot_be_parsed_is_unread_and_the_rest_is_read(read: Reading) -> None:
    review = await read("ruff", {"old.py": "print 'hello'\neval(x)\n", "new.py": "def f(x):\n    return eval(x)\n"})
    assert places(review) == [("new.py", 2)]
    [skipped] = review.unread
    assert skipped.path == "old.py"
    assert skipped.reason.startswith("Python syntax that can't be parsed (line 1: ")


async def test_only_unreadable_files_are_no_clean_review(read: Reading) -> None:
    review = await read("ruff", {"old.py": "print 'hello'\n"})
    assert (review.abstained, review.failed) == ("none of the Python files can be parsed", False)
    assert [skipped.path for skipped in review.unread] == ["old.py"]


async def test_a_name_that_its_function_binds_is_not_called_undefined(read: Reading) -> None:
    text = (
        "def f(rows: list[int]) -> None:\n"
        "    for row in rows:\n"
        "        if row:\n"
        "            print(last)\n"
        "        del last\n"
        "        last = row\n"
        "\n\n"
        "def g() -> None:\n"
        "    print(last)\n"
    )
    assert places(await read("ruff", {"a.py": text}), "F821") == [("a.py", 10)]


async def test_hunks_alone_are_too_little_to_parse(read: Reading) -> None:
    hunk = Hunk(old_start=3, old_count=0, new_start=4, new_count=1, lines=("+    return eval(x)",))
    file = FileChange(
        path="a.py", status=Status.modified, hunks=(hunk,), text="\n\n\n    return eval(x)\n", partial=True
    )
    review = await read("ruff", ChangeSet(source="a test", files=(file,)))
    assert review.findings == ()
    assert [skipped.path for skipped in review.unread] == ["a.py"]


async def test_a_change_without_python_is_declined(read: Reading) -> None:
    review = await read("ruff", {"a.js": "eval(x)\n", "README.md": "eval(x)\n"})
    assert (review.abstained, review.failed) == ("no file in a language that it reads", False)


async def test_test_code_may_be_insecure_but_not_wrong(read: Reading) -> None:
    text = "def test_it():\n    eval(x)\n"
    review = await read("ruff", {"tests/test_it.py": text})
    assert [finding.rule for finding in review.findings] == ["F821"]


async def test_lines_are_those_of_the_file_whatever_ends_them(read: Reading) -> None:
    text = "x = 'a\rb'\r\ny = 1\r\neval(y)\r\n"
    review = await read("ruff", {"a.py": text})
    assert places(review, "S307") == [("a.py", 3)]
    assert [finding.quote for finding in review.findings if finding.rule == "S307"] == ["eval(y)"]


async def test_a_script_without_a_suffix_is_known_by_its_first_line(read: Reading) -> None:
    assert places(await read("ruff", {"bin/tool": "#!/usr/bin/env python3\neval(x)\n"}), "S307") == [("bin/tool", 2)]


def test_every_code_is_told_in_plain_words() -> None:
    for code, note in codes().items():
        assert note.category in CATEGORIES, code
        assert not note.title.endswith("."), code
        assert len(note.title) <= 80, code
        assert note.why.endswith(".")
        assert note.instead
        assert note.instead.endswith((".", "..."))
        assert (note.category == "security") <= (note.cwe is not None), code
