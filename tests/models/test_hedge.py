"""Late answers are asked for twice: seldom, only where it is cheap, and on the books."""

import asyncio
from typing import Any

import pytest

from juryroom_server.models.accounting import Outcome
from juryroom_server.models.failure import Kind, ProviderError
from juryroom_server.models.hedge import Pulse
from juryroom_server.models.roster import opened
from juryroom_server.models.shared import Shared
from tests.models.asking import PROMPT, Clock, endpoint
from tests.models.books import Books
from tests.models.fake_server import FakeServer, Reply
from tests.models.leap import Leap

SHORT = PROMPT.model_copy(update={"max_output_tokens": 512})
FINE = Reply('{"answer": "yes"}')
NEVER = Reply(until=asyncio.Event())


@pytest.fixture
async def leap(monkeypatch: pytest.MonkeyPatch) -> Leap:
    return Leap(monkeypatch)


def practised(shared: Shared, one: Any, calls: int = 100) -> Pulse:
    """A model that is known to answer within a minute."""
    pulse = shared.pulse(one)
    for _ in range(calls):
        pulse.call()
        pulse.answered(60.0)
    return pulse


async def test_case_28_the_loser_is_cancelled_and_both_are_charged(api, leap):
    shared, books = Shared(), Books()
    replies = [NEVER, FINE]
    async with FakeServer(lambda _: replies[len(server.requests) - 1]) as server:
        one = endpoint(server.url, api)
        practised(shared, one)
        async with opened([one], shared=shared, accounts=books, hedge=True) as models:
            asking = asyncio.ensure_future(models["one"].complete(SHORT))
            await server.arrived(1)
            await leap(30)
            assert len(server.requests) == 1
            await leap(31)
            completion = await asking
            await server.requests[0].disconnected.wait()
    assert completion.text == FINE.text
    assert completion.usage.cost_usd is None
    assert completion.notes == ("asked twice, as no answer came within 60.0 s",)
    assert books.closed
    assert sorted(result.outcome for result in books.results.values()) == [Outcome.cancelled, Outcome.ok]


async def test_case_28_the_first_one_wins_too_and_the_second_is_cancelled(api, leap):
    shared, books, gate = Shared(), Books(), asyncio.Event()
    replies = [Reply('{"answer": "first"}', until=gate), NEVER]
    async with FakeServer(lambda _: replies[len(server.requests) - 1]) as server:
        one = endpoint(server.url, api)
        practised(shared, one)
        async with opened([one], shared=shared, accounts=books, hedge=True) as models:
            asking = asyncio.ensure_future(models["one"].complete(SHORT))
            await server.arrived(1)
            await leap(61)
            await server.arrived(2)
            gate.set()
            assert (await asking).text == '{"answer": "first"}'
            await server.requests[1].disconnected.wait()
    assert books.closed


async def test_a_failure_is_not_asked_again_by_hedging(api):
    shared = Shared()
    async with FakeServer(lambda _: Reply(status=402)) as server:
        one = endpoint(server.url, api)
        practised(shared, one)
        async with opened([one], shared=shared, hedge=True, patience=Clock().patience) as models:
            with pytest.raises(ProviderError) as caught:
                await models["one"].complete(SHORT)
    assert (caught.value.kind, len(server.requests)) == (Kind.quota, 1)


@pytest.mark.parametrize(("prompt", "calls"), [(PROMPT, 100), (SHORT, 10)], ids=["dear", "little-known"])
async def test_a_dear_call_and_a_model_that_is_little_known_are_asked_once(api, leap, prompt, calls):
    shared, gate = Shared(), asyncio.Event()
    async with FakeServer(lambda _: Reply('{"answer": "yes"}', until=gate)) as server:
        one = endpoint(server.url, api)
        practised(shared, one, calls)
        async with opened([one], shared=shared, hedge=True) as models:
            asking = asyncio.ensure_future(models["one"].complete(prompt))
            await server.arrived(1)
            await leap(70)
            gate.set()
            await asking
    assert len(server.requests) == 1


def test_no_more_than_a_twentieth_is_asked_twice():
    pulse, twice = Pulse(), 0
    for _ in range(1000):
        pulse.call()
        twice += pulse.may_ask_twice()
    assert twice == 50
