"""Which models can be asked, where they are and who made them."""

import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any, get_args

import pytest
from anthropic.types.model import Model as ClaudeModel
from openai.types.shared.chat_model import ChatModel
from pydantic import SecretStr, ValidationError

from juryroom_reviewers.persona import Tier
from juryroom_server.models.card import ModelCard, Price
from juryroom_server.models.endpoint import Endpoint, address_of, is_loopback
from juryroom_server.models.presets import PRESETS, ProviderName, family_of
from juryroom_server.models.roster import Unusable, available


class Key:
    def __init__(self, variable: str) -> None:
        self.variable = variable
        self.secret = SecretStr(f"value of {variable}")


def keys(*present: str) -> Callable[[ModelCard], Key | None]:
    """Where keys are found: in these variables."""

    def find(card: ModelCard) -> Key | None:
        variables = (card.key_variable,) if card.key_variable else card.preset.key_variables
        return next((Key(variable) for variable in variables if variable in present), None)

    return find


def card(provider: str, **values: Any) -> ModelCard:
    return ModelCard.model_validate({"key": "one", "provider": provider, **values})


def only(cards_and_reasons: tuple[tuple[Endpoint, ...], tuple[Unusable, ...]]) -> Any:
    usable, unusable = cards_and_reasons
    assert len(usable) + len(unusable) == 1
    return usable[0] if usable else unusable[0].reason


def test_a_key_and_a_name_make_a_model_usable():
    got = only(available([card("mistral", model="codestral-latest")], {}, keys("MISTRAL_API_KEY")))
    assert got == Endpoint(
        card=card("mistral", model="codestral-latest"),
        base_url="https://api.mistral.ai/v1",
        key=SecretStr("value of MISTRAL_API_KEY"),
        key_from="MISTRAL_API_KEY",
    )


def test_the_second_variable_of_a_provider_serves_too():
    got = only(available([card("gemini", model="g")], {}, keys("GOOGLE_API_KEY")))
    assert got.key_from == "GOOGLE_API_KEY"


def test_without_a_key_the_reason_names_the_variables():
    reason = only(available([card("gemini", model="g")], {}, keys()))
    assert reason == "gemini:g: no key; set GEMINI_API_KEY or GOOGLE_API_KEY"


def test_a_variable_that_is_named_is_the_only_one():
    reason = only(available([card("openai", key_variable="WORK_KEY")], {}, keys("OPENAI_API_KEY")))
    assert reason == "openai:?: no key; set WORK_KEY"


def test_without_a_name_the_model_is_the_provider_s_own_of_that_tier():
    got = only(available([card("anthropic", tier=Tier.frontier)], {}, keys("ANTHROPIC_API_KEY")))
    assert got.name == "anthropic:claude-opus-5-5"


def test_a_provider_without_own_names_wants_one():
    assert only(available([card("groq")], {}, keys("GROQ_API_KEY"))) == "groq:?: no model; set model of models.one"


def test_a_local_server_needs_neither_key_nor_name():
    got = only(available([card("ollama")], {}, keys()))
    assert (got.base_url, got.key, got.model) == ("http://127.0.0.1:11434/v1", None, "")


def test_a_provider_s_place_taken_on_this_machine_needs_no_key():
    got = only(available([card("openai")], {"OPENAI_BASE_URL": "http://localhost:9/v1"}, keys()))
    assert (got.base_url, got.key, got.key_from) == ("http://localhost:9/v1", None, "OPENAI_API_KEY")


def test_a_compatible_server_needs_an_address():
    reason = only(available([card("openai-compatible", model="m")], {}, keys("OPENAI_API_KEY")))
    assert reason == "openai-compatible:m: no base URL; set base_url of models.one"


def test_the_order_is_kept():
    cards = [ModelCard(key=f"m{n}", provider="ollama" if n % 2 else "groq", model=f"{n}") for n in range(6)]
    usable, unusable = available(cards, {}, keys())
    assert [one.card.key for one in usable] == ["m1", "m3", "m5"]
    assert [one.card.key for one in unusable] == ["m0", "m2", "m4"]


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("", "http://127.0.0.1:11434/v1"),
        ("0.0.0.0", "http://127.0.0.1:11434/v1"),
        ("0.0.0.0:8000", "http://127.0.0.1:8000/v1"),
        ("gpu-box", "http://gpu-box:11434/v1"),
        ("http://gpu-box:1/", "http://gpu-box:1/v1"),
        ("https://gpu.example", "https://gpu.example:443/v1"),
        ("http://gpu.example/ollama/v1", "http://gpu.example:80/ollama/v1"),
        ("[::1]:9", "http://[::1]:9/v1"),
    ],
)
def test_ollama_host_is_read_as_ollama_means_it(host, address):
    assert address_of(card("ollama"), {"OLLAMA_HOST": host}) == address


def test_an_address_is_written_as_its_sdk_wants_it():
    url = "http://127.0.0.1:9/v1/"
    assert address_of(card("anthropic-compatible", base_url=url), {}) == "http://127.0.0.1:9"
    assert address_of(card("openai-compatible", base_url=url), {}) == "http://127.0.0.1:9/v1"
    assert address_of(card("openai", base_url=url), {"OPENAI_BASE_URL": "http://other"}) == "http://127.0.0.1:9/v1"


@pytest.mark.parametrize(
    "url", ["127.0.0.1:9", "ftp://x/", "http://", "http://u:p@x/v1", "http://x/?key=1", "http://a b"]
)
def test_an_address_that_is_none_or_holds_a_secret_is_refused(url):
    with pytest.raises(ValidationError):
        card("openai", base_url=url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://localhost/v1", "http://[::1]:9", "http://a.localhost"])
def test_this_machine_is_known_by_its_names(url):
    assert is_loopback(url)
    assert not is_loopback(url.replace("127.0.0.1", "127.evil").replace("localhost", "host").replace("::1", "::2"))


def test_only_a_local_server_on_this_machine_is_free():
    zero, price = Price(input=Decimal(0), output=Decimal(0)), Price(input=Decimal(1), output=Decimal(2))
    here, there = "http://127.0.0.1:11434/v1", "http://gpu-box:11434/v1"
    assert Endpoint(card=card("ollama", model="qwen"), base_url=here).price == zero
    assert Endpoint(card=card("ollama", model="gpt-oss:120b-cloud"), base_url=here).price is None
    assert Endpoint(card=card("ollama", model="qwen"), base_url=there).price is None
    assert Endpoint(card=card("litellm", model="gpt"), base_url="http://127.0.0.1:4000/v1").price is None
    assert Endpoint(card=card("ollama", model="qwen", price=price), base_url=here).price == price


KNOWN = {"openai": set(get_args(ChatModel)), "anthropic": set(get_args(get_args(ClaudeModel)[0]))}


@pytest.mark.parametrize(("provider", "known"), KNOWN.items())
def test_the_models_that_are_taken_by_default_are_known_to_the_sdk(provider, known):
    names = {PRESETS[provider].model_for(tier) for tier in Tier}
    assert len(names) == 3
    assert names <= known


def test_every_provider_has_a_preset_of_its_name():
    assert tuple(PRESETS) == get_args(ProviderName)
    assert all(preset.name == name for name, preset in PRESETS.items())


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name)
def test_a_preset_can_be_used_as_it_stands(preset):
    assert preset.base_url is None or address_of(card(preset.name), {}) == preset.base_url
    assert preset.key_variables or not preset.needs_key
    if preset.needs_key and preset.base_url:
        assert preset.base_url.startswith("https://")


@pytest.mark.parametrize(
    ("provider", "model", "family"),
    [
        ("openai", "gpt-6-luna", "openai"),
        ("openrouter", "anthropic/claude-sonnet-5-5", "anthropic"),
        ("openrouter", "openai/o3-mini", "openai"),
        ("openrouter", "somebody/claude-distilled", "anthropic"),
        ("gemini", "models/gemini-3-pro", "google"),
        ("ollama", "gemma3:27b", "google"),
        ("ollama", "llama3.3:70b", "meta"),
        ("ollama", "qwen2.5-coder:7b", "alibaba"),
        ("ollama", "deepseek-r1:8b", "deepseek"),
        ("vllm", "Qwen/QwQ-32B", "alibaba"),
        ("groq", "moonshotai/kimi-k2", "moonshot"),
        ("lmstudio", "hermes-3-llama-3.1-8b", "meta"),
        ("mistral", "devstral-medium", "mistral"),
        ("mistral", "open-unknown", "mistral"),
        ("ollama", "mystery:7b", "mystery"),
        ("ollama", "", "ollama"),
        ("openrouter", "unknown-lab/thing-1", "thing"),
    ],
)
def test_the_family_is_who_trained_the_model(provider, model, family):
    assert family_of(provider, model) == family


def test_the_configuration_may_know_the_family_better():
    assert card("ollama", model="llama-derived", family="mine").lineage == "mine"


def test_the_key_stands_in_no_text_of_an_endpoint():
    got = only(available([card("groq", model="m")], {}, keys("GROQ_API_KEY")))
    assert "value of" not in f"{got!r} {got} {got.model_dump()} {got.model_dump_json()}"


def test_no_sdk_and_no_http_library_is_imported_before_the_first_call():
    code = (
        "import sys, anyio, juryroom_server.models.card, juryroom_server.models.presets\n"
        "import juryroom_server.models.discover, juryroom_server.models.seating\n"
        "from juryroom_server.models.roster import available, opened\n"
        "from juryroom_server.models.card import ModelCard\n"
        "async def main():\n"
        "    usable, _ = available([ModelCard(key='o', provider='ollama', model='m')], {}, lambda card: None)\n"
        "    async with opened(usable) as models: assert models['o'].name == 'ollama:m'\n"
        "anyio.run(main)\n"
        "heavy = {'openai', 'anthropic', 'httpx', 'httpx2', 'httpcore2', 'mcp'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
