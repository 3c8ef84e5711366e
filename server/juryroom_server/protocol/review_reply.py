"""What `review` and `review_wait` answer: a report, cut to what fits into the context of a model.

Clients show their model either the structured content or the text, so both carry the same, and a summary and the next
step are fields. Fields with a default are left out of the wire when they hold it.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from juryroom_reviewers.change import Skipped
from juryroom_reviewers.finding import Severity
from juryroom_reviewers.report import Publication, Report, ReportedFinding, ReviewerStatus, Verdict
from juryroom_reviewers.reviewer import Review
from juryroom_reviewers.value import Value

from ..work.jobs import Job
from .wire import CLIPS, MAX_CHARACTERS, clip, on_wire

TOP = 7
"""Findings in the reply of a review; all of them are in `findings`."""


class TopFinding(Value):
    """One finding, in short."""

    id: str
    severity: Severity
    category: str
    place: str | None
    """`path:line` or `path:first-last`, of the new file; None where it could not be anchored."""
    title: str
    probability: float | None
    """That it is true; None is unknown."""
    blocking: bool = False
    reviewers: tuple[str, ...] = ()
    rationale: str = ""
    suggestion: str | None = None


class Seat(Value):
    """What became of one reviewer."""

    name: str
    status: Literal["done", "abstained", "failed"]
    findings: int
    reason: str | None = None


class Coverage(Value):
    """What was read, in numbers."""

    files: int
    skipped: int = 0
    partial: int = 0
    examples: tuple[str, ...] = ()
    """Some of those that were not read, or not in full, with the reason."""


class Spent(Value):
    """Unknown is None and never 0."""

    cost_usd: float | None
    input_tokens: int | None
    output_tokens: int | None


class ReviewReply(Value):
    """A review, finished or as far as it is."""

    status: Literal["running", "finished"]
    report_id: str
    next_step: str
    """What to do now, in one sentence for the model."""
    verdict: Verdict | None = None
    reason: str = ""
    source: str = ""
    findings: tuple[TopFinding, ...] = ()
    """The best first."""
    counts: dict[str, int] = Field(default_factory=dict)
    """Of all findings that are shown, by severity."""
    held_back: dict[str, int] = Field(default_factory=dict)
    """Of those that are not, by reason."""
    reviewers: tuple[Seat, ...] = ()
    """While running: those that are done; then: all."""
    reviewers_total: int | None = None
    """None while it is unknown."""
    coverage: Coverage | None = None
    usage: Spent | None = None
    incomplete: tuple[str, ...] = ()
    seconds: float


def review_reply(job: Job, *, joined: bool = False) -> ReviewReply:
    """What to answer while a job runs, and when it has a report.

    Args:
        job: one that did not fail.
        joined: whether it had been running before the caller asked for it.
    """
    for limit in CLIPS:
        reply = _running(job, limit, joined=joined) if job.report is None else _finished(job, job.report, limit)
        if len(on_wire(reply)) <= MAX_CHARACTERS:
            break
    return reply


def _running(job: Job, limit: int, *, joined: bool) -> ReviewReply:
    total = job.progress[-1].total if job.progress else None
    since = f" It began {job.seconds:.0f} s ago: later edits are not in it." if joined else ""
    return ReviewReply(
        status="running",
        report_id=job.id,
        next_step=f"Not finished: call review_wait with id={job.id!r}.{since}",
        reviewers=tuple(_seat_of(progress.review, limit) for progress in job.progress[:50]),
        reviewers_total=total,
        seconds=job.seconds,
    )


def _finished(job: Job, report: Report, limit: int) -> ReviewReply:
    shown = report.shown
    unread = (*report.coverage.skipped, *report.coverage.partial)
    cost = report.usage.cost_usd
    return ReviewReply(
        status="finished",
        report_id=job.id,
        next_step=_after(report, job.id),
        verdict=report.verdict,
        reason=clip(report.reason, limit),
        source=clip(report.source, limit),
        findings=tuple(_top(finding, limit) for finding in shown[:TOP]),
        counts=_count(finding.severity for finding in shown),
        held_back=_count(_each(report.held_back)),
        reviewers=tuple(_seat(status, limit) for status in report.reviewers[:50]),
        reviewers_total=len(report.reviewers),
        coverage=Coverage(
            files=len(report.coverage.files),
            skipped=len(report.coverage.skipped),
            partial=len(report.coverage.partial),
            examples=tuple(clip(_skipped(file), limit) for file in unread[:5]),
        ),
        usage=Spent(
            cost_usd=None if cost is None else float(cost),
            input_tokens=report.usage.input_tokens,
            output_tokens=report.usage.output_tokens,
        ),
        incomplete=tuple(clip(why, limit) for why in report.incomplete[:5]),
        seconds=report.seconds or job.seconds,
    )


def _after(report: Report, job_id: str) -> str:
    if report.verdict is Verdict.unclear:
        return "Nobody could say whether the change is sound: don't take this as approval; see reason and incomplete."
    details = f"call findings with id={job_id!r} for evidence and dissent"
    if any(finding.blocking for finding in report.findings):
        return f"Check and fix the blocking findings, then call review again; {details}."
    if len(report.shown) > TOP:
        return f"These are the first {TOP} of {len(report.shown)} findings; {details}, and the others."
    if report.shown:
        return f"Weigh each finding by its probability before you change anything; {details}."
    if report.held_back:
        return f"Nothing worth showing was found; {details}, with include_held_back=true for the doubtful ones."
    return "Nothing was found in the files that were read; coverage says what was not."


def _top(finding: ReportedFinding, limit: int) -> TopFinding:
    return TopFinding(
        id=finding.id,
        severity=finding.severity,
        category=clip(finding.category, limit),
        place=_place(finding, limit),
        title=clip(finding.title, limit),
        probability=None if finding.probability is None else round(finding.probability, 3),
        blocking=finding.blocking,
        reviewers=tuple(clip(supporter.reviewer, limit) for supporter in finding.supporters[:10]),
        rationale=clip(finding.rationale, limit),
        suggestion=None if finding.suggestion is None else clip(finding.suggestion, limit),
    )


def _place(finding: ReportedFinding, limit: int) -> str | None:
    if finding.path is None:
        return None
    path = clip(finding.path, limit)
    if finding.start_line is None:
        return path
    last = finding.end_line or finding.start_line
    return f"{path}:{finding.start_line}" + ("" if last == finding.start_line else f"-{last}")


def _seat_of(review: Review, limit: int) -> Seat:
    status: Literal["done", "abstained", "failed"] = "done"
    if review.abstained is not None:
        status = "failed" if review.failed else "abstained"
    reason = None if review.abstained is None else clip(review.abstained, limit)
    return Seat(name=clip(review.seat.name, limit), status=status, findings=len(review.findings), reason=reason)


def _seat(status: ReviewerStatus, limit: int) -> Seat:
    reason = None if status.reason is None else clip(status.reason, limit)
    return Seat(name=clip(status.name, limit), status=status.status, findings=status.findings, reason=reason)


def _skipped(file: Skipped) -> str:
    return f"{file.path}: {file.reason}"


def _each(held: dict[Publication, int]) -> Iterable[str]:
    return (reason for reason, number in held.items() for _ in range(number))


def _count(words: Iterable[str]) -> dict[str, int]:
    return {str(word): number for word, number in Counter(words).items()}
