"""Which member's text is shown: the one that says what the others say, and says it fully."""

import math
from collections.abc import Sequence

from .anchor import Anchored
from .similarity import Comparison

_LONGEST = 1_200
"""Characters from which on more text says no more."""
_FULLNESS = 0.1
"""Weight of the length beside closeness, in log(1 + characters / 50)."""
_COMPARED = 32


def best_first(members: Sequence[int], findings: Sequence[Anchored], comparison: Comparison) -> list[int]:
    """The members, best text first; one without a place can't be shown well and comes last.

    Args:
        members: indices into `findings`.
        findings: all of them.
        comparison: their words.
    """
    closeness = _closeness(members, comparison)

    def worth(i: int) -> tuple[bool, float, int]:
        text = len(findings[i].finding.title) + len(findings[i].finding.rationale)
        return findings[i].anchored, closeness[i] + _FULLNESS * math.log1p(min(text, _LONGEST) / 50), -i

    return sorted(members, key=worth, reverse=True)


def _closeness(members: Sequence[int], comparison: Comparison) -> dict[int, float]:
    """Mean overlap of each with the rest, or with _COMPARED of them."""
    sample = members[:_COMPARED]
    return {
        i: sum(comparison.pair(i, j).overlap for j in sample if j != i) / max(len(sample) - (i in sample), 1)
        for i in members
    }
