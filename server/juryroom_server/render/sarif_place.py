"""The parts of a SARIF log that say where a finding is, and what it says."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from juryroom_reviewers.finding import Step
from juryroom_reviewers.report import Report, ReportedFinding

from . import words
from .clean import block, line, source

Json = dict[str, Any]

ROOT = "%SRCROOT%"

_UNPAIRED = re.compile("[\ud800-\udc7f\udd00-\udfff]")


def is_placed(finding: ReportedFinding) -> bool:
    """True when it is known where in the repository the finding is."""
    parts = (finding.path or "/").replace("\\", "/").split("/")
    return finding.anchored and finding.start_line is not None and parts[0] != "" and ".." not in parts


def uri(name: str) -> str:
    """A repository-relative path as a URI reference: percent-encoded, in git's own bytes where they are no UTF-8."""
    return quote(_UNPAIRED.sub("\ufffd", name).encode("utf-8", "surrogateescape"), safe="/")


def location(finding: ReportedFinding) -> Json:
    """The place of a finding that has one, with its code where all of it is known."""
    start = finding.start_line or 1
    end = max(finding.end_line or start, start)
    region: Json = {"startLine": start, "endLine": end}
    rows = source(finding.excerpt)
    if len(rows) > end - start:
        region["snippet"] = {"text": "\n".join(rows[: end - start + 1])}
    artifact = {"uri": uri(finding.path or ""), "uriBaseId": ROOT}
    found: Json = {"physicalLocation": {"artifactLocation": artifact, "region": region}}
    if finding.symbol:
        found["logicalLocations"] = [{"fullyQualifiedName": line(finding.symbol)}]
    return found


def code_flow(flow: Sequence[Step]) -> Json:
    """The way of data through the code, source first."""
    steps = []
    for step in flow:
        region = {"startLine": step.location.start_line, "endLine": step.location.end_line}
        artifact = {"uri": uri(step.location.path), "uriBaseId": ROOT}
        place = {"artifactLocation": artifact, "region": region}
        steps.append({"location": {"physicalLocation": place, "message": {"text": plain(line(step.says))}}})
    return {"threadFlows": [{"locations": steps}]}


def message(finding: ReportedFinding, report: Report) -> str:
    """What is wrong, why, what to do instead, who says so and who does not."""
    parts = [line(finding.title), block(finding.rationale)]
    if finding.suggestion:
        parts.append(f"Instead: {block(finding.suggestion)}")
    if said := words.PUBLICATIONS[finding.publication]:
        parts.append(f"This finding is {said}." if finding.publication.shown is False else f"It {said}.")
    names = ", ".join(words.member(supporter) for supporter in finding.supporters)
    parts.append(f"Reported by {words.support(finding, report)} reviewers: {names}")
    parts.extend(f"Against it: {words.member(one)}: {line(one.reason)}" for one in finding.dissent)
    return plain("\n\n".join(part for part in parts if part))


def plain(text: str) -> str:
    """Text in which no viewer sees an embedded link: SARIF makes `[words](target)` one."""
    return text.replace("](", "] (")
