"""`juryroom ledger`: where it is and what is open; closing what was left behind; forgetting."""

import argparse
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..configuration.files import user_config_dir
from ..configuration.load import load
from ..git import repository_root
from ..ledger import findings, money
from ..ledger.accounts import budgets_of, project_of
from ..ledger.address import find_address
from ..ledger.budget import Budgets, Scope
from ..ledger.store import transaction
from ..outcome import Exit
from ..render.words import many
from .errors import UsageError
from .usage import moment

if TYPE_CHECKING:
    from ..ledger.books import Books


def run_ledger(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Do one of the three and return the exit code.

    Raises:
        LedgerError: when the ledger can't be used.
        UsageError: when a time is none, or it isn't said what to forget.
    """
    now = datetime.now(UTC)
    before = moment(args.before, now) if args.action == "purge" and args.before else None
    if args.action == "purge" and before is None and not args.all:
        raise UsageError("juryroom ledger purge: say what to forget: --before DATE, or --all")
    age = now - moment(args.older_than, now)
    from ..ledger.books import Books  # noqa: PLC0415 - SQLAlchemy takes 0.2 s, which the help doesn't need
    from ..ledger.database import Database  # noqa: PLC0415 - as above

    cwd = Path.cwd()
    root = repository_root(cwd) or cwd
    settings = load(root, cwd, environ, {}, config_dir=user_config_dir()).settings
    address = find_address(environ)
    database = Database(address)
    try:
        books = Books(database, budgets_of(settings))
        match args.action:
            case "reconcile":
                count = books.reconcile(older_than_s=age.total_seconds(), refund=args.refund)
                what = "their money is free again" if args.refund else "what was set aside for them counts as spent"
                print(f"juryroom: {count} reservations closed as lost; {what}", file=sys.stderr)
            case "purge":
                count = books.forget(before=before)
                with transaction(address) as store:
                    kept = findings.forget(store, before=before)
                print(f"juryroom: {count} calls forgotten in {address}, {many(kept, 'finding')}", file=sys.stderr)
            case _:
                print(f"ledger   {address}")
                _status(
                    books, budgets_of(settings), {Scope.day: now.date().isoformat(), Scope.project: project_of(root)}
                )
    finally:
        database.close()
    return Exit.clean


def _status(books: "Books", budgets: Budgets, names: Mapping[Scope, str]) -> None:
    count, held, oldest = books.open_reservations()
    since = f", the oldest since {oldest:%Y-%m-%d %H:%M} UTC" if oldest else ""
    print(f"open     {count} reservations, {money.shown(held)} set aside{since}")
    for scope, name in names.items():
        limit = budgets.limit(scope)
        of = f"of {money.shown(limit)}" if limit is not None else "(no budget)"
        print(f"{scope.value:<8} {money.shown(books.held(scope, name))} spent or set aside {of}")
