"""How much a reviewer's word is worth, by what came of its earlier words. Counts are passed in; none is kept here."""

import math
from enum import StrEnum
from functools import cached_property

from .track_record import HALF_LIFE_DAYS
from .value import Value

PSEUDO_COUNTS = 8
"""Cases that a mean one level up is worth (Beta-binomial shrinkage)."""
CLIP = 2.5
"""Most that one voice can say, in log-odds."""


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

        Means are shrunk all voices -> family -> this reviewer and version -> in this category, each by the cases that
        the next does not have, so a new version starts at its family's mean and an unknown reviewer at everybody's.
        """
        known = self._rates.get(who)
        if known is None:
            known = _MEANS[who.voice]
            for true_said, true_all, false_said, false_all in self._sums(who):
                known = _shrunk(true_said, true_all, known[0]), _shrunk(false_said, false_all, known[1])
            self._rates[who] = known
        return known

    def judged(self, who: Speaker) -> tuple[float, float]:
        """How many of its own words in this category turned out true, and how many false; old ones count less."""
        true_said, _, false_said, _ = self._sums(who)[-1]
        return true_said, false_said

    def plus(self, other: "Reliability") -> "Reliability":
        """The evidence of both."""
        return Reliability(records=(*self.records, *other.records)) if other.records else self

    @cached_property
    def _rates(self) -> dict[Speaker, tuple[float, float]]:
        """Those that were asked for: ten thousand findings ask for a few."""
        return {}

    def _sums(self, who: Speaker) -> list[list[float]]:
        """The counts of each of its levels: a case counts at the closest one, and once."""
        levels = _levels(who)
        sums = [[0.0] * 4 for _ in levels]
        for record in self.records:
            own = set(_levels(record))
            closest = max((turn for turn, level in enumerate(levels) if level in own), default=None)
            if closest is not None:
                counts = (record.true_said, record.true_all, record.false_said, record.false_all)
                sums[closest] = [a + b for a, b in zip(sums[closest], counts, strict=True)]
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
