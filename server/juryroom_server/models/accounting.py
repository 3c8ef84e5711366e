"""What a call may cost and what it took: the seam between those who call models and those who keep the books."""

from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from juryroom_reviewers.value import Value


class Intent(Value):
    """One call that is about to be made."""

    model: str
    """`provider:model`, as asked."""
    family: str
    tier: str
    task: str
    """What for: `review`, `ballot`, later `generate` and the like; the prompt's schema name."""
    persona: str | None = None
    reason: str = ""
    """Why this model: the seat's or the router's reason."""
    digest: str
    """SHA-256 (hex) of address, model, parameters and prompt: the identity of the call; no prompt is kept."""
    ceiling_usd: Decimal | None
    """The most that it can cost, by price and token limits; None: unknown."""


class Outcome(StrEnum):
    """How a call ended."""

    ok = "ok"
    cached = "cached"
    """Answered from the cache; nothing was paid, `saved_usd` says what it would have been."""
    failed = "failed"
    cancelled = "cancelled"


class Result(Value):
    """What a call took."""

    outcome: Outcome
    answered_by: str | None = None
    """The model that answered, as the server names it."""
    input_tokens: int | None = None
    cached_tokens: int | None = None
    """Of the input, those that the provider had in its cache."""
    output_tokens: int | None = None
    cost_usd: Decimal | None = None
    """None: unknown."""
    saved_usd: Decimal | None = None
    """By a cache, ours or the provider's; below zero where writing into the provider's cost more than reading saved."""
    attempts: int = 1
    queue_s: float | None = None
    """Seconds that it waited for its turn."""
    first_token_s: float | None = None
    """Seconds from the request to the first content; None where the answer did not stream."""
    total_s: float | None = None
    error: str | None = None
    """The kind of failure, in one word."""


class BudgetError(Exception):
    """The call would exceed a budget, so it is not made. The message says which, how much is left, and what to do."""


class CrowdedError(BudgetError):
    """It doesn't fit beside what is set aside for calls under way, and may fit once they are settled."""


class Accounts(Protocol):
    """Who keeps the books. Safe for concurrent tasks, threads and processes."""

    async def reserve(self, intent: Intent, *, wait_s: float = 0.0) -> str:
        """Set the most that a call can cost aside, before it is made; the id of the reservation.

        Who is cancelled while it waits has reserved nothing; who has an id can settle it.

        Args:
            intent: the call.
            wait_s: how long to wait for room, where calls that are under way take it; in seconds.

        Raises:
            BudgetError: when it doesn't fit into what is left of a budget.
        """
        ...

    async def settle(self, reservation: str, result: Result) -> None:
        """Replace a reservation by what the call really took. Once only: a second time changes nothing."""
        ...


class NoAccounts:
    """Nobody keeps the books: for a model that is tried out."""

    async def reserve(self, intent: Intent, *, wait_s: float = 0.0) -> str:  # noqa: ARG002 - there is always room
        """No budget, no limit."""
        return intent.digest

    async def settle(self, reservation: str, result: Result) -> None:
        """Forget it."""
