"""Who sits where: each persona on a model of its own, of another family where there is one."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from juryroom_reviewers.failure import Failure
from juryroom_reviewers.persona import Persona, Tier
from juryroom_reviewers.value import Value

from .card import ModelCard

_STRENGTH = {Tier.economy: 0, Tier.workhorse: 1, Tier.frontier: 2}


class SeatingError(Failure):
    """The seats can't be given as configured. The message says which, and what there is instead."""


class Seating(Value):
    """The seats, in the order of the personas, and what a reader of the report should know about them."""

    seats: tuple[tuple[Persona, ModelCard], ...]
    notes: tuple[str, ...] = ()
    """Beginning with `degraded: ` where votes are less independent, or a model weaker, than they should be."""


def seat(personas: Sequence[Persona], cards: Sequence[ModelCard], pinned: Mapping[str, str]) -> Seating:
    """Give each persona a model; the same input gives the same seats.

    Pinned personas come first, then those that need the strongest model, then the order given. Each takes the model
    that is used least, of the family that is used least, nearest to its tier (rather above it than below), first in
    the configuration: in this order of importance.

    Args:
        personas: who is to be seated.
        cards: the models that can be asked. None: nobody is seated, and a note says so.
        pinned: persona -> key of the model it must have. Personas that are not there are ignored.

    Raises:
        SeatingError: when a persona is pinned to a model that is not among the cards.
    """
    if not cards:
        return Seating(seats=(), notes=("no model can be asked",) if personas else ())
    by_key = {card.key: card for card in cards}
    given: dict[str, ModelCard] = {}
    for persona in personas:
        if (key := pinned.get(persona.name)) is not None:
            if key not in by_key:
                known = ", ".join(sorted(by_key))
                raise SeatingError(
                    f"persona {persona.name!r} is to sit on {key!r}, which can't be asked; there is: {known}"
                )
            given[persona.name] = by_key[key]
    rest = [persona for persona in personas if persona.name not in given]
    for persona in sorted(rest, key=lambda persona: -_STRENGTH[persona.tier]):  # sorted() is stable
        given[persona.name] = _best(persona, cards, given.values())
    seats = tuple((persona, given[persona.name]) for persona in personas)
    return Seating(seats=seats, notes=_notes(seats))


def _best(persona: Persona, cards: Sequence[ModelCard], taken: Collection[ModelCard]) -> ModelCard:
    models = Counter(card.name for card in taken)
    families = Counter(card.lineage for card in taken)

    def cost(card: ModelCard) -> tuple[int, int, int, bool]:
        above = _STRENGTH[card.tier] - _STRENGTH[persona.tier]
        return models[card.name], families[card.lineage], abs(above), above < 0

    return min(cards, key=cost)


def _notes(seats: tuple[tuple[Persona, ModelCard], ...]) -> tuple[str, ...]:
    notes = []
    models = {card.name for _, card in seats}
    families = {card.lineage for _, card in seats}
    if len(models) < len(seats):
        notes.append(f"degraded: {len(seats)} personas on {_count(len(models), 'model')}: {', '.join(sorted(models))}")
    elif len(families) < len(seats):
        notes.append(
            f"degraded: {len(seats)} personas on models of {_count(len(families), 'family', 'families')} "
            f"({', '.join(sorted(families))}), which make the same mistakes"
        )
    # a workhorse in a frontier model's place is what most users have; the step below it is worth a word
    weak = [persona.name for persona, card in seats if card.tier is Tier.economy and persona.tier is not Tier.economy]
    if weak:
        notes.append(f"degraded: {', '.join(weak)} {'sits' if len(weak) == 1 else 'sit'} on an economy model")
    return tuple(notes)


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
