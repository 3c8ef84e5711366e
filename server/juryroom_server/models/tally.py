"""Tokens and money of one call, from what the server says."""

from decimal import Decimal
from typing import Any

from juryroom_reviewers.model import Prompt, Usage

from .card import Price

_MOST = 50_000_000
"""No single call takes more tokens; a larger number is nonsense."""
NOTHING = Decimal(0)
_FRAME = 1_000
"""Tokens around the texts: roles, marks, and the words by which an answer is asked to go on."""


def usage_of(
    input_tokens: Any, output_tokens: Any, price: Price | None, *, cached_tokens: Any = None, written_tokens: Any = None
) -> Usage:
    """The usage of a call that did give an answer: what is missing, zero, negative or absurd is unknown.

    The cost is by list price. Where a provider does not say what it had cached, nothing is taken off.
    """
    asked, written = count(input_tokens), count(output_tokens)
    cost = None
    if price is not None and asked is not None and written is not None:
        cached, kept = believable(cached_tokens) or 0, believable(written_tokens) or 0
        cost = price.cost(asked, written, cached_tokens=cached, written_tokens=kept)
    if price is not None and price.input == price.output == 0:
        cost = Decimal(0)
    return Usage(input_tokens=asked, output_tokens=written, cost_usd=cost)


def saving(
    usage: Usage, price: Price | None, *, cached_tokens: int | None, written_tokens: int | None
) -> Decimal | None:
    """USD that a provider's cache saved: what the call would have cost without it, less what it did cost.

    Below zero where more was paid for writing than reading saved; None where the provider said nothing of its cache,
    or the cost is unknown.
    """
    asked, written, cost = usage.input_tokens, usage.output_tokens, usage.cost_usd
    if (cached_tokens is None and written_tokens is None) or price is None:
        return None
    if asked is None or written is None or cost is None:
        return None
    if cached_tokens and price.cached_input is None:
        return None
    return price.cost(asked, written) - cost


def ceiling(prompt: Prompt, so_far: str, output_tokens: int, price: Price | None) -> Decimal | None:
    """The most that a request can cost, in USD; None without a price.

    No tokenizer makes more than one token of a byte; a chat's own marks and the schema's words are counted with it.
    """
    if price is None:
        return None
    texts = (prompt.system, prompt.user, so_far, repr(prompt.answer_schema or ""), prompt.schema_name)
    most = sum(len(text.encode("utf-8", errors="replace")) for text in texts) + _FRAME
    return price.ceiling(most, output_tokens)


def count(value: Any) -> int | None:
    """A believable number of tokens, or None."""
    return value if type(value) is int and 0 < value <= _MOST else None


def believable(value: Any) -> int | None:
    """A number of tokens that may be none at all, or None where it is unknown."""
    return value if type(value) is int and 0 <= value <= _MOST else None
