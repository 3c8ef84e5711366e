"""Running and finished reviews of one server: started, joined, waited for, forgotten.

A job belongs to the server and not to the request that started it: a client that timed out or went away for a moment
finds it again, by id or by asking for the same thing. Only the id opens it.
"""

import logging
import math
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
from anyio.abc import TaskGroup
from pydantic import Field

from juryroom_reviewers.failure import Failure
from juryroom_reviewers.panel import Observer, Progress, ignore_progress
from juryroom_reviewers.report import Report
from juryroom_reviewers.value import Value

log = logging.getLogger(__name__)

Work = Callable[[Observer], Awaitable[Report]]
"""One review, ready to run; it tells the observer of each reviewer that is done."""


class ReviewError(Failure):
    """An expected failure. Its text is for the caller: what, which, and what to do next."""


class Limits(Value):
    """How long and how many. All times in seconds."""

    budget_s: float = Field(default=45.0, gt=0)
    """A call is answered within this, finished or not: some clients give up on a call at 60 s."""
    grace_s: float = Field(default=30.0, ge=0)
    """How long a job goes on when the last caller that waited for it has cancelled."""
    idle_s: float = Field(default=600.0, ge=0)
    """How long a job goes on when its callers were told to come back and none does."""
    running: int = Field(default=8, ge=1)
    """Jobs at a time."""
    kept: int = Field(default=50, ge=1)
    """Finished jobs that can be read again."""
    kept_s: float = Field(default=4 * 3600.0, gt=0)
    """How long a finished job can be read again."""


DEFAULT_LIMITS = Limits()


class Job(Value):
    """A review as it stands at this moment; over when it has a report or an error."""

    id: str
    progress: tuple[Progress, ...] = ()
    report: Report | None = None
    error: str | None = None
    """Why there will be no report, and what to do next."""
    seconds: float
    """Since it began; of a job that is over, how long it took."""


@dataclass(eq=False)
class _Running:
    id: str
    key: str
    began: float
    ended: float | None = None
    progress: list[Progress] = field(default_factory=list)
    report: Report | None = None
    error: str | None = None
    changed: anyio.Event = field(default_factory=anyio.Event)
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    waiting: int = 0
    arrivals: int = 0

    def stir(self) -> None:
        """Wake everyone who waits for news."""
        self.changed.set()
        self.changed = anyio.Event()

    async def note(self, progress: Progress) -> None:
        """Remember that a reviewer is done: the observer that the work is given."""
        self.progress.append(progress)
        self.stir()

    async def follow(self, observer: Observer) -> None:
        """Tell the observer of all progress, past and coming, until the job is over."""
        told = 0
        while True:
            for progress in self.progress[told:]:
                await observer(progress)
                told += 1
            if told == len(self.progress):
                if self.ended is not None:
                    return
                await self.changed.wait()


class Jobs:
    """The reviews of one server. Use `open_jobs`."""

    def __init__(self, limits: Limits, group: TaskGroup, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._group = group
        self._clock = clock
        self._jobs: dict[str, _Running] = {}

    def start(self, key: str, work: Work) -> tuple[str, bool]:
        """Begin a job, or join the running one of the same key.

        Args:
            key: equal for equal requests, different for all others.
            work: what to run; never called when a job is joined.

        Returns:
            The job's id, and whether it was running before.

        Raises:
            ReviewError: when too many jobs are running.
        """
        self._forget()
        running = [job for job in self._jobs.values() if job.ended is None]
        for job in running:
            if job.key == key and not job.scope.cancel_called:
                return job.id, True
        if len(running) >= self._limits.running:
            raise ReviewError(
                f"{len(running)} reviews are running already, the most at a time; wait for one of them with "
                "review_wait, then call review again"
            )
        job = _Running(id=secrets.token_urlsafe(16), key=key, began=self._clock())
        self._jobs[job.id] = job
        self._group.start_soon(self._run, job, work)
        return job.id, False

    async def wait(self, job_id: str, seconds: float, observer: Observer = ignore_progress) -> Job:
        """Wait until a job is over, but no longer than some seconds.

        Args:
            job_id: as `start` gave it.
            seconds: 0 looks and comes back.
            observer: told of each reviewer that is done, also of those that were done before.

        Raises:
            ReviewError: when there is no such job.
        """
        job = self._find(job_id)
        job.waiting += 1
        job.arrivals += 1
        patience = self._limits.grace_s
        try:
            with anyio.move_on_after(seconds):
                await job.follow(observer)
            patience = self._limits.idle_s
        finally:
            job.waiting -= 1
            if job.ended is None and not job.waiting and patience < math.inf:
                self._group.start_soon(self._give_up, job, job.arrivals, patience)
        return self._snapshot(job)

    def look(self, job_id: str) -> Job:
        """The job as it stands.

        Raises:
            ReviewError: when there is no such job.
        """
        return self._snapshot(self._find(job_id))

    async def _run(self, job: _Running, work: Work) -> None:
        with job.scope:
            try:
                job.report = await work(job.note)
            except ReviewError as error:
                job.error = str(error)
            except Exception as error:  # the outermost frame of a job: one must not end the others
                log.exception("review %s broke", job.id)
                job.error = (
                    f"the review broke on an unexpected {type(error).__name__}: a defect of juryroom, whose details "
                    "are in the server's log; a smaller change or depth 'quick' may still work"
                )
        if job.report is None and job.error is None:
            job.error = f"review {job.id!r} was stopped because nobody waited for it; call review again"
        job.ended = self._clock()
        job.stir()
        self._forget()

    async def _give_up(self, job: _Running, arrivals: int, patience: float) -> None:
        """Stop a job that nobody has asked for since `arrivals` was counted."""
        with anyio.move_on_after(patience):
            await job.follow(ignore_progress)
        if job.ended is None and job.arrivals == arrivals:
            job.scope.cancel()

    def _find(self, job_id: str) -> _Running:
        self._forget()
        job = self._jobs.get(job_id)
        if job is None:
            raise ReviewError(
                f"no review has the id {job_id!r} here: the last {self._limits.kept} are kept while the server runs; "
                "call review to begin a new one"
            )
        return job

    def _forget(self) -> None:
        over = [job for job in self._jobs.values() if job.ended is not None]
        oldest = self._clock() - self._limits.kept_s
        for position, job in enumerate(sorted(over, key=lambda job: -(job.ended or 0))):
            if position >= self._limits.kept or (job.ended or 0) < oldest:
                del self._jobs[job.id]

    def _snapshot(self, job: _Running) -> Job:
        until = self._clock() if job.ended is None else job.ended
        return Job(
            id=job.id,
            progress=tuple(job.progress),
            report=job.report,
            error=job.error,
            seconds=round(until - job.began, 3),
        )


@asynccontextmanager
async def open_jobs(limits: Limits, *, clock: Callable[[], float] = time.monotonic) -> AsyncIterator[Jobs]:
    """The jobs of one server for as long as it lives; what is still running at the end is cancelled.

    Args:
        limits: how long and how many.
        clock: seconds that only go up.
    """
    async with anyio.create_task_group() as group:
        try:
            yield Jobs(limits, group, clock)
        finally:
            group.cancel_scope.cancel()
