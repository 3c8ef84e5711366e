"""A model server on loopback that answers as a test says, over the real wire of both APIs.

    async with FakeServer(lambda body: Reply("hello")) as server:
        ...  # server.url, server.requests, server.max_in_flight

One script serves `POST …/chat/completions` and `POST …/messages`: a Reply takes the form of the API that was asked.
`GET …/models` lists `models`. `serving(script)` is the same in a thread, for tests that aren't async.
"""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from anyio.from_thread import start_blocking_portal

_ANTHROPIC_WORDS = {"stop": "end_turn", "length": "max_tokens"}
_BROKEN = b'{"choices": ['


@dataclass(frozen=True)
class Reply:
    """What the server does with one request."""

    text: str | None = ""
    """The answer; None is sent as null."""
    finish: str | None = "stop"
    """`stop` and `length` become the words of the API that was asked; anything else is sent as it is."""
    model: str | None = None
    """The model that answers, if it isn't the one that was asked for."""
    usage: tuple[Any, Any] | None = (11, 7)
    """Input and output tokens; None: no usage is sent."""
    refusal: str | None = None
    status: int = 200
    error: str = ""
    """Message of an answer whose status is no success."""
    code: str = ""
    """Machine-readable name of the error."""
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """Sent instead of anything that would be made of the other fields."""
    until: asyncio.Event | None = None
    """Answer only when this is set, or never: a caller that leaves before is recorded."""
    after_s: float = 0.0
    """For measurements: seconds until the answer."""
    cut: Literal["before", "within"] | None = None
    """Close the connection instead of answering, or within the answer."""


@dataclass(frozen=True)
class Request:
    """What came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: Mapping[str, Any]
    disconnected: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the caller left before its answer."""


Script = Callable[[dict[str, Any]], Reply]


class FakeServer:
    """A model server on a free port of this machine.

    Args:
        script: from the request's JSON to the reply; called in the order in which requests come in.
        models: what `GET …/models` lists; None makes it a list of something else.
    """

    def __init__(self, script: Script, *, models: tuple[str | None, ...] = ("fake-1",)) -> None:
        self.script = script
        self.models = models
        self.requests: list[Request] = []
        self.max_in_flight = 0
        self.connections = 0
        """How many were opened."""
        self.url = ""
        """`http://127.0.0.1:PORT`; OpenAI's base URL is `{url}/v1`, Anthropic's is the url itself."""
        self._in_flight = 0
        self._news = asyncio.Condition()
        self._callers: dict[asyncio.Task[Any], asyncio.StreamWriter] = {}

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=2**24)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for writer in self._callers.values():
            writer.transport.abort()
        await asyncio.gather(*self._callers, return_exceptions=True)
        await self._server.wait_closed()

    async def arrived(self, count: int) -> None:
        """Wait until that many requests have come in."""
        async with self._news:
            await self._news.wait_for(lambda: len(self.requests) >= count)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._callers[task] = writer
        self.connections += 1
        try:
            while (request := await _read(reader)) is not None and await self._serve(request, reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the caller has gone
        finally:
            del self._callers[task]
            writer.close()

    async def _serve(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether the connection stays open."""
        if request.method == "GET":
            listed = {"object": "list", "data": [{"id": name, "object": "model"} for name in self.models]}
            await _write(writer, 200, {}, json.dumps(listed).encode())
            return True
        self._in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self._in_flight)
        try:
            async with self._news:
                self.requests.append(request)
                reply = self.script(dict(request.body))
                self._news.notify_all()
            if reply.until is not None and not await _stays(reply.until, reader):
                request.disconnected.set()
                return False
            if reply.after_s:
                await asyncio.sleep(reply.after_s)
        finally:
            self._in_flight -= 1
        if reply.cut == "before":
            return False
        body = _BROKEN if reply.cut == "within" else _body(reply, request)
        await _write(writer, reply.status, reply.headers, body, missing=100 if reply.cut == "within" else 0)
        return reply.cut is None


@contextmanager
def serving(script: Script, *, models: tuple[str | None, ...] = ("fake-1",)) -> Iterator[FakeServer]:
    """The server in a thread of its own."""

    async def create() -> FakeServer:
        return FakeServer(script, models=models)

    with start_blocking_portal() as portal, portal.wrap_async_context_manager(portal.call(create)) as server:
        yield server


_TLS_HELLO = b"\x16"


async def _read(reader: asyncio.StreamReader) -> Request | None:
    if (start := await reader.read(1)) in (b"", _TLS_HELLO):
        return None
    head = start + await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")[:-2]
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method=method, path=path, headers=headers, body=json.loads(body) if body else {})


async def _stays(event: asyncio.Event, reader: asyncio.StreamReader) -> bool:
    """Wait for the event; False when the caller leaves first."""
    gone, waiting = asyncio.ensure_future(reader.read(1)), asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait({gone, waiting}, return_when=asyncio.FIRST_COMPLETED)
        return event.is_set()
    finally:
        gone.cancel()
        waiting.cancel()
        await asyncio.gather(gone, waiting, return_exceptions=True)


async def _write(
    writer: asyncio.StreamWriter, status: int, headers: Mapping[str, str], body: bytes, *, missing: int = 0
) -> None:
    sent = {"content-type": "application/json", **headers, "content-length": str(len(body) + missing)}
    head = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in sent.items())]
    writer.write("\r\n".join([*head, "", ""]).encode("latin-1") + body)
    await writer.drain()


def _body(reply: Reply, request: Request) -> bytes:
    if reply.raw is not None:
        return reply.raw
    anthropic = request.path.endswith("/messages")
    if reply.status >= 300:
        error = {"type": reply.code or "error", "message": reply.error, "code": reply.code or None}
        return json.dumps({"type": "error", "error": error}).encode()
    model = reply.model or request.body.get("model")
    answer = _message(reply, model) if anthropic else _chat(reply, model)
    return json.dumps(answer).encode()


def _chat(reply: Reply, model: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": reply.text, "refusal": reply.refusal}
    answer: dict[str, Any] = {"id": "chat-1", "object": "chat.completion", "created": 1, "model": model}
    answer["choices"] = [{"index": 0, "message": message, "finish_reason": reply.finish}]
    if reply.usage is not None:
        answer["usage"] = {"prompt_tokens": reply.usage[0], "completion_tokens": reply.usage[1], "total_tokens": 0}
    return answer


def _message(reply: Reply, model: Any) -> dict[str, Any]:
    content = [] if reply.text is None else [{"type": "text", "text": reply.text}]
    finish = "refusal" if reply.refusal else _ANTHROPIC_WORDS.get(reply.finish or "", reply.finish)
    answer: dict[str, Any] = {"id": "msg-1", "type": "message", "role": "assistant", "model": model, "content": content}
    answer |= {"stop_reason": finish, "stop_sequence": None}
    if reply.refusal:
        answer["stop_details"] = {"type": "refusal", "explanation": reply.refusal}
    if reply.usage is not None:
        answer["usage"] = {"input_tokens": reply.usage[0], "output_tokens": reply.usage[1]}
    return answer
