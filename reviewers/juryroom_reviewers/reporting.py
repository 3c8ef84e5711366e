"""From what everybody said to the report."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from .ballot import Ballot
from .change import Skipped
from .consensus import Agreement
from .context import ReviewContext
from .decision import Bar, blocks, publish, verdict
from .model import NOTHING_USED
from .refutation import Outcome, Refutation
from .report import Attempt, Coverage, Dissent, Publication, Report, ReportedFinding, ReviewerStatus, Supporter
from .reviewer import Method, Review, Seat

Word = Ballot | Refutation
"""What a model said of another's finding."""


def report(
    context: ReviewContext,
    reviews: Sequence[Review],
    words: Sequence[Word],
    agreements: Sequence[Agreement],
    *,
    bar: Bar,
    notes: tuple[str, ...],
    seconds: float,
) -> Report:
    """Everything that is known, in one document.

    Args:
        context: what was read.
        reviews: the whole panel's.
        words: all ballots and attempts to disprove.
        agreements: the findings with what they weigh.
        bar: what keeps noise down.
        notes: what else a reader should know.
        seconds: that it took.
    """
    findings, ids = [], dict[str, int]()
    for item, publication in publish(agreements, bar):
        findings.append(_reported(item, publication, ids, context, bar))
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
        reviewers=tuple(_status(review, words) for review in reviews),
        coverage=coverage,
        usage=sum((word.usage for word in words), usage),
        incomplete=_incomplete(reviews),
        deadline_reached=any(review.out_of_time for review in reviews),
        budget_reached=any(said.over_budget for said in (*reviews, *words)),
        notes=(*notes, *_doubled(reviews), *_unheard(words)),
        seconds=round(seconds, 3),
    )


def _reported(
    item: Agreement, publication: Publication, ids: dict[str, int], context: ReviewContext, bar: Bar
) -> ReportedFinding:
    first = item.cluster.representative
    finding, place = first.finding, first.location
    hide = context.redaction.hide
    makers = {member.seat.name for member in item.cluster.findings}
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
        threshold=bar.thresholds[item.cluster.severity],
        terms=item.terms if first.anchored else (),
        dismissal=item.dismissed,
        anchored=first.anchored,
        in_change=any(member.in_change for member in item.cluster.findings),
        blocking=blocks(item, publication),
        publication=publication,
        supporters=tuple(Supporter(**_identity(seat), ballot=seat.name not in makers) for seat in item.supporters),
        dissent=tuple(Dissent(**_identity(d.seat), ballot=True, reason=d.reason) for d in item.dissent),
        refutation=_attempt(item.refutation, hide),
        rationale=hide(finding.rationale),
        suggestion=hide(suggestion) if suggestion else None,
        symbol=first.symbol,
        excerpt=_excerpt(item, context),
        flow=next((m.finding.flow for m in item.cluster.findings if m.finding.flow), ()),
        fingerprint=f"{first.fingerprint}:{turn}",
    )


def _attempt(made: Refutation | None, hide: Callable[[str], str]) -> Attempt | None:
    if made is None:
        return None
    return Attempt(
        outcome=made.outcome,
        reviewer=made.refuter.name if made.refuter else None,
        model=made.refuter.model if made.refuter else None,
        family=made.refuter.family if made.refuter else None,
        reason=hide(made.reason),
        evidence=made.evidence,
        path=made.location.path if made.location else None,
        line=made.location.start_line if made.location else None,
        looked_up=made.looked_up,
    )


def _identity(seat: Seat) -> dict[str, str | None]:
    return {
        "reviewer": seat.name,
        "persona": seat.persona,
        "model": seat.model,
        "family": seat.family,
        "method": seat.method,
        "version": seat.version,
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


def _status(review: Review, words: Sequence[Word]) -> ReviewerStatus:
    seat = review.seat
    usage = sum((word.usage for word in words if _author(word) == seat.name), review.usage)
    return ReviewerStatus(
        name=seat.name,
        persona=seat.persona,
        model=seat.model,
        family=seat.family,
        method=seat.method,
        version=seat.version,
        categories=seat.categories,
        status="done" if review.abstained is None else "failed" if review.failed else "abstained",
        reason=review.abstained,
        seconds=review.seconds,
        usage=usage,
        findings=len(review.findings),
        unread=review.unread,
        notes=review.notes,
    )


def _author(word: Word) -> str | None:
    seat = word.voter if isinstance(word, Ballot) else word.refuter
    return seat.name if seat else None


def _unheard(words: Sequence[Word]) -> tuple[str, ...]:
    """A word about ballots and attempts that count for nothing, with the most frequent reasons."""
    void = [word.void for word in words if isinstance(word, Ballot) and word.void]
    failed = [w.reason for w in words if isinstance(w, Refutation) and w.outcome in (Outcome.void, Outcome.nobody)]
    ballots = sum(isinstance(word, Ballot) for word in words)
    notes = []
    if void:
        notes.append(f"{len(void)} of {ballots} ballots are void: {_reasons(void)}")
    if failed:
        notes.append(
            f"{len(failed)} of {len(words) - ballots} attempts to disprove a finding failed: {_reasons(failed)}"
        )
    return tuple(notes)


def _reasons(reasons: Sequence[str]) -> str:
    return "; ".join(f"{reason} ({count})" for reason, count in Counter(reasons).most_common(2))


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
