"""What a workspace remembers from one review to the next: findings, and what was said of them.

A ledger that can't be used never breaks a review: it then remembers nothing, and the report's notes say why.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from juryroom_reviewers.change import ChangeSet
from juryroom_reviewers.consensus import NOTHING_LEARNT, Learnt
from juryroom_reviewers.dismissal import Dismissal
from juryroom_reviewers.failure import Failure
from juryroom_reviewers.learning import learn
from juryroom_reviewers.report import Report, ReportedFinding
from juryroom_reviewers.reviewer import Method
from juryroom_reviewers.track_record import Stand, Voter
from juryroom_reviewers.value import Value

from .ledger.address import Address, LedgerError, find_address

if TYPE_CHECKING:
    from .ledger.stored import StoredFinding

WAIT_S = 1.0
"""For another process's transaction: a review does not wait longer to remember."""
MOST_REVISIONS = 3
"""Compared with the present commit in one review; `juryroom feedback --scan` compares all."""
MOST_FINDINGS = 200
"""The same, of findings."""
_EVERY = 2**31 - 1
_UNKEPT = "findings are not kept, and earlier feedback is not known"


class History(Value):
    """What is known before a review."""

    dismissals: tuple[Dismissal, ...] = ()
    learnt: Learnt = NOTHING_LEARNT
    problem: str | None = None
    """Why nothing can be remembered."""


def recall(environ: Mapping[str, str], project: str) -> History:
    """Read what was said of the findings of a repository. Never begins a ledger."""
    from .ledger import feedback  # noqa: PLC0415 - only where a change is reviewed
    from .ledger.store import transaction  # noqa: PLC0415 - as above

    try:
        address = find_address(environ)
        if address.file is not None and not address.file.exists():
            return History()
        with transaction(address, wait_s=WAIT_S) as store:
            judged = feedback.standing(store, project)
    except LedgerError as error:
        return History(problem=f"{_UNKEPT}: {error}")
    return History(dismissals=feedback.dismissals(judged), learnt=learn(feedback.labelled(judged, datetime.now(UTC))))


def remember(
    report: Report,
    change: ChangeSet,
    environ: Mapping[str, str],
    project: str,
    *,
    run: str,
    keep_days: int,
    root: Path | None,
) -> str | None:
    """Keep a review's findings, and look whether commits have changed earlier ones.

    Args:
        report: the review's.
        change: what was reviewed.
        environ: for `JURYROOM_DATABASE_URL`.
        project: as in `project_of`.
        run: the review's name.
        keep_days: what was not seen for longer is forgotten.
        root: the top of the work tree; None outside of a repository.

    Returns:
        Why it could not be kept; None when it was.
    """
    from .ledger import findings  # noqa: PLC0415 - as in recall
    from .ledger.store import transaction  # noqa: PLC0415 - as above

    now = datetime.now(UTC)
    try:
        address = find_address(environ)
        if not report.findings and address.file is not None and not address.file.exists():
            return None
        kept = [stored(finding, report, change, run, now) for finding in report.findings]
        with transaction(address, wait_s=WAIT_S) as store:
            findings.keep(store, project, kept)
            findings.forget_old(store, now, keep_days)
        if root is not None:
            learn_from_git(address, project, root, wait_s=WAIT_S, most_revisions=MOST_REVISIONS)
    except Failure as error:
        return f"{_UNKEPT}: {error}"
    return None


def learn_from_git(
    address: Address, project: str, root: Path, *, wait_s: float, most_revisions: int | None = None
) -> int:
    """Take findings whose lines a later commit has changed for accepted ones, each once.

    Args:
        address: the ledger.
        project: as in `project_of`.
        root: the top of the work tree.
        wait_s: seconds to wait for another process's transaction.
        most_revisions: compare those of so many revisions, the newest first; None: all.

    Returns:
        How many were found.

    Raises:
        Failure: when the ledger or git fails, or a finding was purged meanwhile.
    """
    from .anchors import trace  # noqa: PLC0415 - only where there is a ledger
    from .changes.plumbing import Plumbing  # noqa: PLC0415 - as above
    from .ledger import feedback, findings  # noqa: PLC0415 - as above
    from .ledger.store import transaction  # noqa: PLC0415 - as above

    head = Plumbing(root).resolve("HEAD")
    if head is None:
        return 0
    most = _EVERY if most_revisions is None else MOST_FINDINGS
    with transaction(address, wait_s=wait_s) as store:
        waiting = findings.unjudged(store, project, head, most)
    if not waiting:
        return 0
    # git takes its time, and nobody else has to wait for it
    traced = trace(root, waiting, head, most_revisions=most_revisions)
    now = datetime.now(UTC)
    with transaction(address, wait_s=wait_s) as store:
        findings.checked(store, project, traced.seen, head)
        findings.moved(store, project, [one for one in waiting if one.id in traced.moved], traced.moved)
        for one in traced.changed:
            why = f"its lines are changed in {head[:12]}"
            feedback.give(store, project, one, feedback.Judgement.accepted, feedback.Judge.git, now, why)
    return len(traced.changed)


def stored(finding: ReportedFinding, report: Report, change: ChangeSet, run: str, now: datetime) -> "StoredFinding":
    """A reported finding as it is kept: without its code and its suggestion."""
    from .anchors import anchor_of  # noqa: PLC0415 - as in recall
    from .ledger.stored import StoredFinding  # noqa: PLC0415 - as above

    same = (name for name in StoredFinding.model_fields if name in ReportedFinding.model_fields)
    return StoredFinding(
        **{name: getattr(finding, name) for name in same},
        run=run,
        source=report.source,
        first_seen=now,
        seen_at=now,
        voters=_voters(finding, report),
        anchor=anchor_of(finding, change),
    )


def _voters(finding: ReportedFinding, report: Report) -> tuple[Voter, ...]:
    """Who had to do with a finding. Who voted did so by the ballot's words, and has a record of its own for those."""
    voters = [
        Voter(
            reviewer=one.model or one.reviewer,
            persona=one.persona,
            family=one.family,
            method=one.method,
            version=one.version,
            stand=stand,
        )
        for stand, one in (
            *((Stand.confirmed if one.ballot else Stand.made, one) for one in finding.supporters),
            *((Stand.rejected, one) for one in finding.dissent),
        )
    ]
    heard = {one.reviewer for one in (*finding.supporters, *finding.dissent)}
    for seat in report.reviewers:
        # an analyser's silence is no opinion: it has a rule for this, or none
        if seat.name in heard or seat.method is not Method.model:
            continue
        if seat.status == "done" and finding.category in seat.categories:
            voters.append(
                Voter(
                    reviewer=seat.model or seat.name,
                    persona=seat.persona,
                    family=seat.family,
                    method=seat.method,
                    version=seat.version,
                    stand=Stand.silent,
                )
            )
    return tuple(voters)
