"""What providers keep of prompts: asked for where it pays, written once, read by the others, and in the books."""

from decimal import Decimal
from typing import Any

import anyio
import pytest

from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.model import Prompt
from juryroom_reviewers.seat import ModelReviewer, ReadingLimits
from juryroom_server.models.card import Price
from juryroom_server.models.endpoint import Endpoint
from juryroom_server.models.roster import opened
from juryroom_server.models.shared import Shared
from tests.models.asking import endpoint
from tests.models.books import Books
from tests.models.fake_server import FakeServer, Pipe, Reply
from tests.models.test_faults import PERSONA
from tests.reviewers.build import added, context

PRICE = Price(input=Decimal(2), output=Decimal(10), cached_input=Decimal("0.2"), cache_write=Decimal("2.5"))
ABLE: dict[str, Any] = {"capabilities": ("caching",), "price": PRICE}
FINE = Reply('{"findings": []}')
RULES = "Money is counted in cents. " * 200
PROMPT = Prompt(system="You are a reviewer.", user=f"{RULES}The change.", stable_chars=len(RULES))
PROVIDER = {"openai": "openai", "anthropic": "anthropic-compatible"}


def keeping(server: FakeServer, api: str, **card: Any) -> Endpoint:
    return endpoint(server.url, api, provider=PROVIDER[api], **{**ABLE, **card})


def marks(body: Any) -> list[str]:
    """The texts of a request's blocks that are to be kept."""
    texts = [body.get("system"), *(message["content"] for message in body["messages"])]
    blocks = [block for one in texts if isinstance(one, list) for block in one]
    words = ("cache_control", "prompt_cache_breakpoint")
    return [block["text"] for block in blocks if any(word in block for word in words)]


def three_parts() -> tuple[ReviewContext, ReadingLimits]:
    files = [added(f"shop/part{number}.py", "value = 1\n" * 60) for number in range(3)]
    return context(*files).model_copy(update={"conventions": RULES}), ReadingLimits(part_tokens=400)


async def test_parts_begin_alike_and_wait_until_the_first_one_has_written_it(api):
    sent_before_it_began: list[int] = []

    async def first(pipe: Pipe) -> None:
        await anyio.wait_all_tasks_blocked()
        sent_before_it_began.append(len(server.requests))
        *start, end = pipe.events
        for event in start:
            await pipe.send(event)
        await server.arrived(3)  # the others come while this answer is still being written
        await pipe.send(end)

    def script(_: Any) -> Reply:
        return Reply('{"findings": []}', stream=first) if len(server.requests) == 1 else FINE

    material, limits = three_parts()
    async with (
        FakeServer(script) as server,
        opened([keeping(server, api)]) as models,
    ):
        review = await ModelReviewer(PERSONA, models["one"], limits).review(material)
    assert review.abstained is None
    assert sent_before_it_began == [1]
    kept = [marks(request.body) for request in server.requests]
    assert len(kept) == 3
    assert len({str(one) for one in kept}) == 1
    assert "Money is counted in cents." in kept[0][0]
    assert "shop/part" not in kept[0][0]
    assert len({str(request.body.get("system")) for request in server.requests}) == 1


async def test_who_waits_too_long_goes_and_does_not_pay_for_writing_it_again(api):
    def script(_: Any) -> Reply:
        return Reply(stream=Pipe.hang) if len(server.requests) == 1 else FINE

    async with (
        FakeServer(script) as server,
        opened([keeping(server, api, timeout_s=1)]) as models,
        anyio.create_task_group() as group,
    ):
        group.start_soon(_quietly, models["one"], PROMPT.model_copy(update={"sharing": 2}))
        await server.arrived(1)
        await models["one"].complete(PROMPT.model_copy(update={"sharing": 2}))
        group.cancel_scope.cancel()
    assert [len(marks(request.body)) for request in server.requests] == [1, 0]


async def _quietly(model: Any, prompt: Prompt) -> None:
    await model.complete(prompt)


async def test_a_single_request_writes_it_only_when_it_comes_again_within_five_minutes(api):
    clock = [0.0]
    marked = []
    async with FakeServer(lambda _: FINE) as server:
        shared = Shared(clock=lambda: clock[0])
        for clock[0] in (0.0, 301.0, 500.0, 700.0, 1100.0):
            async with opened([keeping(server, api)], shared=shared) as models:
                await models["one"].complete(PROMPT)
            marked.append(bool(marks(server.requests[-1].body)))
    # seen once; too late; again: written; read; forgotten
    assert marked == [False, False, True, True, False]


@pytest.mark.parametrize(
    "card",
    [
        {"capabilities": ()},
        {"capabilities": None},
        {"price": None},
        {"price": Price(input=Decimal(2), output=Decimal(10))},
        {"price": PRICE.model_copy(update={"cache_write": Decimal(9)})},
        {"model": "claude-haiku-4-5"},  # it keeps nothing so short
    ],
    ids=["not able", "not known", "no price", "no price of writing", "too dear", "too short"],
)
async def test_nothing_is_kept_where_it_does_not_pay_or_nobody_knows(api, card):
    async with (
        FakeServer(lambda _: FINE) as server,
        opened([keeping(server, api, **card)]) as models,
    ):
        for _ in range(3):
            await models["one"].complete(PROMPT.model_copy(update={"sharing": 2}))
    assert [marks(request.body) for request in server.requests] == [[], [], []]


async def test_openai_is_told_to_keep_nothing_else_where_writing_has_a_fee():
    free = PRICE.model_copy(update={"cache_write": None})
    async with FakeServer(lambda _: FINE) as server:
        for card in ({}, {"price": free}, {"capabilities": ()}):
            async with opened([keeping(server, "openai", **card)]) as models:
                await models["one"].complete(PROMPT)
        async with opened([endpoint(server.url, "openai", **ABLE)]) as models:
            await models["one"].complete(PROMPT)
    fee, no_fee, unable, compatible = (request.body for request in server.requests)
    assert fee["prompt_cache_options"] == {"mode": "explicit"}
    assert len(fee["prompt_cache_key"]) == 32
    assert no_fee["prompt_cache_key"]
    assert "prompt_cache_options" not in no_fee
    for body in (unable, compatible):  # who is not known to take these words is not sent them
        assert not [word for word in body if word.startswith("prompt_cache")]


async def test_a_server_that_does_not_know_the_words_is_asked_without_them():
    def script(body: dict[str, Any]) -> Reply:
        word = next((one for one in body if one.startswith("prompt_cache")), None)
        return Reply(status=400, error=f"Unrecognized request argument supplied: {word}") if word else FINE

    async with FakeServer(script) as server, opened([keeping(server, "openai")]) as models:
        await models["one"].complete(PROMPT)
        await models["one"].complete(PROMPT)
    assert ["prompt_cache_key" in request.body for request in server.requests] == [True, False, False]


USED: dict[str, tuple[int, dict[str, Any]]] = {
    "openai": (2000, {"prompt_tokens_details": {"cached_tokens": 1500, "cache_write_tokens": 100}}),
    "anthropic": (400, {"cache_read_input_tokens": 1500, "cache_creation_input_tokens": 100}),
}


async def test_what_was_read_and_written_is_priced_and_shown_as_saved(api):
    asked, more = USED[api]
    books = Books()
    async with (
        FakeServer(lambda _: Reply("yes", usage=(asked, 10), more_usage=more)) as server,
        opened([keeping(server, api)], accounts=books) as models,
    ):
        await models["one"].complete(PROMPT)
    # 1500 read at 0.2, 100 written at 2.5, 400 at 2, 10 of the answer at 10 USD a million
    assert books.only.cost_usd == Decimal("0.00145")
    assert books.only.saved_usd == Decimal("0.00265")
    assert (books.only.input_tokens, books.only.cached_tokens) == (2000, 1500)


async def test_writing_alone_saves_less_than_nothing_and_fits_into_what_was_set_aside(api):
    asked = {"openai": 2000, "anthropic": 1}[api]
    more: dict[str, dict[str, Any]] = {
        "openai": {"prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 1999}},
        "anthropic": {"cache_read_input_tokens": 0, "cache_creation_input_tokens": 1999},
    }
    books = Books()
    async with (
        FakeServer(lambda _: Reply("yes", usage=(asked, 10), more_usage=more[api])) as server,
        opened([keeping(server, api)], accounts=books) as models,
    ):
        await models["one"].complete(PROMPT)
    assert books.only.saved_usd == Decimal("-0.0009995")
    bytes_sent = len(PROMPT.system) + len(PROMPT.user) + len(PROMPT.schema_name) + len(repr(""))
    assert books.intents[0].ceiling_usd == (Decimal("2.5") * (bytes_sent + 1000) + 10 * 4096) / 1_000_000


@pytest.mark.parametrize("more", [{}, {"prompt_tokens_details": None}])
async def test_a_provider_that_says_nothing_of_its_cache_has_saved_nobody_knows_what(more):
    books = Books()
    async with (
        FakeServer(lambda _: Reply("yes", more_usage=more)) as server,
        opened([keeping(server, "openai")], accounts=books) as models,
    ):
        await models["one"].complete(PROMPT)
    assert books.only.saved_usd is None
