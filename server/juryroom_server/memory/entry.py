"""What is kept of a unit: findings, with the place of each among the unit's tokens."""

from collections.abc import Callable

from juryroom_reviewers.anchor import find_quote
from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.finding import Finding, Location
from juryroom_reviewers.memory import Unit
from juryroom_reviewers.value import Value

_PLACEHOLDER = "<secret-"


class Said(Value):
    """A finding, and the tokens of its unit that it is about."""

    finding: Finding
    first: int
    last: int


class Entry(Value):
    """What was said of one unit."""

    findings: tuple[Said, ...]
    chars: float
    """Its share of the request, in characters."""
    own: float
    """Share of the request that was material."""


def said_of(finding: Finding, unit: Unit) -> Said | None:
    """The tokens on the lines of a finding; where there are none, the next one. None where the unit has none at all."""
    place = finding.location
    if place is None or not unit.tokens:
        return None
    on = [index for index, line in enumerate(unit.tokens) if place.start_line <= line <= place.end_line]
    after = [index for index, line in enumerate(unit.tokens) if line > place.end_line]
    first, last = (on[0], on[-1]) if on else (after[0], after[0]) if after else (len(unit.tokens) - 1,) * 2
    return Said(finding=finding.model_copy(update={"location": None}), first=first, last=last)


def hidden(said: Said, hide: Callable[[str], str]) -> Said:
    """The same without secrets; a quote that had one is found by its place."""
    finding = said.finding
    texts = {name: hide(getattr(finding, name)) for name in ("title", "quote", "rationale")}
    suggestion = hide(finding.suggestion) if finding.suggestion else None
    return said.model_copy(update={"finding": finding.model_copy(update={**texts, "suggestion": suggestion})})


def as_it_stands(said: Said, unit: Unit, context: ReviewContext) -> Finding:
    """The finding where its code stands now, with the quote that it had, if that still stands there."""
    first, last = unit.tokens[said.first], unit.tokens[said.last]
    first, last = min(first, last), max(first, last)
    file = context.change.file(unit.path)
    lines = file.lines if file else ()
    quote = said.finding.quote
    spot = find_quote(lines, quote, first)
    # which secret a placeholder stands for is known within one review only
    if _PLACEHOLDER in quote or spot is None or not first <= spot[0] <= last:
        quote = "\n".join(lines[first - 1 : last])
    location = Location(path=unit.path, start_line=first, end_line=last)
    return said.finding.model_copy(update={"location": location, "quote": quote})
