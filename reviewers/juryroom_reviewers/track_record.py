"""How often a reviewer was right: from findings that people judged to counts that the probability is weighed with."""

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum

from .reviewer import Method
from .terms import Term
from .value import Value

HALF_LIFE_DAYS = 90.0
"""Evidence of that age counts half: prompts, models and code bases change."""


class Stand(StrEnum):
    """What a reviewer had to do with a finding."""

    made = "made"
    confirmed = "confirmed"
    """On a ballot."""
    rejected = "rejected"
    """On a ballot."""
    silent = "silent"
    """It looked for such things, did not make it, and was not asked."""


class Voter(Value):
    """A reviewer and its stand on one finding."""

    reviewer: str
    """`provider:model` of a model, the name of an analyser."""
    persona: str | None = None
    family: str | None = None
    method: Method
    version: str = ""
    """Of the persona and its prompt, or of the engine: another version begins a record of its own."""
    stand: Stand


class Labelled(Value):
    """A finding that somebody judged."""

    category: str
    voters: tuple[Voter, ...]
    correct: bool
    wanted: bool
    """False with `correct`: true, and not to be fixed."""
    age_days: float
    """Since it was judged."""
    terms: tuple[Term, ...] = ()
    """What its probability was made of."""


class Counts(Value):
    """What came of a reviewer's work in one category. Each case counts 0.5 to the power of its age / 90 days."""

    reviewer: str
    persona: str | None = None
    family: str | None = None
    version: str = ""
    category: str
    made_true: float = 0.0
    made_false: float = 0.0
    made_wanted: float = 0.0
    """Of the true ones, those that were to be fixed."""
    confirmed_true: float = 0.0
    confirmed_false: float = 0.0
    rejected_true: float = 0.0
    rejected_false: float = 0.0
    silent_true: float = 0.0
    silent_false: float = 0.0


class TrackRecord(Value):
    """All that is known of reviewers from feedback; empty at the start."""

    counts: tuple[Counts, ...] = ()


def tally(labelled: Iterable[Labelled]) -> TrackRecord:
    """Add up what people judged, by reviewer (model x persona x version) and category."""
    sums: dict[tuple[str, str, str, str], defaultdict[str, float]] = {}
    voters: dict[tuple[str, str, str, str], Voter] = {}
    for case in labelled:
        worth = 0.5 ** (max(case.age_days, 0.0) / HALF_LIFE_DAYS)
        for voter in case.voters:
            key = (voter.reviewer, voter.persona or "", voter.version, case.category)
            voters.setdefault(key, voter)
            counts = sums.setdefault(key, defaultdict(float))
            counts[f"{voter.stand}_{'true' if case.correct else 'false'}"] += worth
            if voter.stand is Stand.made and case.correct and case.wanted:
                counts["made_wanted"] += worth
    return TrackRecord(
        counts=tuple(
            Counts(
                reviewer=key[0],
                persona=voters[key].persona,
                family=voters[key].family,
                version=key[2],
                category=key[3],
                **sums[key],
            )
            for key in sorted(sums)
        )
    )
