"""The ledger as the callers of models see it: opened at the first call, never on the event loop's thread."""

import hashlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

import anyio
import anyio.to_thread

from ..models.accounting import BudgetError, CrowdedError, Intent, Result
from ..settings import Settings
from . import money
from .address import Address, LedgerError, find_address
from .bill import Bill
from .budget import Budgets, Left, Scope
from .entry import Reserve, Settle

if TYPE_CHECKING:
    from .books import Books
    from .database import Database

T = TypeVar("T")
log = logging.getLogger(__name__)

_AT_ONCE = 200
"""Reservations and settlements in one transaction."""
_LOOK_AGAIN_S = 0.25
"""Seconds until a call that waits for room looks whether other processes have made some."""


@asynccontextmanager
async def open_ledger(
    settings: Settings, environ: Mapping[str, str], root: Path, *, run: str | None = None
) -> AsyncIterator["Ledger"]:
    """The ledger of one run. Nothing is opened before the first reservation.

    Args:
        settings: for the budgets, and for how long calls are kept.
        environ: for `JURYROOM_DATABASE_URL`.
        root: the top folder of the repository.
        run: the run's name; None: a new one.

    Raises:
        LedgerError: when `JURYROOM_DATABASE_URL` names no database that could serve.
    """
    keep = timedelta(days=settings.ledger_retention_days)
    ledger = Ledger(find_address(environ), budgets_of(settings), project_of(root), run=run or uuid4().hex, keep=keep)
    try:
        yield ledger
    finally:
        with anyio.CancelScope(shield=True):  # closing takes no time, and must happen when the run was cancelled too
            await ledger.aclose()


def budgets_of(settings: Settings) -> Budgets:
    """The limits as configured."""
    return Budgets(
        run=_exact(settings.budget_run_usd),
        day=_exact(settings.budget_day_usd),
        project=_exact(settings.budget_project_usd),
        unknown_price_ceiling=_exact(settings.unknown_price_ceiling_usd),
    )


def _exact(usd: float | None) -> Decimal | None:
    return None if usd is None else Decimal(str(usd))


def project_of(root: Path) -> str:
    """The name under which a repository's calls are kept: SHA-256 (hex) of its path, which itself is not."""
    return hashlib.sha256(str(root.resolve()).encode("utf-8", "surrogateescape")).hexdigest()


class _Entry:
    """Something to be written, and later what became of it."""

    __slots__ = ("done", "failed", "refused", "what")

    def __init__(self, what: Reserve | Settle) -> None:
        self.what = what
        self.done = False
        self.refused: BudgetError | None = None
        self.failed: LedgerError | None = None


class Ledger:
    """Accounts that are kept in a database, for the tasks of one event loop; other loops and processes open their own.

    What many tasks ask for at the same time is written in one transaction: each still waits until its own is safe.
    When the database can't be used, calls are made and not recorded, and `problem` says why, unless there is a budget
    to keep: then no call is made, since what is left of it can't be known.
    """

    def __init__(self, address: Address, budgets: Budgets, project: str, *, run: str, keep: timedelta) -> None:
        self.run = run
        self.bill = Bill()
        """What the calls of this run took so far."""
        self.project = project
        """Its name, see project_of."""
        self.problem: str | None = None
        """Why calls are not recorded; for the reader of the report."""
        self._address = address
        self._budgets = budgets
        self._keep = keep
        self._books: Books | None = None
        self._unusable: LedgerError | None = None
        self._waiting: list[_Entry] = []
        self._ceilings: dict[str, int | None] = {}
        """Nanodollars set aside for the calls of this run that are under way."""
        self._news: anyio.Event | None = None
        """Set at the next settlement of this run."""
        self._writing = anyio.Lock()
        self._thread = anyio.CapacityLimiter(1)  # its own, so that it never waits for other work

    async def reserve(self, intent: Intent, *, wait_s: float = 0.0) -> str:
        """Set the most that a call can cost aside; see Accounts. What is written isn't cancelled, only the waiting is.

        Raises:
            BudgetError: when it doesn't fit into what is left of a budget, or that can't be known.
        """
        ceiling = self._budgets.ceiling(intent)  # a price that is unknown is so without a database too
        until = anyio.current_time() + wait_s
        while True:
            one = Reserve(run=self.run, project=self.project, intent=intent, wait_s=wait_s)
            news = self._news = self._news or anyio.Event()  # before it is refused: no settlement is missed
            try:
                await self._write(_Entry(one))
            except CrowdedError:
                if (left := until - anyio.current_time()) <= 0:
                    raise
                with anyio.move_on_after(min(left, _LOOK_AGAIN_S)):  # others' settlements are not heard of
                    await news.wait()
                continue
            except LedgerError as error:
                if self._budgets.any and intent.ceiling_usd != 0:
                    raise BudgetError(
                        f"{intent.model}: not asked, because a budget is set and what is left of it can't be known: "
                        f"{error}"
                    ) from error
                self._complain(error)
            self._ceilings[one.id] = ceiling
            return one.id

    async def settle(self, reservation: str, result: Result) -> None:
        """Replace a reservation by what the call really took; the first settlement counts.

        A database that fails is only complained about: the reservation then stays, and counts as spent.
        """
        if reservation in self._ceilings:
            self.bill = self.bill.plus(result, self._ceilings.pop(reservation))
        try:
            await self._write(_Entry(Settle(id=reservation, result=result)))
        except LedgerError as error:
            self._complain(error)
        news, self._news = self._news, None
        if news is not None:
            news.set()

    async def left(self) -> Left | None:
        """What the tightest budget has left; None: there is none, or that can't be known."""
        if not self._budgets.any:
            return None
        try:
            return await anyio.to_thread.run_sync(self._left, limiter=self._thread)
        except LedgerError as error:
            self._complain(error)  # and each call on a budget will be refused for it
            return None

    def _left(self) -> Left | None:
        books = self._ready()
        known = {Scope.run: self.run, Scope.day: datetime.now(UTC).date().isoformat(), Scope.project: self.project}
        left = [
            Left(scope=scope, usd=money.usd(max(0, limit - books.held(scope, name))))
            for scope, name in known.items()
            if (limit := self._budgets.limit(scope)) is not None
        ]
        return min(left, key=lambda one: one.usd, default=None)

    async def aclose(self) -> None:
        """Close the connections."""
        books, self._books = self._books, None
        if books is not None:
            await anyio.to_thread.run_sync(books.database.close)

    async def _write(self, entry: _Entry) -> None:
        """Write an entry; whoever comes first writes for all who wait by then.

        Raises:
            BudgetError: for a reservation that doesn't fit.
            LedgerError: when the database fails.
        """
        self._waiting.append(entry)
        with anyio.CancelScope(shield=True):
            async with self._writing:
                while not entry.done:
                    batch, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
                    await self._write_batch(batch)
        for error in (entry.failed, entry.refused):
            if error is not None:
                raise error

    async def _write_batch(self, batch: Sequence[_Entry]) -> None:
        refused: Sequence[BudgetError | None] = [None] * len(batch)
        failed: LedgerError | None = LedgerError("it was interrupted")
        try:
            refused = await anyio.to_thread.run_sync(self._apply, [one.what for one in batch], limiter=self._thread)
            failed = None
        except LedgerError as error:
            failed = error
        finally:  # also when the event loop's own cancellation, which no shield holds off, ends the wait
            for one, reason in zip(batch, refused, strict=True):
                one.done, one.refused, one.failed = True, reason, failed

    def _apply(self, batch: Sequence[Reserve | Settle]) -> list[BudgetError | None]:
        return self._ready().apply(batch)

    def _ready(self) -> "Books":
        if self._unusable is not None:
            raise self._unusable
        if self._books is None:
            try:
                self._books = self._opened()
            except LedgerError as error:
                self._unusable = error  # waiting for it again at each call would take the review's time
                raise
        return self._books

    async def use(self, work: "Callable[[Database], T]") -> T:
        """Do something else with the database, on the ledger's own thread. Once begun it isn't cancelled.

        Raises:
            LedgerError: when the database can't be used.
        """

        def with_books() -> T:
            return work(self._ready().database)

        with anyio.CancelScope(shield=True):
            done = await anyio.to_thread.run_sync(with_books, limiter=self._thread)
        return done  # noqa: RET504 - a scope may swallow what is raised in it, for mypy

    def _opened(self) -> "Books":
        from .books import Books  # noqa: PLC0415 - SQLAlchemy takes 0.2 s
        from .database import Database  # noqa: PLC0415 - as above

        books = Books(Database(self._address), self._budgets)
        # tidying up, once for each run
        books.reconcile()
        books.forget(before=datetime.now(UTC) - self._keep)
        return books

    def _complain(self, error: LedgerError) -> None:
        if self.problem is None:
            self.problem = f"{error}; what models cost is not recorded"
            log.warning("%s", self.problem)
