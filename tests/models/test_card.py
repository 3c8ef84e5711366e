"""What a card says of itself."""

from typing import Any

import pytest
from pydantic import ValidationError

from juryroom_server.models.card import ModelCard, Outside, Place, Privacy
from juryroom_server.models.endpoint import Endpoint
from juryroom_server.models.privacy import place_of, refusal
from juryroom_server.models.roster import admit, available
from juryroom_server.settings import Settings

LOCAL = Outside(privacy=Privacy.local, private_hosts=("gpu.corp.example", "*.lab.example", "10.0.0.0/8", "fd00::1"))
HERE = "http://127.0.0.1:8080/v1"


def card(provider: str = "openai-compatible", **values: Any) -> ModelCard:
    return ModelCard.model_validate({"key": "one", "provider": provider, "model": "m", **values})


def endpoint(base_url: str, provider: str = "openai-compatible", **values: Any) -> Endpoint:
    return Endpoint(card=card(provider, base_url=base_url, **values), base_url=base_url)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (HERE, Place.local),
        ("https://GPU.corp.example/v1", Place.private),
        ("https://a.b.lab.example", Place.private),
        ("http://10.1.2.3:9/v1", Place.private),
        ("http://[fd00::1]/v1", Place.private),
        ("https://lab.example", Place.third_party),
        ("https://evil-lab.example", Place.third_party),
        ("https://gpu.corp.example.evil.com", Place.third_party),
        ("http://11.1.2.3", Place.third_party),
        ("http://[fd00::2]", Place.third_party),
    ],
)
def test_who_sees_it_is_derived_from_the_address(url, place):
    assert place_of(card(), url, LOCAL.private_hosts) is place
    refused = refusal(endpoint(url), LOCAL)
    assert (refused is not None) == (place is Place.third_party)
    assert refusal(endpoint(url), Outside()) is None


def test_a_refusal_says_which_host_and_what_to_do():
    assert refusal(endpoint("https://api.example/v1"), LOCAL) == (
        'openai-compatible:m: refused by privacy = "local", nothing was sent: '
        "api.example is not this machine; if it is yours, list it in private_hosts"
    )


def test_a_card_can_make_a_host_less_private_and_never_more():
    assert "says that third parties see it" in (refusal(endpoint(HERE, privacy="third-party"), LOCAL) or "")
    assert "is not this machine" in (refusal(endpoint("https://api.example/v1", privacy="local"), LOCAL) or "")


def test_a_gateway_passes_questions_on_unless_its_owner_says_otherwise():
    gateway = "http://127.0.0.1:4000/v1"
    assert "is a gateway" in (refusal(endpoint(gateway, "litellm"), LOCAL) or "")
    assert refusal(endpoint(gateway, "litellm", privacy="local"), LOCAL) is None


def test_a_model_that_a_local_server_passes_on_is_seen_by_others():
    ollama = "http://127.0.0.1:11434/v1"
    assert refusal(endpoint(ollama, "ollama", model="qwen3-coder:30b"), LOCAL) is None
    assert "passes the questions to this model on" in (
        refusal(endpoint(ollama, "ollama", model="gpt-oss:120b-cloud"), LOCAL) or ""
    )


def test_a_proxy_on_the_way_to_a_private_host_is_a_host_too(monkeypatch: pytest.MonkeyPatch):
    private = endpoint("http://gpu.corp.example/v1")
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    assert "through the proxy proxy.example" in (refusal(private, LOCAL) or "")
    assert refusal(endpoint(HERE), LOCAL) is None
    monkeypatch.setenv("no_proxy", "gpu.corp.example")
    assert refusal(private, LOCAL) is None
    monkeypatch.delenv("no_proxy")
    monkeypatch.setenv("http_proxy", "http://squid.lab.example:3128")
    assert refusal(private, LOCAL) is None


def test_what_is_refused_can_be_asked_nothing_and_is_not_seated():
    cards = [card("openai"), card("ollama")]
    usable, refused = available(cards, {"OPENAI_BASE_URL": ""}, lambda _: None, LOCAL)
    assert [one.name for one in usable] == ["ollama:m"]
    assert [one.card.provider for one in refused] == ["openai"]
    named = [one.model_copy(update={"card": one.card.model_copy(update={"model": "x-cloud"})}) for one in usable]
    admitted, late = admit(named, LOCAL)
    assert admitted == ()
    assert "passes the questions to this model on" in late[0].reason


@pytest.mark.parametrize("host", ["", "http://x", "a b", "*", "*.", "x/y", "10.0.0.0/99"])
def test_a_private_host_that_is_none_is_refused(host):
    with pytest.raises(ValidationError, match="should be hosts"):
        Settings(private_hosts=(host,))


def test_the_approved_version_is_the_only_one_that_goes_without_saying():
    approved = card("anthropic", model="claude-sonnet-5-5", approved="claude-sonnet-5-5-20261001")
    assert approved.unapproved("claude-sonnet-5-5-20261001") is None
    assert approved.unapproved("claude-sonnet-5-5-20261105") == (
        "unapproved: one is anthropic:claude-sonnet-5-5-20261105, and you approved 'claude-sonnet-5-5-20261001'"
    )
    assert card().unapproved("anything") is None


def test_what_is_unknown_of_a_card_is_nothing_and_not_zero():
    new = card()
    unknown = (new.price, new.context_window, new.capabilities, new.quality, new.latency_s, new.privacy, new.approved)
    assert unknown == (None,) * 7
