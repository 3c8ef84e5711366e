"""Budgets hold, and nothing is counted twice, whoever asks at the same time."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

import anyio
import pytest
from sqlalchemy import update

from juryroom_reviewers.model import Usage
from juryroom_reviewers.report import Unsettled
from juryroom_server.ledger.accounts import open_ledger, project_of
from juryroom_server.ledger.bill import Bill
from juryroom_server.ledger.budget import Left, Scope
from juryroom_server.ledger.schema import CALL
from juryroom_server.ledger.usage import By, read_usage
from juryroom_server.models.accounting import BudgetError, Outcome
from juryroom_server.settings import Settings

from .material import Place, intent, result

TODAY = datetime.now(UTC).date().isoformat()
CENT = 10_000_000
"""Nanodollars."""


@pytest.mark.parametrize("scope", ["run", "day", "project"])
async def test_a_call_that_could_exceed_a_budget_is_refused_and_leaves_no_trace(place: Place, scope: str):
    ledger = place.ledger(**{scope: "0.25"})
    await ledger.reserve(intent("0.10"))
    await ledger.reserve(intent("0.10"))
    with pytest.raises(BudgetError) as caught:
        await ledger.reserve(intent("0.10"))
    await ledger.reserve(intent("0.05"))  # what does fit, still does
    await ledger.aclose()
    said = str(caught.value)
    for part in ("openai:gpt", "$0.1000", f"{scope} budget of $0.2500", "$0.0500", f"budget_{scope}_usd"):
        assert part in said
    assert place.held() == dict.fromkeys([("run", "run"), ("day", TODAY), ("project", "project")], 25 * CENT)


async def test_what_a_call_really_cost_takes_the_place_of_what_was_set_aside(place: Place):
    ledger = place.ledger(run="0.10")
    for _ in range(5):
        await ledger.settle(await ledger.reserve(intent("0.06")), result("0.01"))
    with pytest.raises(BudgetError):
        await ledger.reserve(intent("0.06"))
    await ledger.aclose()
    assert place.held()["run", "run"] == 5 * CENT


async def test_a_second_settlement_changes_nothing(place: Place):
    ledger = place.ledger(run="1")
    reservation = await ledger.reserve(intent())
    await ledger.settle(reservation, result("0.04"))
    await ledger.settle(reservation, result("0.09", Outcome.failed))
    await ledger.settle("0" * 32, result("0.09"))
    async with anyio.create_task_group() as tasks:
        twice = await ledger.reserve(intent())
        tasks.start_soon(ledger.settle, twice, result("0.01"))
        tasks.start_soon(ledger.settle, twice, result("0.02"))
    await ledger.aclose()
    first, second = place.rows()
    assert (first["outcome"], first["cost"]) == ("ok", 4 * CENT)
    assert second["cost"] == CENT  # the first one counts, within one transaction too
    assert place.held()["run", "run"] == 5 * CENT


async def test_runs_have_their_own_budget_a_day_and_a_project_share_theirs(place: Place):
    one = place.ledger(of_run="one", run="0.30")
    other = place.ledger(of_run="other", run="0.30", day="0.30")
    elsewhere = place.ledger(of_run="third", of_project="elsewhere", project="0.30")
    same = place.ledger(of_run="fourth", project="0.30")
    await one.reserve(intent("0.20"))
    with pytest.raises(BudgetError, match="day budget"):
        await other.reserve(intent("0.20"))
    await elsewhere.reserve(intent("0.20"))
    with pytest.raises(BudgetError, match="project budget"):
        await same.reserve(intent("0.20"))
    for ledger in (one, other, elsewhere, same):
        await ledger.aclose()
    assert place.held()["project", "project"] == place.held()["project", "elsewhere"] == 20 * CENT


async def test_case_62_an_unknown_price_is_never_taken_for_nothing(place: Place):
    budgeted, guessed, free = place.ledger(day="1"), place.ledger(day="1", unknown_price_ceiling="0.30"), place.ledger()
    with pytest.raises(BudgetError, match=r"price.*unknown_price_ceiling_usd"):
        await budgeted.reserve(intent(None))
    reservation = await guessed.reserve(intent(None))
    await guessed.settle(reservation, result(None))
    unlimited = await free.reserve(intent(None))
    await free.settle(unlimited, result(None))
    for ledger in (budgeted, guessed, free):
        await ledger.aclose()
    first, second = place.rows()
    assert (first["ceiling"], first["cost"], first["held"]) == (30 * CENT, None, 30 * CENT)
    assert (second["ceiling"], second["cost"], second["held"]) == (None, None, 0)


async def test_a_call_that_costs_nothing_always_fits(place: Place):
    ledger = place.ledger(run="0.10")
    await ledger.settle(await ledger.reserve(intent("0.10")), result("0.50"))  # dearer than it said that it could be
    with pytest.raises(BudgetError):
        await ledger.reserve(intent("0.000000001"))
    local = await ledger.reserve(intent("0"))
    await ledger.settle(local, result(None, Outcome.cached, saved_usd=Decimal("0.02")))
    await ledger.aclose()
    assert [(row["cost"], row["saved"]) for row in place.rows()] == [(50 * CENT, None), (0, 2 * CENT)]


async def test_a_negative_cost_is_unknown_and_charged_at_its_ceiling(place: Place):
    ledger = place.ledger(run="1")
    await ledger.settle(await ledger.reserve(intent("0.10")), result("-1"))
    await ledger.aclose()
    (row,) = place.rows()
    assert (row["cost"], row["held"]) == (None, 10 * CENT)


async def test_fifty_tasks_at_once_spend_what_there_is_and_not_more(place: Place):
    ledger = place.ledger(run="1.00")
    refused = []

    async def call() -> None:
        try:
            reservation = await ledger.reserve(intent("0.07"))
        except BudgetError as error:
            refused.append(error)
            return
        await anyio.lowlevel.checkpoint()
        await ledger.settle(reservation, result("0.07"))

    async with anyio.create_task_group() as tasks:
        for _ in range(50):
            tasks.start_soon(call)
    await ledger.aclose()
    assert (len(place.rows()), len(refused)) == (14, 36)
    assert place.held()["run", "run"] == 98 * CENT


async def test_calls_wait_for_room_that_others_under_way_may_make(place: Place):
    """Each could take most of the budget and takes little, so they fit one by one. Two ledgers, as of two processes."""
    ledgers = [place.ledger(of_run=name, day="0.20") for name in ("one", "other")]

    async def call(number: int) -> None:
        ledger = ledgers[number % 2]
        reservation = await ledger.reserve(intent("0.15"), wait_s=600)
        await anyio.lowlevel.checkpoint()
        await ledger.settle(reservation, result("0.005"))

    async with anyio.create_task_group() as tasks:
        for number in range(10):
            tasks.start_soon(call, number)
    for ledger in ledgers:
        await ledger.aclose()
    assert place.held()["day", TODAY] == 5 * CENT


async def test_nobody_waits_for_what_is_spent(place: Place):
    ledger = place.ledger(run="0.15")
    await ledger.settle(await ledger.reserve(intent("0.10")), result("0.10"))
    await ledger.reserve(intent("0.03"))
    with pytest.raises(BudgetError, match=r"only \$0.0200 is left"):
        await ledger.reserve(intent("0.10"), wait_s=3600)  # with the 0.03 back it would be 0.05
    await ledger.aclose()


async def test_nobody_waits_for_a_call_that_should_be_over(place: Place):
    ledger = place.ledger(day="0.15")
    await ledger.reserve(intent("0.10"))
    with place.books().database.writing() as connection:
        connection.execute(update(CALL).values(made_at=CALL.c.made_at - 700_000))
    with pytest.raises(BudgetError, match="day budget"):
        await ledger.reserve(intent("0.10"), wait_s=600)
    await ledger.aclose()


async def test_waiting_ends_in_time_and_who_is_cancelled_has_reserved_nothing(place: Place):
    ledger = place.ledger(run="0.15")
    first = await ledger.reserve(intent("0.10"))
    with pytest.raises(BudgetError, match="run budget"):
        await ledger.reserve(intent("0.10"), wait_s=0.05)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(partial(ledger.reserve, intent("0.10"), wait_s=3600))
        await anyio.lowlevel.checkpoint()
        tasks.cancel_scope.cancel()
    await ledger.aclose()
    assert [row["id"] for row in place.rows()] == [first]


async def test_the_tightest_budget_says_what_is_left(place: Place):
    ledger = place.ledger(run="0.50", day="0.30", project="0.40")
    await ledger.settle(await ledger.reserve(intent("0.10")), result("0.05"))
    await ledger.reserve(intent("0.01"))
    left, other, none = await ledger.left(), place.ledger(run="0.05", of_run="new"), place.ledger()
    assert left == Left(scope=Scope.day, usd=Decimal("0.24"))
    assert await other.left() == Left(scope=Scope.run, usd=Decimal("0.05"))
    assert await none.left() is None
    for one in (ledger, other, none):
        await one.aclose()


async def test_the_bill_says_what_the_ledger_says(place: Place):
    ledger = place.ledger(run="1")
    took = (
        result("0.04", input_tokens=900, output_tokens=90),
        result("0", Outcome.failed),
        result("0", Outcome.cached, saved_usd=Decimal("0.02")),
        result(None, Outcome.failed),
        result(None, Outcome.cancelled),
    )
    for one in took:
        reservation = await ledger.reserve(intent("0.10"))
        await ledger.settle(reservation, one)
        await ledger.settle(reservation, result("0.09"))  # the first one counts here too
    await ledger.aclose()
    assert ledger.bill == Bill(
        usage=Usage(input_tokens=900, output_tokens=90, cost_usd=Decimal("0.04"), saved_usd=Decimal("0.02")),
        unsettled=Unsettled(calls=2, most_usd=Decimal("0.2")),
    )
    usage = read_usage(place.books().database, By.model).total
    assert (usage.cost_usd, usage.unknown, usage.held_usd) == (Decimal("0.04"), 2, Decimal("0.2"))


async def test_a_cancelled_call_can_still_be_settled(place: Place):
    ledger = place.ledger(run="1")
    with anyio.CancelScope() as scope:
        scope.cancel()
        reservation = ""
        try:
            reservation = await ledger.reserve(intent())
            await anyio.lowlevel.checkpoint()
        finally:
            await ledger.settle(reservation, result("0", Outcome.cancelled))
    assert scope.cancelled_caught
    await ledger.aclose()
    (row,) = place.rows()
    assert (row["outcome"], row["held"]) == ("cancelled", 0)


async def test_everything_but_the_words_is_recorded(place: Place):
    ledger = place.ledger()
    hostile = "gpt\x00\ud800" + "x" * 400
    await ledger.settle(
        await ledger.reserve(intent("0.10", reason="strongest\x00 there is")),
        result(
            "0.0400000001", answered_by=hostile, input_tokens=900, cached_tokens=10**30, output_tokens=7, attempts=2,
            queue_s=0.5, first_token_s=1.25, total_s=3.5, error=None, saved_usd=Decimal("0.002"),
        ),
    )  # fmt: skip  # words, not a list to read down
    await ledger.aclose()
    (row,) = place.rows()
    made, settled = row.pop("made_at"), row.pop("settled_at")
    assert 0 <= settled - made < 60_000
    assert row.pop("answered_by") == "gpt\N{REPLACEMENT CHARACTER}?" + "x" * 295
    assert len(row.pop("id")) == 32
    assert row == {
        "day": TODAY, "run": "run", "project": "project", "task": "review", "persona": "security",
        "tier": "workhorse", "reason": "strongest\N{REPLACEMENT CHARACTER} there is", "model": "openai:gpt",
        "family": "openai", "digest": "ab" * 32, "ceiling": 10 * CENT, "held": 40_000_001, "outcome": "ok",
        "input_tokens": 900, "cached_tokens": None, "output_tokens": 7, "cost": 40_000_001, "saved": 2_000_000,
        "attempts": 2, "queue_s": 0.5, "first_token_s": 1.25, "total_s": 3.5, "error": None,
    }  # fmt: skip  # as above


async def test_settings_open_a_ledger_and_nothing_else_does(place: Place, tmp_path: Path):
    settings = Settings(budget_run_usd=0.15)
    async with open_ledger(settings, place.environ, tmp_path) as ledger:
        assert place.address.file is None or not place.address.file.exists()
        await ledger.reserve(intent("0.10"))
        with pytest.raises(BudgetError, match="run budget"):
            await ledger.reserve(intent("0.10"))
    async with open_ledger(settings, place.environ, tmp_path) as ledger:
        await ledger.reserve(intent("0.10"))
    assert place.held()["project", project_of(tmp_path)] == 20 * CENT
    assert str(tmp_path) not in str(place.rows())
