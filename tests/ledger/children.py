"""Runs the processes of `dying` and reads what they said before their end."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Ended:
    """A process that ended: its code (negative: the signal), and the calls that it said it made and settled."""

    code: int
    made: tuple[str, ...]
    settled: tuple[str, ...]


class Children:
    """The process that forks them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.ledger.dying"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *jobs: dict[str, Any]) -> list[Ended]:
        """Run jobs side by side to their end."""
        assert self._parent.stdin
        assert self._parent.stdout
        outs = [self._folder / f"said-{number}" for number in range(len(jobs))]
        for out in outs:
            out.unlink(missing_ok=True)
        lines = [
            {"ceiling": "0.10", "limit": "1000", "out": str(out), **job} for job, out in zip(jobs, outs, strict=True)
        ]
        self._parent.stdin.write(json.dumps(lines) + "\n")
        self._parent.stdin.flush()
        codes = json.loads(self._parent.stdout.readline())
        return [_read(code, out) for code, out in zip(codes, outs, strict=True)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._parent.stdin
        self._parent.stdin.close()
        self._parent.wait(30)


def _read(code: int, out: Path) -> Ended:
    text = out.read_text() if out.exists() else ""
    whole = [line.split() for line in text.splitlines(keepends=True) if line.endswith("\n")]
    return Ended(
        code=code,
        made=tuple(words[1] for words in whole if words[0] == "made"),
        settled=tuple(words[1] for words in whole if words[0] == "settled"),
    )
