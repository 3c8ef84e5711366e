"""Units have the same key when nothing but their layout changed, and what is left of a change is a change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juryroom_reviewers.change import FileChange
from juryroom_reviewers.memory import Unit
from juryroom_server.leaves import Leaf
from juryroom_server.memory.narrow import narrowed
from juryroom_server.memory.units import units_of
from juryroom_server.syntax import leaves

from .changes import added, change, deleted, edited


def shape(path: str, text: str) -> list[Leaf]:
    """The tokens, wherever they stand."""
    found = leaves(path, text)
    assert found is not None
    return [leaf._replace(line=0, statement=(0, 0)) for leaf in found]


SAME = [
    ("a.py", "def f(a):\n    # so\n    return a\n", "def f(a):\n  return a # thus\n"),
    ("a.py", "def f():\n    # so\n    a()\n    b()\n", "def f():\n    a()\n    # so\n    b()\n\n\n"),
    ("a.js", "function f(a) { return g(a) }", "// so\nfunction f(a) {\n\treturn g( a )\n}"),
    ("a.tsx", "const a = () => <b>so  it\n is</b>", "const a = () =>\n  <b>so it is</b>"),
    (
        "a.go",
        "package a\n\nfunc f(a int) int { return a }\n",
        "package a\nfunc f(a int) int {\n\t/* so */\n\treturn a\n}\n",
    ),
    (
        "a.java",
        "class A { int f() { return 1; } }",
        "/** so */\nclass A {\n  int f() {\n    return 1; // thus\n  }\n}\n",
    ),
]
OTHER = [
    ("a.py", "if a:\n    b()\n    c()\n", "if a:\n    b()\nc()\n"),
    ("a.py", "def f():\n    a()\n", "def f():\n    a()  # noqa\n"),
    ("a.py", 'a = " \\n"\n', 'a = "  \\n"\n'),
    ("a.py", 'a = f" {b}"\n', 'a = f"  {b}"\n'),
    ("a.py", 'a = " "\n', 'a = "  "\n'),
    ("a.js", "function f() { return\na }", "function f() { return a }"),
    ("a.js", "a = `x ${b} y`", "a = `x ${b}  y`"),
    ("a.js", "a = /x y/", "a = /x  y/"),
    ("a.go", 'package a\n\nvar b = "x\\ty"\n', 'package a\n\nvar b = "x\\t y"\n'),
    ("a.go", "package a\n\nfunc f() {}\n", "package a\n\n//go:noinline\nfunc f() {}\n"),
    ("a.java", 'class A { String b = "x y"; }', 'class A { String b = "x  y"; }'),
    ("a.py", "a = 1\n", "a = 1  # TODO\n"),
]


@pytest.mark.parametrize(("path", "one", "two"), SAME)
def test_layout_and_plain_comments_are_no_tokens(path: str, one: str, two: str):
    assert shape(path, one) == shape(path, two)


@pytest.mark.parametrize(("path", "one", "two"), OTHER)
def test_what_white_space_and_comments_mean_is_kept(path: str, one: str, two: str):
    assert shape(path, one) != shape(path, two)


def keys(*files: FileChange) -> dict[str, str]:
    return {unit.symbol or f"({unit.path})": unit.key for unit in units_of(change(*files))}


BOX = """\
import os
import sys


class Box:
    size = 1

    def a(self):
        return os

    def b(self):
        return 2
"""


def test_each_method_is_a_unit_and_knows_its_class_and_the_imports_that_it_uses():
    before = keys(edited("a.py", BOX, BOX.replace("return os", "return os.sep").replace("return 2", "return 3")))
    assert list(before) == ["Box.a", "Box.b"]
    others = BOX.replace("import os", "from other import os")
    after = keys(edited("a.py", others, others.replace("return os", "return os.sep").replace("return 2", "return 3")))
    assert after["Box.a"] != before["Box.a"]
    assert after["Box.b"] == before["Box.b"]
    larger = BOX.replace("size = 1", "size = 9")
    after = keys(edited("a.py", larger, larger.replace("return os", "return os.sep").replace("return 2", "return 3")))
    assert after.keys() == before.keys()
    assert not set(after.values()) & set(before.values())


def test_what_is_removed_is_a_unit_too_and_another_removal_another_one():
    without_a = BOX.replace("    def a(self):\n        return os\n\n", "")
    without_b = BOX.replace("\n    def b(self):\n        return 2\n", "")
    assert list(keys(edited("a.py", BOX, without_a))) == ["(a.py)"]
    assert keys(edited("a.py", BOX, without_a)) != keys(edited("a.py", BOX, without_b))
    last = BOX.replace("        return 2\n", "        return 2\n        print()\n")
    assert list(keys(edited("a.py", last, BOX))) == ["Box.b"]


def test_no_file_is_without_a_unit():
    files = (
        edited("comment.py", "a = 1\n", "# so\na = 1\n"),
        added("empty.py", ""),
        added("new.txt", "a\n"),
        deleted("gone.py", "a = 1\n"),
        edited("broken.py", "def f(:\n", "def f((:\n"),
    )
    assert {unit.path for unit in units_of(change(*files))} == {file.path for file in files}


def test_what_does_not_parse_is_known_by_its_text():
    one = keys(added("a.py", "def f(:\n    return (  1\n"))
    assert one != keys(added("a.py", "def f(:\n    return (   1\n"))


ROWS = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=25)


@given(before=ROWS, after=ROWS, ours=st.sets(st.integers(min_value=1, max_value=25)))
def test_what_is_left_of_a_change_is_a_change_to_the_same_text(before: list[str], after: list[str], ours: set[int]):
    file = edited("a", "".join(f"{row}\n" for row in before), "".join(f"{row}\n" for row in after))
    unit = Unit(path="a", key="one", spans=tuple((line, line) for line in sorted(ours)))
    (left,) = narrowed(change(file), [unit]).files
    assert left.changed_lines <= file.changed_lines
    if left.hunks != file.hunks:
        assert left.changed_lines == {line for line in file.changed_lines if unit.has(line)}
    old = list(left.lines)
    for hunk in reversed(left.hunks):
        news = [row[1:] for row in hunk.lines if row[0] != "-"]
        start = max(hunk.new_start - (hunk.new_count > 0), 0)
        assert (len(news), old[start : start + len(news)]) == (hunk.new_count, news)
        old[start : start + len(news)] = [row[1:] for row in hunk.lines if row[0] != "+"]
    for hunk in left.hunks:
        olds = [row[1:] for row in hunk.lines if row[0] != "+"]
        start = max(hunk.old_start - (hunk.old_count > 0), 0)
        assert (len(olds), old[start : start + len(olds)]) == (hunk.old_count, olds)
