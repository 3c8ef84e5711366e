"""What somebody has dismissed stays dismissed: by its fingerprint, and by its meaning where the code has changed."""

from collections.abc import Sequence

from .cluster import Cluster
from .consensus import Agreement
from .similarity import weakness
from .value import Value
from .words import Words


class Dismissal(Value):
    """A finding that somebody judged to be wrong, or not worth fixing."""

    id: str
    """Of the finding, as in the report."""
    fingerprint: str
    """Of the code, without line numbers."""
    path: str | None
    symbol: str | None = None
    category: str
    cwe: str | None = None
    rule: str = ""
    title: str
    rationale: str = ""
    reason: str
    """For the reader: who said what, and when."""


def dismiss(agreements: Sequence[Agreement], dismissals: Sequence[Dismissal]) -> tuple[Agreement, ...]:
    """Mark the findings that were dismissed before.

    Each dismissal covers at most one finding of a review, the same code before code of the same meaning: a second
    defect of the same kind beside a dismissed one is still shown. The same meaning is the same path, definition and
    category, and for analysers the same rule, or else words so similar that two reviewers' findings would be merged.

    Args:
        agreements: this review's.
        dismissals: what was dismissed in this repository.

    Returns:
        The agreements in the same order, those that are covered with their `dismissed` set.
    """
    if not dismissals:
        return tuple(agreements)
    there: dict[tuple[str | None, str], list[tuple[int, Dismissal]]] = {}
    for turn, dismissal in enumerate(dismissals):
        there.setdefault((dismissal.path, dismissal.category), []).append((turn, dismissal))
    pairs = []
    for number, item in enumerate(agreements):
        first = item.cluster.representative
        place = first.location or first.finding.location
        for turn, dismissal in there.get((place.path if place else None, first.finding.category), ()):
            odds = _likeness(item.cluster, dismissal)
            if odds is not None:
                pairs.append((-odds, turn, number))
    covered: dict[int, Dismissal] = {}
    used: set[int] = set()
    for _, turn, number in sorted(pairs):
        if turn not in used and number not in covered:
            used.add(turn)
            covered[number] = dismissals[turn]
    return tuple(
        item.model_copy(update={"dismissed": covered[number].reason}) if number in covered else item
        for number, item in enumerate(agreements)
    )


_SAME_CODE = 100.0
"""More than words can weigh."""


def _likeness(merged: Cluster, dismissal: Dismissal) -> float | None:
    """How much it is the dismissed finding of its file and category again; None when it is another one."""
    first = merged.representative
    rules = {f"{member.seat.name}/{member.finding.rule}" for member in merged.findings if member.finding.rule}
    # one line of code can have several defects, so that words and rules count there, too
    about = _about(
        f"{first.finding.title} {first.finding.rationale}",
        f"{dismissal.title} {dismissal.rationale}",
        merged.cwe,
        dismissal.cwe,
    )
    alike = dismissal.rule in rules if rules or _by_analyser(dismissal) else about > 0
    if any(member.fingerprint == dismissal.fingerprint for member in merged.findings):
        return _SAME_CODE + about if alike or about > 0 else None
    return about if alike and first.symbol is not None and first.symbol == dismissal.symbol else None


def _by_analyser(dismissal: Dismissal) -> bool:
    """Whether an analyser's own rule is named, and not a category with a CWE."""
    return not dismissal.rule.startswith(f"{dismissal.category}/")


# Log-odds that two texts are about one defect, by the share of words that they have in common (measured on recorded
# reviews, docs/decisions/0003-consensus.md), and by their CWEs.
_SLOPE, _MIDDLE = 15.0, 0.13
_SAME_CWE, _OTHER_CWE, _ONE_CWE = 1.5, -1.5, -0.5


def _about(text: str, other: str, cwe: str | None, other_cwe: str | None) -> float:
    words, others = Words(text).stems, Words(other).stems
    union = len(words | others)
    odds = _SLOPE * ((len(words & others) / union if union else 0.0) - _MIDDLE)
    if cwe and other_cwe:
        return odds + (_SAME_CWE if weakness(cwe) == weakness(other_cwe) else _OTHER_CWE)
    return odds + (_ONE_CWE if cwe or other_cwe else 0.0)
