"""New code that stands elsewhere already: windows of normalised lines, searched for by their rarest line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from juryroom_reviewers.change import FileChange

from .claims import Claim, note
from .repository import Repository, production

WINDOW = 6
"""Lines of code in a row that must be the same, blank ones and comments not counted."""
MIN_CHARACTERS = 160
"""Of a window without white space; shorter ones are idioms."""
MAX_PROBES = 40
"""Lines that are searched for in one review."""
MAX_PLACES = 5
"""Files in which a line stands; one in more of them is an idiom."""
_COMMENT = re.compile(r"^(?:#|//|\*|/\*)")
_IDIOM = re.compile(r"^(?:import|from|package|using|include|require|export)\b|^[\W_]*$")


@dataclass(frozen=True)
class _Row:
    number: int
    code: str
    raw: str


def duplicates(repository: Repository) -> Iterator[Claim]:
    """Runs of at least WINDOW new lines that stand in another file, or elsewhere in the same one.

    Raises:
        TooLargeError, GitError: as `Repository`.
    """
    runs = [
        (file, run)
        for file in repository.change.files
        if file.text is not None and not file.partial and production(file.path)
        for run in _runs(file)
    ]
    probes: dict[str, list[tuple[FileChange, list[_Row]]]] = {}
    for file, run in sorted(runs, key=lambda one: -len(one[1])):
        for start in range(0, len(run) - WINDOW + 1, WINDOW):
            longest = max(run[start : start + WINDOW], key=lambda row: len(row.code))
            if len(probes) < MAX_PROBES or longest.raw in probes:
                probes.setdefault(longest.raw, []).append((file, run))
    if not probes:
        return
    where: dict[str, set[str]] = {}
    for hit in repository.search("-F", *[part for probe in probes for part in ("-e", probe)]):
        if production(hit.path) and (probe := hit.text.strip()) in probes:
            where.setdefault(probe, set()).add(hit.path)
    candidates = {path for paths in where.values() if len(paths) <= MAX_PLACES for path in paths}
    others = {path: _rows(text) for path, text in repository.texts(sorted(candidates)).items()}
    told: set[tuple[str, int]] = set()
    for file, run in runs:
        for claim in _matches(file, run, others):
            if (claim.path, claim.first) not in told:
                told.add((claim.path, claim.first))
                yield claim


def _rows(text: str) -> list[_Row]:
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        raw = line.strip()
        if raw and not _COMMENT.match(raw):
            rows.append(_Row(number, re.sub(r"\s+", "", raw), raw))
    return rows


def _runs(file: FileChange) -> list[list[_Row]]:
    """New code in a row, at least WINDOW lines of it."""
    new = file.changed_lines
    runs: list[list[_Row]] = [[]]
    for row in _rows(file.text or ""):
        if row.number in new:
            runs[-1].append(row)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) >= WINDOW]


def _matches(file: FileChange, run: list[_Row], others: dict[str, list[_Row]]) -> Iterator[Claim]:
    """The longest stretches of a run that stand elsewhere."""
    places: dict[tuple[str, ...], tuple[str, int]] = {}
    for path, rows in others.items():
        for at in range(len(rows) - WINDOW + 1):
            places.setdefault(tuple(row.code for row in rows[at : at + WINDOW]), (path, at))
    at = 0
    while at + WINDOW <= len(run):
        key = tuple(row.code for row in run[at : at + WINDOW])
        found = places.get(key)
        if found is None or not _telling(key):
            at += 1
            continue
        path, there = found
        rows, length = others[path], WINDOW
        while (
            at + length < len(run) and there + length < len(rows) and run[at + length].code == rows[there + length].code
        ):
            length += 1
        first, last = run[at].number, run[at + length - 1].number
        yield Claim(
            "duplicated",
            file.path,
            first,
            last,
            note(
                f"{length} new lines stand in {path} already",
                f"Before: once, in {path}:{rows[there].number}; after: twice. "
                "Whoever changes one must know of the other.",
                "Call what is there, or move it to where both can.",
            ),
        )
        at += length


def _telling(window: tuple[str, ...]) -> bool:
    return sum(map(len, window)) >= MIN_CHARACTERS and sum(bool(_IDIOM.match(line)) for line in window) < WINDOW // 2
