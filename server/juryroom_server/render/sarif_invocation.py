"""The part of a SARIF log that says how the review went: who was lost, what was left out, what has no place."""

from collections.abc import Iterable

from juryroom_reviewers.change import Skipped
from juryroom_reviewers.report import Report, ReviewerStatus, Verdict

from . import words
from .clean import line, path
from .options import Options
from .sarif_place import ROOT, Json, is_placed, message, plain, uri

MOST_RESULTS = 5_000
"""So many results of a run are read by code scanning, and written by us."""
MOST_NOTIFICATIONS = 1_000


def invocation(report: Report, options: Options, *, unwritten: int) -> Json:
    """One invocation; `unwritten` is the number of results that were left out for their sheer number."""
    notes = [_notification("incomplete", "warning", line(reason)) for reason in report.incomplete]
    if report.verdict is Verdict.unclear:
        notes.insert(0, _notification("unclear", "error", line(report.reason)))
    if unwritten:
        text = f"{words.many(unwritten, 'result')} left out: code scanning reads no more than {MOST_RESULTS:,} of a run"
        notes.append(_notification("too-many-results", "warning", text))
    notes.extend(_seat(reviewer) for reviewer in report.reviewers if reviewer.status != "done")
    for finding in options.findings(report):
        if not is_placed(finding):
            text = f"Not anchored, so no result: {words.place(finding)}: {message(finding, report)}"
            notes.append(_notification("unanchored", "warning", text))
    notes.extend(_files("skipped", report.coverage.skipped))
    notes.extend(_files("read-in-part", report.coverage.partial))
    if rest := len(notes[MOST_NOTIFICATIONS:]):
        text = f"{words.many(rest, 'further notification')} left out; the JSON report has them"
        notes = [*notes[:MOST_NOTIFICATIONS], _notification("too-many-notifications", "note", text)]
    return {
        "executionSuccessful": report.verdict is not Verdict.unclear and not report.incomplete,
        "toolExecutionNotifications": notes,
    }


def _seat(reviewer: ReviewerStatus) -> Json:
    reason = line(reviewer.reason or "no reason given")
    level = "error" if reviewer.status == "failed" else "warning"
    return _notification(f"seat-{reviewer.status}", level, f"{words.member(reviewer)} {reviewer.status}: {reason}")


def _files(kind: str, entries: Iterable[Skipped]) -> Iterable[Json]:
    for entry in entries:
        note = _notification(kind, "note", f"{path(entry.path)}: {line(entry.reason)}")
        artifact = {"uri": uri(entry.path.lstrip("/")), "uriBaseId": ROOT}
        yield note | {"locations": [{"physicalLocation": {"artifactLocation": artifact}}]}


def _notification(kind: str, level: str, text: str) -> Json:
    return {"descriptor": {"id": f"juryroom/{kind}"}, "level": level, "message": {"text": plain(text)}}
