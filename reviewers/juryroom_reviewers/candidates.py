"""Which pairs of findings are compared at all: those on neighbouring lines, and those that share a rare word."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from .anchor import Anchored
from .finding import Location
from .similarity import NEAR, Comparison

_ALL_PAIRS = 150
"""Up to so many findings without a confirmed place, each is compared with all of its kind."""
_RARE_WORDS = 10
_LONGEST_LIST = 24
"""A word that more findings share is not rare."""
_LEAST_SHARED = 2
_WINDOW = 64
"""Neighbours of a place that are compared with it: 10,000 findings on one line stay 10,000 x 64 pairs."""

Pairs = set[tuple[int, int]]


def candidates(findings: Sequence[Anchored], comparison: Comparison) -> Pairs:
    """Pairs (i < j) that may be one defect; their number grows linearly with the findings."""
    pairs: Pairs = set()
    anchored = [i for i, item in enumerate(findings) if item.location]
    pairs.update(_neighbours((i, place) for i in anchored if (place := findings[i].location)))
    loose = [i for i, item in enumerate(findings) if not item.location]
    if loose:
        claimed = ((i, place) for i in range(len(findings)) if (place := _claim(findings[i])))
        pairs.update(pair for pair in _neighbours(claimed) if not _both_anchored(findings, pair))
        pairs.update(_by_words(findings, comparison, loose))
    return pairs


def _claim(item: Anchored) -> Location | None:
    return item.location or item.finding.location


def _both_anchored(findings: Sequence[Anchored], pair: tuple[int, int]) -> bool:
    return findings[pair[0]].anchored and findings[pair[1]].anchored


def _neighbours(places: Iterable[tuple[int, Location]]) -> Iterator[tuple[int, int]]:
    """Pairs of a file whose lines are at most NEAR apart."""
    by_path: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for i, place in places:
        by_path[place.path].append((place.start_line, place.end_line, i))
    for rows in by_path.values():
        rows.sort()
        for position, (_, end, i) in enumerate(rows):
            for start, _, j in rows[position + 1 : position + 1 + _WINDOW]:
                if start - end > NEAR:
                    break
                yield min(i, j), max(i, j)


def _by_words(findings: Sequence[Anchored], comparison: Comparison, loose: list[int]) -> Iterator[tuple[int, int]]:
    """Pairs with at least one that has no confirmed place."""
    if len(findings) <= _ALL_PAIRS:
        for i in loose:
            yield from ((min(i, j), max(i, j)) for j in range(len(findings)) if j != i)
        return
    lists: dict[str, list[int]] = defaultdict(list)
    for i, words in enumerate(comparison.words):
        ranked = [(-comparison.rare[term], term) for term in words.stems]
        ranked += [(-comparison.rare_names[name], f"#{name}") for name in words.names]
        for _, term in sorted(ranked)[:_RARE_WORDS]:
            lists[term].append(i)
    shared = Counter(pair for row in lists.values() if len(row) <= _LONGEST_LIST for pair in combinations(row, 2))
    for pair, number in shared.items():
        if number >= _LEAST_SHARED and not _both_anchored(findings, pair):
            yield pair
