"""Jobs outlive the calls that start them, but not the interest in them."""

import math

import anyio
import pytest

from juryroom_reviewers.model import NOTHING_USED
from juryroom_reviewers.panel import Observer, Progress
from juryroom_reviewers.report import Report, Verdict
from juryroom_reviewers.reviewer import Method, Review, Seat
from juryroom_server.work.jobs import Job, Jobs, Limits, ReviewError, open_jobs

REPORT = Report(verdict=Verdict.approve, reason="nothing found", source="index against HEAD", usage=NOTHING_USED)
PATIENT = Limits(grace_s=math.inf, idle_s=math.inf)


def progress(name: str, done: int, total: int = 2) -> Progress:
    return Progress(review=Review(seat=Seat(name=name, method=Method.lexical)), done=done, total=total)


class Bench:
    """Work that begins, waits for the gate, and says how it ended."""

    def __init__(self) -> None:
        self.begun = 0
        self.cancelled = anyio.Event()
        self.gate = anyio.Event()

    async def __call__(self, observer: Observer) -> Report:
        self.begun += 1
        await observer(progress("ruff", 1))
        try:
            await self.gate.wait()
        except anyio.get_cancelled_exc_class():
            self.cancelled.set()
            raise
        await observer(progress("lizard", 2))
        return REPORT


async def at_once(_: Observer) -> Report:
    return REPORT


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_a_finished_job_gives_its_report_again_and_again() -> None:
    async with open_jobs(PATIENT, clock=Clock()) as jobs:
        job_id, joined = jobs.start("a", at_once)
        first = await jobs.wait(job_id, 5)
        assert (joined, first) == (False, Job(id=job_id, report=REPORT, seconds=0.0))
        assert await jobs.wait(job_id, 0) == first == jobs.look(job_id)


async def test_who_waits_is_told_of_each_reviewer_also_of_those_that_were_done_before() -> None:
    work, told = Bench(), list[str]()

    async def observer(news: Progress) -> None:
        told.append(news.review.seat.name)
        work.gate.set()

    async with open_jobs(PATIENT) as jobs:
        job_id, _ = jobs.start("a", work)
        running = await jobs.wait(job_id, 0.01)
        assert [news.done for news in running.progress] == [1]
        assert running.report is None
        finished = await jobs.wait(job_id, 5, observer)
    assert told == ["ruff", "lizard"]
    assert finished.report == REPORT


async def test_the_same_key_joins_the_running_job_and_another_key_does_not() -> None:
    work, other = Bench(), Bench()
    async with open_jobs(PATIENT) as jobs:
        first, _ = jobs.start("a", work)
        again, joined = jobs.start("a", work)
        third, joined_third = jobs.start("b", other)
        work.gate.set()
        other.gate.set()
        await jobs.wait(first, 5)
        await jobs.wait(third, 5)
        assert (again, joined, work.begun) == (first, True, 1)
        assert (third != first, joined_third, other.begun) == (True, False, 1)


async def test_a_finished_job_is_not_joined() -> None:
    async with open_jobs(PATIENT) as jobs:
        first, _ = jobs.start("a", at_once)
        await jobs.wait(first, 5)
        assert jobs.start("a", at_once) != (first, True)


async def test_ids_can_not_be_guessed() -> None:
    async with open_jobs(Limits(running=64)) as jobs:
        ids = {jobs.start(str(number), at_once)[0] for number in range(64)}
    assert len(ids) == 64
    assert {len(job_id) for job_id in ids} == {22}  # 128 bits


async def abandon(jobs: Jobs, job_id: str) -> None:
    """Wait for a job, and cancel that."""
    async with anyio.create_task_group() as callers:
        callers.start_soon(jobs.wait, job_id, math.inf)
        await anyio.wait_all_tasks_blocked()
        callers.cancel_scope.cancel()


async def test_a_cancelled_caller_leaves_the_job_its_grace_period() -> None:
    work = Bench()
    async with open_jobs(Limits(grace_s=3600, idle_s=0)) as jobs:
        job_id, _ = jobs.start("a", work)
        await abandon(jobs, job_id)
        await anyio.wait_all_tasks_blocked()
        assert not work.cancelled.is_set()
        assert jobs.start("a", work) == (job_id, True)


async def test_a_job_whose_callers_have_all_cancelled_is_cancelled_after_the_grace_period() -> None:
    work = Bench()
    async with open_jobs(Limits(grace_s=0)) as jobs:
        job_id, _ = jobs.start("a", work)
        await abandon(jobs, job_id)
        with anyio.fail_after(5):
            await work.cancelled.wait()
        await anyio.wait_all_tasks_blocked()
        assert "call review again" in str(jobs.look(job_id).error)


async def test_a_job_goes_on_while_one_of_two_callers_still_waits() -> None:
    work, finished = Bench(), list[Job]()
    async with open_jobs(Limits(grace_s=0)) as jobs:
        job_id, _ = jobs.start("a", work)

        async def stay() -> None:
            finished.append(await jobs.wait(job_id, math.inf))

        async with anyio.create_task_group() as group:
            group.start_soon(stay)
            await abandon(jobs, job_id)
            await anyio.wait_all_tasks_blocked()
            work.gate.set()
    assert [job.report for job in finished] == [REPORT]


async def test_a_caller_that_comes_back_within_the_grace_period_keeps_the_job() -> None:
    work, control = Bench(), Bench()
    async with open_jobs(Limits(grace_s=0.02)) as jobs, anyio.create_task_group() as group:
        job_id, _ = jobs.start("a", work)
        control_id, _ = jobs.start("b", control)
        await abandon(jobs, job_id)
        group.start_soon(jobs.wait, job_id, math.inf)
        await abandon(jobs, control_id)
        with anyio.fail_after(5):
            await control.cancelled.wait()
        # abandoned later than the first, and gone: so the first one's time is over as well
        assert not work.cancelled.is_set()
        work.gate.set()


async def test_a_job_that_nobody_asks_for_is_stopped_after_the_idle_time() -> None:
    work = Bench()
    async with open_jobs(Limits(grace_s=math.inf, idle_s=0)) as jobs:
        job_id, _ = jobs.start("a", work)
        await jobs.wait(job_id, 0.01)
        with anyio.fail_after(5):
            await work.cancelled.wait()


async def test_the_end_of_the_server_cancels_what_runs() -> None:
    work = Bench()
    async with open_jobs(PATIENT) as jobs:
        jobs.start("a", work)
        await anyio.wait_all_tasks_blocked()
    assert work.cancelled.is_set()


async def test_an_expected_failure_is_told_in_its_own_words() -> None:
    async def refuse(_: Observer) -> Report:
        raise ReviewError("no commit 'x'; name one")

    async with open_jobs(PATIENT) as jobs:
        job_id, _ = jobs.start("a", refuse)
        assert (await jobs.wait(job_id, 5)).error == "no commit 'x'; name one"


async def test_a_job_that_breaks_neither_ends_the_others_nor_tells_what_it_held() -> None:
    async def broken(_: Observer) -> Report:
        raise KeyError("sk-secret")

    work = Bench()
    async with open_jobs(PATIENT) as jobs:
        other, _ = jobs.start("b", work)
        job_id, _ = jobs.start("a", broken)
        failed = await jobs.wait(job_id, 5)
        work.gate.set()
        assert (await jobs.wait(other, 5)).report == REPORT
    assert failed.error is not None
    assert "KeyError" in failed.error
    assert "sk-secret" not in failed.error


async def test_too_many_running_jobs_are_refused_with_what_to_do() -> None:
    async with open_jobs(Limits(running=2)) as jobs:
        jobs.start("a", Bench())
        jobs.start("b", Bench())
        with pytest.raises(ReviewError, match=r"2 reviews are running already.*review_wait"):
            jobs.start("c", Bench())
        assert jobs.start("a", Bench())[1], "joining one is still possible"


async def test_only_the_last_finished_jobs_are_kept() -> None:
    clock, ids = Clock(), []
    async with open_jobs(Limits(kept=2), clock=clock) as jobs:
        for number in range(3):
            job_id, _ = jobs.start(str(number), at_once)
            clock.now += 1
            await jobs.wait(job_id, 5)
            ids.append(job_id)
        assert [jobs.look(job_id).report for job_id in ids[1:]] == [REPORT, REPORT]
        with pytest.raises(ReviewError, match=r"no review has the id.*call review"):
            jobs.look(ids[0])


async def test_a_finished_job_is_forgotten_when_it_is_too_old() -> None:
    clock = Clock()
    async with open_jobs(Limits(kept_s=60), clock=clock) as jobs:
        job_id, _ = jobs.start("a", at_once)
        await jobs.wait(job_id, 5)
        clock.now = 59.0
        assert jobs.look(job_id).report == REPORT
        clock.now = 61.0
        with pytest.raises(ReviewError, match="call review"):
            await jobs.wait(job_id, 5)
