"""New imports: those that close a cycle, and those against the direction that all others have."""

from __future__ import annotations

import posixpath
from collections import deque
from collections.abc import Iterator

from juryroom_reviewers.finding import Severity

from .claims import Claim, note
from .imports import Graph

MAX_CYCLE = 12
"""Files of a cycle that is spelled out."""
LEAST_AGAINST = 3
"""Imports in one direction, and none in the other, that make a direction."""


def cycles(graph: Graph) -> Iterator[Claim]:
    """Cycles that were not there before; each once."""
    seen: set[frozenset[str]] = set()
    for source, target in graph.new:
        back = _path(graph.after, target, source)
        known = _path(graph.before, target, source) and _path(graph.before, source, target)
        if back is None or known:
            continue
        cycle = [source, *back]
        if frozenset(cycle) in seen:
            continue
        seen.add(frozenset(cycle))
        way = " -> ".join(cycle[:MAX_CYCLE])
        line = graph.lines[source, target]
        yield Claim(
            "import-cycle",
            source,
            line,
            line,
            note(
                f"This import closes a cycle of {len(cycle) - 1} files",
                f"Before: no cycle through it; after: {way}. None of them can be imported, tested or moved without the "
                "others, and which one is imported first decides whether it works.",
                "Move what both need into a module of its own, or import it where it is used.",
                Severity.medium,
            ),
        )


def _path(graph: dict[str, frozenset[str]], start: str, end: str) -> list[str] | None:
    """The shortest way along imports, both ends included."""
    came: dict[str, str | None] = {start: None}
    queue = deque([start])
    while queue:
        at = queue.popleft()
        if at == end:
            way = [at]
            while (previous := came[way[-1]]) is not None:
                way.append(previous)
            return way[::-1]
        for following in graph.get(at, ()):
            if following not in came:
                came[following] = at
                queue.append(following)
    return None


def directions(graph: Graph) -> Iterator[Claim]:
    """New imports between two folders of which so far only the other one imported, and often."""
    counts: dict[tuple[str, str], int] = {}
    for source, targets in graph.before.items():
        for target in targets:
            pair = _folders(source, target)
            if pair is not None:
                counts[pair] = counts.get(pair, 0) + 1
    told: set[tuple[str, str]] = set()
    for source, target in graph.new:
        pair = _folders(source, target)
        if pair is None or pair in told:
            continue
        there, against = counts.get(pair, 0), counts.get((pair[1], pair[0]), 0)
        if there == 0 and against >= LEAST_AGAINST:
            told.add(pair)
            line = graph.lines[source, target]
            yield Claim(
                "layer-direction",
                source,
                line,
                line,
                note(
                    f"{pair[0]} begins to import {pair[1]}",
                    f"Before: {against} imports from {pair[1]} to {pair[0]}, none in this direction; after: one. "
                    "What was below now needs what was above.",
                    f"Hand over what is needed from {pair[1]} as an argument, or move it below both.",
                ),
            )


def _folders(source: str, target: str) -> tuple[str, str] | None:
    """The two folders that part below what both paths have in common; None where one holds the other."""
    left, right = posixpath.dirname(source).split("/"), posixpath.dirname(target).split("/")
    same = 0
    while same < min(len(left), len(right)) and left[same] == right[same]:
        same += 1
    if same in (len(left), len(right)):
        return None
    return "/".join(left[: same + 1]), "/".join(right[: same + 1])
