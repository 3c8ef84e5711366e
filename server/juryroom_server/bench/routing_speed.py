"""How long a decision takes, in CPU time of the thread that makes it."""

import time
from collections.abc import Sequence
from decimal import Decimal

from juryroom_reviewers.persona import Tier
from juryroom_reviewers.value import Value

from ..routing.features import BUCKETS, NUMBERS
from ..routing.policy import Knowledge, Limits, Offer, decide
from ..routing.reading import read
from ..routing.router import Qualities


class SpeedRow(Value):
    """Milliseconds from the text to the route, with three models and a fitted router."""

    decisions: int
    p50_ms: float
    p99_ms: float
    worst_ms: float


def measure_speed(texts: Sequence[str]) -> SpeedRow:
    """Decide on each text once, without having seen it before."""
    offers = tuple(Offer(key=tier.value, tier=tier, cost_usd=Decimal(place)) for place, tier in enumerate(Tier, 1))
    line = tuple(place % 7 / 7 for place in range(BUCKETS + NUMBERS))
    router = Qualities(
        cases=len(texts), means={one.key: 0.5 for one in offers}, lines={one.key: line for one in offers}
    )
    knowledge, limits = Knowledge(router=router), Limits(quality=0.5)
    taken = []
    for text in texts:
        begin = time.thread_time_ns()
        decide(read(text), offers, limits, knowledge)
        taken.append((time.thread_time_ns() - begin) / 1e6)
    taken.sort()
    last = len(taken) - 1
    return SpeedRow(decisions=len(taken), p50_ms=taken[last // 2], p99_ms=taken[round(last * 0.99)], worst_ms=taken[-1])
