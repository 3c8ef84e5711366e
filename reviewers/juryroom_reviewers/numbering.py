"""A file as a reviewer sees it: lines with new-file numbers, the changed ones marked."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .change import FileChange

AROUND = 3
"""Lines shown above and below a hunk, besides the three that a hunk brings."""
MAX_LINE = 400
"""Characters shown of a line."""
MAX_REMOVED = 80
"""Lines shown of one run of removed lines: what replaced them matters more."""


class Row(NamedTuple):
    """One line to show."""

    number: int | None
    """In the new file, from 1; None for a removed line, and for one that is repeated from elsewhere."""
    mark: str
    """`+` added, `-` removed, or a space."""
    text: str


Segment = list[Row]
"""Rows without a gap between them."""


def number(file: FileChange, *, also: Iterable[tuple[int, int]] = (), around: int = AROUND) -> str:
    """The changed parts of a file with their line numbers.

    What stands behind `|` and two spaces is the line as it is in the file; a line that is cut says so at its end.

    Args:
        file: the change.
        also: further ranges of lines (first, last) to show, such as the definition around a hunk.
        around: lines to show above and below each hunk; none of a file of which only the diff is known.
    """
    return join(segments(file, also=also, around=around), len(file.lines))


def segments(file: FileChange, *, also: Iterable[tuple[int, int]] = (), around: int = AROUND) -> list[Segment]:
    """The rows of a file that are worth showing: every touched line, once, and what is around them."""
    shown = _shown(file, also, around)
    removed: dict[int, list[str]] = {}
    for hunk in file.hunks:
        for spot, lines in hunk.removals:
            removed.setdefault(spot, []).extend(lines)
    found: list[Segment] = []
    last = None
    for spot in sorted(shown | removed.keys()):
        if last is None or spot > last + 1:
            found.append([])
        last = spot
        found[-1] += _removed_rows(removed.get(spot, ()))
        if spot in shown:
            found[-1].append(Row(spot, "+" if spot in file.changed_lines else " ", file.lines[spot - 1]))
    return found


def _shown(file: FileChange, also: Iterable[tuple[int, int]], around: int) -> set[int]:
    hunks = [(hunk.new_start, hunk.new_start + hunk.new_count - 1) for hunk in file.hunks if hunk.new_count]
    if file.partial:  # other lines of its text are blanks that stand for lines nobody has
        wanted = hunks
    else:
        gaps = [(line, line) for line in file.touched_lines]
        wanted = [(start - around, end + around) for start, end in (*hunks, *gaps)] + list(also)
    total = len(file.lines)
    return {line for start, end in wanted for line in range(max(start, 1), min(end, total) + 1)}


def _removed_rows(lines: Sequence[str]) -> list[Row]:
    rows = [Row(None, "-", line) for line in lines[:MAX_REMOVED]]
    if len(lines) > MAX_REMOVED:
        rows.append(Row(None, "-", f"… {len(lines) - MAX_REMOVED} more removed lines"))
    return rows


def join(parts: Iterable[Segment], last_line: int) -> str:
    """Segments as text, with a mark for each gap.

    Args:
        parts: what to show.
        last_line: number of the file's last line: decides how wide the numbers are.
    """
    width = max(4, len(str(last_line)))
    gap = f"\n{'…':>{width}}\n"
    return gap.join("\n".join(render(row, width) for row in segment) for segment in parts)


def render(row: Row, width: int = 4) -> str:
    """One row as text: `  42 + |  added line`."""
    gutter = f"{'' if row.number is None else row.number:>{width}} {row.mark} |"
    return f"{gutter}  {cut(row.text)}" if row.text else gutter


def cut(text: str, limit: int = MAX_LINE) -> str:
    """A line at a length that can be read, with a mark where it was cut."""
    return text if len(text) <= limit else f"{text[:limit]} …[{len(text) - limit} more characters]"
