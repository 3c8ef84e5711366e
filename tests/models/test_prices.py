"""What models cost, by the list and by hand."""

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from genai_prices import Usage, calc_price
from hypothesis import given
from hypothesis import strategies as st

from juryroom_server.models.card import LongPrice, ModelCard, Price
from juryroom_server.models.endpoint import Endpoint
from juryroom_server.models.prices import LISTED, list_date, listed_price, priced

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SIMPLE = Price(input=Decimal(2), output=Decimal(10))
FULL = Price(
    input=Decimal(2),
    output=Decimal(10),
    cached_input=Decimal("0.2"),
    cache_write=Decimal("2.5"),
    long=LongPrice(above=1000, input=Decimal(4), output=Decimal(15), cached_input=Decimal("0.4")),
)


def endpoint(provider: str, model: str, base_url: str, **values: object) -> Endpoint:
    card = ModelCard.model_validate({"key": "one", "provider": provider, "model": model, **values})
    return Endpoint(card=card, base_url=base_url)


def bill(seller: str, model: str, at: datetime, asked: int, answered: int, cached: int = 0) -> Decimal:
    """What the package makes of it."""
    usage = Usage(input_tokens=asked, output_tokens=answered, cache_read_tokens=cached)
    return calc_price(usage, model, provider_id=seller, genai_request_timestamp=at).total_price


def test_a_listed_price_says_where_and_when_it_was_read():
    price = listed_price("anthropic", "claude-sonnet-5-5", NOW)
    assert price is not None
    assert price.cost(1000, 100) == bill("anthropic", "claude-sonnet-5-5", NOW, 1000, 100)
    assert (price.source or "").startswith("genai-prices ")
    assert price.read == list_date()
    assert list_date() is not None
    assert list_date() >= date(2026, 11, 10)  # type: ignore[operator]  # the line above


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("openai", "gpt-nonsense"),
        ("anthropic", "gpt-6-luna"),
        ("ollama", "qwen3"),
        ("litellm", "gpt-6-luna"),
        ("azure", "gpt-6-luna"),
        ("qwen", "qwen3-max"),
        ("openrouter", "qwen/qwen3-coder:free"),
    ],
)
def test_what_is_not_listed_is_unknown_and_not_free(provider, model):
    assert listed_price(provider, model, NOW) is None


def test_a_price_that_changes_on_a_day_is_the_one_of_the_day():
    days = [datetime(year, 1, 1, tzinfo=UTC) for year in (2026, 2027)]
    before, after = (listed_price("gemini", "gemini-3.8-flash", day) for day in days)
    assert before is not None
    assert after is not None
    assert [one.cost(1000, 10) for one in (before, after)] == [
        bill("google", "gemini-3.8-flash", day, 1000, 10) for day in days
    ]
    assert before != after


def test_a_price_that_changes_by_the_hour_is_the_dearest_at_every_hour():
    hours = [NOW.replace(hour=hour) for hour in range(24)]
    (price,) = {listed_price("deepseek", "deepseek-v4-pro", hour) for hour in hours}
    bills = [bill("deepseek", "deepseek-v4-pro", hour, 10_000, 1000, 4000) for hour in hours]
    assert price is not None
    assert min(bills) < max(bills) == price.cost(10_000, 1000, cached_tokens=4000)


@pytest.mark.parametrize("tokens", [1000, 272_000, 272_001, 500_000])
@pytest.mark.parametrize("cached", [0, 700])
@pytest.mark.parametrize(
    ("provider", "model"),
    [("openai", "gpt-6.1-terra"), ("anthropic", "claude-opus-5-5"), ("gemini", "gemini-3.1-pro-preview")],
)
def test_a_call_costs_what_the_package_itself_would_bill(provider, model, tokens, cached):
    price = listed_price(provider, model, NOW)
    assert price is not None
    cost = price.cost(tokens, 321, cached_tokens=cached)
    assert cost == bill(LISTED[provider], model, NOW, tokens, 321, cached)
    assert cost <= price.ceiling(tokens, 321)


def test_only_the_provider_itself_is_paid_what_is_listed():
    home = endpoint("openai", "gpt-6-luna", "https://api.openai.com/v1")
    elsewhere = endpoint("openai", "gpt-6-luna", "https://gateway.example/v1")
    local = endpoint("ollama", "qwen3", "http://127.0.0.1:11434/v1")
    own = endpoint("openai", "gpt-6-luna", "https://api.openai.com/v1", price=SIMPLE)
    at_home, *others = priced([home, elsewhere, local, own])
    assert at_home.price == listed_price("openai", "gpt-6-luna")
    assert others == [elsewhere, local, own]
    assert elsewhere.price is None
    assert own.price == SIMPLE


def test_cached_and_written_input_have_prices_of_their_own():
    assert FULL.cost(1000, 0) == Decimal("0.002")
    assert FULL.cost(1000, 0, cached_tokens=1000) == Decimal("0.0002")
    assert FULL.cost(1000, 0, written_tokens=1000) == Decimal("0.0025")
    assert FULL.cost(1000, 100, cached_tokens=400, written_tokens=100) == Decimal("0.00233")
    assert SIMPLE.cost(1000, 100, cached_tokens=400, written_tokens=100) == Decimal("0.003")


@given(
    st.sampled_from([SIMPLE, FULL]),
    st.tuples(st.integers(0, 3000), st.integers(0, 3000)),
    st.tuples(st.integers(0, 3000), st.integers(0, 3000)),
    st.tuples(st.integers(0, 4000), st.integers(0, 4000)),
)
def test_no_call_costs_more_than_its_ceiling(price, limits, less, kept):
    most = price.ceiling(*limits)
    asked, written = (max(0, limit - fewer) for limit, fewer in zip(limits, less, strict=True))
    assert price.cost(asked, written, cached_tokens=kept[0], written_tokens=kept[1]) <= most


def test_the_list_is_not_read_before_somebody_is_to_be_paid():
    code = (
        "import sys, juryroom_server.settings, juryroom_server.models.prices\n"
        "from juryroom_server.models.roster import available\n"
        "from juryroom_server.models.card import ModelCard\n"
        "available([ModelCard(key='o', provider='ollama', model='m')], {}, lambda card: None)\n"
        "assert not {'genai_prices', 'httpx2'} & set(sys.modules)\n"
        "from juryroom_server.models.prices import listed_price\n"
        "assert listed_price('ollama', 'm') is None\n"
        "assert 'genai_prices' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
