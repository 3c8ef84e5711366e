"""Batch jobs in the ledger's database: which calls were handed in, under which name, with which money set aside."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, TypeVar

from ..models.waiting import Job, JobsError
from .accounts import Ledger
from .address import LedgerError

if TYPE_CHECKING:
    from .database import Database

T = TypeVar("T")


class LedgerJobs:
    """See Jobs; on the ledger's own thread.

    Args:
        ledger: whose database it is.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def find(self, digests: Collection[str]) -> tuple[Job, ...]:
        """Open jobs of any repository that hold one of these calls: the same question is the same call."""

        def work(database: "Database") -> tuple[Job, ...]:
            from . import job_rows  # noqa: PLC0415 - SQLAlchemy takes 0.2 s, as below

            return job_rows.find(database, digests)

        return await self._use(work)

    async def claim(self, job: Job) -> bool:
        """Remember a job, unless another open one holds one of its calls."""
        mine = job.model_copy(update={"project": self._ledger.project})

        def work(database: "Database") -> bool:
            from . import job_rows  # noqa: PLC0415

            return job_rows.claim(database, mine)

        return await self._use(work)

    async def change(self, job: Job) -> None:
        """Remember its name and state."""

        def work(database: "Database") -> None:
            from . import job_rows  # noqa: PLC0415

            job_rows.change(database, job)

        await self._use(work)

    async def _use(self, work: "Callable[[Database], T]") -> T:
        try:
            return await self._ledger.use(work)
        except LedgerError as error:
            raise JobsError(str(error)) from error
