"""The folder that the engines see."""

from pathlib import Path

import pytest

from juryroom_reviewers.change import FileChange, Status
from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.panel import convene
from juryroom_server import analysers
from juryroom_server.analysers.language import is_test, language_of
from tests.analysers.material import change_of, modified


async def test_the_folder_is_gone_afterwards_whatever_happens() -> None:
    async def fail_in(roots: list[Path]) -> None:
        async with analysers.workspace(change_of({"a.py": "x = 1\n"})) as tree:
            roots += [tree.root, *tree.root.iterdir()]
            raise RuntimeError("on the way")

    roots: list[Path] = []
    with pytest.raises(RuntimeError, match="on the way"):
        await fail_in(roots)
    assert len(roots) > 1
    assert [path for path in roots if path.exists()] == []


async def test_no_name_and_no_configuration_of_the_tree_is_on_disk() -> None:
    names = [
        "../../out.py",
        "/etc/x.py",
        "ruff.toml",
        "sgconfig.yml",
        ".git/config",
        "a\0.py",
        "x" * 300 + ".py",
        "-rf.py",
    ]
    async with analysers.workspace(change_of(dict.fromkeys(names, "x = 1\n"))) as tree:
        files = sorted(path.relative_to(tree.root).as_posix() for path in tree.root.rglob("*") if path.is_file())
    assert files == ["new/f00000.py", "new/f00001.py", "new/f00005.py", "new/f00006.py", "new/f00007.py"]


async def test_old_versions_stand_beside_the_new_ones() -> None:
    change = change_of({}).model_copy(update={"files": (modified("a.py", "x = 1\n", "x = 2\n"),)})
    async with analysers.workspace(change) as tree:
        [sheet] = tree.sheets
        assert sheet.old is not None
        assert (tree.root / sheet.new).read_text() == "x = 2\n"
        assert (tree.root / sheet.old).read_text() == "x = 1\n"


async def test_a_deleted_file_has_nothing_to_read() -> None:
    change = change_of({}).model_copy(update={"files": (FileChange(path="a.py", status=Status.deleted),)})
    async with analysers.workspace(change) as tree:
        assert tree.sheets == ()


async def test_all_analysers_sit_on_one_panel() -> None:
    change = change_of({"a.py": "import os\n\n\ndef f(name):\n    os.system('ls ' + name)\n"})
    async with analysers.workspace(change) as tree:
        seats = analysers.seated(tree)
        reviews = await convene(seats, ReviewContext(change=change))
    names = [review.seat.name for review in reviews]
    assert names == ["ruff", "ast-grep", "regexes", "taint", "loops", "lizard", "delta", "secrets"]
    no_base = "there is no earlier version of the repository to compare with"
    assert [review.abstained for review in reviews] == [None, None, None, None, None, None, no_base, None]
    assert all(review.seat.version for review in reviews)
    lines = {finding.location.start_line for review in reviews for finding in review.findings if finding.location}
    assert lines == {5}


@pytest.mark.parametrize(
    ("path", "text", "language"),
    [
        ("a.py", "", "python"),
        ("A.TSX", "", "typescript"),
        ("a.mjs", "", "javascript"),
        ("bin/run", "#!/usr/bin/env python3.12\n", "python"),
        ("bin/run", "#!/usr/bin/node\n", "javascript"),
        ("bin/run", "#!/bin/sh\n", None),
        ("README.md", "#!/usr/bin/env python\n", None),
    ],
)
def test_the_language_is_known_by_the_suffix_or_the_first_line(path: str, text: str, language: str | None) -> None:
    assert language_of(path, text) == language


@pytest.mark.parametrize("path", ["tests/a.py", "a/test_b.py", "b_test.go", "a.spec.ts", "src/test/java/AbcTest.java"])
def test_test_code_is_known_by_its_path(path: str) -> None:
    assert is_test(path)


@pytest.mark.parametrize("path", ["shop/latest.py", "contest.go", "Attest.java", "src/testimony.ts", "protest.py"])
def test_other_code_is_not_taken_for_test_code(path: str) -> None:
    assert not is_test(path)
