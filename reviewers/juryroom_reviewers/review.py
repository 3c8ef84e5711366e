"""The pipeline: from a change and a panel to a report."""

import math
import time
from collections.abc import Iterator, Sequence

from .anchor import anchor
from .ballot import Ballot, Juror, poll
from .change import Skipped
from .cluster import cluster
from .consensus import Agreement, agree
from .context import ReviewContext
from .decision import Bar, blocks, publish, verdict
from .depth import Depth
from .model import NOTHING_USED
from .panel import Observer, convene, ignore_progress
from .report import Coverage, Dissent, Publication, Report, ReportedFinding, ReviewerStatus, Supporter
from .reviewer import Method, Review, Reviewer, Seat
from .value import Value


class Plan(Value):
    """How to review."""

    depth: Depth = Depth.standard
    deadline_s: float = math.inf
    spent_s: float = 0.0
    """Seconds of the deadline that went into reading the change."""
    bar: Bar = Bar()
    notes: tuple[str, ...] = ()


GREY = (0.15, 0.85)
"""Probabilities between which a vote can change what is done about a finding."""
MAX_POLLED = 12
"""Findings put to the vote in one review, the most worthwhile first."""


async def review(
    context: ReviewContext,
    reviewers: Sequence[Reviewer],
    jurors: Sequence[Juror] = (),
    plan: Plan = Plan(),
    *,
    observer: Observer = ignore_progress,
) -> Report:
    """Review a change: read in parallel and blind, anchor, merge, vote, weigh, decide.

    Args:
        context: what everybody reads.
        reviewers: the panel.
        jurors: models that may vote on others' findings.
        plan: depth, deadline and bar.
        observer: told of each review as it comes in.
    """
    started = time.monotonic()
    reviews = await convene(reviewers, context, deadline_s=plan.deadline_s, spent_s=plan.spent_s, observer=observer)
    clusters = cluster(anchor(reviews, context))
    first = [agree(merged, (), reviews) for merged in clusters]
    polled = [item.cluster for item in _to_poll(first, plan)]
    left = plan.deadline_s - plan.spent_s - (time.monotonic() - started)
    ballots = await poll(polled, jurors, context, deadline_s=left) if polled and jurors and left > 0 else ()
    agreements = [agree(merged, ballots, reviews) for merged in clusters]
    return report(context, reviews, ballots, agreements, plan, seconds=plan.spent_s + time.monotonic() - started)


def _to_poll(agreements: Sequence[Agreement], plan: Plan) -> list[Agreement]:
    if plan.depth is Depth.quick:
        return []
    low, high = GREY if plan.depth is Depth.standard else (0.0, 1.0)
    votable = [a for a in agreements if a.cluster.representative.anchored]
    grey = [a for a in votable if a.probability is None or low <= a.probability <= high]
    return [item for item, _ in publish(grey, Bar(max_findings=MAX_POLLED, max_per_file=MAX_POLLED))][:MAX_POLLED]


def report(
    context: ReviewContext,
    reviews: Sequence[Review],
    ballots: Sequence[Ballot],
    agreements: Sequence[Agreement],
    plan: Plan,
    *,
    seconds: float,
) -> Report:
    """Everything that is known, in one document."""
    findings, ids = [], dict[str, int]()
    for item, publication in publish(agreements, plan.bar):
        findings.append(_reported(item, publication, ids, context))
    coverage, unread = _coverage(context, reviews)
    outcome, reason = verdict(
        findings, reviews, reviewed=len(coverage.files), skipped=len(context.change.skipped), unread=unread
    )
    usage = sum((review.usage for review in reviews), NOTHING_USED)
    return Report(
        verdict=outcome,
        reason=reason,
        source=context.change.source,
        findings=tuple(findings),
        reviewers=tuple(_status(review, ballots) for review in reviews),
        coverage=coverage,
        usage=sum((ballot.usage for ballot in ballots), usage),
        incomplete=_incomplete(reviews),
        deadline_reached=any(review.out_of_time for review in reviews),
        budget_reached=any(review.over_budget for review in reviews),
        notes=(*plan.notes, *_doubled(reviews)),
        seconds=round(seconds, 3),
    )


def _reported(
    item: Agreement, publication: Publication, ids: dict[str, int], context: ReviewContext
) -> ReportedFinding:
    first = item.cluster.representative
    finding, place = first.finding, first.location
    hide = context.redaction.hide
    suggestion = next((m.finding.suggestion for m in item.cluster.findings if m.finding.suggestion), None)
    turn = ids[first.fingerprint] = ids.get(first.fingerprint, 0) + 1
    return ReportedFinding(
        id=f"jr-{first.fingerprint[:10]}" + (f"-{turn}" if turn > 1 else ""),
        path=place.path if place else (finding.location.path if finding.location else None),
        start_line=place.start_line if place else None,
        end_line=place.end_line if place else None,
        title=hide(finding.title),
        severity=item.cluster.severity,
        category=finding.category,
        cwe=item.cluster.cwe,
        rule=_rule(item),
        probability=None if item.probability is None or not first.anchored else round(item.probability, 2),
        anchored=first.anchored,
        in_change=any(member.in_change for member in item.cluster.findings),
        blocking=blocks(item, publication),
        publication=publication,
        supporters=tuple(Supporter(**_identity(seat)) for seat in item.supporters),
        dissent=tuple(Dissent(**_identity(d.seat), reason=d.reason) for d in item.dissent),
        rationale=hide(finding.rationale),
        suggestion=hide(suggestion) if suggestion else None,
        symbol=first.symbol,
        excerpt=_excerpt(item, context),
        fingerprint=f"{first.fingerprint}:{turn}",
    )


def _identity(seat: Seat) -> dict[str, str | None]:
    return {
        "reviewer": seat.name,
        "persona": seat.persona,
        "model": seat.model,
        "family": seat.family,
        "method": seat.method,
    }


def _rule(item: Agreement) -> str:
    """Stable: the analyser's own id where one is among the members, else category and CWE."""
    for member in item.cluster.findings:
        if member.finding.rule:
            return f"{member.seat.name}/{member.finding.rule}"
    return f"{item.cluster.representative.finding.category}/{item.cluster.cwe or 'general'}"


EXCERPT_LINES = 6


def _excerpt(item: Agreement, context: ReviewContext) -> str:
    place = item.cluster.representative.location
    file = context.change.file(place.path) if place else None
    # an analyser that quotes nothing has a reason not to: the line holds a secret
    sealed = any(member.finding.rule and not member.finding.quote for member in item.cluster.findings)
    if file is None or place is None or sealed:
        return ""
    end = min(place.end_line, place.start_line + EXCERPT_LINES - 1)
    return context.redaction.hide("\n".join(file.lines[place.start_line - 1 : end]))


def _status(review: Review, ballots: Sequence[Ballot]) -> ReviewerStatus:
    seat = review.seat
    usage = sum((ballot.usage for ballot in ballots if ballot.voter.name == seat.name), review.usage)
    return ReviewerStatus(
        name=seat.name,
        persona=seat.persona,
        model=seat.model,
        family=seat.family,
        method=seat.method,
        status="done" if review.abstained is None else "failed" if review.failed else "abstained",
        reason=review.abstained,
        seconds=review.seconds,
        usage=usage,
        findings=len(review.findings),
        unread=review.unread,
        notes=review.notes,
    )


def _coverage(context: ReviewContext, reviews: Sequence[Review]) -> tuple[Coverage, int]:
    """Who read what; and the number of files that nobody read."""
    done = [review for review in reviews if review.abstained is None]
    readers: dict[str, list[Review]] = {}
    reasons: dict[str, list[str]] = {}
    for review in done:
        left_out = {skipped.path: skipped.reason for skipped in review.unread}
        for file in context.change.files:
            if file.path in left_out:
                reasons.setdefault(file.path, []).append(f"{review.seat.name}: {left_out[file.path]}")
            elif review.read is None or file.path in review.read:
                readers.setdefault(file.path, []).append(review)
    files, partial, nobody = [], [], []
    for file in context.change.files:
        why = reasons.get(file.path, [])
        if file.path not in readers:
            nobody.append(Skipped(path=file.path, reason="; ".join(why) or "no reviewer has read it"))
            continue
        files.append(file.path)
        if file.partial:
            why = ["only the diff was at hand, not the whole file", *why]
        if file.text and all(reader.seat.method is Method.lexical for reader in readers[file.path]):
            names = ", ".join(reader.seat.name for reader in readers[file.path])
            why = [f"read by {names} alone", *why]
        if why:
            partial.append(Skipped(path=file.path, reason="; ".join(why)))
    skipped = (*context.change.skipped, *nobody)
    return Coverage(files=tuple(files), skipped=skipped, partial=tuple(partial)), len(nobody)


def _doubled(reviews: Sequence[Review]) -> Iterator[str]:
    """A word about each family that answered for several seats because of a stand-in."""
    families: dict[str, list[Seat]] = {}
    for review in reviews:
        if review.abstained is None and review.seat.family is not None:
            families.setdefault(review.seat.family, []).append(review.seat)
    for family, seats in families.items():
        if len(seats) > 1 and any(seat.asked for seat in seats):
            names = ", ".join(seat.persona or seat.name for seat in seats)
            yield f"degraded: models of one family ({family}) answered for {names}, which count as one family"


def _incomplete(reviews: Sequence[Review]) -> tuple[str, ...]:
    failed = (f"{review.seat.name}: {review.abstained}" for review in reviews if review.failed and review.abstained)
    lost = (f"{review.seat.name} has read a part only: {review.lost}" for review in reviews if review.lost)
    return (*failed, *lost)
