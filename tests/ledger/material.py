"""What the tests of the ledger share."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from juryroom_server.ledger.accounts import Ledger
from juryroom_server.ledger.address import find_address
from juryroom_server.ledger.books import Books
from juryroom_server.ledger.budget import Budgets
from juryroom_server.ledger.database import Database
from juryroom_server.ledger.rows import names
from juryroom_server.ledger.schema import CALL, TOTAL
from juryroom_server.models.accounting import Intent, Outcome, Result

FOREVER = timedelta(days=36_500)


def intent(ceiling: str | None = "0.10", **other: Any) -> Intent:
    """A call that can cost that much."""
    return Intent(
        **{
            "model": "openai:gpt",
            "family": "openai",
            "tier": "workhorse",
            "task": "review",
            "persona": "security",
            "reason": "its tier",
            "digest": "ab" * 32,
            "ceiling_usd": None if ceiling is None else Decimal(ceiling),
            **other,
        }
    )


def result(cost: str | None = "0.04", outcome: Outcome = Outcome.ok, **other: Any) -> Result:
    """What it took."""
    return Result(outcome=outcome, cost_usd=None if cost is None else Decimal(cost), **other)


class Place:
    """A database for one test, and ledgers of it."""

    def __init__(self, url: str) -> None:
        self.environ = {"JURYROOM_DATABASE_URL": url}
        self.address = find_address(self.environ)
        self._database: Database | None = None

    def ledger(self, *, of_run: str = "run", of_project: str = "project", **budgets: Any) -> Ledger:
        limits = Budgets(**{name: Decimal(value) for name, value in budgets.items()})
        return Ledger(self.address, limits, of_project, run=of_run, keep=FOREVER)

    def books(self, **budgets: Any) -> Books:
        limits = Budgets(**{name: Decimal(value) for name, value in budgets.items()})
        return Books(Database(self.address), limits)

    def _read(self) -> Database:
        self._database = self._database or Database(self.address)
        return self._database

    def close(self) -> None:
        if self._database is not None:
            self._database.close()

    def rows(self) -> list[dict[str, Any]]:
        """The recorded calls."""
        with self._read().reading() as connection:
            return [dict(row) for row in connection.execute(select(CALL).order_by(CALL.c.made_at)).mappings()]

    def held(self) -> dict[tuple[str, str], int]:
        """The sums, after seeing that they are those of the calls."""
        with self._read().reading() as connection:
            calls = connection.execute(select(CALL)).all()
            sums = {(row.scope, row.name): row.held for row in connection.execute(select(TOTAL))}
        expected: Counter[tuple[str, str]] = Counter()
        for row in calls:
            for name in names(row, row.day):
                expected[name] += row.held
        assert sums == expected
        return sums


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'state' / 'ledger.sqlite3'}"
