"""Agglomerative clustering over sparse log-odds: pairs that were never compared count as unlike."""

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

from .priors import PairWeights
from .similarity import CLAIMED_FAR, UNLIKE, placed_words

_MOST_ALIKE = 2.5
"""Large clusters share words as the English language does: that alone must not outweigh pairs that are unlike."""


@dataclass(frozen=True, slots=True)
class Link:
    """What speaks for two clusters being one, in log-odds."""

    words: float
    place: float
    """All but words; minus infinity where they can't be one."""


class Forest:
    """Clusters while they are being merged. Each has its links, and the sum of its members' words."""

    def __init__(
        self,
        links: list[dict[int, Link]],
        bags: list[dict[str, float]],
        weights: PairWeights,
        *,
        placed: Sequence[bool],
        claimed: Sequence[bool],
    ) -> None:
        """Begin with one cluster a finding.

        Args:
            links: of each finding to those that it was compared with, both ways.
            bags: its words.
            weights: fitted numbers.
            placed: whether code confirms its place.
            claimed: whether it names one at all.
        """
        self._links = links
        self._bags = bags
        self._placed = list(placed)
        self._claimed = list(claimed)
        self._weights = weights
        self.members = {index: [index] for index in range(len(links))}

    def merge(self) -> list[list[int]]:
        """Merge the two most likely ones for as long as they are more likely one than two."""
        heap: list[tuple[float, int, int]] = []
        latest: dict[tuple[int, int], float] = {}

        def push(i: int, j: int) -> None:
            i, j = min(i, j), max(i, j)
            odds = self.odds(i, j)
            latest[i, j] = odds
            if odds > 0:
                heapq.heappush(heap, (-odds, i, j))

        for i, row in enumerate(self._links):
            for j in row:
                if i < j:
                    push(i, j)
        while heap:
            negative, i, j = heapq.heappop(heap)
            if i in self.members and j in self.members and latest[i, j] == -negative:
                self._join(i, j)
                for other in self._links[i]:
                    push(i, other)
        return list(self.members.values())

    def odds(self, i: int, j: int) -> float:
        """Half by the average of the members' pairs, half by the clusters' words taken together, and by their places.

        The second half is what keeps a large cluster whole: each member shares words with it, though not with each.
        """
        link = self._links[i][j]
        if link.place == -math.inf:
            return -math.inf
        alike = self._weights.centroid_slope * (_cosine(self._bags[i], self._bags[j]) - self._weights.centroid_middle)
        alike = min(alike, _MOST_ALIKE)
        words = (link.words + (placed_words(alike) if self._placed[i] and self._placed[j] else alike)) / 2
        return words + link.place

    def _join(self, i: int, j: int) -> None:
        """Let cluster i take over j."""
        size_i, size_j = len(self.members[i]), len(self.members[j])
        mine, gone = self._links[i], self._links[j]
        mine.pop(j)
        gone.pop(i)
        for other in gone.keys() | mine.keys():
            a = mine.get(other) or self._unlike(i, other)
            b = gone.get(other) or self._unlike(j, other)
            share = size_i / (size_i + size_j)
            mean = Link(a.words * share + b.words * (1 - share), a.place * share + b.place * (1 - share))
            mine[other] = self._links[other][i] = mean
            self._links[other].pop(j, None)
        self._links[j] = {}
        bag = self._bags[i]
        for term, value in self._bags[j].items():
            bag[term] = bag.get(term, 0.0) + value
        self._placed[i] = self._placed[i] or self._placed[j]
        self._claimed[i] = self._claimed[i] or self._claimed[j]
        self.members[i] += self.members.pop(j)

    def _unlike(self, i: int, j: int) -> Link:
        # all that are near each other were compared
        if self._placed[i] and self._placed[j]:
            return Link(UNLIKE, -math.inf)
        return Link(UNLIKE, CLAIMED_FAR if self._claimed[i] and self._claimed[j] else 0.0)


def _cosine(a: dict[str, float], b: dict[str, float]) -> float:
    if len(b) < len(a):
        a, b = b, a
    product = sum(value * b.get(term, 0.0) for term, value in a.items())
    return product / math.sqrt(sum(v * v for v in a.values()) * sum(v * v for v in b.values()) or 1.0)
