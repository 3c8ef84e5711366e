"""The beginnings of prompts that providers keep: when it pays to ask for that, and who has to write one first."""

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import anyio

from juryroom_reviewers.model import Prompt

from .endpoint import Endpoint

_KEPT_S = 300.0
"""Seconds that a beginning is kept after its last use: Anthropic's shortest, and OpenAI keeps it longer."""
_SHORTEST = 1024
"""Tokens: both providers keep nothing shorter, and say nothing of it either."""
_CHARS_PER_TOKEN = 4.5
"""Prose has more than code; by a beginning that is taken for longer than it is, others would wait for nothing."""
_LONGER = re.compile(r"haiku-4-5|opus-4-[56]")
"""Models that keep nothing below 4,096 tokens, as Anthropic's documentation of prompt caching says."""
_WAIT = 0.05
"""Of a call's time, at most, for another one that writes the same beginning: the deadline is worth more than that."""
_MOST = 1_000
"""Beginnings that are remembered."""


class Keep:
    """What one request says to its provider's cache."""

    def __init__(self, key: str = "", *, mark: bool = False, entry: "_Entry | None" = None) -> None:
        self.key = key
        """The same for all requests with this beginning; empty where nothing can be kept."""
        self.mark = mark
        """Whether to ask that the beginning be kept, or read if it is."""
        self._entry = entry

    def begun(self) -> None:
        """The answer has begun, so the beginning is kept, and those who wait for it can read it."""
        if self._entry is not None:
            self._entry.kept = True
            self._entry.settle()

    def left(self) -> None:
        """The request is over, however it ended: nobody waits for it any more."""
        if self._entry is not None:
            self._entry.settle()


@dataclass
class _Entry:
    """One beginning at one model."""

    seen: float
    """When it was last sent."""
    kept: bool = False
    written: anyio.Event | None = field(default=None)
    """While somebody writes it; set when it can be read, or won't be."""

    def settle(self) -> None:
        if self.written is not None:
            self.written.set()
            self.written = None


class Prefixes:
    """Which beginnings providers keep. For one event loop; a server has one for its life, a command for its run.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._entries: dict[str, _Entry] = {}

    async def join(self, endpoint: Endpoint, prompt: Prompt) -> Keep:
        """What a request is to say; the caller calls `left` after it.

        The first of several requests writes the beginning, and the others wait until its answer begins, for no longer
        than a twentieth of their time; who gives up says nothing, since it would pay for writing it once more. A
        single request has it written when it was sent within the last five minutes already: who reviews again will
        once more.
        """
        key = key_of(endpoint, prompt)
        if not key:
            return Keep()
        if not marks(endpoint):
            return Keep(key)
        now = self._clock()
        entry = self._entries.get(key)
        again = entry is not None and now - entry.seen <= _KEPT_S
        if entry is None or not again:
            entry = self._remember(key, now, entry)
        entry.seen = now
        if entry.written is not None:
            with anyio.move_on_after(endpoint.card.timeout_s * _WAIT):
                await entry.written.wait()
            return Keep(key, mark=entry.kept)
        if entry.kept:
            return Keep(key, mark=True)
        reads = max(prompt.sharing - 1, int(again))
        if not pays(endpoint, reads):
            return Keep(key)
        entry.written = anyio.Event()
        return Keep(key, mark=True, entry=entry)

    def _remember(self, key: str, now: float, old: _Entry | None) -> _Entry:
        if old is not None and old.written is not None:
            return old
        self._entries.pop(key, None)
        if len(self._entries) >= _MOST:
            del self._entries[next(iter(self._entries))]
        self._entries[key] = _Entry(seen=now)
        return self._entries[key]


def key_of(endpoint: Endpoint, prompt: Prompt) -> str:
    """SHA-256 (32 hex digits) of a request's beginning; empty where the model keeps none, or none so short."""
    if "caching" not in (endpoint.card.capabilities or ()):
        return ""
    beginning = prompt.system + prompt.user[: prompt.stable_chars]
    if len(beginning) / _CHARS_PER_TOKEN < (4 * _SHORTEST if _LONGER.search(endpoint.model) else _SHORTEST):
        return ""
    # an answer's schema stands before the prompt
    parts = (endpoint.identity, repr(prompt.answer_schema), beginning)
    return hashlib.sha256("\0".join(parts).encode("utf-8", errors="replace")).hexdigest()[:32]


def marks(endpoint: Endpoint) -> bool:
    """Whether a model keeps what it is asked to keep, at a fee. The others keep what they like, at none."""
    price = endpoint.card.price
    able = endpoint.card.preset.breakpoints and "caching" in (endpoint.card.capabilities or ())
    return able and price is not None and price.cache_write is not None and price.cache_write > price.input


def pays(endpoint: Endpoint, reads: int) -> bool:
    """Whether having a beginning written is cheaper than sending it anew, when it is read so many times after that.

    Unknown prices don't pay: nobody can tell.
    """
    price = endpoint.card.price
    if price is None or price.cache_write is None or price.cached_input is None:
        return False
    return reads * (price.input - price.cached_input) > price.cache_write - price.input
