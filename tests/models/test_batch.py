"""Reviews that may wait: handed in as one job, remembered beyond a crash, paid once and at the batch price."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import anyio
import pytest

from juryroom_reviewers.model import Model, Prompt
from juryroom_server.ledger import job_rows
from juryroom_server.ledger.accounts import Ledger, open_ledger
from juryroom_server.ledger.jobs import LedgerJobs
from juryroom_server.ledger.usage import By, Line, read_usage
from juryroom_server.models.batch_jobs import Batching
from juryroom_server.models.cache import Store
from juryroom_server.models.card import BatchPrice, Price
from juryroom_server.models.failure import Kind, ProviderError
from juryroom_server.models.prices import listed_price
from juryroom_server.models.roster import opened
from juryroom_server.models.waiting import Job, State
from juryroom_server.settings import Settings
from tests.models.asking import endpoint
from tests.models.fake_server import FakeServer, Reply

PRICE = Price(input=Decimal(2), output=Decimal(10), batch=BatchPrice(input=Decimal(1), output=Decimal(5)))
FINE = Reply('{"findings": []}', usage=(1000, 100))


def question(words: str, task: str = "review") -> Prompt:
    return Prompt(system="You are a reviewer.", user=words, schema_name=task, max_output_tokens=1000)


async def no_wait(_: float) -> None:
    await anyio.lowlevel.checkpoint()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def in_a_file(home: Path) -> dict[str, str]:
    """The environment of a ledger below a folder."""
    return {"JURYROOM_DATABASE_URL": f"sqlite:///{home / 'ledger.sqlite3'}"}


@asynccontextmanager
async def asking(
    home: Path,
    server: FakeServer,
    api: str,
    *,
    store: bool = False,
    sleep: Callable[[float], Awaitable[None]] = no_wait,
    budget: float | None = None,
) -> AsyncIterator[tuple[Model, Ledger]]:
    """One process: a ledger of its own connection, and the model."""
    kept = Store(home / "answers") if store else None
    one = endpoint(server.url, api, capabilities=("batch",), price=PRICE)
    async with open_ledger(Settings(budget_run_usd=budget), in_a_file(home), home) as ledger:
        batching = Batching(jobs=LedgerJobs(ledger), accounts=ledger, store=kept, sleep=sleep)
        async with opened([one], accounts=ledger, store=kept, batching=batching) as models:
            yield models["one"], ledger


async def ask_all(model: Model, *words: str) -> dict[str, str]:
    """The answers, or the kinds of failure."""
    heard: dict[str, str] = {}

    async def ask(one: str) -> None:
        try:
            heard[one] = (await model.complete(question(one))).text
        except ProviderError as error:
            heard[one] = error.kind.value

    async with anyio.create_task_group() as group:
        for one in words:
            group.start_soon(ask, one)
    return heard


async def total(ledger: Ledger) -> Line:
    return await ledger.use(lambda database: read_usage(database, By.day).total)


async def jobs_of(ledger: Ledger) -> tuple[Job, ...]:
    return await ledger.use(job_rows.listed)


async def test_what_all_ask_is_one_job_at_the_batch_price(api, home):
    async with FakeServer(lambda _: FINE) as server, asking(home, server, api) as (model, ledger):
        heard = await ask_all(model, "one", "two", "three")
        used, jobs = await total(ledger), await jobs_of(ledger)
    assert heard == dict.fromkeys(("one", "two", "three"), '{"findings": []}')
    (job,) = server.batches.handed_in
    assert len(job.bodies) == 3
    assert all("stream" not in body for body in job.bodies)
    assert server.requests == []
    # 1000 tokens at 1 and 100 at 5 USD a million, three times
    assert (used.calls, used.cost_usd, used.held_usd, used.unknown) == (3, Decimal("0.0045"), Decimal(0), 0)
    assert [(one.state, one.name, len(one.items)) for one in jobs] == [(State.collected, job.id, 3)]


async def test_no_word_of_a_question_or_an_answer_is_remembered(api, home):
    async with FakeServer(lambda _: FINE) as server, asking(home, server, api) as (model, _):
        await ask_all(model, "a very private question")
    data = b"".join(file.read_bytes() for file in home.glob("ledger.sqlite3*"))
    assert b"private" not in data
    assert b"findings" not in data


async def test_votes_are_asked_at_once(api, home):
    async with FakeServer(lambda _: FINE) as server, asking(home, server, api) as (model, _):
        await model.complete(question("true?", task="ballot"))
    assert (len(server.requests), server.batches.handed_in) == (1, [])


async def test_a_review_that_ended_before_its_batch_finds_it_again_and_pays_once(api, home):
    looked = anyio.Event()

    async def sleep(seconds: float) -> None:
        if seconds < 1:
            return await no_wait(seconds)
        looked.set()
        return await anyio.sleep_forever()

    async with FakeServer(lambda _: FINE) as server:
        server.batches.hold = True
        async with asking(home, server, api, sleep=sleep) as (model, ledger), anyio.create_task_group() as group:
            group.start_soon(ask_all, model, "one", "two")
            await looked.wait()
            group.cancel_scope.cancel()  # Ctrl-C, or the deadline
        server.batches.hold = False
        async with asking(home, server, api) as (model, ledger):
            held = (await total(ledger)).held_usd
            heard = await ask_all(model, "two", "one", "three")
            used = await total(ledger)
    assert held > 0  # what was set aside still counts
    assert len(heard) == 3
    assert [len(job.lines) for job in server.batches.handed_in] == [2, 1]
    assert (used.calls, used.cost_usd, used.unknown) == (3, Decimal("0.0045"), 0)


async def test_two_processes_at_once_share_one_job(api, home):
    async with FakeServer(lambda _: FINE) as server:
        server.batches.hold = True
        async with (
            asking(home, server, api) as (first, _),
            asking(home, server, api) as (second, ledger),
            anyio.create_task_group() as group,
        ):
            group.start_soon(ask_all, first, "one")
            group.start_soon(ask_all, second, "one")
            while server.batches.looks < 10:
                await anyio.lowlevel.checkpoint()
            server.batches.hold = False
        async with asking(home, server, api) as (_, ledger):
            used = await total(ledger)
    assert [len(job.lines) for job in server.batches.handed_in] == [1]
    assert (used.cost_usd, used.held_usd, used.unknown) == (Decimal("0.0015"), Decimal(0), 0)


async def test_answers_are_in_the_cache_afterwards(api, home):
    async with FakeServer(lambda _: FINE) as server:
        async with asking(home, server, api, store=True) as (model, _):
            await model.complete(question("one"))
        async with asking(home, server, api, store=True) as (model, _):
            assert (await model.complete(question("one"))).cached
    assert len(server.batches.handed_in) == 1


async def test_a_lost_answer_to_handing_in_is_never_handed_in_again_by_itself(api, home):
    async with FakeServer(lambda _: FINE) as server:
        server.batches.broken = True
        for _ in range(2):
            async with asking(home, server, api) as (model, ledger):
                with pytest.raises(ProviderError, match=r"not known whether it arrived.*juryroom batch cancel"):
                    await model.complete(question("one"))
                used, (job,) = await total(ledger), await jobs_of(ledger)
    assert len(server.batches.handed_in) == 1
    assert (job.state, job.name) == (State.submitting, None)
    assert used.held_usd > 0


async def test_a_job_that_is_not_taken_costs_nothing_and_says_why(api, home):
    async with FakeServer(lambda _: FINE) as server, asking(home, server, api) as (model, ledger):
        server.batches.refuse = "no batches here"
        with pytest.raises(ProviderError, match="no batches here"):
            await model.complete(question("one"))
        used, (job,) = await total(ledger), await jobs_of(ledger)
    assert (used.cost_usd, used.held_usd, used.failed, job.state) == (Decimal(0), Decimal(0), 1, State.given_up)


def some_fail(body: dict[str, Any]) -> Reply:
    words = str(body["messages"])
    if "late" in words:
        return Reply(code="expired")
    if "wrong" in words:
        return Reply(status=400, error="that is wrong", code="invalid_request_error")
    return Reply(refusal="no") if "refused" in words else FINE


async def test_items_that_failed_or_expired_are_failures_of_their_own(api, home):
    async with FakeServer(some_fail) as server, asking(home, server, api) as (model, ledger):
        heard = await ask_all(model, "fine", "late", "wrong", "refused")
        used = await total(ledger)
    assert heard == {"fine": '{"findings": []}', "late": "server", "wrong": "request", "refused": "refusal"}
    # whether a refusal is billed is not known: it is charged as the most that it can cost
    assert (used.calls, used.failed, used.cost_usd, used.unknown) == (4, 3, Decimal("0.0015"), 1)


async def test_a_job_that_fails_as_a_whole_says_why(home):
    async with FakeServer(lambda _: FINE) as server, asking(home, server, "openai") as (model, _):
        server.batches.failed = True
        with pytest.raises(ProviderError, match=r"brought no answer .failed: line 1 is none"):
            await model.complete(question("one"))


async def test_a_budget_is_kept_before_anything_is_handed_in(api, home):
    async with FakeServer(lambda _: FINE) as server, asking(home, server, api, budget=0.01) as (model, _):
        heard = await ask_all(model, "one", "two")
    # each can cost 0.0061 USD: a thousand tokens and the words, at the batch price
    assert sorted(heard.values()) == [Kind.budget.value, '{"findings": []}']
    (job,) = server.batches.handed_in
    assert len(job.lines) == 1


async def test_a_server_that_fails_for_a_while_is_looked_at_again(api, home):
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        server.batches.hold = len([one for one in waits if one > 1]) < 6
        await no_wait(seconds)

    async with FakeServer(lambda _: FINE) as server, asking(home, server, api, sleep=sleep) as (model, _):
        server.batches.hold = True
        await model.complete(question("one"))
    assert [one for one in waits if one > 1] == [2, 4, 8, 16, 32, 60]


async def test_files_of_code_do_not_stay_with_openai(home):
    one = {"provider": "openai", "capabilities": ("batch",)}
    async with FakeServer(lambda _: FINE) as server, open_ledger(Settings(), in_a_file(home), home) as ledger:
        batching = Batching(jobs=LedgerJobs(ledger), accounts=ledger, sleep=no_wait)
        async with opened([endpoint(server.url, "openai", **one)], batching=batching) as models:
            await models["one"].complete(question("one"))
    assert b'name="expires_after[seconds]"\r\n\r\n259200' in server.batches.uploads[0]


async def test_a_file_that_did_not_arrive_costs_nothing(home):
    async with FakeServer(lambda _: FINE) as server, asking(home, server, "openai") as (model, ledger):
        server.batches.drop_files = True
        with pytest.raises(ProviderError, match=r"reset|broke|connection"):
            await model.complete(question("one"))
        used, (job,) = await total(ledger), await jobs_of(ledger)
    assert (used.cost_usd, used.held_usd, job.state) == (Decimal(0), Decimal(0), State.given_up)


@pytest.mark.parametrize(("provider", "model"), [("openai", "gpt-6.1-terra"), ("anthropic", "claude-sonnet-5-5")])
def test_the_list_knows_what_a_batch_costs(provider: Any, model: str):
    price = listed_price(provider, model)
    assert price is not None
    assert price.batch is not None
    assert (price.batch.input * 2, price.batch.output * 2) == (price.input, price.output)
    assert price.for_batch().cost(1_000_000, 0) * 2 == price.cost(1_000_000, 0)
