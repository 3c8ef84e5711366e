"""Money as whole numbers that both databases add up exactly."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

NANO = Decimal(1_000_000_000)
"""Of these to a US dollar: a cached token of the cheapest model costs a few."""
MOST_USD = Decimal(1_000_000)
"""No call costs more; thousands of them still fit into the database's 64 bits."""


def nano(usd: Decimal | None) -> int | None:
    """Nanodollars, rounded up, so that what is set aside is never too little; None for what is no amount of money."""
    if usd is None or usd < 0:
        return None
    return int((min(usd, MOST_USD) * NANO).to_integral_value(ROUND_CEILING))


def signed(usd: Decimal | None) -> int | None:
    """Nanodollars of an amount that may be below zero, rounded down: a saving is never too large."""
    if usd is None:
        return None
    return int((max(-MOST_USD, min(usd, MOST_USD)) * NANO).to_integral_value(ROUND_FLOOR))


def usd(amount: int) -> Decimal:
    """US dollars of nanodollars."""
    return Decimal(amount) / NANO


def shown(amount: int, *, down: bool = False) -> str:
    """`$0.0123`: four digits behind the point, rounded up, so that a little is not shown as nothing; or down."""
    return f"${usd(amount).quantize(Decimal('0.0001'), ROUND_FLOOR if down else ROUND_CEILING):f}"
