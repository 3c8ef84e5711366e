"""What `findings` answers: one page of a report's findings, in full."""

import json
from pathlib import PurePosixPath
from typing import Any

from juryroom_reviewers.finding import Severity
from juryroom_reviewers.report import Report, ReportedFinding
from juryroom_reviewers.value import Value

from .wire import CLIPS, MAX_CHARACTERS, clip

_WHOLE = 10**9
"""Characters that nothing has."""


class FindingsReply(Value):
    """One page of a finished review's findings, in full."""

    report_id: str
    next_step: str
    total: int
    """Of those that pass the filter."""
    offset: int
    next_offset: int | None = None
    clipped: bool = False
    """True when a text was too long for a page and ends in `…`."""
    findings: tuple[ReportedFinding, ...]


def findings_reply(
    job_id: str,
    report: Report,
    *,
    severity: Severity | None = None,
    path: str | None = None,
    offset: int = 0,
    limit: int = 20,
    include_held_back: bool = False,
) -> FindingsReply:
    """One page of findings, ended early where it would become too long.

    Args:
        job_id: the review's.
        report: all there is.
        severity: only those as bad as this, or worse.
        path: only those in this file, or below this folder.
        offset: how many to pass over.
        limit: how many at most.
        include_held_back: also those that are not shown by default.
    """
    chosen = [
        finding
        for finding in report.findings
        if (include_held_back or finding.publication.shown)
        and (severity is None or finding.severity.rank >= severity.rank)
        and (path is None or _below(finding.path, path))
    ]
    page: list[ReportedFinding] = []
    room, clipped = MAX_CHARACTERS - 1_000, False
    for finding in chosen[offset : offset + limit]:
        whole, size = _fit(finding, _WHOLE)
        if page and size > room:
            break
        if size > room:
            whole, size = _fit(finding, room)
            clipped = True
        page.append(whole)
        room -= size
    end = offset + len(page)
    more = end if end < len(chosen) else None
    held = 0 if include_held_back else sum(report.held_back.values())
    return FindingsReply(
        report_id=job_id,
        next_step=_next_page(more, held, found=bool(chosen)),
        total=len(chosen),
        offset=offset,
        next_offset=more,
        clipped=clipped,
        findings=tuple(page),
    )


def _next_page(more: int | None, held: int, *, found: bool) -> str:
    if more is not None:
        return f"There are more: call findings again with offset={more}."
    if held:
        which = "were held back as doubtful or out of place; include_held_back=true lists them"
        return f"{'That is all that passes the filter' if found else 'None passes the filter'}; {held} {which}."
    return "That is all." if found else "None passes the filter: leave out severity and path to see all."


def _below(found: str | None, path: str) -> bool:
    return found is not None and PurePosixPath(found).is_relative_to(PurePosixPath(path))


def _fit(finding: ReportedFinding, room: int) -> tuple[ReportedFinding, int]:
    """The finding, its texts clipped until it is no longer than `room` on the wire; and how long it is."""
    for limit in (_WHOLE, 6_000, *CLIPS):
        fields = _clipped(finding.model_dump(), limit)
        clipped = ReportedFinding.model_validate(fields)
        size = len(json.dumps(clipped.model_dump(mode="json", exclude={"fingerprint"}), ensure_ascii=False))
        if size <= room:
            break
    return clipped, size


def _clipped(value: Any, limit: int) -> Any:
    if isinstance(value, dict):
        return {key: item if key == "id" else _clipped(item, limit) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(_clipped(item, limit) for item in value[: max(limit // 20, 3)])
    if isinstance(value, str) and type(value) is str:
        return clip(value, limit)
    return value
