"""A process may die at any moment: money that may have been spent stays counted, and nothing is counted twice."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from .children import Children
from .material import Place, intent
from .soak import rounds

DIME = 100_000_000
KILLED = -9


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    with Children(tmp_path) as children:
        yield children


def day_of(place: Place) -> int:
    """What is held of the days, after seeing that the sums are right."""
    return sum(held for (scope, _), held in place.held().items() if scope == "day")


def test_case_58_death_at_any_step_leaves_what_was_spent_counted_and_the_ledger_usable(
    place: Place, url: str, children: Children
):
    place.books().database.close()  # the tables are made before, so that what follows are the steps of calls
    before = step = 0
    while True:
        step += 1
        (ended,) = children.run({"url": url, "calls": 2, "die_at": step})
        rows = {row["id"]: row for row in place.rows()}
        assert {rows[call]["held"] for call in ended.made} <= {DIME}  # each call that was made is counted
        assert {rows[call]["outcome"] for call in ended.settled} <= {"ok"}
        spent = day_of(place)
        # at most one more than it said: that of a process that died before it could say so
        assert len(ended.made) <= (spent - before) // DIME <= len(ended.made) + 1
        before = spent
        if ended.code == 0:
            assert len(ended.settled) == 2
            break
        assert ended.code == KILLED
    assert step > 15  # it did die on its way
    books = place.books()
    left = books.open_reservations()[0]
    assert books.reconcile() == 0  # too young: their calls may be under way
    assert books.reconcile(older_than_s=-1) == left > 0
    assert books.reconcile(older_than_s=-1) == 0
    books.database.close()
    assert day_of(place) == before
    lost = [row for row in place.rows() if row["outcome"] == "lost"]
    assert {(row["cost"], row["held"], row["error"]) for row in lost} == {(None, DIME, "lost")}


def test_case_58_death_while_the_tables_are_made_leaves_all_of_them_or_none(place: Place, url: str, children: Children):
    for step in range(1, 60):
        (ended,) = children.run({"url": url, "calls": 1, "die_at": step})
        day_of(place)  # opens, and the sums are right
        if ended.code == 0:
            assert step > 5
            return
    raise AssertionError("it never got through")


async def test_what_was_left_behind_is_given_back_by_whoever_saw_that_it_was_not_billed(place: Place):
    ledger = place.ledger()
    await ledger.reserve(intent("0.10"))
    await ledger.aclose()
    books = place.books()
    assert books.reconcile(older_than_s=-1, refund=True) == 1
    books.database.close()
    (row,) = place.rows()
    assert (row["outcome"], row["cost"], row["held"]) == ("lost", 0, 0)
    assert day_of(place) == 0


def test_case_60_two_processes_killed_at_random_never_exceed_one_budget_and_settle_nothing_twice(
    place: Place, url: str, children: Children
):
    killed = rounds(place, url, children, random.Random(20_301), 30)
    assert killed > 10
