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


async def persist(call: Callable[[], Awaitable[T]], patience: Patience) -> T:
    """Call until it works, while trying again can help and there is time for it.

    The wait is drawn from 0 up to an exponentially growing bound (AWS Architecture Blog, "Exponential Backoff And
    Jitter"), on top of what the server asks for. A wait that doesn't fit into the time left isn't begun.

    Raises:
        ProviderError: the last one.
    """
    for attempt in range(1, patience.attempts + 1):
        try:
            return await call()
        except ProviderError as error:
            bound = min(patience.cap_s, patience.base_s * 2 ** (attempt - 1))
            wait = (error.retry_after_s or 0.0) + patience.jitter(0.0, bound)
            if not error.retryable or attempt == patience.attempts or wait >= patience.left():
                raise
        await patience.sleep(wait)
    raise AssertionError("the last attempt returns or raises")
