"""Any sequence of reserving, settling, dying, reconciling and forgetting, against a model of what should be."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from juryroom_server.ledger.accounts import Ledger
from juryroom_server.models.accounting import BudgetError, Outcome

from .material import Place, intent, result, sqlite_url

MILLI = 1_000_000
RUN, PROJECT, DAY = 300, 500, 700
"""Thousandths of a dollar."""
amounts = st.integers(0, 150)


def usd(thousandths: int) -> str:
    return f"{thousandths / 1000:.3f}"


class Spending(RuleBasedStateMachine):
    """Three ledgers on one database: two runs of one project, and one of another."""

    reservations = Bundle("reservations")

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.place = Place(sqlite_url(Path(self.folder.name)))
        self.who = [("one", "here"), ("two", "here"), ("three", "there")]
        self.ledgers = [self.opened(number) for number in range(3)]
        self.held: dict[str, tuple[int, int]] = {}
        """Id -> whose, and the thousandths that count."""
        self.open: set[str] = set()
        self.costs: dict[str, int] = {}

    def opened(self, number: int) -> Ledger:
        run, project = self.who[number]
        return self.place.ledger(
            of_run=run, of_project=project, run=usd(RUN), project=usd(PROJECT), day=usd(DAY)
        )  # fmt: skip  # one line in any editor

    def spent(self, matches: Callable[[int], bool]) -> int:
        return sum(amount for who, amount in self.held.values() if matches(who))

    @rule(target=reservations, who=st.integers(0, 2), most=amounts)
    def reserve(self, who: int, most: int) -> str:
        fits = not most or (
            self.spent(lambda other: other == who) + most <= RUN
            and self.spent(lambda other: self.who[other][1] == self.who[who][1]) + most <= PROJECT
            and self.spent(lambda _: True) + most <= DAY
        )
        try:
            reservation: str = anyio.run(self.ledgers[who].reserve, intent(usd(most)))
        except BudgetError:
            assert not fits
            return "0" * 32
        assert fits
        self.held[reservation] = (who, most)
        self.open.add(reservation)
        return reservation

    @rule(reservation=reservations, who=st.integers(0, 2), share=st.floats(0, 1), known=st.booleans())
    def settle(self, reservation: str, who: int, share: float, known: bool) -> None:
        owner, most = self.held.get(reservation, (0, 0))
        cost = int(most * share)
        outcome = result(usd(cost) if known else None, Outcome.ok if known else Outcome.failed)
        anyio.run(self.ledgers[who].settle, reservation, outcome)
        if reservation in self.open:
            self.open.discard(reservation)
            self.held[reservation] = (owner, cost if known else most)

    @rule(who=st.integers(0, 2))
    def die_and_begin_again(self, who: int) -> None:
        anyio.run(self.ledgers[who].aclose)
        self.ledgers[who] = self.opened(who)

    @rule(refund=st.booleans())
    def reconcile(self, refund: bool) -> None:
        books = self.place.books()
        assert books.reconcile(older_than_s=-1, refund=refund) == len(self.open)
        books.database.close()
        if refund:
            self.held |= {one: (self.held[one][0], 0) for one in self.open}
        self.open.clear()

    @rule()
    def forget(self) -> None:
        books = self.place.books()
        assert books.forget() == len(self.held) - len(self.open)
        books.database.close()
        self.held = {one: self.held[one] for one in self.open}

    @invariant()
    def the_books_say_the_same(self) -> None:
        if not hasattr(self, "held"):
            return
        rows: list[dict[str, Any]] = self.place.rows()
        assert {row["id"]: row["held"] for row in rows} == {one: held * MILLI for one, (_, held) in self.held.items()}
        assert {row["id"] for row in rows if row["outcome"] is None} == self.open
        self.place.held()

    def teardown(self) -> None:
        if hasattr(self, "held"):
            for ledger in self.ledgers:
                anyio.run(ledger.aclose)
            self.place.close()
            self.folder.cleanup()


TestSpending = Spending.TestCase
TestSpending.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
