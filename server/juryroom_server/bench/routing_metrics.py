"""How good a router's order is: APGR and CPT (RouteLLM, arXiv 2406.18665), AIQ (RouterBench, arXiv 2403.12031)."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from ..routing.hull import Point, hull


class Routed(NamedTuple):
    """A task with both models' quality, and the order that it gets."""

    id: str
    gain: float
    """Predicted; tasks are given to the stronger model in falling order of it."""
    weak: float
    strong: float


def curve(routed: Sequence[Routed]) -> list[float]:
    """Share of the gap between the models that is recovered when 0, 1, ... n tasks go to the stronger one."""
    gap = sum(one.strong - one.weak for one in routed)
    recovered, points = 0.0, [0.0]
    for one in sorted(routed, key=lambda one: (-one.gain, one.id)):
        recovered += one.strong - one.weak
        points.append(recovered / gap if gap else 0.0)
    return points


def apgr(routed: Sequence[Routed]) -> float | None:
    """Mean share of the gap recovered over all shares of calls; random order gives 0.5. None where there is no gap."""
    if sum(one.strong - one.weak for one in routed) <= 0:
        return None
    return sum((a + b) / 2 for a, b in pairwise(curve(routed))) / len(routed)


def cpt(routed: Sequence[Routed], share: float) -> float:
    """The smallest share of calls to the stronger model that recovers so much of the gap."""
    points = curve(routed)
    return next(place for place, point in enumerate(points) if point >= share - 1e-12) / len(routed)


def aiq(weak_cost: Sequence[float], strong_cost: Sequence[float], routed: Sequence[Routed]) -> float:
    """Mean quality over the range of costs, along the hull of what the router reaches.

    Args:
        weak_cost: USD of each task on the weaker model.
        strong_cost: the same on the stronger one.
        routed: the tasks, in the same order.
    """
    number = len(routed)
    cost, quality = sum(weak_cost), sum(one.weak for one in routed)
    points = [Point(name="0", cost_usd=cost / number, quality=quality / number)]
    order = sorted(range(number), key=lambda k: (-routed[k].gain, routed[k].id))
    for place, k in enumerate(order, 1):
        cost += strong_cost[k] - weak_cost[k]
        quality += routed[k].strong - routed[k].weak
        points.append(Point(name=str(place), cost_usd=max(cost, 0.0) / number, quality=quality / number))
    edge = hull(points)
    area = sum((a.quality + b.quality) / 2 * (b.cost_usd - a.cost_usd) for a, b in pairwise(edge))
    low, high = edge[0].cost_usd, max(one.cost_usd for one in points)
    area += edge[-1].quality * (high - edge[-1].cost_usd)
    return area / (high - low) if high > low else edge[-1].quality
