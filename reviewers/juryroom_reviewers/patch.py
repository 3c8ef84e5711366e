"""One file's part of a unified diff, exact to its line ends: to apply, to turn round, to compare."""

from difflib import SequenceMatcher

from pydantic import Field

from .change import Hunk, Status
from .value import Value

CONTEXT_LINES = 3
COMPARED_LINES = 2_000
"""Where more lines than this differ, they are one hunk: matching them takes time that grows faster than they do."""
_BOM = "\ufeff"
_TURNED = {"+": "-", "-": "+"}


class PatchHunk(Value):
    """A hunk with the line ends that `Hunk` leaves out."""

    old_start: int = Field(ge=0)
    old_count: int = Field(ge=0)
    new_start: int = Field(ge=0)
    new_count: int = Field(ge=0)
    rows: tuple[str, ...]
    """Lines with mark and line end; a line without line end is the last one of its file."""

    @property
    def hunk(self) -> Hunk:
        """The same without line ends."""
        return Hunk(
            old_start=self.old_start,
            old_count=self.old_count,
            new_start=self.new_start,
            new_count=self.new_count,
            lines=tuple(chomp(row) for row in self.rows),
        )


class Patch(Value):
    """What a unified diff says of one file."""

    path: str
    """The new name; the old one of a deleted file."""
    origin: str
    """The name of the file that the hunks change: differs for renames and copies."""
    status: Status
    hunks: tuple[PatchHunk, ...] = ()
    old_blob: str | None = None
    """Object id from the `index` line, maybe abbreviated; None where there is none or it is all zeros."""
    new_blob: str | None = None
    modes: frozenset[str] = frozenset()
    """All file modes that are named: 100644, 100755, 120000 (a symbolic link), 160000 (a submodule)."""
    binary: bool = False
    combined: bool = False
    """A merge against several parents (`diff --cc`), whose hunks are no unified diff."""
    line: int
    """Where it begins in the diff, from 1."""


Hunks = tuple[PatchHunk, ...]


def chomp(row: str) -> str:
    """The row without its line end (LF or CRLF)."""
    return row.removesuffix("\n").removesuffix("\r")


def split_rows(text: str) -> list[str]:
    """Lines with their line ends. Only LF ends a line, as in git."""
    rows = [row + "\n" for row in text.split("\n")]
    last = rows.pop()
    return [*rows, last[:-1]] if last != "\n" else rows


def join_rows(rows: list[str]) -> str:
    """The inverse of `split_rows`, for rows of which any may lack its line end."""
    return "".join([row if row.endswith("\n") else row + "\n" for row in rows[:-1]] + rows[-1:])


def apply(hunks: Hunks, text: str) -> str | None:
    """The new version of `text`, or None where the hunks don't fit exactly at their line numbers.

    Lines are compared without line ends, so that a diff fits whose line ends a mail client or an editor has changed.
    """
    lines = split_rows(text)
    out: list[str] = []
    at = 0
    for hunk in hunks:
        start = hunk.old_start - 1 if hunk.old_count else hunk.old_start
        if not at <= start <= len(lines):
            return None
        out += lines[at:start]
        at = start
        for row in hunk.rows:
            if row[0] == "+":
                out.append(row[1:])
                continue
            if at == len(lines) or chomp(lines[at]) != chomp(row[1:]):
                return None
            if row[0] == " ":
                out.append(lines[at])
            at += 1
    return join_rows(out + lines[at:])


def turned(hunks: Hunks) -> Hunks:
    """The hunks that lead back from the new version to the old."""
    return tuple(
        PatchHunk(
            old_start=hunk.new_start,
            old_count=hunk.new_count,
            new_start=hunk.old_start,
            new_count=hunk.old_count,
            rows=tuple(_TURNED.get(row[0], row[0]) + row[1:] for row in hunk.rows),
        )
        for hunk in hunks
    )


def new_side(hunks: Hunks) -> str:
    """The new version's lines that the hunks show, at their line numbers, with empty lines elsewhere."""
    rows: list[str] = []
    for hunk in hunks:
        rows += ["\n"] * (hunk.new_start - 1 - len(rows))
        rows += [row[1:] for row in hunk.rows if row[0] != "-"]
    return join_rows(rows)


def whole(text: str) -> Hunks:
    """The hunk that adds all of `text`; none for an empty text."""
    rows = split_rows(text)
    if not rows:
        return ()
    marked = tuple("+" + row for row in rows)
    return (PatchHunk(old_start=0, old_count=0, new_start=1, new_count=len(rows), rows=marked),)


def without_bom(hunks: Hunks) -> Hunks:
    """The hunks without a byte order mark in the first line of either side."""
    if not hunks or not any(row.startswith(_BOM, 1) for row in hunks[0].rows):
        return hunks
    first, rows = hunks[0], list(hunks[0].rows)
    for marks, start in ((" -", first.old_start), (" +", first.new_start)):
        index = next((n for n, row in enumerate(rows) if row[0] in marks), None)
        if index is not None and start == 1:
            rows[index] = rows[index][0] + rows[index][1:].removeprefix(_BOM)
    return (first.model_copy(update={"rows": tuple(rows)}), *hunks[1:])


def compare(before: str, after: str) -> Hunks:
    """The hunks from one text to another, for the few files whose diff git won't make (UTF-16, marked as binary)."""
    old, new = split_rows(before), split_rows(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    old_end, new_end = len(old) - tail, len(new) - tail
    if max(old_end, new_end) - head > COMPARED_LINES:
        codes = [("replace", head, old_end, head, new_end)]
    else:
        matcher = SequenceMatcher(None, old[head:old_end], new[head:new_end])
        codes = [(tag, a + head, b + head, c + head, d + head) for tag, a, b, c, d in matcher.get_opcodes()]
    codes = [code for code in codes if code[0] != "equal"]
    hunks: list[PatchHunk] = []
    while codes:
        group = [codes.pop(0)]
        while codes and codes[0][1] - group[-1][2] <= 2 * CONTEXT_LINES:
            group.append(codes.pop(0))
        hunks.append(_hunk(old, new, group))
    return tuple(hunks)


def _hunk(old: list[str], new: list[str], group: list[tuple[str, int, int, int, int]]) -> PatchHunk:
    lead = min(CONTEXT_LINES, group[0][1])
    at, new_at = group[0][1] - lead, group[0][3] - lead
    rows: list[str] = []
    start = at
    for _, old_from, old_to, new_from, new_to in group:
        rows += [" " + row for row in old[at:old_from]]
        rows += ["-" + row for row in old[old_from:old_to]]
        rows += ["+" + row for row in new[new_from:new_to]]
        at = old_to
    rows += [" " + row for row in old[at : at + CONTEXT_LINES]]
    old_count = sum(row[0] != "+" for row in rows)
    new_count = sum(row[0] != "-" for row in rows)
    return PatchHunk(
        old_start=start + (old_count > 0),
        old_count=old_count,
        new_start=new_at + (new_count > 0),
        new_count=new_count,
        rows=tuple(rows),
    )


def _common(one: list[str], other: list[str]) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
