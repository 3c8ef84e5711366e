"""The report as GitHub workflow commands, which become annotations on the changed files.

GitHub keeps 10 errors, 10 warnings and 10 notices of a step and drops the rest unsaid: so the last of them says it.
"""

from juryroom_reviewers.finding import Severity
from juryroom_reviewers.report import Publication, Report, ReportedFinding, Verdict

from . import words
from .clean import block, clip, line, path
from .options import Options

MOST = 10
"""Annotations of each kind that GitHub keeps of one step."""
LONGEST = 2_000
"""Characters of one message."""

COMMANDS = {
    Severity.critical: "error",
    Severity.high: "error",
    Severity.medium: "warning",
    Severity.low: "notice",
    Severity.nit: "notice",
}


def render(report: Report, options: Options) -> str:
    """Write one command a line: the findings, best first, and in the end the verdict with what is left out."""
    closing = "warning" if report.verdict is Verdict.unclear or report.incomplete else "notice"
    room = {"error": MOST, "warning": MOST, "notice": MOST}
    room[closing] -= 1
    findings = options.findings(report)
    commands = []
    for finding in findings:
        kind = command(finding)
        if room[kind]:
            room[kind] -= 1
            commands.append(_annotation(kind, finding, report))
    commands.append(_closing(closing, report, options, unshown=len(findings) - len(commands)))
    return "\n".join(commands) + "\n"


def command(finding: ReportedFinding) -> str:
    """`error`, `warning` or `notice`. Errors are for what is published; the rest never blocks."""
    kind = COMMANDS[finding.severity]
    return "warning" if kind == "error" and finding.publication is not Publication.published else kind


def _annotation(kind: str, finding: ReportedFinding, report: Report) -> str:
    properties = {}
    if finding.path and finding.anchored:
        properties["file"] = path(finding.path)
        if finding.start_line:
            properties["line"] = str(finding.start_line)
            properties["endLine"] = str(max(finding.end_line or 0, finding.start_line))
    title = (f"{finding.severity} ({words.percent(finding.probability)})", finding.category, finding.cwe or "")
    properties["title"] = " ".join(map(line, title)).rstrip()
    said = words.PUBLICATIONS[finding.publication]
    names = ", ".join(words.member(supporter) for supporter in finding.supporters)
    parts = [
        line(finding.title) if finding.anchored else f"{line(finding.title)} ({words.place(finding)}, not anchored)",
        block(finding.rationale),
        f"Instead: {block(finding.suggestion)}" if finding.suggestion else "",
        f"({said})" if said else "",
        f"Reported by {words.support(finding, report)}: {names}",
        *(f"Against it: {words.member(one)}: {line(one.reason)}" for one in finding.dissent),
    ]
    return _command(kind, properties, "\n".join(part for part in parts if part))


def _closing(kind: str, report: Report, options: Options, *, unshown: int) -> str:
    findings = options.findings(report)
    parts = [
        line(report.reason),
        words.counts(findings) if findings else words.no_findings(report),
        f"{words.many(unshown, 'finding')} without an annotation" if unshown else "",
        f"not checked: {words.not_checked(report)}",
        f"held back: {words.held_back(report)}" if report.held_back and not options.show_all else "",
        *(f"incomplete: {line(reason)}" for reason in report.incomplete),
    ]
    title = f"juryroom: {words.VERDICTS[report.verdict].lower()}"
    return _command(kind, {"title": title}, "\n".join(part for part in parts if part))


def _command(kind: str, properties: dict[str, str], message: str) -> str:
    """One workflow command on one line, so that nothing in it can be taken for another."""
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {listed}::{_data(clip(message, LONGEST))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
