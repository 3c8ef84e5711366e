"""The static choice that any router has to beat: mixing the models on the hull of cost per task and quality."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from juryroom_reviewers.value import Value


class Point(Value):
    """A model, or a chain of models, over recorded tasks."""

    name: str
    cost_usd: float
    """Mean of a task, not of a token: a cheap model that talks much is dear."""
    quality: float
    """Share solved, 0 to 1."""


class Mix(Value):
    """Two neighbours on the hull; a share of the tasks goes to the stronger."""

    weaker: Point
    stronger: Point
    share: float

    @property
    def cost_usd(self) -> float:
        """Mean of a task."""
        return self.weaker.cost_usd + self.share * (self.stronger.cost_usd - self.weaker.cost_usd)

    @property
    def quality(self) -> float:
        """Share solved."""
        return self.weaker.quality + self.share * (self.stronger.quality - self.weaker.quality)


def hull(points: Iterable[Point]) -> tuple[Point, ...]:
    """The upper left hull, from the cheapest to the best: nobody off it is worth asking.

    Each costs more and solves more than the one before, for ever more money per task solved.
    """
    kept: list[Point] = []
    for point in sorted(points, key=lambda one: (one.cost_usd, -one.quality, one.name)):
        if kept and point.quality <= kept[-1].quality:
            continue
        while len(kept) > 1 and _slope(kept[-2], point) >= _slope(kept[-2], kept[-1]):
            kept.pop()
        kept.append(point)
    return tuple(kept)


def cheapest(edge: Sequence[Point], quality: float) -> Mix | None:
    """The mix that reaches this quality at the lowest cost; None when the best does not reach it.

    Args:
        edge: as `hull` gives it.
        quality: share solved.
    """
    if not edge or quality > edge[-1].quality:
        return None
    if quality <= edge[0].quality:
        return Mix(weaker=edge[0], stronger=edge[0], share=0.0)
    for weaker, stronger in pairwise(edge):
        if quality <= stronger.quality:
            share = (quality - weaker.quality) / (stronger.quality - weaker.quality)
            return Mix(weaker=weaker, stronger=stronger, share=share)
    return None


def best(edge: Sequence[Point], budget_usd: float) -> Mix | None:
    """The mix that solves most for this much a task; None when the cheapest costs more."""
    if not edge or budget_usd < edge[0].cost_usd:
        return None
    for weaker, stronger in pairwise(edge):
        if budget_usd <= stronger.cost_usd:
            share = (budget_usd - weaker.cost_usd) / (stronger.cost_usd - weaker.cost_usd)
            return Mix(weaker=weaker, stronger=stronger, share=share)
    return Mix(weaker=edge[-1], stronger=edge[-1], share=0.0)


def _slope(start: Point, end: Point) -> float:
    # of equal cost only the better is kept, and it ends steeper than all
    rise, run = end.quality - start.quality, end.cost_usd - start.cost_usd
    return rise / run if run else float("inf")
