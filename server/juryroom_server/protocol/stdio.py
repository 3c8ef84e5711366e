"""The process around a stdio server: its standard streams, its signals, its end.

The client's frames are the only thing on stdout, whatever a library prints; and the process ends within a second of
its client, with nothing left running.
"""

import asyncio
import concurrent.futures
import contextlib
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator
from types import FrameType
from typing import Any, cast

import anyio
from anyio.from_thread import run as run_in_loop
from anyio.from_thread import run_sync as run_sync_in_loop
from anyio.lowlevel import EventLoopToken, current_token
from mcp.server import MCPServer
from mcp.server.stdio import stdio_server

_LAST_RESORT_S = 0.8
"""From the end of input or a signal to a hard exit: code in a thread can't be cancelled, and clients kill after 2 s."""

INTERRUPTED = 130


def serve(server: MCPServer[Any]) -> int:
    """Serve one client on this process's stdin and stdout until it leaves or a signal comes.

    From here on file descriptor 0 is empty and 1 is stderr, for good: only the server speaks to the client.

    Returns:
        The exit code: 0, or 130 after SIGINT.
    """
    frames_in, frames_out = _take_streams()
    return anyio.run(_serve, server, frames_in, frames_out)


def _take_streams() -> tuple[int, int]:
    """Private copies of stdin and stdout, which no child inherits; the well-known ones then lead elsewhere."""
    sys.stdout.flush()
    frames_in, frames_out = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return frames_in, frames_out


async def _serve(server: MCPServer[Any], frames_in: int, frames_out: int) -> int:
    exit_code = 0
    loop = asyncio.get_running_loop()
    scope = anyio.CancelScope()

    def stop(number: int, _: FrameType | None) -> None:
        nonlocal exit_code
        exit_code = INTERRUPTED if number == signal.SIGINT else 0
        _exit_soon(exit_code)
        loop.call_soon_threadsafe(scope.cancel)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if number := getattr(signal, name, None):
            # the system may hand a signal to any thread; only the loop's own pipe then wakes the one that handles it
            with contextlib.suppress(NotImplementedError):  # on Windows
                loop.add_signal_handler(number, _awake)
            signal.signal(number, stop)

    lines = _Lines(frames_in)
    output = os.fdopen(frames_out, "w", encoding="utf-8", newline="\n")
    try:
        with scope:
            # the transport only iterates its input, line by line
            frames = cast("anyio.AsyncFile[str]", lines)
            async with stdio_server(frames, anyio.wrap_file(output)) as (read, write):
                core = server._lowlevel_server  # noqa: SLF001 - MCPServer can't be run on streams of one's own
                await core.run(read, write, core.create_initialization_options())
    except* (BrokenPipeError, ConnectionResetError):
        pass  # the client has closed its end: nobody is left to be told
    return exit_code


def _awake() -> None:
    """What there is to do for the loop: the handler of the signal does the rest."""


class _Lines:
    """The lines of a file, read by a thread that holds up neither the cancellation nor the end of the process."""

    def __init__(self, descriptor: int) -> None:
        self._send, self._receive = anyio.create_memory_object_stream[str]()
        threading.Thread(target=self._read, args=(descriptor, current_token()), name="stdin", daemon=True).start()

    def __aiter__(self) -> AsyncIterator[str]:
        return self._receive

    def _read(self, descriptor: int, token: EventLoopToken) -> None:
        try:
            with os.fdopen(descriptor, "rb") as file:
                for line in file:
                    run_in_loop(self._send.send, line.decode("utf-8", "replace"), token=token)
            _exit_soon(0)
            run_sync_in_loop(self._send.close, token=token)
        except _ENDED_FIRST:
            return


_ENDED_FIRST = (
    anyio.RunFinishedError,
    anyio.BrokenResourceError,
    anyio.ClosedResourceError,
    concurrent.futures.CancelledError,
)
"""What the reading thread meets when the server is gone before the input is."""


def _exit_soon(exit_code: int) -> None:
    timer = threading.Timer(_LAST_RESORT_S, os._exit, (exit_code,))
    timer.daemon = True
    timer.start()
