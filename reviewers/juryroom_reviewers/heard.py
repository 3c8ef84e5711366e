"""What came back for a part of a change, and what of it can be taken for a judgement of its units."""

from collections.abc import Iterator, Sequence

from .anchor import anchor
from .brief import Packed
from .change import Skipped
from .context import ReviewContext
from .finding import Finding, Location
from .memory import Judged, Recalled, Unit
from .model import NOTHING_USED, StandIn, Usage
from .reviewer import Review, Seat
from .value import Value


class Heard(Value):
    """What came back for one part."""

    findings: tuple[Finding, ...] = ()
    usage: Usage = NOTHING_USED
    notes: tuple[str, ...] = ()
    failure: str | None = None
    too_long: bool = False
    over_budget: bool = False
    unread: tuple[Skipped, ...] = ()
    stand_in: StandIn | None = None
    """Who answered in the seat's place."""
    whole: bool = False
    """True when it can be taken for the seat's judgement of all that it was shown."""
    cached: bool = False
    model: str = ""
    chars: int = 0
    """Of the request."""
    own: float = 1.0
    """Share of the request that was material."""


def judged(
    seat: Seat, context: ReviewContext, recalled: Recalled, packed: Packed, answers: Sequence[Heard]
) -> Iterator[Judged]:
    """What was said of each unit that was read whole.

    A finding that stands in no unit leaves its file unjudged: it would be forgotten with the next review.
    """
    unjudged = {skipped.path for skipped in packed.unread}
    by_unit: dict[str, list[Finding]] = {}
    for part, answer in zip(packed.parts, answers, strict=True):
        if not answer.whole:
            unjudged |= set(part.files)
        for one in anchor([Review(seat=seat, findings=answer.findings)], context):
            place = one.location
            home = next(
                (unit for unit in recalled.asked if place and unit.path == place.path and unit.has(place.start_line)),
                None,
            )
            if home is None and place and _again(one.finding, place, recalled.findings):
                continue
            if home is not None:
                by_unit.setdefault(home.key, []).append(one.finding.model_copy(update={"location": place}))
            else:
                unjudged |= {place.path} if place else set(part.files)
    for part, answer in zip(packed.parts, answers, strict=True):
        here = [unit for unit in recalled.asked if unit.path in part.files]
        for unit, usage, share in _shares(answer, here):
            # a file in several parts: its units cost more than this one's share says, so less is said to be saved
            if unit.path not in unjudged:
                yield Judged(
                    unit=unit,
                    findings=tuple(by_unit.get(unit.key, ())),
                    model=answer.model,
                    usage=usage,
                    chars=answer.chars * share,
                    own=answer.own,
                )


def _again(finding: Finding, place: Location, recalled: Sequence[Finding]) -> bool:
    """Whether a finding is one that is remembered: its code can stand beside what is new."""
    return any(
        other.category == finding.category
        and other.location is not None
        and other.location.path == place.path
        and other.location.start_line <= place.end_line
        and place.start_line <= other.location.end_line
        for other in recalled
    )


def _shares(answer: Heard, units: Sequence[Unit]) -> Iterator[tuple[Unit, Usage, float]]:
    """What a request took, parted by the units' sizes; together the parts are the whole. With each its share."""
    took = answer.usage
    total = sum(len(unit.tokens) + 1 for unit in units)
    done = 0
    for unit in units:
        start, done = done, done + len(unit.tokens) + 1
        share = (done - start) / total
        if answer.cached:  # what it took is not known here
            yield unit, Usage(input_tokens=None, output_tokens=None, cost_usd=None), share
            continue
        read, written = (
            None if count is None else count * done // total - count * start // total
            for count in (took.input_tokens, took.output_tokens)
        )
        cost = None if took.cost_usd is None else took.cost_usd * (done - start) / total
        yield unit, Usage(input_tokens=read, output_tokens=written, cost_usd=cost), share
