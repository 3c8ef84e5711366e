"""Functions are judged by what the change did to them."""

import pytest

from juryroom_reviewers.change import ChangeSet, FileChange, Status
from juryroom_reviewers.reviewer import Review
from tests.analysers.material import Reading, added, modified


def branches(name: str, count: int) -> str:
    """A function with `count` + 1 paths."""
    return (
        f"def {name}(x):\n"
        + "".join(f"    if x == {n}:\n        return {n}\n" for n in range(count))
        + "    return x\n\n\n"
    )


def rules(review: Review) -> list[tuple[str | None, int, int]]:
    return [
        (finding.rule, finding.location.start_line, finding.location.end_line)
        for finding in review.findings
        if finding.location
    ]


async def test_a_function_that_grows_over_the_limit_is_reported_whole(read: Reading) -> None:
    file = modified("a.py", branches("f", 13), branches("f", 16))
    review = await read("lizard", ChangeSet(source="a test", files=(file,)))
    assert rules(review) == [("complexity", 1, 34)]
    [finding] = review.findings
    assert (finding.title, finding.category, finding.quote) == (
        "f has 17 independent paths",
        "architecture",
        "def f(x):",
    )
    assert finding.rationale.startswith("It was 14.")


async def test_a_complex_function_that_does_not_grow_is_left_alone(read: Reading) -> None:
    before = branches("f", 30)
    file = modified("a.py", before, before.replace("x == 3:", "x == 99:"))
    review = await read("lizard", ChangeSet(source="a test", files=(file,)))
    assert (review.findings, review.abstained) == ((), None)


async def test_functions_that_the_change_did_not_touch_are_left_alone(read: Reading) -> None:
    before = branches("f", 30) + "y = 1\n"
    file = FileChange(**{**dict(modified("a.py", before, before.replace("y = 1", "y = 2"))), "before": None})
    assert (await read("lizard", ChangeSet(source="a test", files=(file,)))).findings == ()


async def test_a_new_function_in_an_old_file_is_held_to_the_limits(read: Reading) -> None:
    file = modified("a.py", "x = 1\n", "x = 1\n" + branches("f", 16))
    review = await read("lizard", ChangeSet(source="a test", files=(file,)))
    assert [finding.rationale.partition(".")[0] for finding in review.findings] == ["It is new"]


@pytest.mark.parametrize(("count", "expected"), [(16, []), (22, ["complexity"])])
async def test_in_a_new_file_only_gross_cases_are_reported(read: Reading, count: int, expected: list[str]) -> None:
    review = await read("lizard", {"a.py": branches("f", count)})
    assert [finding.rule for finding in review.findings] == expected


async def test_parameters_and_length_are_judged_by_growth_too(read: Reading) -> None:
    before = "def f(a, b, c, d, e, g):\n    return a\n"
    text = "def f(a, b, c, d, e, g, h, i):\n" + "    a += 1\n" * 101 + "    return a\n"
    review = await read("lizard", ChangeSet(source="a test", files=(modified("a.py", before, text),)))
    assert {finding.rule for finding in review.findings} == {"length", "parameters"}


@pytest.mark.parametrize("comment", ["#lizard forgives", "# lizard forgive global", "# GENERATED CODE"])
async def test_comments_of_the_tree_are_not_obeyed(read: Reading, comment: str) -> None:
    text = branches("f", 22).replace("):\n", f"):\n    {comment}\n", 1)
    review = await read("lizard", {"a.py": f"{comment}\n{text}"})
    assert [finding.rule for finding in review.findings] == ["complexity"]


async def test_modules_of_the_tree_are_not_imported(read: Reading) -> None:
    files = {"lizard.py": "raise SystemExit('imported')\n", "json.py": "raise SystemExit('imported')\n"}
    assert (await read("lizard", files)).abstained is None


async def test_other_languages_are_measured_too(read: Reading) -> None:
    cases = "".join(f"    if (x == {n}) {{ return {n}; }}\n" for n in range(25))
    review = await read(
        "lizard", {"a.js": f"function f(x) {{\n{cases}}}\n", "B.java": f"class B {{\nint f(int x) {{\n{cases}}}\n}}\n"}
    )
    assert [finding.title for finding in review.findings] == [
        "B::f has 26 independent paths",
        "f has 26 independent paths",
    ]


async def test_test_code_and_hunks_alone_are_not_measured(read: Reading) -> None:
    review = await read("lizard", {"tests/test_a.py": branches("f", 30)})
    assert review.abstained == "no file in a language that it reads"
    partial = FileChange(path="a.py", status=Status.modified, text=branches("f", 30), partial=True)
    review = await read("lizard", ChangeSet(source="a test", files=(partial, added("b.py", "x = 1\n"))))
    assert (review.findings, [one.path for one in review.unread]) == ((), ["a.py"])
