"""What goes wrong at providers, case by case, through both SDKs; docs/faults.md is made from the names here.

The servers are raw sockets on loopback; waits, deadlines and rests are those of clocks that a test moves.
"""

import asyncio
import gzip
import socket
import time
import tracemalloc
from decimal import Decimal
from typing import Any

import anyio
import anyio.lowlevel
import pytest
from pydantic import SecretStr

from juryroom_reviewers.ballot import Juror
from juryroom_reviewers.finding import Severity
from juryroom_reviewers.model import Completion
from juryroom_reviewers.persona import Persona
from juryroom_reviewers.report import Verdict
from juryroom_reviewers.review import Plan, review
from juryroom_reviewers.seat import ModelReviewer
from juryroom_server.models.accounting import Outcome
from juryroom_server.models.breaker import State
from juryroom_server.models.card import Price
from juryroom_server.models.discover import list_models
from juryroom_server.models.failure import Kind, ProviderError
from juryroom_server.models.roster import opened
from juryroom_server.models.shared import Shared
from juryroom_server.models.transport import MAX_BODY
from juryroom_server.outcome import Exit, exit_code
from tests.models.asking import KEY, PROMPT, Clock, ask, endpoint, failure
from tests.models.books import Books
from tests.models.fake_server import FakeServer, Pipe, Reply, Script
from tests.models.leap import Leap
from tests.reviewers.build import added, context

PRICE = Price(input=Decimal(2), output=Decimal(10))
PLAIN = PROMPT.model_copy(update={"answer_schema": None})
FINE = Reply('{"findings": []}')
DOWN = Reply(status=500, error="out of order")
PERSONA = Persona(name="auditor", charter="Find holes.", categories=("security",))


def in_turn(*replies: Reply) -> Script:
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


@pytest.fixture
async def leap(monkeypatch: pytest.MonkeyPatch) -> Leap:
    return Leap(monkeypatch)


def closed_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


async def test_case_01_retry_after_is_waited_for(api):
    clock = Clock()
    slow_down = Reply(status=429, headers={"retry-after": "2"})
    async with FakeServer(in_turn(slow_down, FINE)) as server:
        assert (await ask(endpoint(server.url, api), clock=clock)).text == FINE.text
    assert (clock.waits, len(server.requests)) == ([2.0], 2)


async def test_case_02_too_long_a_wait_goes_to_the_stand_in(api):
    clock = Clock(left=60.0)
    async with (
        FakeServer(in_turn(Reply(status=429, headers={"retry-after": "3600"}))) as busy,
        FakeServer(in_turn(FINE)) as free,
    ):
        first = endpoint(busy.url, api, key="first", model="fake-1")
        second = endpoint(free.url, api, key="second", model="spare-1")
        async with opened([first], patience=clock.patience, failover=[second]) as models:
            completion = await models["first"].complete(PROMPT)
    assert completion.model == "spare-1"
    assert completion.notes == (
        f"{api}-compatible:fake-1 failed (rate_limit), {api}-compatible:spare-1 answered in its place",
    )
    assert clock.waits == []
    assert len(busy.requests) == 1


@pytest.mark.parametrize("value", ["soon", "-5", "nan", "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 99 Jan 2026 11:00:00"])
async def test_case_03_a_retry_after_without_sense_is_none(api, value):
    clock = Clock()
    async with FakeServer(in_turn(Reply(status=503, headers={"retry-after": value}), FINE)) as server:
        await ask(endpoint(server.url, api), clock=clock)
    assert clock.waits == [0.0]


async def test_case_04_an_empty_account_is_not_asked_again(api):
    async with FakeServer(in_turn(Reply(status=429, code="insufficient_quota", error="no credit"))) as server:
        assert (await failure(endpoint(server.url, api))).kind is Kind.quota
    assert len(server.requests) == 1


async def test_case_05_two_outages_are_outlasted(api):
    books = Books()
    async with (
        FakeServer(in_turn(DOWN, DOWN, FINE)) as server,
        opened([endpoint(server.url, api)], patience=Clock().patience, accounts=books) as models,
    ):
        assert (await models["one"].complete(PROMPT)).text == FINE.text
    assert (books.only.outcome, books.only.attempts) == (Outcome.ok, 3)


async def panel(api: str, *urls: str) -> Any:
    seats = [endpoint(url, api, key=f"m{number}", model=f"fake-{number}") for number, url in enumerate(urls)]
    async with opened(seats, patience=Clock().patience) as models:
        members = [ModelReviewer(PERSONA, model) for model in models.values()]
        jurors = [Juror(seat=member.seat, model=member.model) for member in members]
        return await review(context(), members, jurors, Plan())


async def test_case_06_one_provider_down_and_the_panel_goes_on(api):
    async with FakeServer(in_turn(FINE)) as up, FakeServer(in_turn(DOWN)) as down:
        report = await panel(api, up.url, down.url)
    assert {one.name: one.status for one in report.reviewers} == {
        f"auditor@{api}-compatible:fake-0": "done",
        f"auditor@{api}-compatible:fake-1": "failed",
    }
    assert "out of order" in report.incomplete[0]
    assert exit_code(report, Severity.high, fail_closed=False) is Exit.clean
    assert exit_code(report, Severity.high, fail_closed=True) is Exit.partial


async def test_case_07_all_down_is_unclear_and_never_clean(api):
    async with FakeServer(in_turn(DOWN)) as down:
        report = await panel(api, down.url, down.url)
    assert report.verdict is Verdict.unclear
    assert exit_code(report, Severity.high, fail_closed=True) is Exit.partial


async def test_case_08_refused_dns_tls_and_proxy_are_told_apart(api, monkeypatch):
    async with FakeServer(in_turn(FINE)) as server:
        urls = {
            Kind.refused: f"http://127.0.0.1:{closed_port()}",
            Kind.dns: "http://nowhere.invalid",
            Kind.tls: server.url.replace("http:", "https:"),
        }
        for kind, url in urls.items():
            assert (await failure(endpoint(url, api))).kind is kind
            with pytest.raises(ProviderError) as caught:  # what `doctor` asks
                await list_models(endpoint(url, api))
            assert caught.value.kind is kind
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{closed_port()}")
    assert (await failure(endpoint("https://nowhere.invalid", api))).kind is Kind.proxy


async def test_case_09_a_hang_before_the_headers_ends(api, leap):
    async with FakeServer(in_turn(Reply(until=asyncio.Event()))) as server, anyio.create_task_group() as group:

        async def pass_time() -> None:
            await server.arrived(1)
            await leap(89)
            assert not server.requests[0].disconnected.is_set()
            await leap(2)

        group.start_soon(pass_time)
        error = await failure(endpoint(server.url, api))
    assert (error.kind, len(server.requests)) == (Kind.timeout, 1)
    assert "no word within 90 s" in str(error)


async def test_case_10_one_byte_a_second_ends(api, leap):
    async def drip(pipe: Pipe) -> None:
        for byte in b"".join(pipe.events):
            await pipe.send(bytes([byte]))
            await leap(1)

    async with FakeServer(in_turn(Reply("late", stream=drip))) as server:
        error = await failure(endpoint(server.url, api))
        await server.requests[0].disconnected.wait()
    assert (error.kind, len(server.requests)) == (Kind.timeout, 1)


async def test_case_10_an_answer_that_never_stops_growing_ends_with_the_time_of_the_call(api, leap):
    async def grow(pipe: Pipe) -> None:
        word = next(one for one in pipe.events if b"more" in one)
        while True:
            await pipe.send(word)
            await leap(5)

    async with FakeServer(in_turn(Reply("moremore", stream=grow))) as server:
        error = await failure(endpoint(server.url, api))
        await server.requests[0].disconnected.wait()
    assert error.kind is Kind.timeout
    assert "within 120 s" in str(error)


async def test_case_11_pings_are_no_answer(api, leap):
    async def ping(pipe: Pipe) -> None:
        empty = b'data: {"choices": [{"index": 0, "delta": {"content": ""}}]}\n\n'
        while True:
            await pipe.send(b": ping\n\n")
            await pipe.send(b'event: ping\ndata: {"type": "ping"}\n\n')
            await pipe.send(empty)
            await leap(10)

    async with FakeServer(in_turn(Reply(stream=ping))) as server:
        error = await failure(endpoint(server.url, api))
        await server.requests[0].disconnected.wait()
    assert (error.kind, len(server.requests)) == (Kind.timeout, 1)
    assert "no word within 90 s" in str(error)


async def test_case_11_pings_after_the_first_words_are_no_answer_either(api, leap):
    async def ping(pipe: Pipe) -> None:
        for one in pipe.events:
            await pipe.send(one)
            if b"half" in one:
                break
        while True:
            await pipe.send(b": ping\n\n")
            await leap(10)

    async with FakeServer(in_turn(Reply("halfhalf", stream=ping))) as server:
        error = await failure(endpoint(server.url, api))
    assert error.kind is Kind.timeout
    assert "nothing more for 30 s" in str(error)


async def test_case_11_pings_after_the_end_hold_nothing_up(api, leap):
    async def ping(pipe: Pipe) -> None:
        for one in pipe.events:
            await pipe.send(one)
        while True:
            await pipe.send(b": ping\n\n")
            await leap(0.06)

    async with FakeServer(in_turn(Reply("whole", stream=ping))) as server:
        completion = await ask(endpoint(server.url, api))
    assert completion.text == "whole"


async def test_case_12_a_reset_within_the_answer_is_not_paid_twice(api, leap):
    books = Books()

    async def crash(pipe: Pipe) -> None:
        for one in pipe.events[:3]:
            await pipe.send(one)
        await leap(0)
        pipe.reset()

    async with (
        FakeServer(in_turn(Reply("half an answer", stream=crash))) as server,
        opened([endpoint(server.url, api)], accounts=books) as models,
    ):
        with pytest.raises(ProviderError) as caught:
            await models["one"].complete(PROMPT)
    assert (caught.value.kind, len(server.requests)) == (Kind.broken_off, 1)
    assert (books.only.outcome, books.only.cost_usd, books.only.error) == (Outcome.failed, None, "broken_off")


@pytest.mark.parametrize("kept", [0, 1, 3, -1])
async def test_case_13_a_stream_without_its_end_is_no_answer(api, kept):
    async def stop(pipe: Pipe) -> None:
        for one in pipe.events[:kept]:
            await pipe.send(one)

    async with FakeServer(in_turn(Reply("half an answer", stream=stop))) as server:
        error = await failure(endpoint(server.url, api))
    assert (error.kind, len(server.requests)) == (Kind.broken_off, 1)


@pytest.mark.parametrize("reason", [None, "error", "tool_calls", "pause_turn"])
async def test_case_13_a_stream_that_ends_for_no_known_reason_is_no_answer(api, reason):
    async with FakeServer(in_turn(Reply("half", finish=reason))) as server:
        assert (await failure(endpoint(server.url, api))).kind is Kind.answer


async def test_case_14_an_answer_that_was_cut_off_goes_on_once(api):
    books = Books()
    replies = in_turn(Reply('{"answer": "y', finish="length"), Reply('es"}'))
    async with FakeServer(replies) as server, opened([endpoint(server.url, api)], accounts=books) as models:
        completion = await models["one"].complete(PROMPT)
    assert (completion.text, completion.finish_reason) == ('{"answer": "yes"}', "stop")
    assert (completion.usage.input_tokens, completion.usage.output_tokens) == (22, 14)
    sent = server.requests[1].body
    assert {"role": "assistant", "content": '{"answer": "y'} in sent["messages"]
    assert not {"response_format", "output_config"} & sent.keys()
    assert len(books.results) == 2
    assert books.intents[0].digest != books.intents[1].digest


@pytest.mark.parametrize(
    ("rest", "text", "reason"),
    [
        (Reply(' "no"', finish="length"), '{"answer": "no"', "length"),
        (Reply("Sorry, what?"), '{"answer":', "length"),
        (Reply('{"answer": "anew"}'), '{"answer":', "length"),
        (DOWN, '{"answer":', "length"),
    ],
    ids=["again", "nonsense", "too-short-to-tell", "outage"],
)
async def test_case_14_what_can_not_be_mended_is_marked_as_cut_off(api, rest, text, reason):
    async with FakeServer(in_turn(Reply('{"answer":', finish="length"), rest)) as server:
        completion = await ask(endpoint(server.url, api))
    assert (completion.text, completion.finish_reason) == (text, reason)
    assert len(server.requests) == (4 if rest is DOWN else 2)


async def test_case_14_an_answer_that_is_begun_anew_takes_the_place_of_the_first(api):
    replies = in_turn(Reply('{"answer": "a long', finish="length"), Reply('{"answer": "a long one"}'))
    async with FakeServer(replies) as server:
        completion = await ask(endpoint(server.url, api))
    assert (completion.text, completion.finish_reason) == ('{"answer": "a long one"}', "stop")


async def test_case_15_a_refusal_is_an_abstention_and_nobody_else_is_asked(api):
    async with (
        FakeServer(in_turn(Reply(None, refusal="I can't help with that"))) as server,
        FakeServer(in_turn(FINE)) as other,
    ):
        first, second = endpoint(server.url, api, key="first"), endpoint(other.url, api, key="second")
        async with opened([first], failover=[second]) as models:
            heard = await ModelReviewer(PERSONA, models["first"]).review(context())
    assert heard.abstained is not None
    assert "I can't help with that" in heard.abstained
    assert other.requests == []


@pytest.mark.parametrize("body", [b"<html><body>Welcome</body></html>", b"", b"null", b"data: null\n\n", b"{}"])
@pytest.mark.parametrize("kind", ["text/html", "application/json", "text/event-stream"])
async def test_case_16_a_200_proves_nothing(api, body, kind):
    async with FakeServer(in_turn(Reply(raw=body, headers={"content-type": kind}))) as server:
        error = await failure(endpoint(server.url, api), PLAIN)
    assert error.kind in (Kind.answer, Kind.broken_off)
    assert len(server.requests) == 1


async def test_case_17_another_model_than_asked_is_named(api):
    books = Books()
    async with (
        FakeServer(in_turn(Reply('{"findings": []}', model="cheaper-1"))) as server,
        opened([endpoint(server.url, api)], accounts=books) as models,
    ):
        heard = await ModelReviewer(PERSONA, models["one"]).review(context())
    assert heard.notes == ("asked fake-1, cheaper-1 answered",)
    assert (books.intents[0].model, books.only.answered_by) == (f"{api}-compatible:fake-1", "cheaper-1")


@pytest.mark.parametrize("usage", [None, (0, 7), (-3, 7), (11, -7), (10**12, 7), ("11", 7)])
async def test_case_18_usage_that_is_missing_or_absurd_is_unknown_and_never_nothing(api, usage):
    books = Books()
    async with (
        FakeServer(in_turn(Reply("fine", usage=usage))) as server,
        opened([endpoint(server.url, api, price=PRICE)], accounts=books) as models,
    ):
        completion = await models["one"].complete(PLAIN)
    assert completion.usage.cost_usd is None
    assert books.only.cost_usd is None


TEXT = "naïve … 漢字 😀, and\u2028a line"


def _crlf(one: bytes) -> bytes:
    return one.replace(b"\n", b"\r\n")


def _cr(one: bytes) -> bytes:
    return one.replace(b"\n", b"\r")


def _fields_reversed(one: bytes) -> bytes:
    return b"\n".join(reversed(one.strip(b"\n").split(b"\n"))) + b"\n\n"


def _with_comments(one: bytes) -> bytes:
    return b": hello\nid: 7\nretry: 10\nunknown\n" + one


@pytest.mark.parametrize("spelt", [_crlf, _cr, _fields_reversed, _with_comments], ids=lambda spelt: spelt.__name__)
@pytest.mark.parametrize("size", [1, 7, 10_000])
async def test_case_19_events_are_read_however_they_are_spelt_and_cut(api, spelt, size):
    async def cut(pipe: Pipe) -> None:
        data = b"".join(spelt(one) for one in pipe.events)
        for start in range(0, len(data), size):
            await pipe.send(data[start : start + size])

    async with FakeServer(in_turn(Reply(TEXT, stream=cut))) as server:
        completion = await ask(endpoint(server.url, api), PLAIN)
    assert completion.text == TEXT
    assert (completion.usage.input_tokens, completion.usage.output_tokens) == (11, 7)


async def test_case_19_blocks_in_any_order_are_put_in_theirs():
    async def disordered(pipe: Pipe) -> None:
        start, ping, *_, end, stop = pipe.events
        for index, text in ((2, "three"), (0, "one "), (1, "two "), (2, "!")):
            delta = f'{{"type":"content_block_delta","index":{index},"delta":{{"type":"text_delta","text":"{text}"}}}}'
            await pipe.send(b"data: " + delta.encode() + b"\n\n")
        for one in (ping, end, start, stop):
            await pipe.send(one)

    async with FakeServer(in_turn(Reply("x", stream=disordered))) as server:
        assert (await ask(endpoint(server.url, "anthropic"), PLAIN)).text == "one two three!"


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("kind", ["application/json", "text/event-stream"])
async def test_case_20_a_bomb_in_gzip_does_not_go_off(api, status, kind):
    bomb = gzip.compress(bytes(8 * MAX_BODY), compresslevel=1)
    assert len(bomb) < MAX_BODY / 10
    reply = Reply(status=status, raw=bomb, headers={"content-encoding": "gzip", "content-type": kind})
    async with FakeServer(in_turn(reply)) as server:
        await failure(endpoint(f"http://127.0.0.1:{closed_port()}", api))  # imports are not what is measured
        tracemalloc.start()
        error = await failure(endpoint(server.url, api))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert error.kind is Kind.answer
    assert "more than 16 MiB" in str(error)
    assert peak < 5 * MAX_BODY


async def test_case_20_a_body_without_end_is_left(api):
    sent = 0

    async def flood(pipe: Pipe) -> None:
        nonlocal sent
        for _ in range(1024):
            await pipe.send(b"x" * 2**20)
            sent += 1

    async with FakeServer(in_turn(Reply(stream=flood))) as server:
        error = await failure(endpoint(server.url, api))
        await server.requests[0].disconnected.wait()
    assert error.kind is Kind.answer
    assert sent < 64


async def test_case_21_a_rejected_key_is_named_by_its_variable_and_tried_once(api):
    told = f"Incorrect API key provided: {KEY}"
    async with (
        FakeServer(in_turn(Reply(status=401, error=told))) as server,
        opened([endpoint(server.url, api)]) as models,
    ):
        for _ in range(3):
            with pytest.raises(ProviderError, match="LOOPBACK_API_KEY") as caught:
                await models["one"].complete(PROMPT)
            assert caught.value.kind is Kind.key
            assert KEY not in str(caught.value)
    assert len(server.requests) == 1


async def test_case_21_a_new_key_is_tried_at_once(api):
    shared = Shared()
    async with FakeServer(in_turn(Reply(status=401), FINE)) as server:
        old = endpoint(server.url, api)
        new = old.model_copy(update={"key": SecretStr("sk-new")})
        async with opened([old], shared=shared) as models:
            with pytest.raises(ProviderError):
                await models["one"].complete(PROMPT)
        async with opened([new], shared=shared) as models:
            assert (await models["one"].complete(PROMPT)).text == FINE.text


async def test_case_22_what_is_too_long_is_asked_in_smaller_parts_once(api):
    def script(body: dict[str, Any]) -> Reply:
        words = str(body["messages"])
        both = "one.py" in words and "two.py" in words
        return Reply(status=400, error="maximum context length is 8192 tokens") if both else FINE

    async with FakeServer(script) as server, opened([endpoint(server.url, api)]) as models:
        heard = await ModelReviewer(PERSONA, models["one"]).review(context(added("one.py"), added("two.py")))
    assert heard.abstained is None
    assert heard.unread == ()
    assert heard.notes == ("asked in smaller parts, as one was too long",)
    assert len(server.requests) == 3


async def test_case_22_what_can_not_be_made_shorter_is_unread_and_said(api):
    def script(body: dict[str, Any]) -> Reply:
        fits = "two.py" in str(body["messages"]) and "one.py" not in str(body["messages"])
        return FINE if fits else Reply(status=400, error="maximum context length is 8192 tokens")

    async with FakeServer(script) as server, opened([endpoint(server.url, api)]) as models:
        heard = await ModelReviewer(PERSONA, models["one"]).review(context(added("one.py"), added("two.py")))
    assert [skipped.path for skipped in heard.unread] == ["one.py"]
    assert "too long" in heard.unread[0].reason
    assert len(server.requests) == 3


@pytest.mark.parametrize("jump", [-10_000_000.0, 10_000_000.0])
async def test_case_23_a_jump_of_the_clock_changes_nothing(api, jump, monkeypatch):
    clock, books, by_itself = Clock(), Books(), time.time

    def script(_: dict[str, Any]) -> Reply:
        monkeypatch.setattr(time, "time", lambda: by_itself() + jump)
        return Reply(status=429, headers={"retry-after": "2"}) if len(server.requests) == 1 else FINE

    async with (
        FakeServer(script) as server,
        opened([endpoint(server.url, api)], patience=clock.patience, accounts=books) as models,
    ):
        await models["one"].complete(PROMPT)
    assert clock.waits == [2.0]
    assert books.only.total_s is not None
    assert 0 <= books.only.total_s < 120


async def test_case_24_a_breaker_opens_tries_and_closes(api):
    now = [0.0]
    shared = Shared(clock=lambda: now[0])
    replies = [DOWN] * 5 + [DOWN, FINE, FINE]
    async with FakeServer(lambda _: replies[len(server.requests) - 1]) as server:
        one = endpoint(server.url, api)
        breaker = shared.breaker(one)

        async def call() -> Completion | ProviderError:
            async with opened([one], patience=Clock().patience, shared=shared) as models:
                try:
                    return await models["one"].complete(PROMPT)
                except ProviderError as error:
                    return error

        await call()
        await call()
        assert (breaker.state, len(server.requests)) == (State.open, 5)
        refused = await call()
        assert isinstance(refused, ProviderError)
        assert (refused.kind, len(server.requests)) == (Kind.resting, 5)
        assert "tried again in 30 s" in str(refused)
        now[0] = 30.0
        await call()  # one probe, which fails
        assert (breaker.rest_s, len(server.requests)) == (30.0, 6)
        now[0] = 60.0
        assert isinstance(await call(), Completion)
        assert isinstance(await call(), Completion)
    assert breaker.rest_s == 0


async def test_case_24_an_outage_does_not_multiply_the_traffic(api):
    async with FakeServer(in_turn(DOWN)) as server:
        seats = [endpoint(server.url, api, key=f"m{number}", model=f"fake-{number}") for number in range(30)]
        async with opened(seats, patience=Clock().patience) as models:
            for model in models.values():
                with pytest.raises(ProviderError):
                    await model.complete(PROMPT)
    assert len(server.requests) <= 30 + 10


async def test_case_25_a_thousand_calls_never_take_more_than_their_places(api):
    full = asyncio.Event()

    def script(_: dict[str, Any]) -> Reply:
        if len(server.requests) >= 8:
            full.set()
        return Reply("fine", until=full)

    async with (
        FakeServer(script) as server,
        opened([endpoint(server.url, api, concurrency=8)]) as models,
        anyio.create_task_group() as group,
    ):
        for _ in range(1000):
            group.start_soon(models["one"].complete, PROMPT)
    assert len(server.requests) == 1000
    assert server.max_in_flight == 8


async def test_case_27_who_leaves_closes_the_socket_and_settles(api):
    books = Books()

    async def half(pipe: Pipe) -> None:
        for one in pipe.events[:3]:
            await pipe.send(one)
        begun.set()
        await pipe.hang()

    begun = asyncio.Event()
    async with FakeServer(in_turn(Reply("half an answer", stream=half))) as server:
        before = asyncio.all_tasks()
        async with opened([endpoint(server.url, api, price=PRICE)], accounts=books) as models:
            async with anyio.create_task_group() as group:
                group.start_soon(models["one"].complete, PROMPT)
                await begun.wait()
                group.cancel_scope.cancel()
            await server.requests[0].disconnected.wait()
            assert books.closed
            assert (books.only.outcome, books.only.cost_usd) == (Outcome.cancelled, None)
        ours = {task for task in asyncio.all_tasks() - before if "FakeServer" not in repr(task)}
    assert ours == set()


async def test_case_27_a_call_that_is_called_back_while_it_waits_for_its_turn_costs_nothing(api):
    books = Books()
    async with (
        FakeServer(in_turn(Reply(until=asyncio.Event()))) as server,
        opened([endpoint(server.url, api, concurrency=1, price=PRICE)], accounts=books) as models,
        anyio.create_task_group() as group,
    ):
        group.start_soon(models["one"].complete, PROMPT)
        await server.arrived(1)
        group.start_soon(models["one"].complete, PROMPT)
        await anyio.lowlevel.checkpoint()
        group.cancel_scope.cancel()
    assert len(server.requests) == 1
    assert books.closed
