"""Keeping findings: one row for each of a repository's, its newest sighting."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from juryroom_reviewers.track_record import Stand, Voter

from .store import Store
from .stored import Anchor, StoredFinding

_READ = "SELECT id, body FROM finding WHERE project = :project"
_UNJUDGED = """SELECT id, body FROM finding WHERE project = :project
AND revision IS NOT NULL AND revision <> :head AND (checked IS NULL OR checked <> :head)
AND NOT EXISTS (SELECT 1 FROM feedback WHERE feedback.project = finding.project AND feedback.finding = finding.id
AND (undone_at IS NULL OR source = 'git')) ORDER BY seen_at DESC, id LIMIT :most"""
_UPSERT = """INSERT INTO finding (project, id, first_seen, seen_at, publication, revision, checked, body)
VALUES (:project, :id, :first_seen, :seen_at, :publication, :revision, NULL, :body)
ON CONFLICT (project, id) DO UPDATE SET seen_at = excluded.seen_at, publication = excluded.publication,
revision = excluded.revision, checked = NULL, body = excluded.body"""
_JUDGED = "SELECT DISTINCT finding FROM feedback WHERE project = :project AND undone_at IS NULL"
_AT_ONCE = 200
"""Ids in one statement."""


def keep(store: Store, project: str, findings: Sequence[StoredFinding]) -> None:
    """Write a review's findings, over what was known of them before.

    Who had made or voted on one before is kept; of one that somebody has judged, so is what was judged: its words, and
    who stood for them.
    """
    before = {old.id: old for old in read(store, project, [finding.id for finding in findings])}
    judged = {row[0] for row in store.read(_JUDGED, project=project)} if before else set()
    rows = []
    for finding in findings:
        old = before.get(finding.id)
        merged = finding if old is None else _merged(finding, old, judged=finding.id in judged)
        rows.append(_row(project, merged))
    store.write(_UPSERT, *rows)


def read(store: Store, project: str, ids: Iterable[str] | None = None) -> tuple[StoredFinding, ...]:
    """The findings of a repository, newest first.

    Args:
        store: the ledger.
        project: whose.
        ids: only these; None: all.
    """
    if ids is None:
        rows = list(store.read(f"{_READ} ORDER BY seen_at DESC, id", project=project))
    else:
        wanted, rows = list(ids), []
        for start in range(0, len(wanted), _AT_ONCE):
            names = {f"id{number}": one for number, one in enumerate(wanted[start : start + _AT_ONCE])}
            listed = ", ".join(f":{name}" for name in names)
            rows += store.read(f"{_READ} AND id IN ({listed}) ORDER BY seen_at DESC, id", project=project, **names)
    return tuple(_parsed(body) for _, body in rows)


def unjudged(store: Store, project: str, head: str, most: int) -> tuple[StoredFinding, ...]:
    """Anchored findings that nobody judged, git included, and that were not compared with this commit yet."""
    rows = store.read(_UNJUDGED, project=project, head=head, most=most)
    return tuple(_parsed(body) for _, body in rows)


def checked(store: Store, project: str, ids: Iterable[str], head: str) -> None:
    """Remember that these were compared with a commit."""
    store.write(
        "UPDATE finding SET checked = :head WHERE project = :project AND id = :id",
        *({"project": project, "id": one, "head": head} for one in ids),
    )


def moved(store: Store, project: str, known: Iterable[StoredFinding], anchors: Mapping[str, Anchor]) -> None:
    """Write down where findings stand in a later commit."""
    store.write(
        "UPDATE finding SET revision = :revision, body = :body WHERE project = :project AND id = :id",
        *(
            {key: row[key] for key in ("project", "id", "revision", "body")}
            for one in known
            for row in [_row(project, one.model_copy(update={"anchor": anchors[one.id]}))]
        ),
    )


def forget(store: Store, *, before: datetime | None, project: str | None = None) -> int:
    """Delete findings, and the feedback on them.

    Args:
        store: the ledger.
        before: those last seen before then; None: all.
        project: only this one's; None: of all.

    Returns:
        How many findings were deleted.
    """
    values: dict[str, Any] = {"before": None if before is None else _ms(before), "project": project}
    where = [f"{column} {sign} :{name}" for column, sign, name in _LIMITS if values[name] is not None]
    deleted = store.write(f"DELETE FROM finding WHERE {' AND '.join(where) or '1 = 1'}", values)  # noqa: S608 - of constants
    if deleted:
        store.write(
            "DELETE FROM feedback WHERE NOT EXISTS (SELECT 1 FROM finding WHERE finding.project = feedback.project "
            "AND finding.id = feedback.finding)",
            {},
        )
    return deleted


_LIMITS = (("seen_at", "<", "before"), ("project", "=", "project"))


def forget_old(store: Store, now: datetime, keep_days: int) -> None:
    """Delete what was not seen for so long."""
    forget(store, before=now - timedelta(days=keep_days))


def _merged(new: StoredFinding, old: StoredFinding, *, judged: bool) -> StoredFinding:
    if judged:
        kept = {name: getattr(old, name) for name in ("title", "category", "cwe", "rule", "rationale", "voters")}
    else:
        kept = {"voters": _united(new.voters, old.voters)}
    return new.model_copy(update={"first_seen": old.first_seen, **kept})


def _united(new: Sequence[Voter], old: Sequence[Voter]) -> tuple[Voter, ...]:
    """Each reviewer's newest stand; silence in a later review, as of a cheaper depth, takes nothing back."""
    stands = {(one.reviewer, one.persona, one.version): one for one in old}
    for one in new:
        key = (one.reviewer, one.persona, one.version)
        if one.stand is not Stand.silent or key not in stands:
            stands[key] = one
    return tuple(stands.values())


def _row(project: str, finding: StoredFinding) -> dict[str, Any]:
    return {
        "project": project,
        "id": finding.id,
        "first_seen": _ms(finding.first_seen),
        "seen_at": _ms(finding.seen_at),
        "publication": finding.publication.value,
        "revision": finding.anchor and finding.anchor.revision,
        # ASCII: neither database can hold every character that a model can write
        "body": json.dumps(finding.model_dump(mode="json")),
    }


def _parsed(body: str) -> StoredFinding:
    return StoredFinding.model_validate(json.loads(body))


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
