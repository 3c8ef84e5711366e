"""The only loop that repeats a call: few attempts, full jitter, within what is left of the time."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import anyio

from .failure import ProviderError

T = TypeVar("T")


def time_left() -> float:
    """Seconds until the nearest deadline around the caller; infinity without one."""
    return anyio.current_effective_deadline() - anyio.current_time()


@dataclass(frozen=True)
class Patience:
    """How often to try and how long to wait; the functions are fields so that a test needs no time."""

    attempts: int = 3
    base_s: float = 0.5
    """Bound of the first wait; it doubles with each attempt."""
    cap_s: float = 8.0
    sleep: Callable[[float], Awaitable[object]] = anyio.sleep
    jitter: Callable[[float, float], float] = random.uniform
    left: Callable[[], float] = time_left


class RetryBudget:
    """Repeats that an address is worth, so that an outage there doesn't multiply the traffic.

    By gRPC's rule (proposal A6, "Throttling Retry Attempts"): each failure takes one token, each success gives back a
    tenth, and repeats are made while more than half of the tokens are left.
    """

    def __init__(self, tokens: int = 20) -> None:
        self._most = self._tokens = float(tokens)

    @property
    def allows(self) -> bool:
        """Whether a call may be repeated."""
        return self._tokens > self._most / 2

    def failed(self) -> None:
        """A call failed in a way that another attempt could mend."""
        self._tokens = max(0.0, self._tokens - 1.0)

    def succeeded(self) -> None:
        """A call succeeded."""
        self._tokens = min(self._most, self._tokens + 0.1)


async def persist(
    call: Callable[[], Awaitable[T]], patience: Patience, *, again: Callable[[], bool] = lambda: True
) -> T:
    """Call until it works, while trying again can help and there is time for it.

    The wait is drawn from 0 up to an exponentially growing bound (AWS Architecture Blog, "Exponential Backoff And
    Jitter"), on top of what the server asks for. A wait that doesn't fit into the time left isn't begun.

    Args:
        call: what is tried.
        patience: how often, and how long the waits are.
        again: asked before each repeat; False ends the loop.

    Raises:
        ProviderError: the last one.
    """
    for attempt in range(1, patience.attempts + 1):
        try:
            return await call()
        except ProviderError as error:
            bound = min(patience.cap_s, patience.base_s * 2 ** (attempt - 1))
            wait = (error.retry_after_s or 0.0) + patience.jitter(0.0, bound)
            if not error.retryable or attempt == patience.attempts or wait >= patience.left() or not again():
                raise
        await patience.sleep(wait)
    raise AssertionError("the last attempt returns or raises")
