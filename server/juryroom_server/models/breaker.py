"""A circuit breaker: who fails again and again is left alone for a while, then tried by one call."""

import math
import time
from collections import deque
from collections.abc import Callable
from enum import StrEnum

from juryroom_reviewers.value import Value


class Sign(StrEnum):
    """What a call says about the one that was asked."""

    alive = "alive"
    """It answered, if only that it doesn't like the question."""
    failed = "failed"
    rejected = "rejected"
    """The key is not accepted: asking again with the same one is of no use."""
    none = "none"
    """The call ended before anything could be told."""


class State(StrEnum):
    """Whether calls are let through."""

    closed = "closed"
    open = "open"
    half_open = "half-open"
    """One call is let through; how it ends decides."""


class Rules(Value):
    """When a breaker opens, and for how long."""

    in_a_row: int = 5
    share: float = 0.5
    """It opens when more than this share of the calls of the last `window_s` seconds failed, if there were enough."""
    enough: int = 10
    window_s: float = 60.0
    rest_s: float = 30.0
    """Seconds until the one call that tries."""


class Breaker:
    """The breaker of one model at one address with one key. For one event loop.

    Args:
        rules: when it opens.
        clock: seconds that only grow; the time of day may jump.
    """

    def __init__(self, rules: Rules = Rules(), clock: Callable[[], float] = time.monotonic) -> None:  # noqa: B008 - frozen
        self._rules = rules
        self._clock = clock
        self._recent: deque[tuple[float, bool]] = deque()
        self._in_a_row = 0
        self._opens_again = -math.inf
        self._is_open = False
        self._probe = False
        self._turn = 0

    @property
    def state(self) -> State:
        """As of now."""
        if not self._is_open:
            return State.closed
        return State.open if self._clock() < self._opens_again else State.half_open

    @property
    def rest_s(self) -> float:
        """Seconds until somebody may try; infinity for a rejected key, 0 where calls are let through."""
        return max(0.0, self._opens_again - self._clock()) if self._is_open else 0.0

    def enter(self) -> int | None:
        """A ticket for one call, to be handed to `report` when it has ended; None: don't call."""
        state = self.state
        if state is State.open or (state is State.half_open and self._probe):
            return None
        self._probe = state is State.half_open
        return self._turn

    def report(self, ticket: int, sign: Sign) -> None:
        """Say how a call ended. One that began before the breaker last changed proves nothing any more."""
        if ticket != self._turn:
            return
        if sign is Sign.none:
            self._probe = False
        elif sign is Sign.rejected:
            self._open(math.inf)
        elif self._probe:
            self._open(self._rules.rest_s) if sign is Sign.failed else self._close()
        else:
            self._count(failed=sign is Sign.failed)

    def _count(self, *, failed: bool) -> None:
        now, rules = self._clock(), self._rules
        self._recent.append((now, failed))
        while self._recent[0][0] <= now - rules.window_s:
            self._recent.popleft()
        self._in_a_row = self._in_a_row + 1 if failed else 0
        failures = sum(bad for _, bad in self._recent) if failed else 0
        too_many = len(self._recent) >= rules.enough and failures > rules.share * len(self._recent)
        if self._in_a_row >= rules.in_a_row or too_many:
            self._open(rules.rest_s)

    def _open(self, rest_s: float) -> None:
        self._reset()
        self._is_open = True
        self._opens_again = self._clock() + rest_s

    def _close(self) -> None:
        self._reset()
        self._is_open = False

    def _reset(self) -> None:
        self._turn += 1
        self._probe = False
        self._in_a_row = 0
        self._recent.clear()
