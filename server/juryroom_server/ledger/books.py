"""Keeping the books: reservations and settlements, many in one transaction; reconciling; forgetting.

`call.held` is what budgets count of a call: its ceiling while it is open, what was charged once it is settled. `total`
holds the sums by run, day and project, changed in the same transactions.
"""

import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import Connection, and_, delete, func, or_, select

from ..models.accounting import BudgetError, Outcome, Result
from ..models.waiting import State
from . import statements
from .budget import Budgets, Scope
from .database import Database
from .entry import Reserve, Settle
from .rows import LOST, Sum, closed, day, names, opened
from .schema import BATCH_CALL, BATCH_JOB, CALL, TOTAL
from .statements import OPEN

ABANDONED_S = 3 * 86_400
"""A reservation of that age is closed as lost, with its ceiling as what it is charged: no call takes that long, batch
jobs of a day included, and whether it was billed, nobody here can know."""
_DAY_S = 86_400


class Books:
    """The books in one database. Blocks; one thread at a time.

    Args:
        database: where they are kept.
        budgets: the limits.
    """

    def __init__(self, database: Database, budgets: Budgets) -> None:
        self.database = database
        self._budgets = budgets

    def apply(self, batch: Sequence[Reserve | Settle]) -> list[BudgetError | None]:
        """Do all of a batch in one transaction, settlements first, since they give money back.

        Returns:
            For each of the batch, in its order, why it was refused, or None.

        Raises:
            LedgerError: when the database fails; nothing of the batch was done then.
        """
        now = time.time()
        reserving = [one for one in batch if isinstance(one, Reserve)]
        results = {one.id: one.result for one in reversed(batch) if isinstance(one, Settle)}  # the first one counts
        counted = {name for one in reserving for name in names(one, day(now))}
        refused: dict[str, BudgetError] = {}
        changes: Counter[Sum] = Counter()
        opening: list[dict[str, Any]] = []
        # a settlement that is undone leaves its reservation, which counts as spent; a reservation must not be undone
        durable = self._budgets.any and any(one.intent.ceiling_usd != 0 for one in reserving)
        with self.database.writing(durable=durable) as connection:
            before = statements.sums(connection, counted)
            closing = [closed(row, results[row.id], now, changes) for row in statements.open_calls(connection, results)]
            for one in reserving:
                held = {Scope(name[0]): before[name] + changes[name] for name in names(one, day(now))}
                try:
                    ceiling = self._budgets.ceiling(one.intent)
                    settling = partial(_under_way, connection, one, now, results, opening)
                    self._budgets.check(one.intent, ceiling or 0, held, settling)
                except BudgetError as error:
                    refused[one.id] = error
                    continue
                opening.append(opened(one, now, ceiling, changes))
            statements.write(connection, opening, closing, changes, counted - before.keys())
        return [refused.get(one.id) if isinstance(one, Reserve) else None for one in batch]

    def reconcile(self, *, older_than_s: float = ABANDONED_S, refund: bool = False) -> int:
        """Close reservations that were left behind, as lost.

        Args:
            older_than_s: seconds since they were made; younger ones may belong to a call that is under way.
            refund: True gives their money back, for whoever has seen that they were not billed; False charges the
                ceiling.

        Returns:
            How many were closed.

        Raises:
            LedgerError: when the database fails.
        """
        now = time.time()
        with self.database.writing() as connection:
            old = OPEN.where(CALL.c.made_at <= int((now - older_than_s) * 1000))
            if older_than_s < ABANDONED_S:
                # a batch takes a day, and whoever looks at it then knows what it cost
                waiting = select(BATCH_CALL.c.reservation).join(BATCH_JOB, BATCH_JOB.c.id == BATCH_CALL.c.job)
                old = old.where(CALL.c.id.not_in(waiting.where(BATCH_JOB.c.state == State.running.value)))
            rows = connection.execute(old).all()
            # a Result knows no such outcome: nobody can report it
            result = Result(outcome=Outcome.failed, cost_usd=Decimal(0) if refund else None, error=LOST)
            changes: Counter[Sum] = Counter()
            closing = [closed(row, result, now, changes) | {"new_outcome": LOST} for row in rows]
            statements.write(connection, (), closing, changes)
        return len(rows)

    def forget(self, *, before: datetime | None = None) -> int:
        """Delete settled calls. What a project spent stays counted against its budget, unless all is forgotten.

        Args:
            before: delete those made before then; None: all, and what was spent too. Open reservations always stay.

        Returns:
            How many were deleted.

        Raises:
            LedgerError: when the database fails.
        """
        with self.database.writing() as connection:
            settled = CALL.c.outcome.is_not(None)
            if before is None:
                deleted = connection.execute(delete(CALL).where(settled)).rowcount
                connection.execute(delete(TOTAL))
                left: Counter[Sum] = Counter()
                for row in connection.execute(OPEN).all():
                    for name in names(row, row.day):
                        left[name] += row.held
                statements.write(connection, (), (), left, left.keys())
                return deleted
            cutoff = before.astimezone(UTC)
            old = CALL.c.made_at < int(cutoff.timestamp() * 1000)
            deleted = connection.execute(delete(CALL).where(settled, old)).rowcount
            # a run of the last day may still go on, and its budget with it
            if deleted and time.time() - cutoff.timestamp() > _DAY_S:
                runs = select(CALL.c.run)
                past_run = and_(TOTAL.c.scope == Scope.run, TOTAL.c.name.not_in(runs))
                past_day = and_(TOTAL.c.scope == Scope.day, TOTAL.c.name < cutoff.date().isoformat())
                connection.execute(delete(TOTAL).where(or_(past_run, past_day)))
            return deleted

    def open_reservations(self) -> tuple[int, int, datetime | None]:
        """How many calls are open, the nanodollars set aside for them, and since when the oldest is.

        Raises:
            LedgerError: when the database fails.
        """
        what = select(func.count(), func.coalesce(func.sum(CALL.c.held), 0), func.min(CALL.c.made_at))
        with self.database.reading() as connection:
            count, held, oldest = connection.execute(what.where(CALL.c.outcome.is_(None))).one()
        return count, int(held), datetime.fromtimestamp(oldest / 1000, UTC) if oldest else None

    def held(self, scope: Scope, name: str) -> int:
        """Nanodollars that a run, a day or a project has spent and set aside.

        Raises:
            LedgerError: when the database fails.
        """
        with self.database.reading() as connection:
            return statements.sums(connection, {(scope.value, name)})[scope.value, name]


def _under_way(
    connection: Connection, one: Reserve, now: float, settling: Collection[str], opening: Sequence[Mapping[str, Any]]
) -> Mapping[Scope, int]:
    """Nanodollars that are set aside in each scope of a call for others that it would wait for.

    A reservation that is older than it would wait is not: its call should be over, so that its process may have died.
    """
    aside: Counter[Scope] = Counter()
    if not one.wait_s:
        return aside
    mine = names(one, day(now))
    young = OPEN.where(CALL.c.made_at >= int((now - one.wait_s) * 1000))
    found: list[Mapping[str, Any]] = [dict(row) for row in connection.execute(young).mappings()]
    for row in (*(row for row in found if row["id"] not in settling), *opening):
        theirs = ((Scope.run.value, row["run"]), (Scope.day.value, row["day"]), (Scope.project.value, row["project"]))
        for name in theirs:
            if name in mine:
                aside[Scope(name[0])] += row["held"]
    return aside
