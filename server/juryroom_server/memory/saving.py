"""About what a recall saved: never more than the requests would have taken that were not made."""

from collections import defaultdict
from collections.abc import Iterable

from juryroom_reviewers.brief import pack
from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.model import NOTHING_USED, Usage
from juryroom_reviewers.seat import ReadingLimits

from .entry import Entry


def avoided(known: Iterable[tuple[Usage, Entry]], spared_chars: int, *, nothing_left: bool) -> Usage:
    """What need not be read and written again.

    Args:
        known: for each unit its share of a request, and what is kept of it.
        spared_chars: characters of material that are not sent.
        nothing_left: whether no request is made at all: then what requests hold besides material (instructions,
            conventions) is spared, too, and counts once, for that one of the earlier requests of which most is known.
    """
    total = NOTHING_USED
    chars = 0.0
    besides: dict[float, float] = defaultdict(float)
    for usage, entry in known:
        total += usage
        chars += entry.chars
        besides[entry.own] += (1 - entry.own) * entry.chars
    if total.input_tokens is None or not chars:
        return total.model_copy(update={"input_tokens": None})
    not_sent = spared_chars + (max(besides.values()) if nothing_left else 0)
    # by this model's own count of tokens, and at most what is known to have been read
    return total.model_copy(update={"input_tokens": int(total.input_tokens * min(not_sent / chars, 1))})


def spared(whole: ReviewContext, left: ReviewContext | None, limits: ReadingLimits) -> int:
    """Characters of material that are not sent, when only what is left is."""
    return max(_chars(whole, limits) - (_chars(left, limits) if left else 0), 0)


def _chars(context: ReviewContext, limits: ReadingLimits) -> int:
    return sum(len(part.text) for part in pack(context, limits.part_tokens, limits.max_parts).parts)
