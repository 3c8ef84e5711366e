"""The panel: all reviewers at once, blind to each other, each with what is left of the deadline."""

import math
import time
from collections.abc import Awaitable, Callable, Sequence

import anyio

from .context import ReviewContext
from .model import NOTHING_USED, UNKNOWN_USAGE
from .reviewer import Method, Review, Reviewer, Seat
from .value import Value


class Progress(Value):
    """One reviewer has finished."""

    review: Review
    done: int
    total: int


Observer = Callable[[Progress], Awaitable[None]]


async def ignore_progress(_: Progress) -> None:
    """The observer that looks away."""


async def convene(
    reviewers: Sequence[Reviewer],
    context: ReviewContext,
    *,
    deadline_s: float = math.inf,
    spent_s: float = 0.0,
    observer: Observer = ignore_progress,
) -> tuple[Review, ...]:
    """Let all reviewers read the change in parallel.

    Args:
        reviewers: the members; their order is the order of the result.
        context: what each of them reads, and all that it reads.
        deadline_s: of the whole review; who is not done by then has failed, and the others' reviews stand.
        spent_s: seconds of it that are gone.
        observer: told of each review as it comes in.
    """
    reviews: dict[int, Review] = {}

    async def seat(index: int, reviewer: Reviewer) -> None:
        started = time.monotonic()
        with anyio.move_on_after(max(deadline_s - spent_s, 0.0)) as scope:
            review = await reviewer.review(context)
        seconds = round(time.monotonic() - started, 3)
        if scope.cancelled_caught:
            review = late(reviewer.seat, deadline_s)
        reviews[index] = review.model_copy(update={"seconds": seconds})
        await observer(Progress(review=reviews[index], done=len(reviews), total=len(reviewers)))

    async with anyio.create_task_group() as group:
        # models first: their requests are on the way before processes are started
        waiting_first = sorted(enumerate(reviewers), key=lambda pair: pair[1].seat.method is not Method.model)
        for index, reviewer in waiting_first:
            group.start_soon(seat, index, reviewer)
    return tuple(reviews[index] for index in range(len(reviewers)))


def late(seat: Seat, deadline_s: float) -> Review:
    """The review of a seat that the deadline cut off."""
    reason = f"not done within the deadline of {deadline_s:g} s; raise --deadline to wait longer"
    # what was under way may be billed
    usage = UNKNOWN_USAGE if seat.method is Method.model else NOTHING_USED
    return Review(seat=seat, abstained=reason, failed=True, out_of_time=True, usage=usage)
