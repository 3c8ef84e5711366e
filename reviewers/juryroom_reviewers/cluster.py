"""Which findings are about the same defect: across reviewers and across categories."""

import math
from collections.abc import Sequence
from functools import cached_property

from .anchor import Anchored
from .candidates import candidates
from .finding import Severity
from .linkage import Forest, Link
from .priors import Priors, shipped
from .representative import best_first
from .reviewer import Method
from .similarity import UNLIKE, Comparison, place_odds, placed_words, words_odds
from .value import Value


class Cluster(Value):
    """Findings about one defect, best member first."""

    findings: tuple[Anchored, ...]

    @property
    def representative(self) -> Anchored:
        """The member whose text is shown."""
        return self.findings[0]

    @cached_property
    def severity(self) -> Severity:
        """The median of the reviewers', not the loudest; the lower one of two in the middle.

        Analysers are one voter: of rules that mean the same, the one that knows more of the case is the more severe.
        """
        ranks: dict[str, int] = {}
        for member in self.findings:
            voter = member.seat.name if member.seat.method is Method.model else ""
            ranks[voter] = max(ranks.get(voter, 0), member.finding.severity.rank)
        ordered = sorted(ranks.values())
        return list(Severity)[4 - ordered[(len(ordered) - 1) // 2]]

    @cached_property
    def cwe(self) -> str | None:
        """The representative's, or else the one that most members name."""
        named = [member.finding.cwe for member in self.findings if member.finding.cwe]
        return self.representative.finding.cwe or (max(named, key=named.count) if named else None)


def cluster(findings: Sequence[Anchored], priors: Priors | None = None) -> tuple[Cluster, ...]:
    """Merge the findings of the same defect; every finding is in exactly one cluster.

    The outcome does not depend on the order of `findings`. Clusters come by path, then by line.

    Args:
        findings: of all reviewers, with or without a place.
        priors: fitted numbers; those that ship when None.
    """
    weights = (priors or shipped()).pair
    ordered = sorted(findings, key=_identity)
    comparison = Comparison(ordered)
    pairs = {(i, j): place_odds(ordered[i], ordered[j]) for i, j in sorted(candidates(ordered, comparison))}
    features = comparison.features([pair for pair, odds in pairs.items() if odds > -math.inf])
    placed = [item.anchored for item in ordered]
    links: list[dict[int, Link]] = [{} for _ in ordered]
    for (i, j), place in pairs.items():
        words = words_odds(features[i, j], weights) if (i, j) in features else UNLIKE
        words = placed_words(words) if placed[i] and placed[j] else words
        links[i][j] = links[j][i] = Link(words, place)
    bags = [comparison.bag(i) for i in range(len(ordered))]
    claimed = [item.anchored or item.finding.location is not None for item in ordered]
    merged = Forest(links, bags, weights, placed=placed, claimed=claimed).merge()
    clusters = [
        Cluster(findings=tuple(ordered[i] for i in best_first(members, ordered, comparison))) for members in merged
    ]
    return tuple(sorted(clusters, key=_reading_order))


def _identity(item: Anchored) -> tuple[str, int, str, str, str, str]:
    place = item.location or item.finding.location
    path, line = (place.path, place.start_line) if place else ("", 0)
    return path, line, item.fingerprint, item.seat.name, item.finding.title, item.finding.rationale


def _reading_order(merged: Cluster) -> tuple[str, int]:
    place = merged.representative.location or merged.representative.finding.location
    return (place.path, place.start_line) if place else ("", 0)
