"""Both SDKs against a server on loopback: what they send, and what is made of what comes back."""

import asyncio
import logging
import traceback
from decimal import Decimal
from typing import Any

import anyio
import pytest

from juryroom_reviewers.model import Completion, Usage
from juryroom_server.models.card import Price
from juryroom_server.models.failure import Kind
from juryroom_server.models.roster import opened
from tests.models.asking import KEY, PROMPT, Clock, ask, endpoint, failure
from tests.models.fake_server import FakeServer, Reply, Script

PLAIN = PROMPT.model_copy(update={"answer_schema": None})
NARROW = {
    "type": "object",
    "properties": {"answer": {"type": "string"}, "why": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
    "required": ["answer", "why"],
    "additionalProperties": False,
}


async def test_an_answer_comes_with_its_model_usage_and_cost(api):
    price = Price(input=Decimal(2), output=Decimal(10))
    async with FakeServer(lambda _: Reply('{"answer": "yes"}', model="fake-1-2026")) as server:
        completion = await ask(endpoint(server.url, api, price=price))
    usage = Usage(input_tokens=11, output_tokens=7, cost_usd=Decimal("0.000092"))
    assert completion == Completion(text='{"answer": "yes"}', model="fake-1-2026", usage=usage, finish_reason="stop")


async def test_openai_is_asked_in_its_own_words():
    async with FakeServer(lambda _: Reply("{}")) as server:
        await ask(endpoint(server.url, "openai"))
    request = server.requests[0]
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body == {
        "model": "fake-1",
        "messages": [
            {"role": "system", "content": "You are a reviewer."},
            {"role": "user", "content": "Is it safe?"},
        ],
        "max_tokens": 4096,
        "stream": True,
        "stream_options": {"include_usage": True},
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "verdict", "schema": NARROW, "strict": True},
        },
    }


async def test_anthropic_is_asked_in_its_own_words():
    async with FakeServer(lambda _: Reply("{}")) as server:
        await ask(endpoint(server.url, "anthropic", max_output_tokens=900))
    request = server.requests[0]
    assert request.path == "/v1/messages"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["x-api-key"] == KEY
    assert request.body == {
        "model": "fake-1",
        "max_tokens": 900,
        "system": "You are a reviewer.",
        "messages": [{"role": "user", "content": "Is it safe?"}],
        "stream": True,
        "output_config": {"format": {"type": "json_schema", "schema": NARROW}},
    }


async def test_a_schema_that_openai_can_not_enforce_strictly_is_sent_as_it_is():
    open_map = {"type": "object", "additionalProperties": {"type": "string"}}
    prompt = PROMPT.model_copy(update={"answer_schema": open_map})
    async with FakeServer(lambda _: Reply("{}")) as server:
        await ask(endpoint(server.url, "openai"), prompt)
    sent = server.requests[0].body["response_format"]["json_schema"]
    assert sent == {"name": "verdict", "schema": open_map, "strict": False}


async def test_without_a_schema_the_answer_is_not_constrained(api):
    async with FakeServer(lambda _: Reply("yes")) as server:
        await ask(endpoint(server.url, api), PLAIN)
    assert not {"response_format", "output_config"} & server.requests[0].body.keys()


def refuses(*forms: str) -> Script:
    """A server that doesn't do some forms of answer, in the words of LM Studio and of others."""

    def script(body: dict[str, Any]) -> Reply:
        form = body.get("response_format", body.get("output_config", {}).get("format", {})).get("type", "none")
        refused = Reply(status=400, error=f"'response_format.type' {form} is not supported")
        return refused if form in forms else Reply(f"in form {form}")

    return script


async def test_a_server_that_refuses_schemas_is_asked_plainly_and_it_is_remembered(api):
    async with (
        FakeServer(refuses("json_schema", "json_object")) as server,
        opened([endpoint(server.url, api)], patience=Clock().patience) as models,
    ):
        first = await models["one"].complete(PROMPT)
        asked_first = len(server.requests)
        second = await models["one"].complete(PROMPT)
    assert first.text == second.text == "in form none"
    assert asked_first == (3 if api == "openai" else 2)
    assert len(server.requests) == asked_first + 1


async def test_any_json_object_is_the_second_best_form_on_the_openai_path():
    async with FakeServer(refuses("json_schema")) as server:
        assert (await ask(endpoint(server.url, "openai"))).text == "in form json_object"


async def test_a_form_that_is_configured_is_the_only_one_that_is_tried(api):
    async with FakeServer(refuses("json_schema")) as server:
        error = await failure(endpoint(server.url, api, schema="json_schema"))
    assert error.kind is Kind.form
    assert "schema = 'none'" in str(error)
    assert len(server.requests) == 1


async def test_a_schema_refused_with_a_500_is_no_outage():
    def script(body):
        told = "response_format type must be one of text or json_object, but got: json_schema"
        return Reply("plain") if "json_schema" not in str(body) else Reply(status=500, error=told)

    async with FakeServer(script) as server:
        assert (await ask(endpoint(server.url, "openai"))).text == "plain"


async def test_a_model_that_wants_the_new_word_for_its_limit_gets_it():
    def script(body):
        told = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
        return Reply(status=400, error=told) if "max_tokens" in body else Reply("fine")

    async with (
        FakeServer(script) as server,
        opened([endpoint(server.url, "openai")], patience=Clock().patience) as models,
    ):
        assert [(await models["one"].complete(PROMPT)).text for _ in range(2)] == ["fine", "fine"]
    assert ["max_tokens" in request.body for request in server.requests] == [True, False, False]


@pytest.mark.parametrize(
    ("reply", "kind", "advice"),
    [
        (Reply(status=401, error=f"Incorrect API key provided: {KEY}"), Kind.key, "LOOPBACK_API_KEY"),
        (Reply(status=403, error="no access"), Kind.key, "permissions"),
        (Reply(status=400, error="API key not valid. Please pass a valid API key."), Kind.key, "LOOPBACK_API_KEY"),
        (Reply(status=402, error="pay"), Kind.quota, "add credit"),
        (Reply(status=400, error="No connected db.", code="no_db_connection"), Kind.key, "LOOPBACK_API_KEY"),
        (Reply(status=400, error="Invalid model name passed in model=fake-1."), Kind.not_found, "no model 'fake-1'"),
        (Reply(status=404, error="The model `fake-1` does not exist"), Kind.not_found, "juryroom doctor"),
        (Reply(status=429, error="You have no credit", code="insufficient_quota"), Kind.quota, "add credit"),
        (Reply(status=400, error="Your credit balance is too low"), Kind.quota, "add credit"),
        (Reply(status=400, error="maximum context length is 8192 tokens"), Kind.too_long, "larger window"),
        (Reply(status=400, code="exceed_context_size_error", error="8000 > 4096"), Kind.too_long, "larger window"),
        (Reply(status=413, error="Request Entity Too Large"), Kind.too_long, "larger window"),
        (Reply(status=302, headers={"location": "https://elsewhere/v1?k=1"}), Kind.request, "https://elsewhere/v1 "),
        (Reply(status=418, error="teapot"), Kind.request, "teapot"),
    ],
    ids=lambda value: f"{value.status}-{value.code or value.error[:12]}" if isinstance(value, Reply) else None,
)
async def test_a_failure_is_named_says_what_to_do_and_is_not_repeated(api, reply, kind, advice):
    async with FakeServer(lambda _: reply) as server:
        error = await failure(endpoint(server.url, api), PLAIN)
    assert (error.kind, error.retryable) == (kind, False)
    assert f"{api}-compatible:fake-1" in str(error)
    assert advice in str(error)
    assert KEY not in str(error)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(raw=b"<html><body>Welcome</body></html>", headers={"content-type": "text/html"}),
        Reply(raw=b""),
        Reply(raw=b"null"),
        Reply(raw=b"[]"),
        Reply(raw=b'{"choices": [], "content": []}'),
        Reply(raw=b"\xff\xfe\x00"),
        Reply(raw=b"[" * 100_000),
        Reply(raw=b"not gzip", headers={"content-encoding": "gzip"}),
        Reply(text=None),
        Reply(text=""),
        Reply(text=" \n"),
        Reply(text="", finish="length"),
        Reply(text="half", finish=None),
        Reply(text="half", finish="error"),
        Reply(text="half", finish="pause_turn"),
        Reply(raw=b'{"choices": [{"message": "hi"}], "content": "hi", "stop_reason": "end_turn"}'),
    ],
    ids=str,
)
async def test_what_is_no_answer_is_never_taken_for_one(api, reply):
    async with FakeServer(lambda _: reply) as server:
        error = await failure(endpoint(server.url, api))
    assert error.kind is Kind.answer
    assert len(server.requests) == 1


async def test_a_server_that_answers_in_one_piece_is_understood(api):
    price = Price(input=Decimal(2), output=Decimal(10))
    async with FakeServer(lambda _: Reply("whole", model="fake-1-2026", whole=True)) as server:
        completion = await ask(endpoint(server.url, api, price=price))
    usage = Usage(input_tokens=11, output_tokens=7, cost_usd=Decimal("0.000092"))
    assert completion == Completion(text="whole", model="fake-1-2026", usage=usage, finish_reason="stop")


async def test_a_server_that_does_not_know_stream_options_is_asked_without():
    def script(body):
        told = "Unrecognized request argument supplied: stream_options"
        return Reply(status=400, error=told) if "stream_options" in body else Reply("fine", usage=None)

    async with FakeServer(script) as server, opened([endpoint(server.url, "openai")]) as models:
        answers = [await models["one"].complete(PROMPT) for _ in range(2)]
    assert [answer.text for answer in answers] == ["fine", "fine"]
    assert ["stream_options" in request.body for request in server.requests] == [True, False, False]


async def test_a_refusal_is_a_failure_with_its_reason(api):
    async with FakeServer(lambda _: Reply(text=None, refusal="I can't help\x1b[31m with that")) as server:
        error = await failure(endpoint(server.url, api))
    assert error.kind is Kind.refusal
    assert "I can't help [31m with that" in str(error)


async def test_a_content_filter_is_a_failure():
    async with FakeServer(lambda _: Reply("half", finish="content_filter")) as server:
        assert (await failure(endpoint(server.url, "openai"))).kind is Kind.filtered


async def test_an_error_inside_a_success_is_that_error(api):
    body = b'{"error": {"code": 429, "message": "upstream is busy"}}'
    async with FakeServer(lambda _: Reply(raw=body)) as server:
        error = await failure(endpoint(server.url, api))
    assert error.kind is Kind.rate_limit
    assert len(server.requests) == 3


@pytest.mark.parametrize("usage", [None, (-1, 7), (0, 7), (11, -7), (10**12, 7), ("11", 7), (True, 7), (1.5, 7)])
async def test_usage_that_is_missing_or_absurd_is_unknown_and_so_is_the_cost(api, usage):
    price = Price(input=Decimal(2), output=Decimal(10))
    async with FakeServer(lambda _: Reply("fine", usage=usage)) as server:
        got = (await ask(endpoint(server.url, api, price=price))).usage
    assert got.cost_usd is None
    assert None in (got.input_tokens, got.output_tokens)
    assert all(part is None or part > 0 for part in (got.input_tokens, got.output_tokens))


async def test_without_a_price_the_cost_is_unknown_and_not_zero(api):
    async with FakeServer(lambda _: Reply("fine")) as server:
        assert (await ask(endpoint(server.url, api))).usage == Usage(input_tokens=11, output_tokens=7, cost_usd=None)


async def test_leaving_closes_the_connection_while_the_others_stay(api):
    never = asyncio.Event()
    script = lambda body: Reply(until=never) if body["model"] == "slow" else Reply("fine")  # noqa: E731 - one line
    async with FakeServer(script) as server:
        seats = [endpoint(server.url, api, key=name, model=name) for name in ("slow", "quick")]
        with anyio.fail_after(20):
            async with opened(seats) as models:
                async with anyio.create_task_group() as group:
                    group.start_soon(models["slow"].complete, PROMPT)
                    await server.arrived(1)
                    group.cancel_scope.cancel()
                await server.requests[0].disconnected.wait()
                assert (await models["quick"].complete(PROMPT)).text == "fine"


async def test_who_is_silent_for_too_long_has_timed_out_and_is_not_asked_again(api):
    never = asyncio.Event()
    with anyio.fail_after(20):
        async with FakeServer(lambda _: Reply(until=never)) as server:
            error = await failure(endpoint(server.url, api, timeout_s=0.2))
            await server.requests[0].disconnected.wait()
    assert error.kind is Kind.timeout
    assert "timeout_s" in str(error)
    assert len(server.requests) == 1


async def test_three_models_are_asked_at_once(api):
    everyone, asked = asyncio.Event(), []

    def script(body):
        asked.append(body["model"])
        if len(asked) == 3:
            everyone.set()
        return Reply("fine", until=everyone)

    async with FakeServer(script) as server:
        seats = [endpoint(server.url, api, key=f"m{number}", model=f"fake-{number}") for number in range(3)]
        with anyio.fail_after(20):
            async with opened(seats) as models, anyio.create_task_group() as group:
                for model in models.values():
                    group.start_soon(model.complete, PROMPT)
    assert sorted(asked) == ["fake-0", "fake-1", "fake-2"]
    assert server.max_in_flight == 3


async def test_models_at_one_address_share_its_places(api):
    async with FakeServer(lambda _: Reply("fine")) as server:
        seats = [endpoint(server.url, api, key=f"m{number}", concurrency=2 + number) for number in range(3)]
        async with opened(seats) as models, anyio.create_task_group() as group:
            for model in list(models.values()) * 4:
                group.start_soon(model.complete, PROMPT)
    assert len(server.requests) == 12
    assert server.max_in_flight <= 2


async def test_the_key_stands_in_no_error_no_traceback_and_no_log(api, caplog):
    caplog.set_level(logging.DEBUG)
    for name in ("openai", "anthropic", "httpx2", "httpcore2"):
        caplog.set_level(logging.DEBUG, logger=name)
    told = f"bad key {KEY} given"
    async with FakeServer(lambda _: Reply(status=400, error=told)) as server:
        one = endpoint(server.url, api)
        error = await failure(one)
    shown = "".join(traceback.format_exception(error)) + str(vars(error)) + caplog.text + repr(one) + str(one)
    assert "given" in str(error)
    assert KEY not in shown
    assert KEY not in one.model_dump_json()
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


async def test_nothing_of_the_environment_goes_to_a_host_it_is_not_meant_for(api, monkeypatch):
    words = {"OPENAI": ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID"), "ANTHROPIC": ("API_KEY", "AUTH_TOKEN")}
    for name in (f"{provider}_{word}" for provider, told in words.items() for word in told):
        monkeypatch.setenv(name, "private-thing")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Team: private-thing")
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", "X-Team: private-thing")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with FakeServer(lambda _: Reply("fine")) as server:
        await ask(endpoint(server.url, api).model_copy(update={"key": None}))
    assert "private-thing" not in str(server.requests[0])


async def test_a_connection_is_used_again_after_a_stream(api):
    async with FakeServer(lambda _: Reply("fine")) as server, opened([endpoint(server.url, api)]) as models:
        for _ in range(3):
            await models["one"].complete(PLAIN)
    assert (len(server.requests), server.connections) == (3, 1)
