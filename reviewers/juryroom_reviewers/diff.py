"""Reads unified diffs, whoever wrote them: git, `diff -u`, Subversion, Mercurial, a mail with its message before."""

import re

from .change import Status
from .diff_names import NULL, git_names, header_name, plain_names, strip_prefixes
from .failure import Failure
from .patch import Hunks, Patch, PatchHunk
from .value import Value

_HUNK = re.compile(r"^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_BINARY = re.compile(r"^(?:Binary files|Files) (.+) and (.+) differ$")
_SVN_BINARY = "Cannot display: file marked as a binary type."
_COMBINED = ("diff --cc ", "diff --combined ")
_SIGNATURE = "-- "
_INDEX = re.compile(r"^index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})(?: (\d{6}))?$")
_MODE = re.compile(r"^(?:old mode|new mode|new file mode|deleted file mode) (\d{6})$")
_SIMILARITY = re.compile(r"^(?:dis)?similarity index \d+%$")
_MOVE = re.compile(r"^(rename|copy) (from|to) (.+)$")


class DiffError(Failure):
    """The text is no unified diff, or a broken one; the message names the line."""


class _Head(Value):
    """What stands between `diff --git` and the first hunk."""

    old: str = ""
    new: str = ""
    move: str = ""
    modes: tuple[str, ...] = ()
    added: bool = False
    deleted: bool = False
    blobs: tuple[str, str] = ("", "")


def parse_diff(text: str) -> tuple[Patch, ...]:
    """Read a unified diff.

    Args:
        text: the diff; commit messages and other prose between its parts are passed over. Names lose `a/` and `b/`, or
            whatever two folders `diff -r` compared; they are not checked otherwise: see `scope.unsafe_path`.

    Returns:
        One patch for each file, in order; none for an empty text.

    Raises:
        DiffError: there is no diff in the text, a hunk has other lines than it says, or a file occurs twice.
    """
    reader = _Reader(text)
    patches = reader.patches()
    if not patches and text.strip():
        raise DiffError("line 1: there is no unified diff in this text; make one with 'git diff' or 'diff -u'")
    found: dict[str, Patch] = {}
    for patch in patches:
        first = found.get(patch.path)
        # git shows a file that became a link, or the reverse, as one that went and another that came
        if first and (first.status, patch.status) != (Status.deleted, Status.added):
            raise DiffError(
                f"line {patch.line}: {patch.path!r} was changed before, at line {first.line}; this is a series of "
                "patches: give their sum, as from 'git diff FIRST^..LAST'"
            )
        found[patch.path] = patch
    return tuple(found.values())


class _Reader:
    """A walk through the lines of one diff."""

    def __init__(self, text: str) -> None:
        self.lines = text.removeprefix("\ufeff").split(
            "\n"
        )  # not splitlines: a form feed or U+2028 inside a line does not end it
        if self.lines[-1] == "":
            self.lines.pop()
        self.at = 0
        self.crlf = False
        """True inside a part whose own headers end in CRLF: then all of it was converted."""

    def patches(self) -> list[Patch]:
        found: list[Patch] = []
        svn_name = ""
        while self.at < len(self.lines):
            line = self.peek()
            if line.startswith("diff --git "):
                found.append(self.git_part())
            elif line.startswith(_COMBINED):
                found.append(self.combined_part())
            elif self.at_plain_header():
                found.append(self.plain_part())
            elif match := _BINARY.match(line):
                found.append(self.binary_part(*plain_names(match[1], match[2])))
            elif line == _SVN_BINARY and svn_name:
                found.append(self.binary_part(svn_name, svn_name))
            elif _HUNK.match(line):
                raise DiffError(f"line {self.at + 1}: a hunk without the lines '--- FILE' and '+++ FILE' before it")
            else:
                svn_name = line.removeprefix("Index: ").strip() if line.startswith("Index: ") else svn_name
                self.at += 1
        return found

    def peek(self, ahead: int = 0) -> str:
        """A line without its line end; empty past the end."""
        index = self.at + ahead
        return self.lines[index].removesuffix("\r") if index < len(self.lines) else ""

    def at_plain_header(self) -> bool:
        return self.peek().startswith("--- ") and self.peek(1).startswith("+++ ") and self.peek(2).startswith("@@ -")

    def git_part(self) -> Patch:
        line = self.at + 1
        names = git_names(self.peek().removeprefix("diff --git "))
        self.at += 1
        head = self.git_head()
        binary = self.peek() == "GIT binary patch" or _BINARY.match(self.peek()) is not None
        hunks: Hunks = ()
        shown = ("", "")
        if binary:
            self.skip_to_next_part()
        elif self.peek().startswith("--- ") and self.peek(1).startswith("+++ "):
            shown = header_name(self.peek()[4:]), header_name(self.peek(1)[4:])
            hunks = self.hunks()
        if head.move:
            old, new = head.old, head.new
        elif names:
            old, new = names
        elif shown[0]:
            old, new = strip_prefixes(*shown)
        else:
            raise DiffError(f"line {line}: can't tell the file's name from {self.lines[line - 1]!r}")
        status = Status.modified
        if head.added or head.move == "copy" or shown[0] == NULL:
            status = Status.added
        elif head.deleted or shown[1] == NULL:
            status = Status.deleted
        elif head.move:
            status = Status.renamed
        return Patch(
            path=old if status is Status.deleted else new,
            origin=new if old == NULL else old,
            status=status,
            hunks=hunks,
            old_blob=head.blobs[0] if head.blobs[0].strip("0") else None,
            new_blob=head.blobs[1] if head.blobs[1].strip("0") else None,
            modes=frozenset(head.modes),
            binary=binary,
            line=line,
        )

    def git_head(self) -> _Head:
        found: dict[str, object] = {}
        modes: list[str] = []
        while True:
            line = self.peek()
            if match := _MODE.match(line):
                modes.append(match[1])
                found |= {"added": True} if line.startswith("new file") else {}
                found |= {"deleted": True} if line.startswith("deleted") else {}
            elif match := _INDEX.match(line):
                found["blobs"] = (match[1], match[2])
                modes += [match[3]] if match[3] else []
            elif match := _MOVE.match(line):
                found["move"] = match[1]
                found["old" if match[2] == "from" else "new"] = header_name(match[3])
            elif not _SIMILARITY.match(line):
                return _Head.model_validate({**found, "modes": tuple(modes)})
            self.at += 1

    def plain_part(self) -> Patch:
        line = self.at + 1
        old_field, new_field = self.peek()[4:], self.peek(1)[4:]
        old, new = plain_names(old_field, new_field)
        hunks = self.hunks()
        # `diff -N` and Subversion name a file that is not there, too: only the empty side tells
        alone = hunks[0] if len(hunks) == 1 else None
        status = Status.modified
        if old == NULL or (alone and alone.old_start == alone.old_count == 0):
            status = Status.added
        elif new == NULL or (alone and alone.new_start == alone.new_count == 0):
            status = Status.deleted
        path = old if new == NULL else new
        return Patch(path=path, origin=path, status=status, hunks=hunks, line=line)

    def binary_part(self, old: str, new: str) -> Patch:
        self.at += 1
        path = old if new == NULL else new
        return Patch(path=path, origin=path, status=Status.modified, binary=True, line=self.at)

    def combined_part(self) -> Patch:
        line = self.at + 1
        path = header_name(self.peek().split(" ", 2)[2])
        self.at += 1
        self.skip_to_next_part()
        return Patch(path=path, origin=path, status=Status.modified, combined=True, line=line)

    def skip_to_next_part(self) -> None:
        while self.at < len(self.lines) and not self.peek().startswith(("diff --", "Index: ", "From ", "commit ")):
            self.at += 1

    def hunks(self) -> Hunks:
        """All hunks below the two header lines, which are passed over."""
        self.crlf = self.lines[self.at + 1].endswith("\r")
        self.at += 2
        found = []
        while match := _HUNK.match(self.peek()):
            found.append(self.hunk(match))
        after = self.peek()
        if not found:
            raise DiffError(
                f"line {self.at + 1}: a hunk ('@@ -1,2 +1,3 @@') must follow the lines '--- FILE' and '+++ FILE'"
            )
        if after.startswith(("+", " ", "@@")) or (after.startswith("-") and not self.may_follow_hunk(after)):
            raise DiffError(f"line {self.at + 1}: more lines than the hunk says; was the diff edited?")
        return tuple(found)

    def may_follow_hunk(self, line: str) -> bool:
        return line.rstrip() == _SIGNATURE.rstrip() or self.at_plain_header()

    def hunk(self, match: re.Match[str]) -> PatchHunk:
        header = self.at + 1
        old_start, new_start = int(match[1]), int(match[3])
        old_count, new_count = int(match[2] or 1), int(match[4] or 1)
        old_left, new_left = old_count, new_count
        rows: list[str] = []
        self.at += 1
        while old_left or new_left or (self.peek().startswith("\\") and rows):
            line = self.lines[self.at] if self.at < len(self.lines) else None
            if line in ("", "\r"):  # an empty context line, without the blank that editors like to remove
                line = " " + line
            mark = line[0] if line else "?"
            if mark == "\\" and rows:
                rows[-1] = rows[-1].removesuffix("\n")
                self.at += 1
                continue
            old_left -= mark in " -"
            new_left -= mark in " +"
            if not line or mark not in " +-" or old_left < 0 or new_left < 0:
                raise DiffError(
                    f"line {self.at + 1}: the hunk at line {header} says {old_count} old and {new_count} new lines, "
                    "and has others; was the diff edited, cut off, or pasted with other line breaks?"
                )
            body = line.removesuffix("\r") if self.crlf else line
            rows.append(body + "\n")
            self.at += 1
        if (old_count and not old_start) or (new_count and not new_start):
            raise DiffError(f"line {header}: the hunk starts at line 0, but lines count from 1")
        return PatchHunk(
            old_start=old_start, old_count=old_count, new_start=new_start, new_count=new_count, rows=tuple(rows)
        )
