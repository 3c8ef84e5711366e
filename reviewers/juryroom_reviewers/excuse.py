"""Comments that ask to pass a finding over: obeyed where they say why, and only about what they name."""

import re
from collections.abc import Iterator, Sequence

from .cluster import Cluster
from .consensus import Agreement
from .context import ReviewContext
from .value import Value

LINES = 10
"""So many lines of a finding are looked at, and the one before it where that is a comment alone."""
LEAST_WORDS = 2
"""A reason has words; `nosec - ok` is none."""

_ASK = re.compile(
    r"(?:#|//|/\*|--|<!--)\s*(?P<tool>juryroom:\s*ignore|noqa|nosec|nosemgrep|pylint:\s*disable"
    r"|(?:es|ox)lint-disable(?:-next)?-line)\b(?P<rest>.*)",
    re.IGNORECASE,
)
_REASON = re.compile(r"\s(?:--?|\u2013|\u2014|#|//)\s+|\s*[;(]\s*")
_END = re.compile(r"\s*(?:\*/|-->|\))?\s*$")
_CODE = re.compile(r"[A-Za-z][\w./-]*")
_WORD = re.compile(r"[^\W\d_]{2,}")
_BANDIT = re.compile(r"^B(\d{3})$")
_COMMENT = ("#", "//", "/*", "--", "<!--")


class Excuse(Value):
    """What a comment asks for."""

    codes: frozenset[str]
    """Rules, categories or CWEs, in lower case; empty: whatever an analyser says."""
    reason: str

    def covers(self, merged: Cluster) -> bool:
        """Whether this is a finding that it names. What only models saw has to be named."""
        rules = {one.finding.rule.lower(): one.seat.name for one in merged.findings if one.finding.rule}
        if not self.codes:
            return bool(rules)
        named = {merged.representative.finding.category, (merged.cwe or "").lower(), *rules}
        return bool(self.codes & (named | {f"{seat}/{rule}" for rule, seat in rules.items()}))


def excuse(agreements: Sequence[Agreement], context: ReviewContext) -> tuple[Agreement, ...]:
    """Mark the findings that a comment with a reason asks to pass over; a comment without one changes nothing.

    Args:
        agreements: this review's.
        context: holds the code.

    Returns:
        The agreements in the same order, those that are excused with their `dismissed` set.
    """
    return tuple(_excused(item, context) for item in agreements)


def excuses(lines: Sequence[str]) -> Iterator[Excuse]:
    """What the comments in these lines ask for, where they say why."""
    for line in lines:
        ask = _ASK.search(line)
        if ask is None:
            continue
        codes, *rest = _REASON.split(_END.sub("", ask["rest"]), maxsplit=1)
        reason = rest[0].strip() if rest else ""
        if len(_WORD.findall(reason)) >= LEAST_WORDS:
            yield Excuse(codes=frozenset(map(_same, _CODE.findall(codes))), reason=reason)


def _same(code: str) -> str:
    """One name for a rule: ruff calls bandit's B608 S608."""
    return _BANDIT.sub(r"S\1", code).lower()


def _excused(item: Agreement, context: ReviewContext) -> Agreement:
    place = item.cluster.representative.location
    file = context.change.file(place.path) if place and not item.dismissed else None
    if place is None or file is None:
        return item
    start = place.start_line - 1
    lines = file.lines[start : min(place.end_line, start + LINES)]
    above = file.lines[start - 1].strip() if start else ""
    if above.startswith(_COMMENT):
        lines = (above, *lines)
    for one in excuses(lines):
        if one.covers(item.cluster):
            return item.model_copy(update={"dismissed": f"a comment in the code says why: {one.reason}"})
    return item
