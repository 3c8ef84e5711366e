"""What is measured: pairs, average precision, precision and recall at a threshold, and whether probabilities hold."""

import itertools
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .data import Panel, PullRequest

BINS = 10
"""Of the calibration error: equally wide ones."""
_SHUFFLES = 5
_SURE = 1 - 1e-12


class Counts(NamedTuple):
    """True positives, false positives, misses."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def plus(self, other: "Counts") -> "Counts":
        """Both."""
        return Counts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def precision(self) -> float:
        """Share of what is kept that is right; 0 where nothing is."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        """Share of what is there that is kept; 0 where nothing is."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.tp / (2 * self.tp + self.fp + self.fn) if self.tp else 0.0


class Shown(NamedTuple):
    """One merged finding as a scorer sees it."""

    score: float
    credit: frozenset[int]
    """Golden bugs that its text is about."""


class Outcome(NamedTuple):
    """What one panel made of one pull request."""

    pr: str
    golden: int
    pairs: Counts
    shown: tuple[Shown, ...]
    reachable: int
    """Golden bugs that at least one member of the panel found."""


def outcome(case: PullRequest, panel: Panel, clusters: Sequence[Mapping[str, Any]]) -> Outcome:
    """Score one panel on one pull request; credit is by the shown text alone."""
    where = {member: number for number, one in enumerate(clusters) for member in one["members"]}
    tp = fp = fn = 0
    for (a, b), same in pair_truth(case, panel).items():
        merged = where[a] == where[b]
        tp, fp, fn = tp + (same and merged), fp + (merged and not same), fn + (same and not merged)
    shown = tuple(Shown(one["score"], case.truth[one["rep"]]) for one in clusters)
    found = {bug for tool in panel for item in case.reviews.get(tool, ()) for bug in item.match}
    return Outcome(case.pr, len(case.golden), Counts(tp, fp, fn), shown, len(found))


def pair_truth(case: PullRequest, panel: Panel) -> dict[tuple[str, str], bool]:
    """Pairs of findings of two reviewers whose truth is known: about one golden bug or not.

    A pair with an unmatched finding is known to differ only if its reviewer made nothing else about the other's bug.
    """
    of = {tool: [(item.id, case.truth[item.id]) for item in case.reviews.get(tool, ())] for tool in panel}
    bugs = {tool: frozenset().union(*(truth for _, truth in rows)) for tool, rows in of.items()}
    pairs = {}
    for first, second in itertools.combinations(panel, 2):
        for (a, of_a), (b, of_b) in itertools.product(of[first], of[second]):
            if of_a and of_b:
                pairs[a, b] = bool(of_a & of_b)
            elif (of_a and not of_a & bugs[second]) or (of_b and not of_b & bugs[first]):
                pairs[a, b] = False
    return pairs


def at_threshold(one: Outcome, tau: float) -> Counts:
    """Keep what scores at least tau: a true positive is a bug not credited before, a false one credits nothing new."""
    credited: set[int] = set()
    fp = 0
    for item in sorted(one.shown, key=lambda item: -item.score):
        if item.score < tau:
            break
        if item.credit - credited:
            credited |= item.credit
        else:
            fp += 1
    return Counts(len(credited), fp, one.golden - len(credited))


def total(counts: Iterable[Counts]) -> Counts:
    """Their sum."""
    result = Counts()
    for one in counts:
        result = result.plus(one)
    return result


def average_precision(outcomes: Sequence[Outcome]) -> float:
    """Of the merged findings of all pull requests ranked by score, by the golden bugs; ties: mean of five shuffles."""
    golden = sum(one.golden for one in outcomes)
    ranked = [(item.score, one.pr, item.credit) for one in outcomes for item in one.shown]
    results = []
    for seed in range(_SHUFFLES):
        rows = ranked[:]
        random.Random(seed).shuffle(rows)  # noqa: S311 - a measurement that repeats
        rows.sort(key=lambda row: -row[0])
        covered: set[tuple[str, int]] = set()
        found, gain = 0, 0.0
        for number, (_, pr, credit) in enumerate(rows, 1):
            if new := {(pr, bug) for bug in credit} - covered:
                covered |= new
                found += len(new)
                gain += len(new) * min(1.0, found / number)
        results.append(gain / golden if golden else 0.0)
    return sum(results) / _SHUFFLES


def brier(cases: Sequence[tuple[float, bool]]) -> float:
    """Mean squared error of the probabilities."""
    return sum((p - true) ** 2 for p, true in cases) / max(len(cases), 1)


def calibration_error(cases: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error: |mean probability - rate| per bin, weighted by its share of the cases."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for p, true in cases:
        bins.setdefault(int(min(p, _SURE) * BINS), []).append((p, true))
    apart = sum(abs(sum(p for p, _ in rows) - sum(true for _, true in rows)) for rows in bins.values())
    return apart / max(len(cases), 1)
