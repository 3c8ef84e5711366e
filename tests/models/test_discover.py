"""Servers are asked which models they have."""

import socket

import anyio
import pytest

from juryroom_server.models.card import ModelCard
from juryroom_server.models.discover import list_models, resolve
from juryroom_server.models.endpoint import Endpoint
from juryroom_server.models.failure import Kind, ProviderError
from juryroom_server.models.presets import ProviderName
from tests.models.asking import endpoint
from tests.models.fake_server import FakeServer, Reply, serving


def nameless(url: str, provider: ProviderName = "ollama") -> Endpoint:
    return Endpoint(card=ModelCard(key=provider, provider=provider), base_url=f"{url}/v1")


async def test_a_server_lists_its_models(api):
    async with FakeServer(lambda _: Reply("fine"), models=("a", "b")) as server:
        assert await list_models(endpoint(server.url, api)) == ("a", "b")


def test_a_server_in_a_thread_answers_tests_that_are_not_async():
    with serving(lambda _: Reply("fine"), models=("a",)) as server:
        assert anyio.run(list_models, endpoint(server.url, "openai")) == ("a",)


async def test_a_card_without_a_model_gets_the_first_that_can_chat():
    async with FakeServer(lambda _: Reply("fine"), models=("nomic-embed-text", "qwen3:8b", "gemma3")) as server:
        named = endpoint(server.url, "openai", key="named", model="kept")
        usable, unusable = await resolve([nameless(server.url), named])
    assert [one.name for one in usable] == ["ollama:qwen3:8b", "openai-compatible:kept"]
    assert usable[0].card.lineage == "alibaba"
    assert unusable == ()


async def test_a_server_without_models_is_no_use():
    async with FakeServer(lambda _: Reply("fine"), models=("nomic-embed-text",)) as server:
        usable, (one,) = await resolve([nameless(server.url)])
    assert usable == ()
    assert "has no model for chat" in one.reason


async def test_a_server_that_does_not_run_is_said_and_the_others_are_found():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        dead = nameless(f"http://127.0.0.1:{unused.getsockname()[1]}", "vllm")
        async with FakeServer(lambda _: Reply("fine")) as server:
            usable, (one,) = await resolve([dead, nameless(server.url)])
    assert [found.name for found in usable] == ["ollama:fake-1"]
    assert one.card == dead.card
    assert "nothing answers at" in one.reason
    assert "start the server" in one.reason


async def test_something_else_is_no_list_of_models():
    async with FakeServer(lambda _: Reply("fine"), models=(None,)) as server:
        with pytest.raises(ProviderError) as caught:
            await list_models(nameless(server.url))
    assert caught.value.kind is Kind.answer
