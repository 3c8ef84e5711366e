"""From what is said of a call to the row that is written, and to the sums that it changes."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from ..models.accounting import Outcome, Result
from . import money
from .budget import Scope
from .entry import Reserve

LOST = "lost"
"""The outcome of a call whose process ended before it could say."""
Sum = tuple[str, str]
"""Scope and name of one row of `total`."""


def opened(one: Reserve, now: float, ceiling: int | None, changes: Counter[Sum]) -> dict[str, Any]:
    """The row of a call that is about to be made."""
    intent = one.intent
    for name in names(one, day(now)):
        changes[name] += ceiling or 0
    return {
        "id": one.id,
        "made_at": int(now * 1000),
        "day": day(now),
        "run": one.run,
        "project": one.project,
        "task": _text(intent.task, 200),
        "persona": intent.persona and _text(intent.persona, 200),
        "tier": _text(intent.tier, 40),
        "reason": _text(intent.reason, 1000),
        "model": _text(intent.model, 300),
        "family": _text(intent.family, 200),
        "digest": _text(intent.digest, 64),
        "ceiling": ceiling,
        "held": ceiling or 0,
    }


def closed(row: Row[Any], result: Result, now: float, changes: Counter[Sum]) -> dict[str, Any]:
    """What is written to an open call's row. What it really cost takes the place of what was set aside."""
    cost = 0 if result.outcome is Outcome.cached else money.nano(result.cost_usd)
    charged = row.held if cost is None else cost  # unknown: it may have been as much as it could
    for name in names(row, row.day):
        changes[name] += charged - row.held
    return {
        "call": row.id,
        "now": int(now * 1000),
        "new_held": charged,
        "new_outcome": result.outcome.value,
        "new_answered_by": result.answered_by and _text(result.answered_by, 300),
        "new_input_tokens": _count(result.input_tokens),
        "new_cached_tokens": _count(result.cached_tokens),
        "new_output_tokens": _count(result.output_tokens),
        "new_cost": cost,
        "new_saved": money.signed(result.saved_usd),
        "new_attempts": _count(result.attempts),
        "new_queue_s": result.queue_s,
        "new_first_token_s": result.first_token_s,
        "new_total_s": result.total_s,
        "new_error": result.error and _text(result.error, 60),
    }


def _text(words: str, room: int) -> str:
    """Outside text as both databases take it: Postgres has no NUL, and neither has lone surrogates."""
    return words[:room].replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def _count(number: int | None) -> int | None:
    """A number that fits into a column; one that doesn't is no count of anything."""
    return number if number is not None and 0 <= number < 2**31 else None


def day(now: float) -> str:
    """The day in UTC, as `2030-01-31`."""
    return datetime.fromtimestamp(now, UTC).date().isoformat()


def names(one: Reserve | Row[Any], made_on: str) -> tuple[Sum, Sum, Sum]:
    """The sums that a call counts in."""
    return (Scope.run.value, one.run), (Scope.day.value, made_on), (Scope.project.value, one.project)
