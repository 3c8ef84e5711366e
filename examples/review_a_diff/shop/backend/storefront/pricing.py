"""What an order costs."""

from collections.abc import Iterable

from .models import OrderLine

EU = frozenset({"AT", "BE", "DE", "DK", "ES", "FI", "FR", "IE", "IT", "NL", "PL", "PT", "SE"})
FREE_SHIPPING_CENTS = 7_500

_DOMESTIC = ((1_000, 490), (5_000, 690), (20_000, 1_190))
_EU = ((1_000, 990), (5_000, 1_490), (20_000, 2_490))
_WORLD = ((1_000, 1_990), (5_000, 3_490), (20_000, 6_990))


class PricingError(ValueError):
    """There is no price for this."""


def total(lines: Iterable[OrderLine], country: str, grams: int) -> int:
    """Goods and shipping, in cents."""
    goods = sum(line.total_cents for line in lines)
    return goods + shipping(goods, country, grams)


def shipping(goods_cents: int, country: str, grams: int) -> int:
    """Shipping, in cents: free within the country from a certain value on."""
    if country == "DE" and goods_cents >= FREE_SHIPPING_CENTS:
        return 0
    for limit, cents in _table(country):
        if grams <= limit:
            return cents
    raise PricingError(f"{grams} g is too heavy for a parcel to {country}")


def returnable(goods_cents: int, days: int) -> int:
    """What of the goods' value is given back when they return after so many days."""
    if days <= 14:
        return goods_cents
    if days <= 30:
        return goods_cents // 2
    return 0


def _table(country: str) -> tuple[tuple[int, int], ...]:
    if country == "DE":
        return _DOMESTIC
    return _EU if country in EU else _WORLD
