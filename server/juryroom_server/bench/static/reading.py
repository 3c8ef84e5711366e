"""Let every engine, and the panel of those that come with juryroom, read code; what each says and what it takes."""

import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from juryroom_reviewers.anchor import anchor
from juryroom_reviewers.change import ChangeSet, FileChange, Status
from juryroom_reviewers.cluster import cluster
from juryroom_reviewers.consensus import Agreement, agree
from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.decision import Bar, publish
from juryroom_reviewers.patch import whole
from juryroom_reviewers.reviewer import Review, Reviewer

from ... import analysers
from .alert import Alert
from .labels import Record

AT_ONCE = 300
"""Files in one change."""
PANEL = "panel"
NO_CAP = Bar(max_findings=sys.maxsize, max_per_file=sys.maxsize)
Seated = Callable[[analysers.Workspace], tuple[Reviewer, ...]]


class Reading(NamedTuple):
    """What was said of some code."""

    lines: int
    alerts: dict[str, list[Alert]]
    """By engine; the panel's own are under `panel`."""
    cpu_s: dict[str, float]
    """Seconds of CPU by engine, child processes included; the panel's are those of its members and of merging."""
    problems: tuple[str, ...]
    """Engines that did not read, and why."""

    def by_record(self, engine: str) -> dict[str, list[Alert]]:
        """The alerts of one engine by record."""
        found: dict[str, list[Alert]] = defaultdict(list)
        for alert in self.alerts.get(engine, ()):
            found[alert.id].append(alert)
        return found


async def read_labelled(records: Sequence[Record], rivals: Seated) -> Reading:
    """Read labelled code under names that say nothing, so that no path is taken for a test.

    The two versions of a pair are never in one change: each would be a copy of the other.

    Args:
        records: what to read.
        rivals: engines that are measured beside the panel.
    """
    files = [(record.id, f"src/r{number:05}{record.suffix}", record.code) for number, record in enumerate(records)]
    benign = {record.id for record in records if record.benign}
    parts = [
        half[start : start + AT_ONCE]
        for half in ([f for f in files if f[0] not in benign], [f for f in files if f[0] in benign])
        for start in range(0, len(half), AT_ONCE)
    ]
    return await read_texts(parts, rivals)


async def read_texts(parts: Iterable[Sequence[tuple[str, str, str]]], rivals: Seated) -> Reading:
    """Read changes that add files.

    Args:
        parts: one change each: id, path and text of its files.
        rivals: engines that are measured beside the panel.
    """
    lines, problems = 0, dict[str, None]()
    alerts: dict[str, list[Alert]] = defaultdict(list)
    cpu: dict[str, float] = defaultdict(float)
    for part in parts:
        ids = {path: key for key, path, _ in part}
        change = ChangeSet(source="labelled code", files=tuple(_added(path, text) for _, path, text in part))
        lines += sum(len(file.lines) for file in change.files)
        context = ReviewContext(change=change)
        members: list[Review] = []
        async with analysers.workspace(change) as tree:
            for engine in analysers.seated(tree):
                review, seconds = await _timed(engine, context)
                cpu[PANEL] += seconds
                members.append(review)
                _take(review, seconds, ids, alerts, cpu, problems)
            for engine in rivals(tree):
                review, seconds = await _timed(engine, context)
                _take(review, seconds, ids, alerts, cpu, problems)
        started = _cpu_s()
        alerts[PANEL] += _merged(members, context, ids)
        cpu[PANEL] += _cpu_s() - started
    return Reading(lines, dict(alerts), dict(cpu), tuple(problems))


def _added(path: str, text: str) -> FileChange:
    return FileChange(path=path, status=Status.added, hunks=tuple(one.hunk for one in whole(text)), text=text)


async def _timed(engine: Reviewer, context: ReviewContext) -> tuple[Review, float]:
    started = _cpu_s()
    review = await engine.review(context)
    return review, _cpu_s() - started


def _cpu_s() -> float:
    """Seconds of CPU that this process and those that it waited for have taken."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def _take(
    review: Review,
    seconds: float,
    ids: Mapping[str, str],
    alerts: dict[str, list[Alert]],
    cpu: dict[str, float],
    problems: dict[str, None],
) -> None:
    name = review.seat.name
    cpu[name] += seconds
    if review.failed:
        problems[f"{name}: {review.abstained}"] = None
    for finding in review.findings:
        if place := finding.location:
            alerts[name].append(
                Alert(
                    id=ids[place.path],
                    line=place.start_line,
                    end_line=place.end_line,
                    cwe=(finding.cwe,) if finding.cwe else (),
                    persona=finding.category,
                    engine=name,
                    rule=finding.rule or "",
                    probability=finding.confidence,
                )
            )


def _merged(reviews: Sequence[Review], context: ReviewContext, ids: Mapping[str, str]) -> list[Alert]:
    """What the pipeline makes of it: anchored, merged, weighed."""
    merged = [agree(one, (), reviews) for one in cluster(anchor(reviews, context))]
    outcome = publish(merged, NO_CAP)
    return [alert for item, publication in outcome for alert in _alert(item, ids, shown=publication.shown)]


def _alert(item: Agreement, ids: Mapping[str, str], *, shown: bool) -> list[Alert]:
    first = item.cluster.representative
    place = first.location or first.finding.location
    if place is None:
        return []
    members = item.cluster.findings
    return [
        Alert(
            id=ids[place.path],
            line=place.start_line,
            end_line=place.end_line,
            cwe=tuple(dict.fromkeys(one.finding.cwe for one in members if one.finding.cwe)),
            persona=first.finding.category,
            engine="+".join(sorted({one.seat.name for one in members})),
            rule=f"{first.seat.name}/{first.finding.rule}",
            methods=len({one.seat.method for one in members}),
            probability=item.probability,
            shown=shown,
        )
    ]
