"""Who sits where: each persona on a model of its own, of another family where there is one, and why."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from juryroom_reviewers.failure import Failure
from juryroom_reviewers.persona import Persona, Tier
from juryroom_reviewers.value import Value

from .card import ModelCard, Status

_STRENGTH = {Tier.economy: 0, Tier.workhorse: 1, Tier.frontier: 2}
_NAMED = 3
"""Models that a reason names one by one."""


class SeatingError(Failure):
    """The seats can't be given as configured. The message says which, and what there is instead."""


class Conditions(Value):
    """What the panel may cost and take. What is not said does not limit."""

    budget_usd: Decimal | None = None
    """What is left for all seats together."""
    unknown_usd: Decimal | None = None
    """What a seat on a model without a price is taken to cost; None: with a budget, it has none."""
    input_tokens: int = 0
    """The most that one seat reads, over all of its calls."""
    output_tokens: int = 0
    """The most that one seat writes."""
    deadline_s: float | None = None
    languages: tuple[str, ...] = ()
    """What is to be read."""


class Given(NamedTuple):
    """One seat."""

    persona: Persona
    card: ModelCard
    reason: str
    """Why this model; for people."""


class Seating(Value):
    """The seats, in the order of the personas, and what a reader of the report should know about them."""

    seats: tuple[Given, ...]
    notes: tuple[str, ...] = ()
    """Beginning with `degraded: ` where votes are less independent, or a model weaker, than they should be."""


def seat(
    personas: Sequence[Persona],
    cards: Sequence[ModelCard],
    pinned: Mapping[str, str],
    conditions: Conditions = Conditions(),  # noqa: B008 - frozen
) -> Seating:
    """Give each persona a model; the same input gives the same seats.

    Pinned personas come first, then those that need the strongest model, then the order given. Each takes the model
    that answers within the deadline, is used least, of the family that is used least, nearest to its tier (rather
    above it than below), not about to be retired, strong in most of what the persona looks for and of the languages,
    first in the configuration: in this order of importance. Under a budget it is one that costs no more than an equal
    share of what is left, or else the cheapest that can still be paid; a price that is unknown can't.

    Args:
        personas: who is to be seated.
        cards: the models that can be asked. None: nobody is seated, and a note says so.
        pinned: persona -> key of the model it must have. Personas that are not there are ignored.
        conditions: what the panel may cost and take.

    Raises:
        SeatingError: when a persona is pinned to a model that is not among the cards, or is retired.
    """
    chairs = [_chair(card, place, conditions) for place, card in enumerate(cards) if card.status is not Status.retired]
    retired = [card for card in cards if card.status is Status.retired]
    notes = [f"{card.key} is not seated: {card.name} is retired" for card in retired]
    pins = _pins(personas, chairs, retired, pinned)
    if not chairs:
        return Seating(seats=(), notes=(*notes, "no model can be asked") if personas else tuple(notes))
    table = _Table(chairs, conditions)
    given = {name: table.take(chair, "pinned to it") for name, chair in pins.items()}
    rest = sorted((one for one in personas if one.name not in given), key=lambda one: -_STRENGTH[one.tier])  # stable
    for place, persona in enumerate(rest):
        payable, barred = table.payable(len(rest) - place)
        if payable:
            given[persona.name] = table.take(*table.best(persona, payable, barred))
        else:
            notes.append(f"degraded: {persona.name} has no seat: {barred}")
    seats = tuple(Given(one, *given[one.name]) for one in personas if one.name in given)
    return Seating(seats=seats, notes=(*notes, *_notes(seats, conditions)))


def explain(seating: Seating) -> tuple[str, ...]:
    """One line for each seat, with its reason, and the notes."""
    seats = (f"{one.persona.name} sits on {one.card.key} ({one.card.name}): {one.reason}" for one in seating.seats)
    return (*seats, *seating.notes)


@dataclass(frozen=True, slots=True, eq=False)
class _Chair:
    """A card, with what is asked of it again and again."""

    card: ModelCard
    place: int
    name: str
    family: str
    strength: int
    cost: Decimal | None
    """The most that a seat on it costs; None: unknown, or not asked."""
    slow: bool
    ageing: bool


def _chair(card: ModelCard, place: int, conditions: Conditions) -> _Chair:
    cost = conditions.unknown_usd
    if conditions.budget_usd is not None and card.price is not None:
        cost = card.price.ceiling(conditions.input_tokens, conditions.output_tokens)
    late = conditions.deadline_s is not None and card.latency_s is not None and card.latency_s > conditions.deadline_s
    ageing = card.status is Status.deprecated
    return _Chair(card, place, card.name, card.lineage, _STRENGTH[card.tier], cost, late, ageing)


def _pins(
    personas: Sequence[Persona], chairs: Sequence[_Chair], retired: Sequence[ModelCard], pinned: Mapping[str, str]
) -> dict[str, _Chair]:
    wanted = {persona.name: pinned[persona.name] for persona in personas if persona.name in pinned}
    if not wanted or not (chairs or retired):
        return {}
    by_key = {chair.card.key: chair for chair in chairs}
    for name, key in wanted.items():
        if key in by_key:
            continue
        known = ", ".join(sorted(by_key)) or "none"
        why = "is retired" if any(card.key == key for card in retired) else "can't be asked"
        raise SeatingError(f"persona {name!r} is to sit on {key!r}, which {why}; there is: {known}")
    return {name: by_key[key] for name, key in wanted.items()}


class _Table:
    """The chairs, and what of them and of the budget is taken."""

    def __init__(self, chairs: Sequence[_Chair], conditions: Conditions) -> None:
        self._chairs = chairs
        self._left = conditions.budget_usd
        self._languages = conditions.languages
        self._models: dict[str, int] = {}
        self._families: dict[str, int] = {}
        self._slow = _some([chair.card.key for chair in chairs if chair.slow])
        self._priced = sorted((chair for chair in chairs if chair.cost is not None), key=lambda one: one.cost or 0)
        self._costs = [chair.cost or Decimal(0) for chair in self._priced]
        unknown = _some([chair.card.key for chair in chairs if chair.cost is None])
        self._unknown = f"the price of {unknown} is unknown" if unknown else ""

    def take(self, chair: _Chair, reason: str) -> tuple[ModelCard, str]:
        """Put somebody on a chair."""
        self._models[chair.name] = self._models.get(chair.name, 0) + 1
        self._families[chair.family] = self._families.get(chair.family, 0) + 1
        if self._left is not None:
            self._left -= chair.cost or Decimal(0)
        return chair.card, reason

    def payable(self, seats: int) -> tuple[Sequence[_Chair], str]:
        """The chairs that the next of so many can be on, and what is to be said of the others."""
        if self._left is None:
            return self._chairs, ""
        left = max(self._left, Decimal(0))  # pinned seats are given whatever they cost
        # when the cheapest is above an equal share, somebody will stand: better the last than all
        count = bisect_right(self._costs, left / seats) or bisect_right(self._costs[:1], left)
        said = [self._unknown] if self._unknown else []
        if dear := self._priced[count:]:
            keys = [chair.card.key for chair in dear]
            said.insert(0, f"{_some(keys)} may cost more than its share of the ${left:.4f} that are left")
        return self._priced[:count], " and ".join(said)

    def best(self, persona: Persona, chairs: Sequence[_Chair], barred: str) -> tuple[_Chair, str]:
        """The chair for a persona among those that can be paid, and why it is this one."""
        models, families, wanted = self._models.get, self._families.get, _STRENGTH[persona.tier]
        # a list, not a function: this runs for each persona and each model
        ranks = [
            (one.slow, models(one.name, 0), families(one.family, 0), abs(one.strength - wanted), one.strength < wanted,
             one.ageing)
            for one in chairs
        ]  # fmt: skip  # one rank, one line
        lowest = min(ranks)
        equals = [one for one, rank in zip(chairs, ranks, strict=True) if rank == lowest]
        words = frozenset((*persona.categories, *self._languages))
        best = min(equals, key=lambda one: (-len(words.intersection(one.card.strengths)), one.place))
        return best, self._reason(persona, best, words, barred, alone=len(chairs) == 1)

    def _reason(self, persona: Persona, best: _Chair, words: frozenset[str], barred: str, *, alone: bool) -> str:
        said = []
        if best.name in self._models:
            said.append("no model is free")
        elif best.family in self._families:
            said.append(f"no other family than {best.family} is free")
        elif not alone:
            said.append(f"family {best.family} is free")
        tier = best.card.tier
        said.append(f"{tier}, as it needs" if tier is persona.tier else f"{tier}, the nearest to {persona.tier}")
        if strong := [word for word in best.card.strengths if word in words]:
            said.append(f"strong in {', '.join(strong)}")
        if self._slow:
            said.append("no faster one is there" if best.slow else f"{self._slow} would miss the deadline")
        if barred:
            said.append(barred)
        return "; ".join(said)


def _notes(seats: tuple[Given, ...], conditions: Conditions) -> Iterable[str]:
    models = {one.card.name for one in seats}
    families = {one.card.lineage for one in seats}
    if len(models) < len(seats):
        yield f"degraded: {len(seats)} personas on {_count(len(models), 'model')}: {', '.join(sorted(models))}"
    elif len(families) < len(seats):
        yield (
            f"degraded: {len(seats)} personas on models of {_count(len(families), 'family', 'families')} "
            f"({', '.join(sorted(families))}), which make the same mistakes"
        )
    # a workhorse in a frontier model's place is what most users have; the step below it is worth a word
    weak = [one.persona.name for one in seats if one.card.tier is Tier.economy and one.persona.tier is not Tier.economy]
    if weak:
        yield f"degraded: {', '.join(weak)} {'sits' if len(weak) == 1 else 'sit'} on an economy model"
    for card in {one.card.key: one.card for one in seats}.values():
        if conditions.deadline_s is not None and (card.latency_s or 0) > conditions.deadline_s:
            yield f"degraded: {card.key} takes up to {card.latency_s:g} s, the deadline is {conditions.deadline_s:g} s"
        if card.status is Status.deprecated:
            yield f"{card.key}: {card.name} is deprecated, and will be retired"
        # a name without its version may stand for the approved one: the answer will say
        if card.model and not (card.approved or "").startswith(card.model) and (said := card.unapproved(card.model)):
            yield said


def _some(keys: Sequence[str]) -> str:
    more = len(keys) - _NAMED
    return ", ".join(keys[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
