"""A model server on loopback that answers as a test says, over the real wire of both APIs.

    async with FakeServer(lambda body: Reply("hello")) as server:
        ...  # server.url, server.requests, server.max_in_flight

One script serves `POST …/chat/completions` and `POST …/messages`: a Reply takes the form of the API that was asked.
`GET …/models` lists `models`. `serving(script)` is the same in a thread, for tests that aren't async.
"""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from anyio.from_thread import start_blocking_portal

from .fake_batches import Batches

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
    more_usage: Mapping[str, Any] = field(default_factory=dict)
    """Sent beside them, in the words of the API that was asked."""
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
    whole: bool = False
    """Answer in one piece even if a stream was asked for, as servers do that can't stream."""
    stream: Callable[["Pipe"], Awaitable[None]] | None = None
    """Writes the answer itself, event by event, after the headers of a stream."""


@dataclass(frozen=True)
class Request:
    """What came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: Mapping[str, Any]
    raw: bytes = b""
    disconnected: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the caller left before its answer."""


class Pipe:
    """The body of a streaming answer, written piece by piece; it ends when the script returns."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: Request, reply: Reply
    ) -> None:
        self._reader = reader
        self._writer = writer
        self.request = request
        self.events = events(reply, request)
        """What would be sent by itself."""

    async def send(self, data: bytes) -> None:
        """One piece, as a chunk of its own; raises ConnectionError when the caller has gone."""
        self._writer.write(b"%x\r\n%b\r\n" % (len(data), data))
        await self._writer.drain()
        await asyncio.sleep(0)

    async def hang(self) -> None:
        """Say nothing more, until the caller has gone."""
        await self._reader.read(1)
        raise ConnectionResetError

    def reset(self) -> None:
        """Break the connection, as a crash does."""
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()
        raise ConnectionResetError


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
        self.batches = Batches(self._in_batch)
        """What came in through the batch APIs; not among `requests`."""
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

    def _in_batch(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]] | str:
        reply = self.script(body)
        if reply.code == "expired":
            return "expired"
        request = Request(method="POST", path=path, headers={}, body={**body, "stream": False})
        return reply.status, json.loads(_body(reply, request))

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
        waiting = self.batches.serve(request.method, request.path, request.body, request.raw)
        if waiting is None and request.method == "GET":
            listed = {"object": "list", "data": [{"id": name, "object": "model"} for name in self.models]}
            waiting = 200, json.dumps(listed).encode()
        if waiting is not None:
            status, told = waiting
            if told:
                await _write(writer, status, {}, told)
            return bool(told)
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
        if reply.stream is not None:
            return await _stream(reader, writer, reply, request)
        body = _BROKEN if reply.cut == "within" else _body(reply, request)
        headers = {**_kind(reply, request), **reply.headers}
        await _write(writer, reply.status, headers, body, missing=100 if reply.cut == "within" else 0)
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
    told = json.loads(body) if body and "multipart" not in headers.get("content-type", "") else {}
    return Request(method=method, path=path, headers=headers, body=told, raw=body)


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


async def _stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, reply: Reply, request: Request) -> bool:
    headers = {"content-type": "text/event-stream", **reply.headers, "transfer-encoding": "chunked"}
    head = [f"HTTP/1.1 {reply.status} Scripted", *(f"{name}: {value}" for name, value in headers.items())]
    writer.write("\r\n".join([*head, "", ""]).encode("latin-1"))
    assert reply.stream is not None
    try:
        await reply.stream(Pipe(reader, writer, request, reply))
    except ConnectionError:
        request.disconnected.set()
        return False
    writer.write(b"0\r\n\r\n")
    await writer.drain()
    return True


def _in_events(reply: Reply, request: Request) -> bool:
    return bool(request.body.get("stream")) and not reply.whole and reply.raw is None and reply.status < 300


def _kind(reply: Reply, request: Request) -> dict[str, str]:
    return {"content-type": "text/event-stream"} if _in_events(reply, request) else {}


def _body(reply: Reply, request: Request) -> bytes:
    if reply.raw is not None:
        return reply.raw
    if _in_events(reply, request):
        return b"".join(events(reply, request))
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
        answer["usage"] = _chat_usage(reply.usage, reply)
    return answer


def _chat_usage(tokens: tuple[Any, Any], reply: Reply) -> dict[str, Any]:
    return {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": 0, **reply.more_usage}


def _message(reply: Reply, model: Any) -> dict[str, Any]:
    content = [] if reply.text is None else [{"type": "text", "text": reply.text}]
    finish = "refusal" if reply.refusal else _ANTHROPIC_WORDS.get(reply.finish or "", reply.finish)
    answer: dict[str, Any] = {"id": "msg-1", "type": "message", "role": "assistant", "model": model, "content": content}
    answer |= {"stop_reason": finish, "stop_sequence": None}
    if reply.refusal:
        answer["stop_details"] = {"type": "refusal", "explanation": reply.refusal}
    if reply.usage is not None:
        answer["usage"] = {"input_tokens": reply.usage[0], "output_tokens": reply.usage[1], **reply.more_usage}
    return answer


def events(reply: Reply, request: Request) -> list[bytes]:
    """The answer as the API's events, each as the bytes of one."""
    model = reply.model or request.body.get("model")
    if request.path.endswith("/messages"):
        return [event(one, one["type"]) for one in _message_events(reply, model)]
    return [*(event(one) for one in _chunks(reply, model)), b"data: [DONE]\n\n"]


def event(data: dict[str, Any], name: str = "") -> bytes:
    """One event's bytes; characters beyond ASCII as they are."""
    line = f"event: {name}\n" if name else ""
    return f"{line}data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


def _chunks(reply: Reply, model: Any) -> list[dict[str, Any]]:
    head = {"id": "chat-1", "object": "chat.completion.chunk", "created": 1, "model": model}

    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    told = [chunk({"role": "assistant", "content": ""})]
    told += [chunk({"content": piece}) for piece in _pieces(reply.text)]
    if reply.refusal is not None:
        told.append(chunk({"refusal": reply.refusal}))
    told.append(chunk({}, reply.finish))
    if reply.usage is not None:
        told.append({**head, "choices": [], "usage": _chat_usage(reply.usage, reply)})
    return told


def _message_events(reply: Reply, model: Any) -> list[dict[str, Any]]:
    whole = _message(reply, model)
    usage = whole.pop("usage", {})
    details = {"stop_details": whole["stop_details"]} if "stop_details" in whole else {}
    start = {**whole, "content": [], "stop_reason": None, **({"usage": {**usage, "output_tokens": 1}} if usage else {})}
    told: list[dict[str, Any]] = [{"type": "message_start", "message": start}, {"type": "ping"}]
    if reply.text is not None:
        told.append({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})
        told += [
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
            for piece in _pieces(reply.text)
        ]
        told.append({"type": "content_block_stop", "index": 0})
    end = {"type": "message_delta", "delta": {"stop_reason": whole["stop_reason"], **details}}
    told.append({**end, "usage": {"output_tokens": usage["output_tokens"]}} if usage else end)
    return [*told, {"type": "message_stop"}]


def _pieces(text: str | None) -> list[str]:
    """A text in two halves, as a stream brings it."""
    text = text or ""
    return [piece for piece in (text[: len(text) // 2], text[len(text) // 2 :]) if piece]
