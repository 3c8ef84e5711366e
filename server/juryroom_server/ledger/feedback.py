"""What people and git say of findings: written down once, never overwritten, and undone by saying so."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from uuid import uuid4

from juryroom_reviewers.dismissal import Dismissal
from juryroom_reviewers.failure import Failure
from juryroom_reviewers.track_record import Labelled
from juryroom_reviewers.value import Value

from . import findings
from .store import Store
from .stored import StoredFinding


class FeedbackError(Failure):
    """The feedback can't be taken. The message says why, and what to do."""


class Judgement(StrEnum):
    """Two things at once: was it correct, and was it wanted."""

    accepted = "accepted"
    """Correct, and to be fixed."""
    rejected = "rejected"
    """A false alarm."""
    wontfix = "wontfix"
    """Correct, and not to be fixed."""


class Judge(StrEnum):
    """Who said so."""

    user = "user"
    """On the command line."""
    editor = "editor"
    """Over MCP: the user, or the assistant on their behalf."""
    git = "git"
    """A later commit changed the lines."""


class Label(Value):
    """One word on one finding."""

    finding: str
    judgement: Judgement
    why: str | None
    judge: Judge
    made_at: datetime
    undone_at: datetime | None = None


_SELECT = "SELECT finding, judgement, why, source, made_at, undone_at FROM feedback WHERE project = :project"
_LONGEST_WHY = 1000


def give(
    store: Store, project: str, finding: str, judgement: Judgement, judge: Judge, now: datetime, why: str | None = None
) -> Label:
    """Write down a judgement; it takes the place of an earlier one until it is undone.

    Raises:
        FeedbackError: when no such finding is kept.
    """
    if not findings.read(store, project, [finding]):
        raise unknown(finding)
    said = (why or "").strip()[:_LONGEST_WHY].replace("\0", "\N{REPLACEMENT CHARACTER}")
    label = Label(
        finding=finding,
        judgement=judgement,
        why=said.encode("utf-8", "replace").decode() or None,
        judge=judge,
        made_at=now,
    )
    store.write(
        "INSERT INTO feedback (id, project, finding, judgement, why, source, made_at) "
        "VALUES (:id, :project, :finding, :judgement, :why, :source, :made_at)",
        {
            "id": uuid4().hex,
            "project": project,
            "finding": finding,
            "judgement": judgement.value,
            "why": label.why,
            "source": judge.value,
            "made_at": _ms(now),
        },
    )
    return label


def undo(store: Store, project: str, finding: str, now: datetime) -> Label:
    """Take the newest judgement of a finding back; the one before it counts again.

    Raises:
        FeedbackError: when there is none.
    """
    standing = [label for label in labels(store, project) if label.finding == finding and label.undone_at is None]
    if not standing:
        raise FeedbackError(f"{finding!r}: there is no feedback to undo; juryroom feedback --list shows what there is")
    newest = standing[0]
    store.write(
        "UPDATE feedback SET undone_at = :now WHERE project = :project AND finding = :finding AND made_at = :made_at "
        "AND undone_at IS NULL",
        {"now": _ms(now), "project": project, "finding": finding, "made_at": _ms(newest.made_at)},
    )
    return newest.model_copy(update={"undone_at": now})


def labels(store: Store, project: str) -> tuple[Label, ...]:
    """All that was ever said of a repository's findings, newest first, what was undone included."""
    rows = store.read(f"{_SELECT} ORDER BY made_at DESC, finding", project=project)
    return tuple(
        Label(
            finding=finding,
            judgement=Judgement(judgement),
            why=why,
            judge=Judge(source),
            made_at=_moment(made_at),
            undone_at=None if undone_at is None else _moment(undone_at),
        )
        for finding, judgement, why, source, made_at, undone_at in rows
    )


def standing(store: Store, project: str) -> tuple[tuple[StoredFinding, Label], ...]:
    """Each judged finding with the word that counts: the newest that is not undone."""
    newest: dict[str, Label] = {}
    for label in labels(store, project):
        if label.undone_at is None:
            newest.setdefault(label.finding, label)
    kept = {finding.id: finding for finding in findings.read(store, project, newest)} if newest else {}
    return tuple((kept[one], label) for one, label in newest.items() if one in kept)


def dismissals(judged: Sequence[tuple[StoredFinding, Label]]) -> tuple[Dismissal, ...]:
    """What is to stay dismissed: false alarms, and what was not to be fixed."""
    return tuple(
        Dismissal(
            id=finding.id,
            fingerprint=finding.fingerprint.partition(":")[0],
            path=finding.path,
            symbol=finding.symbol,
            category=finding.category,
            cwe=finding.cwe,
            rule=finding.rule,
            title=finding.title,
            rationale=finding.rationale,
            reason=f"{label.judgement} on {label.made_at:%Y-%m-%d} as {finding.id}"
            + (f": {label.why}" if label.why else ""),
        )
        for finding, label in judged
        if label.judgement is not Judgement.accepted
    )


def labelled(judged: Sequence[tuple[StoredFinding, Label]], now: datetime) -> tuple[Labelled, ...]:
    """What reviewers are learnt of from."""
    return tuple(
        Labelled(
            category=finding.category,
            voters=finding.voters,
            correct=label.judgement is not Judgement.rejected,
            wanted=label.judgement is Judgement.accepted,
            age_days=(now - label.made_at).total_seconds() / 86_400,
            terms=finding.terms,
        )
        for finding, label in judged
    )


def unknown(finding: str) -> FeedbackError:
    """For an id that is not kept."""
    return FeedbackError(
        f"there is no finding {finding!r} in the ledger for this repository; take the id (jr-...) from a report, or "
        "review again"
    )


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
