"""Run an engine as a child process: no environment of ours, a time limit, an output limit, and nothing left behind."""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio
from anyio.abc import ByteReceiveStream, Process
from pydantic import Field

from juryroom_reviewers.value import Value

STDERR_KEPT = 4_000


class EngineError(Exception):
    """An engine gave no usable output. The message says which engine, what happened and what to do next."""


class Limits(Value):
    """What one engine may take."""

    wall_s: float = Field(default=60.0, gt=0)
    """Seconds from start to end of output."""
    output_bytes: int = Field(default=32_000_000, gt=0)
    """Bytes on standard output; ruff with every rule has written 70 MB."""


@dataclass(frozen=True)
class Output:
    """What a finished child left."""

    stdout: bytes
    stderr: str
    """The first few thousand characters."""
    exit_code: int


def find(name: str) -> str:
    """The path of an engine: the one that was installed with juryroom, else one on the PATH.

    Raises:
        EngineError: there is none.
    """
    found = shutil.which(name, path=sysconfig.get_path("scripts")) or shutil.which(name)
    if found is None:
        raise EngineError(f"{name} is not installed; reinstall juryroom to get it")
    return found


async def run(argv: Sequence[str], *, cwd: Path, home: Path, limits: Limits, stdin: bytes = b"") -> Output:
    """Run a command to its end.

    Args:
        argv: the command; its first word is a path to the engine.
        cwd: where it runs.
        home: an empty folder that stands for the user's, so that no configuration of theirs is read.
        limits: past them the whole process group is killed.
        stdin: what it reads.

    Raises:
        EngineError: it could not be started, took too long, or wrote too much.
    """
    name = Path(argv[0]).stem
    try:
        process = await anyio.open_process(
            list(argv),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env=_environment(home),
            start_new_session=True,
        )
    except OSError as error:
        raise EngineError(
            f"{name} could not be started ({error.strerror or error}); reinstall juryroom to get its engines"
        ) from error
    ended = False
    try:
        with anyio.fail_after(limits.wall_s):
            output = await _communicate(process, stdin, limits.output_bytes)
        ended = output is not None
    except TimeoutError as error:
        raise EngineError(
            f"{name} was not done within {limits.wall_s:g} s and was stopped; review fewer files"
        ) from error
    finally:
        with anyio.CancelScope(shield=True):
            if not ended:
                _kill(process)
            await process.aclose()
    if output is None:
        size = f"{limits.output_bytes / 1e6:g} MB"
        raise EngineError(f"{name} wrote more than {size} and was stopped; review fewer files")
    return output


async def _communicate(process: Process, stdin: bytes, limit: int) -> Output | None:
    """Feed and read the child; None when it writes more than the limit."""
    stdout: list[bytes] = []
    stderr: list[bytes] = []
    flooded = False

    async def feed() -> None:
        assert process.stdin is not None  # noqa: S101 - it was opened as a pipe; mypy can't know
        try:
            await process.stdin.send(stdin)
            await process.stdin.aclose()
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass  # the child does not have to read

    async def read(stream: ByteReceiveStream | None, kept: list[bytes], cap: int, *, stop: bool) -> None:
        nonlocal flooded
        size = 0
        async for chunk in stream or ():  # type: ignore[union-attr]  # None only without a pipe
            size += len(chunk)
            if size <= cap or not kept:
                kept.append(chunk)
            elif stop:
                break
        if stop and size > cap:
            flooded = True
            group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        group.start_soon(feed)
        group.start_soon(lambda: read(process.stderr, stderr, STDERR_KEPT, stop=False))
        await read(process.stdout, stdout, limit, stop=True)
    if flooded:
        return None
    code = await process.wait()
    return Output(b"".join(stdout), b"".join(stderr).decode("utf-8", "replace")[:STDERR_KEPT].strip(), code)


def _environment(home: Path) -> dict[str, str]:
    """The whole environment of an engine. Keys, proxies and configuration of ours are not its business."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "HOME": str(home), "XDG_CONFIG_HOME": str(home), "TMPDIR": str(home)}


def _kill(process: Process) -> None:
    """Kill the child and what it started."""
    try:
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
