import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juryroom_reviewers.change import Hunk, Status
from juryroom_reviewers.diff import DiffError, parse_diff
from juryroom_reviewers.patch import apply, compare, new_side, turned, whole, without_bom

GIT = """\
diff --git a/shop.py b/shop.py
index 1111111..2222222 100644
--- a/shop.py
+++ b/shop.py
@@ -1,3 +1,4 @@ def f():
 a
-b
+B
+c
 d
"""
MAIL = "From 0123 Mon Sep 17 00:00:00 2001\nSubject: [PATCH] x\n\n--- a list\n- item\n+ item\n---\n shop.py | 3 +\n\n"
HUNK = Hunk(old_start=1, old_count=3, new_start=1, new_count=4, lines=(" a", "-b", "+B", "+c", " d"))


def one(text: str):
    (patch,) = parse_diff(text)
    return patch


def test_a_diff_by_git_names_file_blobs_and_lines() -> None:
    patch = one(GIT)
    assert (patch.path, patch.status, patch.old_blob, patch.new_blob) == (
        "shop.py",
        Status.modified,
        "1111111",
        "2222222",
    )
    assert [hunk.hunk for hunk in patch.hunks] == [HUNK]


@pytest.mark.parametrize(
    "head",
    [
        "--- shop.py\t2020-01-01 10:00:00.000000000 +0000\n+++ shop.py\t2020-01-02 10:00:00.000000000 +0000\n",
        "--- shop.py 2020-01-01 10:00:00\n+++ shop.py 2020-01-02 10:00:00\n",
        "diff -ru old/shop.py new/shop.py\n--- old/shop.py\n+++ new/shop.py\n",
        "--- ./shop.py\n+++ ./shop.py\n",
        "--- shop.py.orig\n+++ shop.py\n",
        f"Index: shop.py\n{'=' * 67}\n--- shop.py\t(revision 12)\n+++ shop.py\t(working copy)\n",
        "--- shop.py (revision 12)\n+++ shop.py (working copy)\n",
        "diff -r 0123456789ab shop.py\n--- a/shop.py\tThu Jan 01 00:00:00 1970 +0000\n+++ b/shop.py\tThu Jan 01\n",
        "diff --git shop.py shop.py\nindex 1111111..2222222 100644\n--- shop.py\n+++ shop.py\n",
        "diff --git i/shop.py w/shop.py\nindex 1111111..2222222 100644\n--- i/shop.py\n+++ w/shop.py\n",
        MAIL + "diff --git a/shop.py b/shop.py\n--- a/shop.py\n+++ b/shop.py\n",
    ],
)
def test_other_headers_name_the_same_file(head: str) -> None:
    patch = one(head + GIT.split("+++ b/shop.py\n")[1])
    assert (patch.path, patch.origin, patch.status) == ("shop.py", "shop.py", Status.modified)
    assert [hunk.hunk for hunk in patch.hunks] == [HUNK]


def test_the_signature_of_a_mailed_patch_is_no_line_of_it() -> None:
    assert [hunk.hunk for hunk in one(GIT + "-- \n2.39.5\n\n").hunks] == [HUNK]


def test_a_diff_converted_to_crlf_is_read_as_it_was() -> None:
    assert one(GIT.replace("\n", "\r\n")) == one(GIT)


def test_line_ends_of_a_crlf_file_are_kept_for_applying_and_left_out_of_hunks() -> None:
    head, rows = GIT.split("@@ def f():\n")
    patch = one(head + "@@ def f():\n" + rows.replace("\n", "\r\n"))
    assert [hunk.hunk for hunk in patch.hunks] == [HUNK]
    assert apply(patch.hunks, "a\r\nb\r\nd\r\n") == "a\r\nB\r\nc\r\nd\r\n"


def test_an_empty_context_line_may_have_lost_its_blank() -> None:
    patch = one("--- x\n+++ x\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n")
    assert apply(patch.hunks, "a\n\nb\n") == "a\n\nc\n"


def test_a_missing_final_newline_is_kept_on_its_side() -> None:
    patch = one("--- x\n+++ x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n")
    assert apply(patch.hunks, "a") == "b\n"
    assert apply(turned(patch.hunks), "b\n") == "a"


def test_separators_within_a_line_do_not_end_it() -> None:
    patch = one("--- x\n+++ x\n@@ -0,0 +1 @@\n+a\x0cb\u2028c\x85d\re\n")
    assert patch.hunks[0].hunk.lines == ("+a\x0cb\u2028c\x85d\re",)


QUOTED_ADDED = r"""diff --git "a/t\tab.py" "b/t\tab.py"
new file mode 100644
index 0000000..1111111
--- /dev/null
+++ "b/t\tab.py"
@@ -0,0 +1 @@
+x
"""
QUOTED_DELETED = r"""diff --git "a/caf\303\251 \"x\".py" "b/caf\303\251 \"x\".py"
deleted file mode 100644
index 1111111..0000000
--- "a/caf\303\251 \"x\".py"
+++ /dev/null
@@ -1 +0,0 @@
-x
"""


@pytest.mark.parametrize(
    ("text", "path", "origin", "status"),
    [
        (
            "diff --git a/old name.py b/new name.py\nrename from old name.py\nrename to new name.py\n",
            "new name.py",
            "old name.py",
            Status.renamed,
        ),
        (
            QUOTED_ADDED,
            "t\tab.py",
            "t\tab.py",
            Status.added,
        ),
        (
            QUOTED_DELETED,
            'café "x".py',
            'café "x".py',
            Status.deleted,
        ),
        (
            "diff --git a/src/x b/lib/x\ncopy from src/x\ncopy to lib/x\n--- a/src/x\n+++ b/lib/x\n@@ -1 +1 @@\n-a\n+b",
            "lib/x",
            "src/x",
            Status.added,
        ),
        ("--- /dev/null\n+++ b/x.py\n@@ -0,0 +1 @@\n+x\n", "x.py", "x.py", Status.added),
        ("--- a/x.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n", "x.py", "x.py", Status.deleted),
        ("--- x.py\t(nonexistent)\n+++ x.py\t(working copy)\n@@ -0,0 +1 @@\n+x\n", "x.py", "x.py", Status.added),
        ("diff --git a/a b/a b/a b/a\nold mode 100644\nnew mode 100755\n", "a b/a", "a b/a", Status.modified),
        ("diff --git a/e b/e\nnew file mode 100644\nindex 0000000..e69de29\n", "e", "e", Status.added),
        (
            "diff --git b/x b/x\nnew file mode 100644\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+x\n",
            "b/x",
            "b/x",
            Status.added,
        ),
        (
            "--- a/../../etc/passwd\n+++ b/../../etc/passwd\n@@ -1 +1 @@\n-a\n+b\n",
            *["../../etc/passwd"] * 2,
            Status.modified,
        ),
    ],
)
def test_names_and_status_are_told(text: str, path: str, origin: str, status: Status) -> None:
    patch = one(text)
    assert (patch.path, patch.origin, patch.status) == (path, origin, status)


@pytest.mark.parametrize(
    "text",
    [
        "diff --git a/x.png b/x.png\nindex 1111111..2222222 100644\nBinary files a/x.png and b/x.png differ\n",
        "diff --git a/x.png b/x.png\nindex 11111..22222\nGIT binary patch\nliteral 3\nKcmZ\n\nliteral 0\nHc$@\n\n",
        "Binary files old/x.png and new/x.png differ\n",
        "Index: x.png\n===\nCannot display: file marked as a binary type.\nsvn:mime-type = image/png\n",
    ],
)
def test_a_binary_file_is_named_as_one_and_the_next_file_is_read(text: str) -> None:
    binary, after = parse_diff(text + GIT)
    assert (binary.path, binary.binary, binary.hunks) == ("x.png", True, ())
    assert after.path == "shop.py"
    assert not after.binary


def test_a_merge_against_several_parents_is_no_unified_diff() -> None:
    combined, after = parse_diff(
        "diff --cc f b\nindex 1,2..3\n--- a/f b\n+++ b/f b\n@@@ -1,1 -1,1 +1,2 @@@\n- a\n -b\n++c\n" + GIT
    )
    assert (combined.path, combined.combined, after.path) == ("f b", True, "shop.py")


def test_a_file_that_became_a_link_is_a_link() -> None:
    patch = one(
        "diff --git a/x b/x\ndeleted file mode 100644\nindex 11111..00000\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"
        "diff --git a/x b/x\nnew file mode 120000\nindex 0000000..2222222\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+y\n"
        "\\ No newline at end of file\n"
    )
    assert (patch.status, patch.modes) == (Status.added, {"120000"})


@pytest.mark.parametrize("text", ["", "\n", "  \n\n"])
def test_an_empty_diff_changes_nothing(text: str) -> None:
    assert parse_diff(text) == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("hello\nworld\n", 1),
        ("{}", 1),
        (GIT.replace("-1,3 +1,4", "-1,4 +1,5"), 11),
        (GIT.replace("-1,3 +1,4", "-1,2 +1,3"), 10),
        (GIT.replace("-1,3 +1,4", "-1,1 +1,1"), 7),
        (GIT.replace("-1,3 +1,4", "-0,3 +1,4"), 5),
        (GIT.replace("+B", "B"), 8),
        ("@@ -1 +1 @@\n-a\n+b\n", 1),
        ("diff --git a/x b/x\n--- a/x\n+++ b/x\n", 4),
        (GIT + GIT, 11),
        ("diff --git a/x b/y z\n", 1),
    ],
)
def test_a_broken_diff_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(DiffError, match=rf"^line {line}: "):
        parse_diff(text)


@pytest.mark.parametrize("text", ["x\nb\nd\n", "a\nb\n", "", "a\nx\nd\n"])
def test_hunks_that_do_not_fit_are_not_applied(text: str) -> None:
    assert apply(one(GIT).hunks, text) is None


def test_the_new_side_stands_at_its_line_numbers() -> None:
    patch = one("--- x\n+++ x\n@@ -4,2 +4,2 @@\n d\n-e\n+E\n@@ -8 +8,2 @@\n h\n+i\n")
    assert new_side(patch.hunks) == "\n\n\nd\nE\n\n\nh\ni\n"


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    patch = one("--- x\n+++ x\n@@ -1,2 +1,2 @@\n-\ufeffa\n+\ufeffb\n \ufeffc\n")
    assert without_bom(patch.hunks)[0].rows == ("-a\n", "+b\n", " \ufeffc\n")


LINES = st.lists(
    st.sampled_from(["", "a", "b", "  b", "-- a", "++ b", "\\ x", "@@ -1 +1 @@", "é\r", "c\x0c", "diff --git"])
)
TEXTS = st.builds(lambda lines, end: "\n".join(lines) + end, LINES, st.sampled_from(["", "\n"]))


@settings(max_examples=60, deadline=None)
@given(before=TEXTS, after=TEXTS, context=st.integers(0, 3))
def test_what_git_diffs_is_what_is_applied(
    tmp_path_factory: pytest.TempPathFactory, before: str, after: str, context: int
):
    folder = tmp_path_factory.mktemp("texts")
    for name, text in (("old", before), ("new", after)):
        (folder / name).write_bytes(text.encode())
    out = git_diff(folder, context)
    patches = parse_diff(out)
    hunks = patches[0].hunks if patches else ()
    assert apply(hunks, before) == after
    assert apply(turned(hunks), after) == before
    assert_lines_stand_where_hunks_say(hunks, before, after)


@settings(max_examples=100, deadline=None)
@given(before=TEXTS, after=TEXTS)
def test_our_own_comparison_is_a_diff_too(before: str, after: str) -> None:
    hunks = compare(before, after)
    assert apply(hunks, before) == after
    assert apply(turned(hunks), after) == before
    assert_lines_stand_where_hunks_say(hunks, before, after)


def test_a_comparison_of_very_different_files_stays_one_hunk() -> None:
    before, after = "".join(f"{n}\n" for n in range(5_000)), "".join(f"x{n}\n" for n in range(5_000))
    (hunk,) = compare(before + "end\n", after + "end\n")
    assert (hunk.old_count, hunk.new_count, hunk.rows[-1]) == (5_001, 5_001, " end\n")


def test_a_whole_file_is_a_hunk_of_added_lines() -> None:
    assert whole("") == ()
    assert apply(whole("a\nb"), "") == "a\nb"


def git_diff(folder: Path, context: int) -> str:
    command = ["git", "diff", "--no-index", "--no-color", f"-U{context}", "--", "old", "new"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).stdout.decode()


def assert_lines_stand_where_hunks_say(hunks, before: str, after: str) -> None:
    for hunk in hunks:
        for text, marks, start in ((before, " -", hunk.old_start), (after, " +", hunk.new_start)):
            shown = [row[1:].removesuffix("\n") for row in hunk.rows if row[0] in marks]
            assert text.split("\n")[start - 1 :][: len(shown)] == shown or not shown
