"""What models cost by the list, and from when the list is. The only owner of `genai-prices`.

The list is 1.6 MB of Python and brings the HTTP library along: it is imported for the first model that is to be paid.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from .card import BatchPrice, LongPrice, Price
from .endpoint import Endpoint
from .presets import ProviderName

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice

PACKAGE = "genai-prices"
LISTED: dict[ProviderName, str] = {
    "openai": "openai",
    "anthropic": "anthropic",
    "gemini": "google",
    "openrouter": "openrouter",
    "deepseek": "deepseek",
    "mistral": "mistral",
    "groq": "groq",
}
"""Our name of a provider -> the list's. The others publish no prices, or each customer has their own."""
KNOWN_RELEASE = ((0, 2, 3), date(2026, 11, 10))
"""A release of the list, and the day on which it was published: it does not say so itself."""


def listed_price(provider: ProviderName, model: str, at: datetime | None = None) -> Price | None:
    """What a model costs at its provider's own address; None: unknown, which is not nothing.

    Where the price changes by the hour it is the dearest of the day, and above some length the dearest of all: a call
    may cost less than is said, never more.

    Args:
        provider: who is paid.
        model: as the provider names it.
        at: when; now where it is not said.
    """
    found = _find(provider, model)
    if found is None:
        return None
    at = at or datetime.now(UTC)
    price = _dearest([_price(one) for one in _in_force(found, at)])
    return price.model_copy(update={"batch": _batch(found, at)}) if price else None


_WAITING = {"processing": "batch"}
"""How the list names the price of calls that may wait."""


def _batch(model: "ModelInfo", at: datetime) -> BatchPrice | None:
    if not any(one.when == _WAITING for one in model.price_variants or ()):
        return None
    price = _price(model.get_prices(at, _WAITING))
    return BatchPrice(**{name: getattr(price, name) for name in BatchPrice.model_fields}) if price else None


def listed_window(provider: ProviderName, model: str) -> int | None:
    """The context window in tokens that the list knows of a model."""
    found = _find(provider, model)
    return found.context_window if found else None


def priced(endpoints: Iterable[Endpoint]) -> tuple[Endpoint, ...]:
    """The endpoints with the listed price of each model at its provider's own address that has none of its own.

    Takes 0.1 s of CPU the first time: call it in a thread.
    """
    return tuple(_priced(one) for one in endpoints)


def _priced(endpoint: Endpoint) -> Endpoint:
    card = endpoint.card
    if card.price is not None or not endpoint.at_home or not endpoint.model:
        return endpoint
    price = listed_price(card.provider, endpoint.model)
    if price is None:
        return endpoint
    return endpoint.model_copy(update={"card": card.model_copy(update={"price": price})})


def list_date() -> date | None:
    """The day of the installed list, for a newer release one before it; None for one that is older than we know."""
    known, day = KNOWN_RELEASE
    numbers = tuple(int(part) for part in version(PACKAGE).split(".")[:3] if part.isdigit())
    return day if numbers >= known else None


def _find(provider: ProviderName, model: str) -> "ModelInfo | None":
    if provider not in LISTED:
        return None
    from genai_prices.data import providers  # noqa: PLC0415 - see above

    # not its lookup over all providers: that one guesses by the model's name who is paid
    seller = next((one for one in providers if one.id == LISTED[provider]), None)
    return seller.find_model(model) if seller else None


def _in_force(model: "ModelInfo", at: datetime) -> "Sequence[ModelPrice]":
    """The price since the last change, and those of the hours that have one of their own."""
    from genai_prices.types import ModelPrice, TimeOfDateConstraint  # noqa: PLC0415 - see above

    if isinstance(model.prices, ModelPrice):
        return (model.prices,)
    hourly = [one.prices for one in model.prices if isinstance(one.constraint, TimeOfDateConstraint)]
    steady = [one for one in model.prices if not isinstance(one.constraint, TimeOfDateConstraint)]
    now = next((one for one in reversed(steady) if one.constraint is None or one.constraint.active(at)), None)
    # the list's own rule: when no condition holds, the first one counts
    now = now or (steady[0] if steady else None)
    return (*((now.prices,) if now else ()), *hourly)


def _price(listed: "ModelPrice") -> Price | None:
    rates = {
        "input": listed.input_mtok,
        "output": listed.output_mtok,
        "cached_input": listed.cache_read_mtok,
        "cache_write": listed.cache_write_mtok,
    }
    if rates["input"] is None or rates["output"] is None:
        return None
    base = {name: _base(rate) for name, rate in rates.items()}
    tiers = [tier for rate in rates.values() for tier in getattr(rate, "tiers", ())]
    long = None
    if tiers:
        top = {name: max([base[name] or Decimal(0), *_steps(rate)]) for name, rate in rates.items() if rate is not None}
        long = LongPrice(above=min(tier.start for tier in tiers), **top)
    return Price(**base, long=long, source=f"{PACKAGE} {version(PACKAGE)}", read=list_date())


def _base(rate: Any) -> Decimal | None:
    found: Decimal | None = getattr(rate, "base", rate)
    return found


def _steps(rate: Any) -> list[Decimal]:
    return [tier.price for tier in getattr(rate, "tiers", ())]


def _dearest(prices: Sequence[Price | None]) -> Price | None:
    """The highest of them; unknown when one of them is."""
    known = [price for price in prices if price is not None]
    if not known or len(known) < len(prices):
        return None
    return max(known, key=lambda price: (price.input, price.output))
