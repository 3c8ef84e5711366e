"""What a model reads of a change."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juryroom_reviewers.brief import number, pack
from juryroom_reviewers.change import FileChange, Hunk, Skipped, Status
from juryroom_reviewers.context import Excerpt, Relation, ReviewContext, Symbol
from juryroom_reviewers.numbering import MAX_LINE, MAX_REMOVED
from juryroom_reviewers.reading import reading_order, tokens
from tests.changes import added, change, deleted, edited

LONG = 1_000_000
ROW = re.compile(r"^ *(?P<number>\d*) (?P<mark>[-+ ]) \|(?:  (?P<text>.*))?$")


def counted(lines: int, word: str = "line") -> str:
    return "".join(f"{word} {i}\n" for i in range(1, lines + 1))


def context(*files: FileChange, excerpts: tuple[Excerpt, ...] = (), outline: tuple[Symbol, ...] = ()) -> ReviewContext:
    return ReviewContext(change=change(*files), excerpts=excerpts, outline=outline)


def excerpt(path: str, file: FileChange, first: int, last: int, beside: str | None = None) -> Excerpt:
    text = "\n".join(file.lines[first - 1 : last])
    relation = Relation.caller if beside else Relation.enclosing
    return Excerpt(path=path, symbol="f", start_line=first, text=text, relation=relation, beside=beside)


def test_lines_have_the_numbers_of_the_new_file_and_removed_ones_have_none() -> None:
    file = edited("a.py", "one\ntwo\n\n\tthree \n", "one\n2\nand a half\n\n\tthree \n")
    assert number(file) == (
        "   1   |  one\n     - |  two\n   2 + |  2\n   3 + |  and a half\n   4   |\n   5   |  \tthree "
    )


def test_gaps_are_marked_and_more_is_shown_around_a_hunk_than_the_hunk_has() -> None:
    before = counted(60)
    after = before.replace("line 20\n", "").replace("line 50\n", "fifty\n")
    rows = number(edited("a.py", before, after), around=2).split("\n")
    assert rows[0] == "  15   |  line 15"
    assert rows.count("   …") == 1
    assert rows[rows.index("   …") - 1] == "  24   |  line 25"
    assert rows[-1] == "  54   |  line 55"


def test_further_lines_are_shown_in_their_place_and_only_once() -> None:
    before = counted(60)
    file = edited("a.py", before, before.replace("line 30\n", "thirty\n"))
    rows = number(file, also=[(10, 12), (25, 40), (59, 90)], around=0).split("\n")
    numbers = [match["number"] for row in rows if (match := ROW.match(row))]
    assert numbers == [*map(str, range(10, 13)), *map(str, range(25, 30)), "", *map(str, range(30, 41)), "59", "60"]


def test_numbers_keep_their_column_in_a_file_of_many_lines() -> None:
    rows = number(added("a.py", counted(12_345))).split("\n")
    assert rows[0] == "    1 + |  line 1"
    assert rows[-1] == "12345 + |  line 12345"


def test_a_line_that_is_cut_says_so() -> None:
    (row,) = number(added("a.py", "x" * (MAX_LINE + 7))).split("\n")
    assert row == f"   1 + |  {'x' * MAX_LINE} …[7 more characters]"


def test_what_is_shown_of_a_line_is_the_line_verbatim() -> None:
    text = "a\tb  \n  é😀 | c\r\n\x0b…\u2028 - d\n"
    file = added("a.py", text)
    shown = [match["text"] or "" for row in number(file).split("\n") if (match := ROW.match(row))]
    assert tuple(shown) == file.lines


def test_many_removed_lines_are_cut_short() -> None:
    rows = number(deleted("a.py", counted(MAX_REMOVED + 20))).split("\n")
    assert len(rows) == MAX_REMOVED + 1
    assert rows[-1] == "     - |  … 20 more removed lines"


def test_only_lines_that_are_known_are_shown_of_a_bare_diff() -> None:
    hunk = Hunk(old_start=10, old_count=2, new_start=10, new_count=2, lines=(" ten", "-old", "+new"))
    file = FileChange(path="a.py", status=Status.modified, hunks=(hunk,), text="\n" * 9 + "ten\nnew\n", partial=True)
    assert number(file, also=[(1, 5)]) == "  10   |  ten\n     - |  old\n  11 + |  new"
    (part,) = pack(context(file), LONG, 1).parts
    assert part.text.startswith("### a.py (modified, python, known only from the diff)\n")


def test_a_file_stands_under_its_name_status_and_language() -> None:
    moved = edited("new.go", counted(5), counted(6)).model_copy(update={"status": Status.renamed, "old_path": "old.go"})
    bare = FileChange(path="b.go", old_path="a.go", status=Status.renamed, text="package a\n", before="package a\n")
    (part,) = pack(context(moved, bare, added("x.unknown", "x\n"), added("empty.py", "")), LONG, 1).parts
    headers = [row for row in part.text.split("\n") if row.startswith("###")]
    assert headers == [
        "### b.go (renamed from a.go, go)",
        "### empty.py (added, python)",
        "### new.go (renamed from old.go, go)",
        "### x.unknown (added)",
    ]
    assert "### b.go (renamed from a.go, go)\n(content unchanged)" in part.text
    assert "### empty.py (added, python)\n(no lines)" in part.text
    assert part.files == ("b.go", "empty.py", "new.go", "x.unknown")


def test_source_is_read_before_tests_and_these_before_the_rest() -> None:
    paths = ["README.md", "tests/test_a.py", "z.py", "setup.cfg", "src/b_test.go", "a/Main.java"]
    packed = pack(context(*(added(path, "x\n") for path in paths)), LONG, 1)
    assert packed.parts[0].files == (
        "a/Main.java",
        "z.py",
        "src/b_test.go",
        "tests/test_a.py",
        "README.md",
        "setup.cfg",
    )


@pytest.mark.parametrize(
    ("path", "order"),
    [
        ("src/contest.py", 0),
        ("src/latest.js", 0),
        ("attestation/key.go", 0),
        ("src/unit/audit.rs", 0),
        ("spec/cart_spec.rb", 1),
        ("src/CartTest.java", 1),
        ("src/cart.test.tsx", 1),
        ("conftest.py", 1),
        ("docs/a.rst", 2),
        (".gitignore", 2),
        ("tests/data/a.yaml", 2),
        ("Dockerfile", 0),
    ],
)
def test_what_is_a_test_and_what_is_documentation(path: str, order: int) -> None:
    assert reading_order(path) == order


def test_the_definition_around_a_hunk_and_the_hunk_are_one_text() -> None:
    before = counted(60)
    file = edited("a.py", before, before.replace("line 30\n", "thirty\n"))
    (part,) = pack(context(file, excerpts=(excerpt("a.py", file, 20, 45),)), LONG, 1).parts
    assert "…" not in part.text
    assert part.text.count("line 29") == 1
    assert "\n  20   |  line 20\n" in part.text


def test_a_caller_in_another_file_stands_beside_the_file_that_it_calls() -> None:
    before = counted(60)
    file = edited("a.py", before, before.replace("line 30\n", "thirty\n"))
    other = edited("b.py", counted(60, "row"), counted(60, "row").replace("row 50\n", "fifty\n"))
    (part,) = pack(context(file, other, excerpts=(excerpt("b.py", other, 5, 6, beside="a.py"),)), LONG, 1).parts
    first, _, second = part.text.partition("### b.py")
    assert first.rstrip().endswith("#### caller `f` in b.py\n   5   |  row 5\n   6   |  row 6")
    assert "row 5\n" not in second


def test_what_is_to_be_read_as_part_of_the_change_is_not_shown_as_a_caller_too() -> None:
    before = counted(60)
    file = edited("a.py", before, before.replace("line 30\n", "thirty\n"))
    other = edited("b.py", before, before.replace("line 50\n", "fifty\n"))
    (part,) = pack(context(file, other, excerpts=(excerpt("b.py", other, 48, 52, beside="a.py"),)), LONG, 1).parts
    assert part.text.count("fifty") == 1


def test_excerpts_give_way_before_a_file_is_split() -> None:
    before = counted(400)
    file = edited("a.py", before, before.replace("line 30\n", "thirty\n"))
    packed = pack(context(file, excerpts=(excerpt("a.py", file, 1, 400),)), 200, 1)
    assert packed.unread == ()
    (part,) = packed.parts
    assert "thirty" in part.text
    assert tokens(part.text) <= 200


def test_a_file_is_not_split_for_want_of_room_beside_others() -> None:
    files = [added(f"{name}.py", counted(40)) for name in "abc"]
    packed = pack(context(*files), 450, 3)
    assert [part.files for part in packed.parts] == [("a.py", "b.py"), ("c.py",)]


def test_what_does_not_fit_is_named_with_the_reason() -> None:
    files = [added(f"{name}.py", counted(40)) for name in "abc"]
    packed = pack(context(*files), 220, 2)
    assert [part.files for part in packed.parts] == [("a.py",), ("b.py",)]
    reason = "more than one model reads of a change (2 requests of about 220 tokens)"
    assert packed.unread == (Skipped(path="c.py", reason=reason),)


def test_a_file_that_is_too_long_for_one_part_is_read_in_windows_under_the_name_of_their_definition() -> None:
    body = "".join(f"        value_{i} = compute({i})\n" for i in range(100))
    file = added("a.py", f"@final\nclass Shop:\n    def total(self):\n{body}")
    outline = (
        Symbol(path="a.py", name="Shop", start_line=1, end_line=103),
        Symbol(path="a.py", name="Shop.total", start_line=3, end_line=103),
    )
    packed = pack(context(file, outline=outline), 800, 9)
    assert packed.unread == ()
    assert len(packed.parts) > 1
    for part in packed.parts:
        assert part.files == ("a.py",)
        assert tokens(part.text) <= 800
    assert packed.parts[0].text.split("\n")[1] == "   1 + |  @final"
    rows = packed.parts[1].text.split("\n")
    assert re.fullmatch(r"### a\.py \(added, python, lines \d+-\d+ of 103\)", rows[0])
    assert rows[1:4] == ["       |  class Shop:", "       |      def total(self):", "   …"]


def test_a_long_file_is_split_where_a_definition_begins() -> None:
    function = "".join(f"    value_{i} = {i}\n" for i in range(14))
    file = added("a.py", "".join(f"def f{i}():\n{function}" for i in range(20)))
    outline = tuple(Symbol(path="a.py", name=f"f{i}", start_line=15 * i + 1, end_line=15 * i + 15) for i in range(20))
    packed = pack(context(file, outline=outline), 800, 20)
    assert len(packed.parts) > 1
    for part in packed.parts:
        assert re.match(r" *\d+ \+ \|  def f", part.text.split("\n")[1])


def test_what_is_left_of_a_split_file_is_named_by_its_lines() -> None:
    packed = pack(context(added("a.py", counted(400))), 800, 1)
    (skipped,) = packed.unread
    shown = [int(m["number"]) for row in packed.parts[0].text.split("\n") if (m := ROW.match(row)) and m["number"]]
    assert shown == list(range(1, shown[-1] + 1))
    assert skipped.reason.startswith(f"lines {shown[-1] + 1}-")
    assert "-400: more than one model reads" in skipped.reason


def test_no_change_has_no_parts() -> None:
    assert pack(context(), 100, 3).parts == ()


def test_titles_sources_and_conventions_are_not_shown() -> None:
    what = change(added("a.py", "x\n")).model_copy(update={"source": "fix-the-login", "head": "deadbeef"})
    (part,) = pack(ReviewContext(change=what, conventions="Be kind."), LONG, 1).parts
    assert part.text == "### a.py (added, python)\n   1 + |  x"


LINES = st.lists(st.sampled_from(["", "x", "\ty = 1", "z" * 50]), max_size=60)
TEXTS = LINES.map(lambda lines: "".join(f"{line}\n" for line in lines))


@st.composite
def contexts(draw: st.DrawFn) -> ReviewContext:
    files = []
    for index in range(draw(st.integers(1, 5))):
        path = draw(st.sampled_from(["src/m{}.py", "tests/test_m{}.py", "m{}.md"])).format(index)
        kind = draw(st.sampled_from(["added", "edited", "edited", "deleted"]))
        text = draw(TEXTS)
        if kind == "added":
            files.append(added(path, text))
        elif kind == "deleted" and text:
            files.append(deleted(path, text))
        else:
            files.append(edited(path, text, draw(TEXTS), around=draw(st.sampled_from([0, 3]))))
    excerpts, outline = [], []
    for file in files:
        for _ in range(draw(st.integers(0, 2)) if file.lines else 0):
            first = draw(st.integers(1, len(file.lines)))
            last = draw(st.integers(first, len(file.lines)))
            beside = draw(st.sampled_from([None, *(other.path for other in files if other is not file)]))
            excerpts.append(excerpt(file.path, file, first, last, beside))
            outline.append(Symbol(path=file.path, name="A.f", start_line=first, end_line=last))
    return context(*files, excerpts=tuple(excerpts), outline=tuple(outline))


def shown_lines(text: str) -> Counter[tuple[str, int, str]]:
    """(path, number, mark) of the numbered rows under the files' own headers."""
    found: Counter[tuple[str, int, str]] = Counter()
    path = ""
    for row in text.split("\n"):
        if row.startswith("### "):
            path = row.split(" ")[1]
        elif row.startswith("#### "):
            path = row.rpartition(" in ")[2]
        elif (match := ROW.match(row)) and match["number"]:
            found[path, int(match["number"]), match["mark"]] += 1
    return found


@given(contexts(), st.integers(1, 400), st.integers(1, 6))
def test_every_touched_line_of_a_packed_file_is_shown_exactly_once(
    case: ReviewContext, token_budget: int, max_parts: int
) -> None:
    packed = pack(case, token_budget, max_parts)
    assert len(packed.parts) <= max_parts
    shown: Counter[tuple[str, int, str]] = Counter()
    for part in packed.parts:
        assert set(part.files) == {row.split(" ")[1] for row in part.text.split("\n") if row.startswith("### ")}
        shown += shown_lines(part.text)
    unread = {skipped.path for skipped in packed.unread}
    for file in case.change.files:
        assert file.path in unread or any(file.path in part.files for part in packed.parts)
        for line in file.touched_lines if file.lines else ():
            times = sum(shown[file.path, line, mark] for mark in "+ ")
            assert times == 1 or (times == 0 and file.path in unread)
            assert shown[file.path, line, "+"] == (times if line in file.changed_lines else 0)


@given(contexts(), st.integers(300, 400), st.integers(1, 6))
def test_parts_keep_to_the_budget_and_to_a_fixed_order(case: ReviewContext, token_budget: int, max_parts: int) -> None:
    packed = pack(case, token_budget, max_parts)
    for part in packed.parts:
        assert tokens(part.text) <= token_budget
    assert packed == pack(case, token_budget, max_parts)
