"""Fifty calls in flight against a server that takes 50 ms: ours, with everything around a call, beside the bare SDK.

All are measured in turn within each round, in one process, with the server in another:

* `bare`: the `openai` SDK awaits each answer in one piece, checks how it finished, and does nothing else.
* `bare_streaming`: the SDK streams, with the usage asked for, and its caller puts the words together.
* `unrecorded`: our model, which streams, with its queue, limits, breaker, retries and checks; nobody keeps the books.
* `whole`: the same with a real ledger in a SQLite file and budgets by run, day and project; and for every four calls
  the seats of four personas are decided anew among twenty models, as in a review whose seats read one part each.

Prompts of ours are new for each call, and differ. Prints one JSON object: calls per second and milliseconds of CPU per
call (all threads) of each, and the medians over the rounds of the ratios of `whole` to `bare`, as `throughput_ratio`
and `cpu_ratio`; the same of the others in `against_bare`, and of `whole` to `bare_streaming`.

    python -m tests.bench.calls [ROUNDS] [CALLS]
"""

import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import anyio
import openai

from juryroom_reviewers.model import Model, Prompt
from juryroom_server.models.card import Price
from juryroom_server.models.endpoint import Endpoint
from juryroom_server.models.roster import opened
from juryroom_server.models.seating import Given, seat
from tests.bench.seating import CONDITIONS, PERSONAS, cards
from tests.ledger.material import Place, sqlite_url
from tests.models.asking import SCHEMA, endpoint

IN_FLIGHT = 50
SYSTEM, USER, MOST = "You are a reviewer. " * 20, "def f(x):\n    return x\n" * 150, 4096


class Taken(NamedTuple):
    """One measurement."""

    per_s: float
    cpu_ms: float


Call = Callable[[], Awaitable[None]]


@contextmanager
def serving() -> Iterator[str]:
    """The server's address."""
    command = [sys.executable, "-m", "tests.bench.slow_server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        server.terminate()


async def timed(call: Call, calls: int) -> Taken:
    """Make so many calls, fifty at once."""
    left = iter(range(calls))

    async def work() -> None:
        for _ in left:
            await call()

    gc.collect()  # nobody pays for what the one before left behind
    wall, cpu = time.perf_counter(), time.process_time()
    async with anyio.create_task_group() as group:
        for _ in range(IN_FLIGHT):
            group.start_soon(work)
    return Taken(calls / (time.perf_counter() - wall), 1000 * (time.process_time() - cpu) / calls)


def bare(client: openai.AsyncOpenAI, *, streaming: bool) -> Call:
    """The SDK by itself."""
    shape = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": False}}
    body = {
        "model": "bench-1",
        "max_tokens": MOST,
        "messages": [{"role": "system", "content": SYSTEM}, {"role": "user", "content": USER}],
        "response_format": shape,
    }

    async def whole() -> None:
        answer = await client.chat.completions.create(**body)  # type: ignore[call-overload]  # a plain dict
        assert answer.choices[0].finish_reason == "stop"

    async def piecewise() -> None:
        words, finish = [], None
        asked = client.chat.completions.create(  # type: ignore[call-overload]  # as above
            **body, stream=True, stream_options={"include_usage": True}
        )
        async for event in await asked:
            for choice in event.choices:
                words.append(choice.delta.content or "")
                finish = choice.finish_reason or finish
        assert "".join(words)
        assert finish == "stop"

    return piecewise if streaming else whole


class Asking:
    """Calls of ours, each with a prompt of its own."""

    def __init__(self) -> None:
        self._asked = 0
        self._waiting: list[Given] = []

    def prompt(self, persona: str | None = None) -> Prompt:
        """The next prompt."""
        self._asked += 1
        user = f"{USER}# {self._asked}\n"
        return Prompt(system=SYSTEM, user=user, answer_schema=SCHEMA, max_output_tokens=MOST, persona=persona)

    def one_model(self, model: Model) -> Call:
        """All by the same model."""

        async def call() -> None:
            assert (await model.complete(self.prompt())).finish_reason == "stop"

        return call

    def seated(self, endpoints: list[Endpoint], models: dict[str, Model]) -> Call:
        """Each by the model that its persona's seat is on."""

        async def call() -> None:
            if not self._waiting:
                self._waiting += seat(PERSONAS, [one.card for one in endpoints], {}, CONDITIONS).seats
            given = self._waiting.pop()
            answer = await models[given.card.key].complete(self.prompt(given.persona.name))
            assert answer.finish_reason == "stop"

        return call


def roster(url: str) -> list[Endpoint]:
    """The twenty models of the measurement of seats, all behind the one server."""
    return [
        endpoint(
            url, "openai", model=one.model, concurrency=IN_FLIGHT, key=one.key, tier=one.tier, price=one.price,
            strengths=one.strengths,
        )
        for one in cards()
    ]  # fmt: skip  # what a card takes, not a list to read down


async def measure(url: str, folder: Path, rounds: int, calls: int) -> dict[str, object]:
    """Rounds of all, in turn."""
    place = Place(sqlite_url(folder))
    ledger = place.ledger(run="100000", day="100000", project="100000")
    asking, everybody = Asking(), roster(url)
    price = Price(input=Decimal(1), output=Decimal(4))
    alone = endpoint(url, "openai", model="bench-1", concurrency=IN_FLIGHT, price=price)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(openai.AsyncOpenAI(api_key="k", base_url=f"{url}/v1", max_retries=0))
        unrecorded = await stack.enter_async_context(opened([alone]))
        recorded = await stack.enter_async_context(opened(everybody, accounts=ledger))
        contestants: dict[str, Call] = {
            "bare": bare(client, streaming=False),
            "bare_streaming": bare(client, streaming=True),
            "unrecorded": asking.one_model(unrecorded["one"]),
            "whole": asking.seated(everybody, dict(recorded)),
        }
        for call in contestants.values():
            await timed(call, IN_FLIGHT * 6)
        done: dict[str, list[Taken]] = {name: [] for name in contestants}
        for number in range(rounds):
            names = list(contestants)
            for name in names if number % 2 else reversed(names):
                done[name].append(await timed(contestants[name], calls))
    await ledger.aclose()
    settled = [row["outcome"] for row in place.rows()]
    assert settled == ["ok"] * (IN_FLIGHT * 6 + rounds * calls), "the books are not whole"
    place.held()
    place.close()
    return summary(done)


def summary(done: dict[str, list[Taken]]) -> dict[str, object]:
    """Medians of the rounds."""

    def ratios(ours: str, theirs: str) -> dict[str, float]:
        pairs = list(zip(done[ours], done[theirs], strict=True))
        return {
            "throughput_ratio": round(statistics.median(one.per_s / other.per_s for one, other in pairs), 3),
            "cpu_ratio": round(statistics.median(one.cpu_ms / other.cpu_ms for one, other in pairs), 3),
        }

    return {
        "in_flight": IN_FLIGHT,
        **ratios("whole", "bare"),
        "against_bare": {name: ratios(name, "bare") for name in ("bare_streaming", "unrecorded")},
        "whole_against_bare_streaming": ratios("whole", "bare_streaming"),
        "per_s": {name: round(statistics.median(one.per_s for one in all_), 1) for name, all_ in done.items()},
        "cpu_ms": {name: round(statistics.median(one.cpu_ms for one in all_), 3) for name, all_ in done.items()},
    }


def main() -> None:
    rounds, calls = [int(word) for word in sys.argv[1:]] + [5, 600][len(sys.argv) - 1 :]
    with serving() as url, tempfile.TemporaryDirectory() as folder:
        print(json.dumps(anyio.run(measure, url, Path(folder), rounds, calls)))


if __name__ == "__main__":
    main()
