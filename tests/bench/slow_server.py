"""A model server that takes 50 ms for each answer, in a process of its own: prints its port, and ends with its input.

It answers in one piece, or in a stream of eight words and as many events, as it is asked.
"""

import asyncio
import json
import sys
from typing import Any

ANSWER_S = 0.05
WORDS = ["{", '"findings"', ": ", "[", "]", "}", " ", "\n"]
_HEAD: dict[str, Any] = {"id": "c", "created": 1, "model": "bench-1"}
_USAGE = {"prompt_tokens": 900, "completion_tokens": 8, "total_tokens": 908}


def _whole() -> bytes:
    message = {"role": "assistant", "content": "".join(WORDS), "refusal": None}
    choice: dict[str, Any] = {"index": 0, "message": message, "finish_reason": "stop"}
    body = json.dumps({**_HEAD, "object": "chat.completion", "choices": [choice], "usage": _USAGE}).encode()
    return _response(b"application/json", body)


def _events() -> bytes:
    deltas = [{"content": word} for word in WORDS]
    chunks: list[dict[str, Any]] = [
        {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas
    ]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    told = [{**_HEAD, "object": "chat.completion.chunk", **chunk} for chunk in chunks]
    told.append({**_HEAD, "object": "chat.completion.chunk", "choices": [], "usage": _USAGE})
    body = "".join(f"data: {json.dumps(one)}\n\n" for one in told) + "data: [DONE]\n\n"
    return _response(b"text/event-stream", body.encode())


def _response(kind: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-type: %b\r\ncontent-length: %d\r\n\r\n%b" % (kind, len(body), body)


WHOLE, EVENTS = _whole(), _events()


class Answering(asyncio.Protocol):
    """One connection; the next request comes after the answer to the last one."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._data = b""

    def data_received(self, data: bytes) -> None:
        self._data += data
        head, found, body = self._data.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        if len(body) < length:
            return
        self._data = b""
        streams = b'"stream":true' in body.replace(b" ", b"")
        asyncio.get_running_loop().call_later(ANSWER_S, self._transport.write, EVENTS if streams else WHOLE)


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answering, "127.0.0.1", 0, backlog=200)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
