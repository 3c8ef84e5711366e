"""What a probability is made of, in words."""

import math
from collections.abc import Iterable

from .value import Value

CALIBRATION = "calibration"
"""Name of the term that corrects the sum of the others."""


class Term(Value):
    """One part of a finding's probability."""

    name: str
    """Stable: `agreement`, `static`, `reliability:NAME`, `text:TRAIT`, `ballots:FAMILY`, `refutation` or
    `calibration`."""
    log_odds: float
    """What it adds to the log-odds; the first term's is where they start."""
    words: str
    """What was seen, for a developer."""


def total(terms: Iterable[Term]) -> float | None:
    """The probability, 0 to 1, that the terms add up to: the logistic function of their sum; None of no terms."""
    parts = [term.log_odds for term in terms]
    return 1 / (1 + math.exp(-sum(parts))) if parts else None
