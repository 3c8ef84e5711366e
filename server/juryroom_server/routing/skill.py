"""Does a prompt predict anything? Judged against shuffles of the same tasks."""

from collections.abc import Sequence
from math import sqrt

from juryroom_reviewers.value import Value

from .linear import gram
from .router import Case, fit

LEAST_CASES = 50
_PARTS = 5
_SIGMAS = 2.0


class Skill(Value):
    """Out-of-fold APGR of a pair of models, and the band that chance stays in."""

    apgr: float
    low: float
    high: float

    @property
    def knows(self) -> bool:
        """Is it beyond chance?"""
        return self.apgr > self.high


def skill(
    cases: Sequence[Case], weak: str, strong: str, kernel: Sequence[Sequence[float]] | None = None
) -> Skill | None:
    """Measure by folds whether routing by text beats a random mix; None when that can't be told.

    Args:
        cases: recorded tasks; only those that both models tried are scored.
        weak: the cheaper model.
        strong: the better one.
        kernel: products of the cases' vectors, when they are known already.
    """
    both = [k for k, case in enumerate(cases) if weak in case.solved and strong in case.solved]
    gains = {k: cases[k].solved[strong] - cases[k].solved[weak] for k in both}
    if len(both) < LEAST_CASES or sum(gains.values()) <= 0:
        return None
    products = kernel or gram([case.vector for case in cases])
    predicted = {}
    for part in range(_PARTS):
        scored = set(both[part::_PARTS])
        inside = [k for k in range(len(cases)) if k not in scored]
        square = [[products[i][j] for j in inside] for i in inside]
        found = fit([cases[k] for k in inside], (weak, strong), square)
        predicted.update({k: found.gain(cases[k].vector, weak, strong) for k in scored})
    ranked = [gains[k] for k in sorted(both, key=lambda k: (-predicted[k], k))]
    spread = _SIGMAS * _chance(ranked)
    return Skill(apgr=area(ranked), low=0.5 - spread, high=0.5 + spread)


def area(ranked: Sequence[float]) -> float:
    """Mean share of the gap recovered over all shares of calls, of gains in the order of the router.

    Ong et al., RouteLLM (arXiv 2406.18665): the average performance gap recovered, here exact instead of at ten points.
    """
    number = len(ranked)
    return sum(gain * (number - place - 0.5) for place, gain in enumerate(ranked)) / (number * sum(ranked))


def _chance(gains: Sequence[float]) -> float:
    """Standard deviation of the area over all orders: of a linear statistic of ranks (Hoeffding, 1951)."""
    number = len(gains)
    mean = sum(gains) / number
    spread = sum((gain - mean) ** 2 for gain in gains) / (number - 1)
    places = number * (number * number - 1) / 12
    return sqrt(spread * places) / (number * abs(sum(gains)))
