"""The server as a process: its streams belong to the client, and it ends when it should, with nothing left behind."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.types import TextContent

from juryroom_server.app import LazyEngine, create_app
from juryroom_server.protocol.workspace import WorkspaceError, workspace_root
from tests.bench.startup import compare
from tests.models.fake_server import Reply, serving
from tests.shell import JUROR, VULNERABLE, Repo
from tests.test_cli import models

SERVER = """
import os, subprocess, sys, time
from pathlib import Path
import anyio
from juryroom_reviewers.model import NOTHING_USED
from juryroom_reviewers.panel import Progress
from juryroom_reviewers.report import Report, Verdict
from juryroom_reviewers.reviewer import Method, Review, Seat
from juryroom_server.app import create_app
from juryroom_server.protocol.stdio import serve

def report(reason):
    return Report(verdict=Verdict.approve, reason=reason, source="index against HEAD", usage=NOTHING_USED)

async def say(observer, name):
    await observer(Progress(review=Review(seat=Seat(name=name, method=Method.lexical)), done=1, total=1))

{engine}

sys.exit(serve(create_app(engine, Path.cwd())))
"""
NOISY = """
saved = sys.stdout

async def engine(order, observer):
    print("a print")
    saved.write("a print to a stream that was saved before\\n")
    os.write(1, b"bytes to the descriptor\\n")
    subprocess.run([sys.executable, "-c", "print('a child')"], check=True)
    swallowed = subprocess.run([sys.executable, "-c", "import sys; print(sys.stdin.read())"], capture_output=True)
    return report(repr(swallowed.stdout + os.read(0, 10)))
"""
WITH_A_CHILD = """
async def engine(order, observer):
    async with await anyio.open_process([sys.executable, "-c", "import time; time.sleep(600)"]) as child:
        await say(observer, f"pid {child.pid}")
        await child.wait()
"""
STUCK_IN_A_THREAD = """
async def engine(order, observer):
    await say(observer, "pid 0")
    await anyio.to_thread.run_sync(time.sleep, 600)
"""
INITIALIZE = {
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
REVIEW = {
    "id": 2,
    "method": "tools/call",
    "params": {"name": "review", "arguments": {}, "_meta": {"progressToken": "news"}},
}
DEADLINE_S = 30
"""No test waits longer; what takes so long has failed."""


@contextmanager
def served(engine: str) -> Iterator[subprocess.Popen[bytes]]:
    code = SERVER.replace("{engine}", engine)
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            yield process
        finally:
            process.kill()


def tell(process: subprocess.Popen[bytes], *messages: dict[str, Any]) -> None:
    assert process.stdin is not None
    for message in messages:
        process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    assert process.stdout is not None
    message: dict[str, Any] = json.loads(process.stdout.readline())
    return message


def reviewing(process: subprocess.Popen[bytes]) -> int:
    """Begin a review; the pid that its engine tells of as progress."""
    tell(process, INITIALIZE, {"method": "notifications/initialized"}, REVIEW)
    assert hear(process)["id"] == 1
    news = hear(process)
    assert news["method"] == "notifications/progress"
    return int(str(news["params"]["message"]).split()[1].rstrip(":"))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("era", ["legacy", "2026-07-28"])
async def test_whatever_a_library_prints_the_client_reads_frames_only(era: str) -> None:
    code = SERVER.replace("{engine}", NOISY)
    async with Client(StdioServerParameters(command=sys.executable, args=["-c", code]), mode=era) as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == [
            "review",
            "review_wait",
            "findings",
            "feedback",
        ]
        for _ in range(2):
            result = await client.call_tool("review")
            (content,) = result.content
            assert isinstance(content, TextContent)
            assert result.structured_content == json.loads(content.text)
            assert result.structured_content["reason"] == repr(b"\n"), "children must not read the client's frames"


def test_all_that_reaches_stdout_until_the_end_is_frames() -> None:
    with served(NOISY) as process:
        tell(process, INITIALIZE, {"method": "notifications/initialized"}, REVIEW)
        assert [hear(process)["id"], hear(process)["id"]] == [1, 2]
        out, err = process.communicate(timeout=DEADLINE_S)
    assert out == b""
    for noise in (b"a print\n", b"saved before", b"bytes to the descriptor", b"a child"):
        assert noise in err


@pytest.mark.parametrize("engine", [WITH_A_CHILD, STUCK_IN_A_THREAD])
@pytest.mark.parametrize(
    ("number", "exit_code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130), (signal.SIGHUP, 0), (None, 0)]
)
def test_signals_and_the_end_of_input_end_it_with_all_its_children(
    number: signal.Signals | None, exit_code: int, engine: str
) -> None:
    with served(engine) as process:
        child = reviewing(process)
        assert process.stdin is not None
        if number is None:
            process.stdin.close()
        else:
            process.send_signal(number)
        assert process.wait(DEADLINE_S) == exit_code
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
    assert not (child and is_alive(child))


def test_a_signal_ends_it_before_the_client_has_said_anything() -> None:
    with served(WITH_A_CHILD) as process:
        tell(process, INITIALIZE)
        assert hear(process)["id"] == 1
        process.send_signal(signal.SIGINT)
        assert process.wait(DEADLINE_S) == 130


def test_a_client_that_no_longer_listens_ends_it_in_silence() -> None:
    with served(WITH_A_CHILD) as process:
        child = reviewing(process)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        tell(process, {"id": 3, "method": "ping"})
        assert process.wait(DEADLINE_S) == 0
        assert b"Traceback" not in process.stderr.read()
    assert not is_alive(child)


def test_starting_imports_nothing_that_only_a_review_needs() -> None:
    code = """
import asyncio, sys
from pathlib import Path
from juryroom_server.app import create_app, LazyEngine
server = create_app(LazyEngine(Path.cwd()), Path.cwd())
assert len(asyncio.run(server.list_tools())) == 4
print(*sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    heavy = {"git", "tree_sitter", "openai", "anthropic", "yaml", "lizard"}
    ours = {"juryroom_server.engine", "juryroom_server.configuration.load", "juryroom_reviewers.review"}
    assert "mcp.server" in loaded
    assert loaded & (heavy | ours) == set()


def test_a_started_server_takes_at_most_a_fifth_more_memory_than_the_sdk_alone() -> None:
    assert compare(1)["peak_ratio"] <= 1.2


async def test_the_list_of_tools_is_what_clients_have_seen_and_takes_no_more_tokens_than_its_share() -> None:
    server = create_app(LazyEngine(Path.cwd()), Path.cwd())
    async with Client(server, mode="legacy") as client:
        result = (await client.list_tools()).model_dump(mode="json", by_alias=True, exclude_none=True)
    seen = json.dumps(result["tools"], indent=2, ensure_ascii=False) + "\n"
    kept = Path(__file__).parent / "data" / "tools.json"
    assert seen == kept.read_text(), "clients see another list: if that is meant, write it to tests/data/tools.json"
    assert len(result["tools"]) <= 8
    # cl100k takes 4.2 characters of this JSON for a token (measured); 4 is on the safe side. The share of eight tools
    # in 2,400 tokens is 300 each.
    compact = json.dumps(result, separators=(",", ":"), ensure_ascii=False)
    assert len(compact) / 4 <= 300 * len(result["tools"])


def test_the_workspace_is_the_flag_the_environment_or_the_working_directory(tmp_path: Path) -> None:
    for name in ("flag", "ours", "claude", "cwd"):
        (tmp_path / name).mkdir()
    cwd = tmp_path / "cwd"
    environ = {"JURYROOM_WORKSPACE": str(tmp_path / "ours"), "CLAUDE_PROJECT_DIR": str(tmp_path / "claude")}
    assert workspace_root(Path("../flag"), environ, cwd) == tmp_path / "flag"
    assert workspace_root(None, environ, cwd) == tmp_path / "ours"
    assert workspace_root(None, environ | {"JURYROOM_WORKSPACE": ""}, cwd) == tmp_path / "claude"
    assert workspace_root(None, {}, cwd) == cwd
    with pytest.raises(WorkspaceError, match="--root: 'missing' is no folder"):
        workspace_root(Path("missing"), environ, cwd)


def test_a_workspace_that_does_not_exist_ends_it_with_one_line() -> None:
    code = "import sys; from juryroom_server.app import run_stdio; sys.exit(run_stdio())"
    environ = {**os.environ, "CLAUDE_PROJECT_DIR": "/nowhere"}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "juryroom: CLAUDE_PROJECT_DIR: '/nowhere' is no folder; name the root of the repository to review\n"
    )


@pytest.mark.parametrize("era", ["legacy", "2026-07-28"])
async def test_the_real_engine_reviews_a_real_repository(era: str, tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    (tmp_path / "shop.py").write_text("def find(cursor, name):\n    return None\n")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "begin")
    (tmp_path / "shop.py").write_text(
        'def find(cursor, name):\n    return cursor.execute("SELECT * FROM users WHERE name = \'" + name + "\'")\n'
    )
    code = "import sys; from juryroom_server.app import run_stdio; sys.exit(run_stdio())"
    home = tmp_path / ".git" / "home"
    environ = {"HOME": str(home), "PATH": os.environ["PATH"], "CLAUDE_PROJECT_DIR": str(tmp_path)}
    parameters = StdioServerParameters(command=sys.executable, args=["-c", code], env=environ)
    with anyio.fail_after(120):
        async with Client(parameters, mode=era) as client:
            result = await client.call_tool("review")
            refused = await client.call_tool("review", {"source": "commit", "commit": "nothing-of-that-name"})
    assert not result.is_error, result.content
    assert result.structured_content is not None
    assert "shop.py:2" in {str(found["place"]).split("-")[0] for found in result.structured_content["findings"]}
    (content,) = refused.content
    assert isinstance(content, TextContent)
    assert refused.is_error
    assert "nothing-of-that-name" in content.text


async def test_a_call_is_answered_within_the_budget_that_the_user_configured(repo: Repo) -> None:
    repo.write("shop.py", VULNERABLE)
    released = asyncio.Event()
    with serving(lambda _: Reply('{"findings": []}', until=released)) as model:
        # without it, the deadline would end the review before the call is answered
        repo.configure("soft_budget_s = 0.2\ndeadline_s = 10.0\n" + models(model.url))
        server = StdioServerParameters(command=str(JUROR), args=["serve"], env=repo.environ, cwd=repo.root)
        async with Client(server) as client:
            result = await client.call_tool("review")
            assert result.structured_content is not None
            assert result.structured_content["status"] == "running"
