"""Which findings are about the same defect: across reviewers and across categories."""

import heapq
import math
import re
from collections.abc import Sequence
from functools import cached_property

from .anchor import Anchored
from .finding import Severity
from .reviewer import Method
from .value import Value

# Log-odds that two findings are about one defect. The first pair was measured on recorded reviews
# (docs/decisions/0003-consensus.md); the lines' and the CWE's are weaker than measured, since both come from code here.
_TEXT_SLOPE, _TEXT_MIDDLE = 15.0, 0.13
_SAME_LINES, _CLOSE_LINES, _NEAR_LINES = 2.7, 2.0, 0.5
_SAME_CWE, _OTHER_CWE, _ONE_CWE = 1.5, -1.5, -0.5
_OTHER_CATEGORY = -0.5
_UNPLACED = -1.0
CLOSE, NEAR = 3, 10
"""Lines between two places that are about the same thing for sure, and perhaps."""

_WORD = re.compile(r"[a-z0-9]+")
_CAMEL = re.compile(r"([a-z0-9])([A-Z])")
_STOP = frozenset(
    re.findall(
        r"\w+",
        "the a an of to in is are be and or for on with that this it its as by at from not if when which can could may "
        "might should would will has have had was were but so than then into does do also only",
    )
)


_ALIKE = (
    (22, 23, 36, 73),
    (77, 78, 88),
    (89, 564, 943),
    (94, 95, 96),
    (259, 321, 798),
    (326, 327, 328, 759, 760, 916),
    (330, 335, 338),
)
"""CWE numbers that reviewers use for one and the same defect."""
_WEAKNESS = {f"CWE-{number}": f"CWE-{group[0]}" for group in _ALIKE for number in group}


def weakness(cwe: str | None) -> str | None:
    """The CWE, or the one that stands for all that are used for the same defect."""
    return _WEAKNESS.get(cwe, cwe) if cwe else None


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


def cluster(findings: Sequence[Anchored]) -> tuple[Cluster, ...]:
    """Merge the findings of the same defect; every finding is in exactly one cluster.

    Agglomerative with average linkage over log-odds, within a file. Two findings of one reviewer merge only if they
    quote overlapping code. Order: by path, then by line.
    """
    groups: dict[str, list[int]] = {}
    for index, item in enumerate(findings):
        place = item.location or item.finding.location
        groups.setdefault(place.path if place else "", []).append(index)
    words = [_words(item) for item in findings]
    clusters = [
        Cluster(findings=tuple(sorted((findings[i] for i in members), key=_eloquence, reverse=True)))
        for path in sorted(groups)
        for members in _agglomerate(findings, words, groups[path])
    ]
    return tuple(sorted(clusters, key=_reading_order))


def similarity(a: Anchored, b: Anchored, words_a: frozenset[str], words_b: frozenset[str]) -> float:
    """Log-odds that two findings are about the same defect; minus infinity where they can't be."""
    overlap = _overlap(a, b)
    if a.seat.name == b.seat.name and not overlap:
        return -math.inf
    if _different_rules(a, b):
        return -math.inf
    union = len(words_a | words_b)
    odds = _TEXT_SLOPE * ((len(words_a & words_b) / union if union else 0.0) - _TEXT_MIDDLE)
    if a.finding.cwe and b.finding.cwe:
        odds += _SAME_CWE if weakness(a.finding.cwe) == weakness(b.finding.cwe) else _OTHER_CWE
    elif a.finding.cwe or b.finding.cwe:
        odds += _ONE_CWE
    if a.finding.category != b.finding.category:
        odds += _OTHER_CATEGORY
    if a.location is None or b.location is None:
        return odds + _UNPLACED
    apart = _gap(a, b)
    if apart > NEAR:
        return -math.inf
    return odds + (_SAME_LINES if overlap else _CLOSE_LINES if apart <= CLOSE else _NEAR_LINES)


_Links = dict[int, dict[int, float]]


def _different_rules(a: Anchored, b: Anchored) -> bool:
    """Whether two analysers speak of different things: their rules say which weakness they mean, and mean it."""
    if Method.model in (a.seat.method, b.seat.method):
        return False
    return weakness(a.finding.cwe) != weakness(b.finding.cwe) or a.finding.category != b.finding.category


def _agglomerate(findings: Sequence[Anchored], words: Sequence[frozenset[str]], group: list[int]) -> list[list[int]]:
    """Average linkage: the most similar two clusters are merged for as long as they are more likely one than two."""
    links = _links(findings, words, group)
    members = {index: [index] for index in group}
    heap = [(-odds, i, j) for i in group for j, odds in links[i].items() if i < j and odds > 0]
    heapq.heapify(heap)
    while heap:
        negative, i, j = heapq.heappop(heap)
        if i not in members or j not in members or links[i].get(j) != -negative:
            continue
        _join(links, i, j, len(members[i]), len(members[j]))
        members[i] += members.pop(j)
        for other, odds in links[i].items():
            if odds > 0:
                heapq.heappush(heap, (-odds, min(i, other), max(i, other)))
    return list(members.values())


def _links(findings: Sequence[Anchored], words: Sequence[frozenset[str]], group: list[int]) -> _Links:
    """Similarities of all pairs that are close enough to be one defect."""
    links: _Links = {index: {} for index in group}
    ordered = sorted(group, key=lambda i: (place.start_line if (place := findings[i].location) else 0, i))
    for position, i in enumerate(ordered):
        here = findings[i].location
        for j in ordered[position + 1 :]:
            there = findings[j].location
            if here and there and there.start_line - here.end_line > NEAR:
                break
            links[i][j] = links[j][i] = similarity(findings[i], findings[j], words[i], words[j])
    return links


def _join(links: _Links, i: int, j: int, size_i: int, size_j: int) -> None:
    """Let cluster i take over j's links; a pair that was never compared is too far apart to be one defect."""
    gone = links.pop(j)
    links[i].pop(j, None)
    for other in gone:
        if other != i:
            links[other].pop(j, None)
    for other in list(links[i]):
        mean = (links[i][other] * size_i + gone.get(other, -math.inf) * size_j) / (size_i + size_j)
        links[i][other] = links[other][i] = mean


def _overlap(a: Anchored, b: Anchored) -> bool:
    if a.location is None or b.location is None:
        return bool(a.finding.quote) and a.finding.quote == b.finding.quote
    return _gap(a, b) == 0


def _gap(a: Anchored, b: Anchored) -> int:
    """Lines between two places; 0 when they overlap. A whole function around a line is not on that line."""
    if a.location is None or b.location is None:
        return 0
    first, second = sorted((a.location, b.location), key=lambda place: place.start_line)
    if first.end_line - first.start_line > NEAR:
        return second.start_line - first.start_line
    return max(0, second.start_line - first.end_line)


def _words(item: Anchored) -> frozenset[str]:
    text = f"{item.finding.title} {item.finding.rationale}"
    return frozenset(_WORD.findall(_CAMEL.sub(r"\1 \2", text).lower())) - _STOP


def _eloquence(item: Anchored) -> tuple[bool, int]:
    """The longest text states cause, place and consequence best (measured); one without a place can't be shown well."""
    return item.anchored, min(len(item.finding.title) + len(item.finding.rationale), 1_200)


def _reading_order(merged: Cluster) -> tuple[str, int]:
    place = merged.representative.location or merged.representative.finding.location
    return (place.path, place.start_line) if place else ("", 0)
