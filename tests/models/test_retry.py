"""What is asked again, after how long, and what is not."""

import math
import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from juryroom_server.models.failure import Kind, ProviderError
from juryroom_server.models.retry import persist
from juryroom_server.models.retry_after import retry_after
from juryroom_server.models.roster import opened
from tests.models.asking import PROMPT, Clock, ask, endpoint, failure
from tests.models.fake_server import FakeServer, Reply, Script


def in_turn(*replies: Reply) -> Script:
    """A server that answers each request with the next reply, and with the last one from then on."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


FINE = Reply("fine")
BUSY = Reply(status=503, error="overloaded")


async def test_two_outages_are_outlasted(api):
    clock = Clock()
    async with FakeServer(in_turn(Reply(status=500), Reply(status=529), FINE)) as server:
        assert (await ask(endpoint(server.url, api), clock=clock)).text == "fine"
    assert len(server.requests) == 3
    assert clock.waits == [0.0, 0.0]


async def test_after_three_attempts_it_is_over(api):
    async with FakeServer(in_turn(BUSY)) as server:
        error = await failure(endpoint(server.url, api))
    assert error.kind is Kind.server
    assert "overloaded" in str(error)
    assert len(server.requests) == 3


async def test_the_server_says_how_long_to_wait(api):
    clock = Clock()
    slow_down = Reply(status=429, error="slow down", headers={"retry-after": "2"})
    async with FakeServer(in_turn(slow_down, FINE)) as server:
        assert (await ask(endpoint(server.url, api), clock=clock)).text == "fine"
    assert clock.waits == [2.0]


async def test_a_wait_that_does_not_fit_into_the_time_left_is_not_begun(api):
    clock = Clock(left=60.0)
    async with FakeServer(in_turn(Reply(status=429, headers={"retry-after": "3600"}))) as server:
        error = await failure(endpoint(server.url, api), clock=clock)
    assert (error.kind, error.retry_after_s) == (Kind.rate_limit, 3600.0)
    assert clock.waits == []
    assert len(server.requests) == 1


async def test_the_time_left_is_that_of_the_call_unless_told_otherwise(api):
    async with (
        FakeServer(in_turn(Reply(status=429, headers={"retry-after": "31"}))) as server,
        opened([endpoint(server.url, api, timeout_s=30)]) as models,
    ):
        with pytest.raises(Exception, match="asked too often"):
            await models["one"].complete(PROMPT)
    assert len(server.requests) == 1


async def test_the_wait_is_drawn_below_a_bound_that_doubles():
    clock, drawn = Clock(), []

    def jitter(low, high):
        drawn.append((low, high))
        return high

    async def busy():
        raise ProviderError("overloaded", Kind.server)

    with pytest.raises(ProviderError, match="overloaded"):
        await persist(busy, replace(clock.patience, jitter=jitter, attempts=7))
    assert drawn == [(0.0, 0.5), (0.0, 1.0), (0.0, 2.0), (0.0, 4.0), (0.0, 8.0), (0.0, 8.0), (0.0, 8.0)]
    assert clock.waits == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]


async def test_a_connection_that_breaks_before_an_answer_is_tried_again(api):
    async with FakeServer(in_turn(Reply(cut="before"), FINE)) as server:
        assert (await ask(endpoint(server.url, api))).text == "fine"
    assert len(server.requests) == 2


async def test_an_answer_that_breaks_off_may_have_been_billed_and_is_not_asked_for_again(api):
    async with FakeServer(in_turn(Reply(cut="within"))) as server:
        error = await failure(endpoint(server.url, api))
    assert error.kind is Kind.broken_off
    assert len(server.requests) == 1


async def test_where_nothing_listens_the_connection_is_refused(api):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        clock = Clock()
        error = await failure(endpoint(f"http://127.0.0.1:{unused.getsockname()[1]}", api), clock=clock)
    assert error.kind is Kind.refused
    assert "nothing answers at http://127.0.0.1:" in str(error)
    assert clock.waits == []


async def test_a_host_without_an_address_is_a_matter_of_dns(api):
    error = await failure(endpoint("http://nowhere.invalid", api))
    assert error.kind is Kind.dns


async def test_a_server_without_tls_is_a_matter_of_tls(api):
    async with FakeServer(in_turn(FINE)) as server:
        error = await failure(endpoint(server.url.replace("http:", "https:"), api))
    assert error.kind is Kind.tls
    assert "http://" in str(error)


async def test_a_dead_proxy_is_told_apart_from_the_server(api, monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{unused.getsockname()[1]}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        error = await failure(endpoint("https://nowhere.invalid", api))
    assert error.kind is Kind.proxy
    assert "HTTPS_PROXY" in str(error)


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "Thu, 01 Jan 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Thu, 01 Jan 2026 11:00:00 GMT"}, None),
        ({"retry-after": "Thu, 99 Jan 2026 11:00:00 GMT"}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_nonsense_is_nothing(headers, seconds):
    assert retry_after(headers, now=lambda: NOON) == seconds
    assert seconds is None or math.isfinite(seconds)
