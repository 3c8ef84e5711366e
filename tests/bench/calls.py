"""Fifty calls in flight against a server that takes 50 ms: ours, with queue, breaker and books, beside the bare SDK.

Both are measured in turn, in one process, with the server in another. Prints one JSON object: calls per second and
milliseconds of CPU per call of both, and the medians of the ratios of the rounds.

    python -m tests.bench.calls [ROUNDS] [CALLS]
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

import anyio
import openai

from juryroom_reviewers.model import Prompt
from juryroom_server.models.card import Price
from juryroom_server.models.roster import opened
from tests.models.asking import SCHEMA, endpoint
from tests.models.books import Books

IN_FLIGHT = 50
PROMPT = Prompt(system="You are a reviewer. " * 20, user="def f(x):\n    return x\n" * 150, answer_schema=SCHEMA)


@contextmanager
def serving() -> Iterator[str]:
    """The server's address."""
    command = [sys.executable, "-m", "tests.bench.slow_server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        server.terminate()


async def timed(call: Callable[[], Awaitable[object]], calls: int) -> tuple[float, float]:
    """Calls per second, and seconds of CPU per call."""
    left = iter(range(calls))

    async def work() -> None:
        for _ in left:
            await call()

    wall, cpu = time.perf_counter(), time.process_time()
    async with anyio.create_task_group() as group:
        for _ in range(IN_FLIGHT):
            group.start_soon(work)
    return calls / (time.perf_counter() - wall), (time.process_time() - cpu) / calls


async def measure(url: str, rounds: int, calls: int) -> dict[str, float]:
    """Rounds of both, in turn."""
    client = openai.AsyncOpenAI(api_key="k", base_url=f"{url}/v1", max_retries=0)
    schema = {"name": "answer", "schema": PROMPT.answer_schema, "strict": False}

    async def bare() -> None:
        answer = await client.chat.completions.create(  # type: ignore[call-overload]  # the schema is a plain dict
            model="bench-1",
            max_tokens=PROMPT.max_output_tokens,
            messages=[{"role": "system", "content": PROMPT.system}, {"role": "user", "content": PROMPT.user}],
            response_format={"type": "json_schema", "json_schema": schema},
        )
        assert answer.choices[0].finish_reason == "stop"

    price = Price(input=Decimal(1), output=Decimal(4))
    one = endpoint(url, "openai", model="bench-1", concurrency=IN_FLIGHT, price=price)
    books = Books()
    async with opened([one], accounts=books) as models:

        async def ours() -> None:
            assert (await models["one"].complete(PROMPT)).finish_reason == "stop"

        await timed(bare, IN_FLIGHT * 4)
        await timed(ours, IN_FLIGHT * 4)
        pairs = [(await timed(bare, calls), await timed(ours, calls)) for _ in range(rounds)]
    await client.close()
    assert books.closed

    def median(values: list[float]) -> float:
        return round(statistics.median(values), 3)

    return {
        "in_flight": IN_FLIGHT,
        "bare_per_s": median([bare[0] for bare, _ in pairs]),
        "ours_per_s": median([ours[0] for _, ours in pairs]),
        "bare_cpu_ms": median([1000 * bare[1] for bare, _ in pairs]),
        "ours_cpu_ms": median([1000 * ours[1] for _, ours in pairs]),
        "throughput_ratio": median([ours[0] / bare[0] for bare, ours in pairs]),
        "cpu_ratio": median([ours[1] / bare[1] for bare, ours in pairs]),
    }


def main() -> None:
    rounds, calls = [int(word) for word in sys.argv[1:]] + [5, 1000][len(sys.argv) - 1 :]
    with serving() as url:
        print(json.dumps(anyio.run(measure, url, rounds, calls)))


if __name__ == "__main__":
    main()
