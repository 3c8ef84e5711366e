"""The ledger as the doctor sees it: where it is, whether it can be written, and what the budgets have left."""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from ..ledger import money
from ..ledger.accounts import budgets_of, project_of
from ..ledger.address import VARIABLE, Address, LedgerError, find_address
from ..ledger.budget import Budgets, Scope
from ..ledger.migrations import MIGRATIONS
from ..settings import Settings
from .check import Check, State


def check_ledger(settings: Settings, environ: Mapping[str, str], root: Path) -> tuple[Check, ...]:
    """Look at the ledger without beginning or changing it. Blocks for as long as a database server takes to answer."""
    budgets = budgets_of(settings)
    consequence = "a budget is set, so no model is asked without it" if budgets.any else "calls are made, not recorded"
    try:
        address = find_address(environ)
        if address.file is not None and not address.file.exists():
            detail, held = _not_begun(address.file), dict[Scope, int]()
        else:
            detail, held = _begun(address, budgets, root)
    except LedgerError as error:
        return (_check("ledger", State.warning, str(error), f"{consequence}; {VARIABLE} can name another one"),)
    return (_check("ledger", State.ok, detail), *_budgets(budgets, held))


def _not_begun(file: Path) -> str:
    there = next(parent for parent in file.parents if parent.exists())
    if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK)):
        raise LedgerError(f"{file} can't be made: {there} is no folder that you can write to; make it yours")
    return f"{file}, begun by the first review that asks a model"


def _begun(address: Address, budgets: Budgets, root: Path) -> tuple[str, dict[Scope, int]]:
    """What is to be said of it, and the nanodollars that count against the budgets of today and of this repository."""
    from ..ledger.books import Books  # noqa: PLC0415 - SQLAlchemy takes 0.2 s
    from ..ledger.database import Database  # noqa: PLC0415 - as above

    # takes the lock of writers, so what can't be written fails here
    with closing(Database(address, migrate=False)) as database:
        schema, known = database.schema, len(MIGRATIONS)
        if schema > known:
            raise LedgerError(
                f"{address} was written by a newer juryroom (schema {schema}, not {known}); update juryroom"
            )
        if not schema:
            return f"{address}, can be written, empty: begun by the first review that asks a model", {}
        books = Books(database, budgets)
        names = {Scope.day: datetime.now(UTC).date().isoformat(), Scope.project: project_of(root)}
        held = {scope: books.held(scope, name) for scope, name in names.items()}
    more = "" if schema == known else f", brought to {known} by the next review"
    return f"{address}, can be written, schema {schema}{more}", held


def _budgets(budgets: Budgets, held: Mapping[Scope, int]) -> Iterator[Check]:
    """A run begins with all of its budget; the others have what is left of them."""
    if not budgets.any:
        yield _check("budgets", State.note, "none (budget_run_usd, budget_day_usd, budget_project_usd)")
    for scope in Scope:
        if (limit := budgets.limit(scope)) is None:
            continue
        left = max(0, limit - held.get(scope, 0))
        of = f"{money.shown(left, down=True)} left of {money.shown(limit)}"
        detail = f"{money.shown(limit)} for each review" if scope is Scope.run else of
        advice = "" if left else f"no model that costs something is asked; raise budget_{scope}_usd"
        yield _check(f"{scope} budget", State.ok if left else State.warning, detail, advice)


def _check(name: str, state: State, detail: str, advice: str = "") -> Check:
    return Check(group="ledger", name=name, state=state, detail=detail, advice=advice)
