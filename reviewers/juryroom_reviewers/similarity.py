"""How likely two findings are about one defect: by their words, and by their places."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from .anchor import Anchored
from .finding import Location
from .priors import PairWeights
from .reviewer import Method
from .words import Words, rarity, weight

# Log-odds. The measured likelihood ratio of "the same file within 10 lines" is about 15 (2.7); overlapping quotes
# say more, and a CWE less, since here both come from code rather than from reviewers' memory.
_SAME_LINES, _CLOSE_LINES, _NEAR_LINES = 2.7, 2.0, 0.5
_SAME_CWE, _OTHER_CWE, _ONE_CWE = 1.5, -1.5, -0.5
_OTHER_CATEGORY = -0.5
_UNPLACED = -1.0
# a place that a reviewer claims and no code confirms: near, far off in the same file, in another file
_CLAIMED_NEAR, CLAIMED_FAR, _CLAIMED_ELSEWHERE = 4.0, -2.0, -2.0
_ONE_REVIEWER = -2.0
"""A reviewer seldom says one thing twice: at -1 merging hides more bugs, at -3 it parts what is one."""
_LEAST_WORDS = -1.95
"""Below this, words say no more against two findings on the same lines: short titles share few words."""
CLOSE, NEAR = 3, 10
"""Lines between two places that are about the same thing for sure, and perhaps."""
UNLIKE = -4.0
"""What is assumed of the words of two findings that share no rare one."""

_ALIKE = (
    (22, 23, 36, 73),
    (77, 78, 88),
    (89, 564, 943),
    (94, 95, 96),
    (259, 321, 798),
    (326, 327, 328, 759, 760, 916),
    (330, 335, 338),
)
"""CWE numbers that reviewers use for one and the same defect."""
_WEAKNESS = {f"CWE-{number}": f"CWE-{group[0]}" for group in _ALIKE for number in group}


def weakness(cwe: str | None) -> str | None:
    """The CWE, or the one that stands for all that are used for the same defect."""
    return _WEAKNESS.get(cwe, cwe) if cwe else None


@dataclass(frozen=True, slots=True)
class Pair:
    """What two findings share: the features of the model of words."""

    cosine: float
    """Of the stems, each by its rarity."""
    jaccard: float
    names: float
    """Share of the names of the finding with fewer, by rarity; 0 where one has none."""
    both_named: float
    grams: float
    contained: float
    """Share of the shorter text's stems that are in the longer one."""

    @property
    def overlap(self) -> float:
        """One figure for it all, by which the alternatives of a pair are compared."""
        return (self.cosine + self.jaccard + self.grams) / 3


Features = tuple[float, float, float, float, float, float, float]
"""Those of the pair, and by how much its overlap beats the next best finding of either reviewer."""


class Comparison:
    """The words of all findings of a change, ready to be compared."""

    def __init__(self, findings: Sequence[Anchored]) -> None:
        self.words = [words_of(item) for item in findings]
        self.seats = [item.seat.name for item in findings]
        self.rare = rarity(words.stems for words in self.words)
        self.rare_names = rarity(words.names for words in self.words)
        self._length = [math.sqrt(weight(words.stems, self.rare)) or 1.0 for words in self.words]
        self._names = [sum(self.rare_names[name] for name in words.names) for words in self.words]

    def pair(self, i: int, j: int) -> Pair:
        """What two of them share."""
        a, b = self.words[i], self.words[j]
        shared = a.stems & b.stems
        either = len(a.stems) + len(b.stems) - len(shared)
        named = bool(a.names and b.names)
        common = sum(self.rare_names[name] for name in a.names & b.names) if named else 0.0
        grams = len(a.grams) + len(b.grams)
        return Pair(
            cosine=weight(shared, self.rare) / (self._length[i] * self._length[j]),
            jaccard=len(shared) / either if either else 0.0,
            names=common / min(self._names[i], self._names[j]) if common else 0.0,
            both_named=float(named),
            grams=2 * len(a.grams & b.grams) / grams if grams else 0.0,
            contained=len(shared) / (min(len(a.stems), len(b.stems)) or 1),
        )

    def features(self, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Features]:
        """Features of each of `pairs` (i < j); a reviewer seldom says one thing twice, so the alternatives count."""
        shared = {pair: self.pair(*pair) for pair in pairs}
        ranked: dict[tuple[int, str], list[tuple[float, int]]] = defaultdict(list)
        for (i, j), pair in shared.items():
            ranked[i, self.seats[j]].append((pair.overlap, j))
            ranked[j, self.seats[i]].append((pair.overlap, i))
        best = {key: sorted(rows, reverse=True)[:2] for key, rows in ranked.items()}

        def beaten(i: int, j: int) -> float:
            return next((overlap for overlap, other in best[i, self.seats[j]] if other != j), 0.0)

        return {
            (i, j): (
                pair.cosine,
                pair.jaccard,
                pair.names,
                pair.both_named,
                pair.grams,
                pair.contained,
                pair.overlap - max(beaten(i, j), beaten(j, i)),
            )
            for (i, j), pair in shared.items()
        }

    def bag(self, i: int) -> dict[str, float]:
        """Unit vector of stems and names by rarity, to be added up over a cluster."""
        bag = {term: self.rare[term] for term in self.words[i].stems}
        bag.update({f"#{name}": 1.0 for name in self.words[i].names})
        length = math.sqrt(sum(value * value for value in bag.values())) or 1.0
        return {term: value / length for term, value in bag.items()}


def words_of(item: Anchored) -> Words:
    """Words of what a finding claims; and the names in its quote, unless its place already says which code is meant."""
    return Words(f"{item.finding.title} {item.finding.rationale}", "" if item.anchored else item.finding.quote)


def words_odds(features: Features, weights: PairWeights) -> float:
    """Log-odds by words."""
    return weights.bias + sum(w * x for w, x in zip(weights.features, features, strict=True))


def place_odds(a: Anchored, b: Anchored) -> float:
    """Log-odds by everything but words, to be added to theirs; minus infinity for two that can't be one defect.

    Two anchored findings that are more than NEAR lines apart are two, whatever they say, and so are two of one reviewer
    that quote different code, and two of analysers whose rules mean different things. A place that is merely claimed
    may be wrong: it is weighed.
    """
    overlap = _overlap(a, b)
    same_seat = a.seat.name == b.seat.name
    if same_seat and not overlap and _says_where(a) and _says_where(b):
        return -math.inf
    if _different_rules(a, b):
        return -math.inf
    odds = _ONE_REVIEWER if same_seat and not overlap else 0.0
    if a.finding.cwe and b.finding.cwe:
        odds += _SAME_CWE if weakness(a.finding.cwe) == weakness(b.finding.cwe) else _OTHER_CWE
    elif a.finding.cwe or b.finding.cwe:
        odds += _ONE_CWE
    if a.finding.category != b.finding.category:
        odds += _OTHER_CATEGORY
    if a.location is None or b.location is None:
        return odds + _claimed_odds(a, b)
    if a.location.path != b.location.path:
        return -math.inf
    apart = gap(a.location, b.location)
    if apart > NEAR:
        return -math.inf
    return odds + (_SAME_LINES if overlap else _CLOSE_LINES if apart <= CLOSE else _NEAR_LINES)


def placed_words(odds: float) -> float:
    """Log-odds by words, for two findings on neighbouring lines."""
    return max(odds, _LEAST_WORDS)


def _says_where(item: Anchored) -> bool:
    return item.anchored or bool(item.finding.quote)


def _claimed_odds(a: Anchored, b: Anchored) -> float:
    here, there = a.location or a.finding.location, b.location or b.finding.location
    if here is None or there is None:
        return _UNPLACED if here or there else 0.0
    if a.anchored or b.anchored:
        return _UNPLACED  # code has looked for it, and not found it there
    if here.path != there.path:
        return _CLAIMED_ELSEWHERE
    return _CLAIMED_NEAR if gap(here, there) <= NEAR else CLAIMED_FAR


def _different_rules(a: Anchored, b: Anchored) -> bool:
    """Whether two analysers speak of different things: their rules say which weakness they mean, and mean it."""
    if Method.model in (a.seat.method, b.seat.method):
        return False
    return weakness(a.finding.cwe) != weakness(b.finding.cwe) or a.finding.category != b.finding.category


def _overlap(a: Anchored, b: Anchored) -> bool:
    if a.location is None or b.location is None:
        return bool(a.finding.quote) and a.finding.quote == b.finding.quote
    return a.location.path == b.location.path and gap(a.location, b.location) == 0


def gap(a: Location, b: Location) -> int:
    """Lines between two places of a file; 0 when they overlap. A whole function around a line is not on that line."""
    first, second = sorted((a, b), key=lambda place: place.start_line)
    if first.end_line - first.start_line > NEAR:
        return second.start_line - first.start_line
    return max(0, second.start_line - first.end_line)
