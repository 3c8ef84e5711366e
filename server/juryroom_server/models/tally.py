"""Tokens and money of one call, from what the server says."""

from decimal import Decimal
from typing import Any

from juryroom_reviewers.model import Usage

from .card import Price

_MOST = 50_000_000
"""No single call takes more tokens; a larger number is nonsense."""
_MILLION = Decimal(1_000_000)


def usage_of(input_tokens: Any, output_tokens: Any, price: Price | None) -> Usage:
    """The usage of a call that did give an answer: what is missing, zero, negative or absurd is unknown.

    The cost is by list price; what a provider takes off for input that it had cached is not deducted.
    """
    asked, written = count(input_tokens), count(output_tokens)
    cost = None
    if price is not None and asked is not None and written is not None:
        cost = (asked * price.input + written * price.output) / _MILLION
    if price is not None and price.input == price.output == 0:
        cost = Decimal(0)
    return Usage(input_tokens=asked, output_tokens=written, cost_usd=cost)


def count(value: Any) -> int | None:
    """A believable number of tokens, or None."""
    return value if type(value) is int and 0 < value <= _MOST else None
