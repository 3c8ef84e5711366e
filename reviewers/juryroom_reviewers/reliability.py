"""How much a reviewer's word is worth, by what came of its earlier words. Counts are passed in; none is kept here."""

import math
from enum import StrEnum
from functools import cached_property

from .value import Value

PSEUDO_COUNTS = 8
"""Cases that a mean one level up is worth (Beta-binomial shrinkage)."""
CLIP = 2.5
"""Most that one voice can say, in log-odds."""
HALF_LIFE_DAYS = 90


class Voice(StrEnum):
    """In which role somebody spoke."""

    proposal = "proposal"
    ballot = "ballot"


_MEANS = {Voice.proposal: (0.55, 0.38), Voice.ballot: (0.80, 0.30)}
"""P(says so | true), P(says so | false) of a voice of which nothing is known."""


class Record(Value):
    """Cases of one reviewer in one category whose truth is known; fractions come from age."""

    reviewer: str
    """`Seat.name`."""
    family: str | None = None
    version: str = ""
    """`Seat.version`: what was learnt of another prompt counts as its family's only."""
    category: str = ""
    voice: Voice = Voice.proposal
    true_said: float = 0
    """True ones that it reported (or confirmed)."""
    true_all: float = 0
    """True ones that it could have."""
    false_said: float = 0
    false_all: float = 0

    def aged(self, days: float) -> "Record":
        """The same evidence `days` later: half of it is left after HALF_LIFE_DAYS."""
        left = 0.5 ** (days / HALF_LIFE_DAYS)
        counts = ("true_said", "true_all", "false_said", "false_all")
        return self.model_copy(update={name: getattr(self, name) * left for name in counts})


class Speaker(Value):
    """Whose word it is: enough of a seat to look it up."""

    reviewer: str
    family: str | None = None
    version: str = ""
    category: str = ""
    voice: Voice = Voice.proposal


_Level = tuple[str, ...]
_NOTHING = (0.0, 0.0, 0.0, 0.0)


def _levels(who: Record | Speaker) -> list[_Level]:
    """From all voices down to this one's in this category."""
    levels: list[_Level] = [(who.voice,)]
    if who.family is not None:
        levels.append((who.voice, "family", who.family))
    levels.append((who.voice, "own", who.reviewer, who.version))
    if who.category:
        levels.append((who.voice, "own", who.reviewer, who.version, who.category))
    return levels


class Reliability(Value):
    """All records, and what follows from them."""

    records: tuple[Record, ...] = ()

    def rates(self, who: Speaker) -> tuple[float, float]:
        """P(says so | true) and P(says so | false).

        Means are shrunk all voices -> family -> this reviewer and version -> in this category, so a new version starts
        at its family's mean and an unknown reviewer at everybody's.
        """
        a, b = _MEANS[who.voice]
        for level in _levels(who):
            true_said, true_all, false_said, false_all = self._sums.get(level, _NOTHING)
            a, b = _shrunk(true_said, true_all, a), _shrunk(false_said, false_all, b)
        return a, b

    def plus(self, other: "Reliability") -> "Reliability":
        """The evidence of both."""
        return Reliability(records=(*self.records, *other.records)) if other.records else self

    @cached_property
    def _sums(self) -> dict[_Level, list[float]]:
        """Level -> its counts, added up: ten thousand findings ask."""
        sums: dict[_Level, list[float]] = {}
        for record in self.records:
            counts = (record.true_said, record.true_all, record.false_said, record.false_all)
            for level in _levels(record):
                row = sums.setdefault(level, [0.0] * 4)
                row[:] = [a + b for a, b in zip(row, counts, strict=True)]
        return sums

    def mean(self, voice: Voice) -> tuple[float, float]:
        """The rates of a reviewer of whom nothing is known."""
        return self.rates(Speaker(reviewer="", voice=voice))

    def worth(self, who: Speaker, *, said: bool) -> float:
        """Log-likelihood ratio of its saying so (or of its silence), within CLIP."""
        return _ratio(*self.rates(who), said=said)

    def beyond_mean(self, who: Speaker, *, said: bool) -> float:
        """By how much that differs from the word of a reviewer of whom nothing is known."""
        return self.worth(who, said=said) - _ratio(*self.mean(who.voice), said=said)


def _shrunk(said: float, cases: float, mean: float) -> float:
    return (said + PSEUDO_COUNTS * mean) / (cases + PSEUDO_COUNTS)


def _ratio(a: float, b: float, *, said: bool) -> float:
    ratio = math.log(a / b) if said else math.log((1 - a) / (1 - b))
    return min(max(ratio, -CLIP), CLIP)
