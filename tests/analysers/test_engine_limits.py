"""An engine that crashes, hangs or floods abstains as failed, and leaves nothing behind."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.reviewer import Review
from juryroom_server import analysers
from juryroom_server.analysers.ast_grep import AstGrep
from juryroom_server.analysers.lizard import Lizard
from juryroom_server.analysers.ruff import Ruff
from tests.analysers.material import change_of

ENGINES = [Ruff, AstGrep, Lizard]
CHANGE = change_of({"a.py": "def f(x):\n    return eval(x)\n"})
Fake = Callable[[str], tuple[str, ...]]


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    """A command that runs a script of ours in the engine's place."""

    def command(script: str) -> tuple[str, ...]:
        path = tmp_path / "engine.py"
        path.write_text(script, "utf-8")
        return (sys.executable, str(path))

    return command


async def read(engine: type[Ruff | AstGrep | Lizard], command: tuple[str, ...], limits: analysers.Limits) -> Review:
    async with analysers.workspace(CHANGE, limits=limits) as tree:
        return await engine(tree, command).review(ReviewContext(change=CHANGE))


@pytest.mark.parametrize("engine", ENGINES)
async def test_one_that_hangs_is_stopped_with_all_that_it_started(
    engine: type[Ruff | AstGrep | Lizard], fake: Fake, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    script = f"""
import os, pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path({str(pids)!r}).write_text(str(child.pid))
time.sleep(600)
"""
    review = await read(engine, fake(script), analysers.Limits(wall_s=2.0))
    assert review.failed
    assert review.abstained is not None
    assert "not done within 2 s" in review.abstained
    if pids.exists():
        assert gone(int(pids.read_text()))


def gone(pid: int) -> bool:
    """True once the process has ended; where nobody asks for a killed one, it stays as a zombie."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        status = Path(f"/proc/{pid}/stat")
        if status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
    return False


@pytest.mark.parametrize("engine", ENGINES)
async def test_one_that_floods_is_stopped(engine: type[Ruff | AstGrep | Lizard], fake: Fake) -> None:
    script = "import sys\nwhile True: sys.stdout.write('x' * 10_000)\n"
    review = await read(engine, fake(script), analysers.Limits(output_bytes=100_000))
    assert (review.failed, review.findings) == (True, ())
    assert review.abstained is not None
    assert "wrote more than 0.1 MB" in review.abstained


@pytest.mark.parametrize("engine", ENGINES)
async def test_one_that_crashes_says_why(engine: type[Ruff | AstGrep | Lizard], fake: Fake) -> None:
    review = await read(engine, fake("raise SystemExit('out of paper')"), analysers.Limits())
    assert review.failed
    assert review.abstained is not None
    assert "exit code 1" in review.abstained
    assert "out of paper" in review.abstained


@pytest.mark.parametrize("engine", ENGINES)
async def test_one_that_is_missing_says_what_to_do(engine: type[Ruff | AstGrep | Lizard], tmp_path: Path) -> None:
    review = await read(engine, (str(tmp_path / "nowhere"),), analysers.Limits())
    assert review.failed
    assert review.abstained is not None
    assert "could not be started" in review.abstained
    assert "reinstall juryroom" in review.abstained


async def test_an_engine_gets_no_environment_and_an_empty_home(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none of its business")
    seen = tmp_path / "seen"
    script = f"""
import os, pathlib
home = pathlib.Path(os.environ["HOME"])
pathlib.Path({str(seen)!r}).write_text(" ".join(sorted(os.environ)) + "|" + str(list(home.iterdir())))
print("[]")
"""
    assert (await read(Ruff, fake(script), analysers.Limits())).abstained is None
    names, _, home = seen.read_text().partition("|")
    assert set(names.split()) - {"LC_CTYPE"} == {"HOME", "LANG", "PATH", "TMPDIR", "XDG_CONFIG_HOME"}
    assert home == "[]"


async def test_cancelling_a_review_stops_the_engine(fake: Fake, tmp_path: Path) -> None:
    started = tmp_path / "started"
    script = f"import os, pathlib, time\npathlib.Path({str(started)!r}).write_text(str(os.getpid()))\ntime.sleep(600)\n"
    command = fake(script)
    async with anyio.create_task_group() as group:
        group.start_soon(read, Ruff, command, analysers.Limits())
        while not (started.exists() and started.read_text()):
            await anyio.lowlevel.checkpoint()
        group.cancel_scope.cancel()
    assert gone(int(started.read_text()))
