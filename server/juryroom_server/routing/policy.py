"""Which model a task starts on, within its limits, and why; nothing is called."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from juryroom_reviewers.failure import Failure
from juryroom_reviewers.persona import Tier
from juryroom_reviewers.value import Value

from .hull import Mix, Point, best, cheapest, hull
from .reading import Reading
from .router import Qualities

STRENGTH = {Tier.economy: 0, Tier.workhorse: 1, Tier.frontier: 2}
DEFAULT_QUALITY = 0.98
_SCATTER = 2_654_435_761
"""Knuth's multiplicative hash: sums of slots that are near each other fall far apart."""


class RoutingError(Failure):
    """No model is left within the limits; the message says which limit took which model."""


class Offer(Value):
    """A model that could be asked."""

    key: str
    tier: Tier
    cost_usd: Decimal | None = None
    """The most that the task can cost on it; None: unknown."""
    latency_s: float | None = None
    local: bool = False
    """Nothing leaves for a host that is not loopback or listed as private."""


class Limits(Value):
    """What a task may cost and take. What is not said does not limit."""

    budget_usd: Decimal | None = None
    deadline_s: float | None = None
    tier: Tier | None = None
    """The lowest that it may start on."""
    local_only: bool = False
    quality: float = DEFAULT_QUALITY
    """Target, as a share of what the best model within the limits solves."""


class Basis(StrEnum):
    """What a decision rests on."""

    gain = "gain"
    """Predicted from the text, by a router that was better than chance on recorded tasks."""
    hull = "hull"
    """Recorded cost per task and quality; the text says nothing."""
    tiers = "tiers"
    """The tiers of the configuration: nothing is recorded."""


class Knowledge(Value):
    """What outcomes have taught; empty at first."""

    router: Qualities | None = None
    """None: prompts were not shown to predict anything for these models."""
    records: Mapping[str, Point] = {}
    """Model -> what it cost and solved, for this class of tasks."""
    margin: float = 0.0
    """One standard error of the router's share; a weaker model must clear its target by it."""


class Route(Value):
    """The decision."""

    model: str
    tier: Tier
    basis: Basis
    reason: str
    cost_usd: Decimal | None
    """The most that the first model can cost; None: unknown."""
    then: tuple[str, ...]
    """Where it goes next when the answer does not hold, in order."""
    cost_all_usd: Decimal | None
    """The most that it costs when every one of them is asked; None: unknown for one of them."""
    barred: tuple[str, ...]
    """Why others were left out, one line each."""


def decide(
    reading: Reading,
    offers: Sequence[Offer],
    limits: Limits = Limits(),  # noqa: B008 - frozen
    knowledge: Knowledge = Knowledge(),  # noqa: B008 - frozen
) -> Route:
    """Choose the cheapest model that is expected to reach the target quality; the same input gives the same route.

    Raises:
        RoutingError: when nobody is within the limits.
    """
    allowed, barred = _within(reading, offers, limits)
    if not allowed:
        said = "; ".join(barred) or "there is none: set a key or name a model in the user configuration"
        raise RoutingError(f"no model can take this task: {said}")
    ladder = sorted(allowed, key=lambda one: (STRENGTH[one.tier], one.cost_usd is None, one.cost_usd or 0, one.key))
    first, basis, reason = _first(reading, ladder, limits, knowledge)
    then = tuple(one for one in ladder if STRENGTH[one.tier] > STRENGTH[first.tier])
    costs = [one.cost_usd for one in (first, *then)]
    return Route(
        model=first.key,
        tier=first.tier,
        basis=basis,
        reason=reason,
        cost_usd=first.cost_usd,
        then=tuple(one.key for one in then),
        cost_all_usd=None if None in costs else sum((one for one in costs if one is not None), Decimal(0)),
        barred=tuple(barred),
    )


def _within(reading: Reading, offers: Sequence[Offer], limits: Limits) -> tuple[list[Offer], list[str]]:
    floor, because = limits.tier, "below the tier that was asked for"
    if reading.risks and (floor is None or floor is Tier.economy):
        floor, because = Tier.workhorse, f"touches {', '.join(reading.risks)}, which never starts below workhorse"
    allowed, barred = [], []
    for offer in offers:
        if limits.local_only and not offer.local:
            barred.append(f"{offer.key}: would leave this machine")
        elif limits.budget_usd is not None and offer.cost_usd is None:
            barred.append(f"{offer.key}: its price is unknown, and there is a budget")
        elif limits.budget_usd is not None and offer.cost_usd is not None and offer.cost_usd > limits.budget_usd:
            barred.append(f"{offer.key}: may cost ${offer.cost_usd:.4f} of ${limits.budget_usd:.4f}")
        elif limits.deadline_s is not None and offer.latency_s is not None and offer.latency_s > limits.deadline_s:
            barred.append(f"{offer.key}: takes {offer.latency_s:g} s, the deadline is {limits.deadline_s:g} s")
        elif floor is not None and STRENGTH[offer.tier] < STRENGTH[floor]:
            barred.append(f"{offer.key}: {because}")
        else:
            allowed.append(offer)
    return allowed, barred


def _first(reading: Reading, ladder: Sequence[Offer], limits: Limits, knowledge: Knowledge) -> tuple[Offer, Basis, str]:
    router = knowledge.router
    if router is not None and all(one.key in router.lines for one in ladder):
        return _by_gain(reading, ladder, limits, router, knowledge.margin)
    points = [knowledge.records[one.key] for one in ladder if one.key in knowledge.records]
    if len(points) == len(ladder) and (mix := _mix(points, limits)) is not None:
        # the text stands in for chance, so that the same task goes to the same model
        draw = sum(reading.vector.slots) * _SCATTER % 2**32 / 2**32
        chosen = mix.stronger if draw < mix.share else mix.weaker
        offer = next(one for one in ladder if knowledge.records[one.key] == chosen)
        return (
            offer,
            Basis.hull,
            (
                f"the text predicts nothing; of recorded tasks {mix.share:.0%} go to {mix.stronger.name}, the rest to "
                f"{mix.weaker.name}, for {mix.quality:.0%} solved at ${mix.cost_usd:.4f} a task"
            ),
        )
    known = f"outcomes are recorded of {len(points)} of {len(ladder)} models" if points else "no outcome is recorded"
    return ladder[0], Basis.tiers, f"nothing is known of such tasks ({known}): the cheapest tier that may, and verify"


def _mix(points: Sequence[Point], limits: Limits) -> Mix | None:
    edge = hull(points)
    mix = cheapest(edge, limits.quality * edge[-1].quality) if edge else None
    if mix is not None and limits.budget_usd is not None and mix.cost_usd > limits.budget_usd:
        # a task takes more than the one call whose ceiling let the model in
        return best(edge, float(limits.budget_usd)) or Mix(weaker=edge[0], stronger=edge[0], share=0.0)
    return mix


def _by_gain(
    reading: Reading, ladder: Sequence[Offer], limits: Limits, router: Qualities, margin: float
) -> tuple[Offer, Basis, str]:
    expected = {one.key: router.quality(reading.vector, one.key) for one in ladder}
    strongest = max(ladder, key=lambda one: expected[one.key])
    wanted = limits.quality * expected[strongest.key] + margin
    one = next((one for one in ladder if expected[one.key] >= wanted), strongest)
    gain = expected[strongest.key] - expected[one.key]
    said = "the best expected" if one is strongest else f"{strongest.key} is expected to gain {gain:+.2f}"
    return one, Basis.gain, f"expected to solve {expected[one.key]:.2f}; {said} (fitted on {router.cases} tasks)"
