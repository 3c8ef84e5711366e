"""What is known of models that nobody configured, held against the SDKs and the list of prices."""

from datetime import date, datetime
from typing import Any, get_args

import pytest
from anthropic.resources.messages.messages import DEPRECATED_MODELS
from anthropic.types.model import Model as ClaudeModel
from openai.types.shared.chat_model import ChatModel

from juryroom_reviewers.persona import Tier
from juryroom_server.models.card import ModelCard, Status
from juryroom_server.models.catalogue import Entry, catalogue, complete, find
from juryroom_server.models.presets import PRESETS
from juryroom_server.models.prices import LISTED, listed_price, listed_window

TODAY = date(2026, 11, 22)
IN_SDK = {"openai": set(get_args(ChatModel)), "anthropic": set(get_args(get_args(ClaudeModel)[0]))}
SOLD = [entry for entry in catalogue() if entry.provider is not None]


def name(entry: Entry) -> str:
    return f"{entry.provider}:{entry.model}"


def card(provider: str, **values: Any) -> ModelCard:
    return ModelCard.model_validate({"key": "one", "provider": provider, **values})


def last_day(text: str) -> date:
    month, day, year = text.replace(",", "").split()
    return datetime.strptime(f"{month} {day.rstrip('stndrh')} {year} +0000", "%B %d %Y %z").date()


# Qwen's own platform is in neither; its names are those of its documentation
@pytest.mark.parametrize("entry", [one for one in SOLD if one.provider != "qwen"], ids=name)
def test_every_name_is_known_to_an_sdk_or_to_the_list_of_prices(entry: Entry):
    assert entry.provider is not None
    in_sdk = entry.model in IN_SDK.get(entry.provider, set()) | DEPRECATED_MODELS.keys()
    assert in_sdk or listed_price(entry.provider, entry.model) is not None


@pytest.mark.parametrize("entry", [one for one in SOLD if one.window and one.provider in LISTED], ids=name)
def test_a_window_is_the_one_that_the_list_has(entry: Entry):
    assert entry.provider is not None
    assert entry.window == listed_window(entry.provider, entry.model)


def test_the_last_day_of_a_model_is_the_one_that_the_sdk_names():
    said = {entry.model: entry.ends for entry in SOLD if entry.provider == "anthropic" and entry.ends}
    assert said
    assert said == {model: last_day(DEPRECATED_MODELS[model]) for model in said}
    lasting = [entry.model for entry in SOLD if entry.provider == "anthropic" and entry.ends is None]
    assert not DEPRECATED_MODELS.keys() & set(lasting)


def test_there_are_models_of_every_tier_and_of_all_the_families_that_people_use():
    now = [entry for entry in catalogue() if entry.status(TODAY) is Status.active]
    assert {entry.tier for entry in now} == set(Tier)
    assert {entry.family for entry in now} >= {"anthropic", "openai", "google", "deepseek", "alibaba", "mistral"}
    assert any(entry.provider is None for entry in now)


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name)
def test_the_model_that_a_provider_has_for_a_tier_is_of_that_tier_and_in_service(preset):
    for tier in Tier:
        if model := preset.model_for(tier):
            entry = find(preset.name, model)
            assert entry is not None
            assert (entry.tier, entry.status(TODAY)) == (tier, Status.active)


def test_a_name_is_enough_to_know_a_model():
    known = complete(card("anthropic", model="claude-opus-5-5"))
    assert (known.tier, known.context_window, known.status) == (Tier.frontier, 1_000_000, Status.active)
    assert known.capabilities == ("schema", "tools", "caching", "batch")
    assert (known.quality, known.latency_s, known.strengths) == (None, None, ())


def test_a_tier_is_enough_to_know_a_model():
    assert complete(card("openai", tier="economy")).context_window == 1_050_000


def test_what_is_configured_goes_before_what_is_known():
    own = card("anthropic", model="claude-opus-5-5", tier="workhorse", context_window=9, capabilities=[])
    assert complete(own) == own


def test_nothing_is_made_up_about_a_model_that_is_not_known():
    for unknown in (card("openai", model="gpt-nonsense"), card("ollama"), card("groq", model="claude-opus-5-5")):
        assert complete(unknown) == unknown


def test_a_dated_version_is_the_model_that_it_is_a_version_of():
    known = complete(card("anthropic", model="claude-sonnet-5-5-20261001"))
    assert (known.tier, known.context_window, known.model) == (
        Tier.workhorse,
        1_000_000,
        "claude-sonnet-5-5-20261001",
    )


@pytest.mark.parametrize(
    ("today", "status"), [(date(2026, 11, 29), Status.deprecated), (date(2026, 11, 30), Status.retired)]
)
def test_a_model_is_deprecated_until_its_last_day_and_retired_from_then_on(today, status):
    old = card("anthropic", model="claude-sonnet-4-5")
    assert complete(old, today).status is status


def test_who_knows_better_brings_a_retired_model_back():
    assert complete(card("anthropic", model="claude-opus-4-0", status="active"), TODAY).status is Status.active


@pytest.mark.parametrize(
    ("provider", "model", "tier"),
    [
        ("ollama", "gpt-oss:120b", Tier.workhorse),
        ("ollama", "gpt-oss:20b", Tier.economy),
        ("vllm", "Qwen/Qwen3-Coder-30B-A3B-Instruct", Tier.economy),
        ("lmstudio", "qwen/qwen3-coder-next", Tier.workhorse),
        ("openai-compatible", "Qwen3-8B-Q4_K_M.gguf", Tier.economy),
        ("ollama", "something-new:1b", Tier.workhorse),
    ],
)
def test_a_local_model_is_known_by_the_beginning_of_its_name(provider, model, tier):
    address = {"base_url": "http://127.0.0.1:1/v1"} if provider.endswith("compatible") else {}
    known = complete(card(provider, model=model, **address))
    assert known.tier is tier
    assert known.context_window is None
