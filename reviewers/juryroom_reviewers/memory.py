"""What was said of a part of a change before, so that only what is new has to be read again."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from .context import ReviewContext
from .finding import Finding
from .model import Usage
from .value import Value


class Unit(Value):
    """A part of a change that is judged as a whole: a changed definition, or what is changed outside of any."""

    path: str
    symbol: str = ""
    """The definition; empty for what is outside of any."""
    key: str
    """SHA-256 (hex) of what is to be known of it, without layout and line numbers: the same key, the same judgement."""
    spans: tuple[tuple[int, int], ...]
    """Its lines in the new version of the file: first and last of each stretch."""
    tokens: tuple[int, ...] = ()
    """The line of each of its tokens, in their order."""

    def has(self, line: int) -> bool:
        """Whether a line of the new version belongs to it."""
        return any(first <= line <= last for first, last in self.spans)


class Judged(Value):
    """What was said of one unit, and what that took."""

    unit: Unit
    findings: tuple[Finding, ...]
    """Those whose code stands in it, each with its place."""
    model: str
    """Who said it, as the server names it."""
    usage: Usage
    """Its share of the request."""
    chars: float
    """The same in characters."""
    own: float
    """Share of the request that was material, from 0 to 1: the rest is asked anew with any other."""


class Recalled(Value):
    """What is known of a change, and what is left to read."""

    left: ReviewContext | None
    """None: nothing."""
    asked: tuple[Unit, ...] = ()
    """The units that are left."""
    findings: tuple[Finding, ...] = ()
    known: int = 0
    units: int = 0
    saved_usd: Decimal | None = Decimal(0)
    """About what was not paid for again; None: not known."""

    @property
    def note(self) -> str:
        """For the reader of the report."""
        saved = "" if not self.saved_usd else f", which saved about ${self.saved_usd:.4f}"
        return f"{self.known} of {self.units} changed parts recalled from an earlier review{saved}"


class Memory(Protocol):
    """What one seat has said before, in one repository."""

    async def recall(self, context: ReviewContext) -> Recalled:
        """What is known of a change."""
        ...

    async def remember(self, judged: Sequence[Judged]) -> None:
        """Keep what was said of units."""
        ...


class NoMemory:
    """Remembers nothing."""

    async def recall(self, context: ReviewContext) -> Recalled:
        """Everything is to be read."""
        return Recalled(left=context)

    async def remember(self, judged: Sequence[Judged]) -> None:
        """Forget it."""
