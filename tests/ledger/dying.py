"""Processes that make calls on a budget, and die where they are told to.

This one imports what they need and forks one for each: an interpreter of its own would take a second each time. Reads
requests as lines of JSON, each a list of `Job`, runs the jobs of a list side by side, and answers with how each ended.
"""

import json
import os
import random
import signal
import sys
import time
from itertools import count
from pathlib import Path
from typing import Any

import anyio
from sqlalchemy import event
from sqlalchemy.engine import Engine

from juryroom_server.ledger import accounts, books
from juryroom_server.models.accounting import BudgetError

from .material import Place, intent, result

assert accounts
assert books


def die_at(step: int) -> None:
    """Kill this process with nothing to clean up after, at a step of the database's work."""
    steps = count(1)

    def on_step(*_: object) -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "after_cursor_execute", "commit", "checkin"):
        event.listen(Engine, name, on_step)


async def work(job: dict[str, Any]) -> None:
    """Call until the budget or the number of calls is used up; a line says when a call is made, and when settled."""
    chance = random.Random(job["seed"]) if "seed" in job else None
    ceiling = job["ceiling"]
    ledger = Place(job["url"]).ledger(day=job["limit"])
    with Path(job["out"]).open("w", buffering=1) as out:  # noqa: ASYNC230 - nothing else runs here
        for _ in range(job["calls"]):
            try:
                reservation = await ledger.reserve(intent(ceiling))
            except BudgetError:
                break
            out.write(f"made {reservation}\n")
            if chance is not None:
                await anyio.sleep(chance.random() / 500)
            cost = str(round(chance.random() * float(ceiling), 6)) if chance is not None else ceiling
            await ledger.settle(reservation, result(cost))
            out.write(f"settled {reservation}\n")
    await ledger.aclose()


def fork(job: dict[str, Any]) -> int:
    if pid := os.fork():
        return pid
    code = 1
    try:
        die_at(job.get("die_at", 0))
        anyio.run(work, job)
        code = 0
    finally:
        os._exit(code)


def main() -> None:
    for line in sys.stdin:
        jobs = json.loads(line)
        children = [fork(job) for job in jobs]
        for pid, job in zip(children, jobs, strict=True):
            if "kill_after_s" in job:
                time.sleep(job["kill_after_s"])
                os.kill(pid, signal.SIGKILL)
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
        sys.stdout.write(json.dumps(codes) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
