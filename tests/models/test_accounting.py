"""What a call says to those who keep the books: the most it can cost before, what it took after, once."""

from decimal import Decimal

import anyio
import pytest

from juryroom_reviewers.model import Completion
from juryroom_reviewers.seat import ModelReviewer
from juryroom_server.models.accounting import Outcome, Result
from juryroom_server.models.card import Price
from juryroom_server.models.failure import Kind, ProviderError
from juryroom_server.models.roster import opened
from tests.models.asking import KEY, PROMPT, Clock, endpoint
from tests.models.books import Books
from tests.models.fake_server import FakeServer, Reply
from tests.models.test_faults import PERSONA
from tests.reviewers.build import context

PRICE = Price(input=Decimal(2), output=Decimal(10))
FINE = Reply('{"findings": []}')


async def test_the_most_is_set_aside_and_what_it_took_replaces_it(api):
    books = Books()
    async with (
        FakeServer(lambda _: FINE) as server,
        opened([endpoint(server.url, api, price=PRICE)], accounts=books, reasons={"one": "the cheapest"}) as models,
    ):
        await models["one"].complete(PROMPT)
    (intent,) = books.intents
    # each byte one token at most, and a thousand around them; 4096 tokens of answer
    texts = PROMPT.system + PROMPT.user + repr(PROMPT.answer_schema) + PROMPT.schema_name
    assert intent.ceiling_usd == (2 * (len(texts) + 1000) + 10 * 4096) / Decimal(1_000_000)
    assert (intent.model, intent.family, intent.tier) == (f"{api}-compatible:fake-1", "fake", "workhorse")
    assert (intent.task, intent.persona, intent.reason) == ("verdict", None, "the cheapest")
    result = books.only
    times = (result.queue_s, result.first_token_s, result.total_s)
    assert all(time is not None and time >= 0 for time in times)
    assert result.model_copy(update={"queue_s": None, "first_token_s": None, "total_s": None}) == Result(
        outcome=Outcome.ok,
        answered_by="fake-1",
        input_tokens=11,
        output_tokens=7,
        cost_usd=Decimal("0.000092"),
        attempts=1,
    )


async def test_the_books_know_the_persona_and_no_word_of_the_prompt(api):
    books = Books()
    async with (
        FakeServer(lambda _: FINE) as server,
        opened([endpoint(server.url, api)], accounts=books) as models,
    ):
        await ModelReviewer(PERSONA, models["one"]).review(context())
    (intent,) = books.intents
    assert (intent.task, intent.persona, intent.ceiling_usd) == ("review", "auditor", None)
    told = intent.model_dump_json() + books.only.model_dump_json()
    assert "sqlite3" not in told
    assert KEY not in told


async def test_a_call_that_could_exceed_the_budget_is_not_made(api):
    books = Books(usd=Decimal("0.01"))
    async with (
        FakeServer(lambda _: FINE) as server,
        opened([endpoint(server.url, api, price=PRICE)], accounts=books) as models,
    ):
        with pytest.raises(ProviderError, match="raise budget_usd") as caught:
            await models["one"].complete(PROMPT)
    assert caught.value.kind is Kind.budget
    assert server.requests == []


@pytest.mark.parametrize(
    ("reply", "cost"),
    [
        (Reply(status=401), Decimal(0)),
        (Reply(status=429), Decimal(0)),
        (Reply(status=503), Decimal(0)),
        (Reply(cut="within"), None),
        (Reply(text=""), None),
        (Reply(refusal="no"), None),
    ],
    ids=["key", "rate-limit", "server", "broken-off", "empty", "refusal"],
)
async def test_a_failure_costs_nothing_only_where_nothing_was_written(api, reply, cost):
    books = Books()
    async with (
        FakeServer(lambda _: reply) as server,
        opened([endpoint(server.url, api, price=PRICE)], accounts=books, patience=Clock().patience) as models,
    ):
        with pytest.raises(ProviderError) as caught:
            await models["one"].complete(PROMPT)
    assert (books.only.outcome, books.only.cost_usd) == (Outcome.failed, cost)
    assert (books.only.error, books.only.attempts) == (caught.value.kind.value, len(server.requests))


async def test_the_time_in_the_queue_is_none_of_the_calls(api):
    books = Books()
    async with (
        FakeServer(lambda _: FINE) as server,
        opened([endpoint(server.url, api, concurrency=1)], accounts=books) as models,
        anyio.create_task_group() as group,
    ):
        for _ in range(3):
            group.start_soon(models["one"].complete, PROMPT)
    queued = [result.queue_s or 0 for result in books.results.values()]
    assert queued == sorted(queued)
    assert queued[0] < queued[-1]
    assert len(server.requests) == 3


async def test_tokens_from_the_providers_cache_are_told(api):
    usage = {
        "openai": b'"usage": {"prompt_tokens": 100, "completion_tokens": 7, "prompt_tokens_details": '
        b'{"cached_tokens": 80}}',
        "anthropic": b'"usage": {"input_tokens": 20, "output_tokens": 7, "cache_read_input_tokens": 80}',
    }[api]
    answer = {
        "openai": b'{"choices": [{"message": {"content": "yes"}, "finish_reason": "stop"}], %b}',
        "anthropic": b'{"content": [{"type": "text", "text": "yes"}], "stop_reason": "end_turn", %b}',
    }[api]
    books = Books()
    async with (
        FakeServer(lambda _: Reply(raw=answer % usage)) as server,
        opened([endpoint(server.url, api)], accounts=books) as models,
    ):
        completion: Completion = await models["one"].complete(PROMPT)
    assert completion.usage.input_tokens == 100
    assert (books.only.input_tokens, books.only.cached_tokens) == (100, 80)
