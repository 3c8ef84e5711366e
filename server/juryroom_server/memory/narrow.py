"""A change without those of its parts that are known already: they become code that was there before."""

from collections.abc import Iterable, Sequence

from juryroom_reviewers.change import ChangeSet, FileChange, Hunk
from juryroom_reviewers.memory import Unit

AROUND = 3
"""Lines around the changed ones in a hunk, as git has them."""


def narrowed(change: ChangeSet, left: Iterable[Unit]) -> ChangeSet:
    """The change as it would be, had all but these units been made before.

    Files keep their places; one of which nothing is left has no hunks. A unit whose lines are not in any hunk, such as
    one with a changed name, brings back the hunks of the whole file.
    """
    by_path: dict[str, list[Unit]] = {}
    for unit in left:
        by_path.setdefault(unit.path, []).append(unit)
    files = tuple(_narrowed(file, by_path.get(file.path, ())) for file in change.files)
    return ChangeSet(source=change.source, base=change.base, head=change.head, files=files, skipped=change.skipped)


def _narrowed(file: FileChange, left: Sequence[Unit]) -> FileChange:
    if not left or not file.hunks:
        hunks: tuple[Hunk, ...] = ()
    else:
        hunks = _hunks(file, left)
        if not all(any(unit.has(line) for hunk in hunks for line in _touched(hunk)) for unit in left):
            hunks = file.hunks
    # not a copy: that would keep which lines were changed
    return FileChange(
        path=file.path,
        old_path=file.old_path,
        status=file.status,
        hunks=hunks,
        text=file.text,
        before=file.before,
        partial=file.partial,
    )


def _touched(hunk: Hunk) -> Iterable[int]:
    yield from hunk.changed_lines
    for spot, _ in hunk.removals:
        yield from (spot, spot - 1)


def _hunks(file: FileChange, left: Sequence[Unit]) -> tuple[Hunk, ...]:
    made: list[Hunk] = []
    grown = 0  # lines by which what is kept so far has made the file longer
    for hunk in file.hunks:
        rows = _rows(hunk, left)
        shown = _near(rows)
        start = 0
        while start < len(rows):
            if not shown[start]:
                start += 1
                continue
            end = start
            while end < len(rows) and shown[end]:
                end += 1
            lines = tuple(text for _, text in rows[start:end])
            news = sum(not line.startswith("-") for line in lines)
            olds = sum(not line.startswith("+") for line in lines)
            first = rows[start][0]
            # git names the line before, where there is none on a side
            made.append(
                Hunk(
                    old_start=max(first - grown - (olds == 0), 0),
                    old_count=olds,
                    new_start=max(first - (news == 0), 0),
                    new_count=news,
                    lines=lines,
                )
            )
            grown += news - olds
            start = end
    return tuple(made)


def _rows(hunk: Hunk, left: Sequence[Unit]) -> list[tuple[int, str]]:
    """The rows that remain, each with the number of its line, or of the one that stands in its place."""
    rows: list[tuple[int, str]] = []
    number = hunk.new_start + (hunk.new_count == 0)
    spots = {spot: any(unit.has(spot) or unit.has(max(spot - 1, 1)) for unit in left) for spot, _ in hunk.removals}
    for line in hunk.lines:
        if line.startswith("-"):
            if spots[number]:
                rows.append((number, line))
            continue
        if line.startswith("+") and not any(unit.has(number) for unit in left):
            line = " " + line[1:]  # noqa: PLW2901 - it was there before, so to speak
        rows.append((number, line))
        number += 1
    return rows


def _near(rows: Sequence[tuple[int, str]]) -> list[bool]:
    shown = [False] * len(rows)
    for position, (_, text) in enumerate(rows):
        if text[:1] in "+-" and text:
            for near in range(max(position - AROUND, 0), min(position + AROUND + 1, len(rows))):
                shown[near] = True
    return shown
