"""What the ledger adds to a call, and whether it holds when processes die.

Prints one JSON object: milliseconds of CPU of one reservation with its settlement, one at a time (p50, p99) and with 50
tasks at once (mean); the same without a budget; milliseconds of wall time; seconds of CPU of the first, which imports
the database; seconds to read the usage of 100,000 calls. With `--soak N` instead: N rounds of two processes on one
budget, killed at random (the suite does 30). JURYROOM_TEST_DATABASE_URL names another database than a SQLite file; by
the word `postgres` one is started.

    python -m tests.bench.ledger [CALLS] | --soak N [SEED]
"""

import json
import os
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import anyio

from juryroom_server.ledger.accounts import Ledger
from tests.ledger.children import Children
from tests.ledger.material import Place, intent, result, sqlite_url
from tests.ledger.postgres import running
from tests.ledger.soak import rounds

IN_FLIGHT = 50


async def once(ledger: Ledger) -> None:
    reservation = await ledger.reserve(intent("0.001"))
    await ledger.settle(reservation, result("0.0004", input_tokens=900, output_tokens=90, total_s=1.5))


async def measure(place: Place, calls: int, **budgets: str) -> dict[str, float]:
    ledger = place.ledger(**budgets)
    started = time.process_time()
    await once(ledger)
    first = time.process_time() - started
    cpu, wall = [], []
    for _ in range(calls):
        before, clock = time.process_time(), time.perf_counter()
        await once(ledger)
        cpu.append(time.process_time() - before)
        wall.append(time.perf_counter() - clock)

    async def some() -> None:
        for _ in range(calls // IN_FLIGHT):
            await once(ledger)

    before = time.process_time()
    async with anyio.create_task_group() as tasks:
        for _ in range(IN_FLIGHT):
            tasks.start_soon(some)
    together = (time.process_time() - before) / (calls // IN_FLIGHT * IN_FLIGHT)
    await ledger.aclose()
    cpu.sort()
    wall.sort()
    return {
        "first_s": round(first, 3),
        "cpu_p50_ms": round(cpu[calls // 2] * 1000, 3),
        "cpu_p99_ms": round(cpu[calls * 99 // 100] * 1000, 3),
        "wall_p50_ms": round(wall[calls // 2] * 1000, 3),
        "cpu_mean_of_50_at_once_ms": round(together * 1000, 3),
    }


def read_back(place: Place, calls: int) -> float:
    from juryroom_server.ledger.entry import Reserve, Settle  # noqa: PLC0415 - after the first import was measured
    from juryroom_server.ledger.usage import By, read_usage  # noqa: PLC0415 - as above

    books = place.books()
    for _ in range(calls // 1000):
        batch = [Reserve(run="r", project="p", intent=intent()) for _ in range(1000)]
        books.apply(batch)
        books.apply([Settle(id=one.id, result=result(total_s=1.0)) for one in batch])
    started = time.perf_counter()
    usage = read_usage(books.database, By.model, project="p")
    took = time.perf_counter() - started
    assert usage.total.calls == calls
    books.database.close()
    return round(took, 3)


def main() -> None:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url = os.environ.get("JURYROOM_TEST_DATABASE_URL") or sqlite_url(Path(folder))
        if url == "postgres":
            server = stack.enter_context(running())
            if isinstance(server, str):
                raise SystemExit(server)
            url = server.new_database()
        place = Place(url)
        if sys.argv[1:2] == ["--soak"]:
            number, seed = int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1
            with Children(Path(folder)) as children:
                killed = rounds(place, url, children, random.Random(seed), number)
            print(json.dumps({"rounds": number, "killed": killed, "exceeded": 0, "settled_twice": 0}))
        else:
            calls = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
            limits = {"run": "1000", "day": "1000", "project": "1000"}
            measured = {
                "with_budgets": anyio.run(lambda: measure(place, calls, **limits)),
                "without": anyio.run(lambda: measure(place, calls)),
                "usage_of_100000_s": read_back(place, 100_000),
            }
            print(json.dumps(measured))
        place.close()


if __name__ == "__main__":
    main()
