"""The report for a terminal: the verdict, the findings, and then everything that is needed to weigh them."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from juryroom_reviewers.finding import Severity
from juryroom_reviewers.model import NOTHING_USED
from juryroom_reviewers.report import Publication, Report, ReportedFinding, ReviewerStatus, Verdict

from . import words
from .clean import block, clip, line, source
from .options import Options
from .page import HEADING, Page

if TYPE_CHECKING:
    from rich.text import Text

VERDICT_STYLES = {
    Verdict.approve: "bold green",
    Verdict.comment: "bold cyan",
    Verdict.request_changes: "bold red",
    Verdict.unclear: "bold yellow",
}
SEVERITY_STYLES = {
    Severity.critical: "bold reverse red",
    Severity.high: "bold red",
    Severity.medium: "bold yellow",
    Severity.low: "cyan",
    Severity.nit: "dim",
}
STATUS_STYLES = {"done": "green", "abstained": "yellow", "failed": "bold red"}

INDENT = 4
LABEL = 10
"""Columns of the words before a paragraph of a finding (`why`, `instead`)."""
STATUS = 11
"""Columns of `done`, `abstained` or `failed`."""
SEAT_COLUMNS = 30
"""With less room than this, what there is to say of a seat stands behind its name instead of in a column."""
BAR = 10
BAR_FROM_WIDTH = 72
"""On a narrower terminal the bar gives way to the title."""
CODE_LINES = 12
LONGEST_PROSE = 2_000


def render(report: Report, options: Options) -> str:
    """Write the report for people at a terminal, or for a pipe."""
    page = Page(options)
    findings = options.findings(report)
    if words.is_empty(report):
        page.add(page.text(f"Nothing to review: {line(report.reason)} ({line(report.source)})"))
        page.entry("notes", [page.text(line(note, LONGEST_PROSE)) for note in report.notes])
        return page.finished()
    _head(page, report, findings)
    for number, finding in enumerate(findings, 1):
        _finding(page, number, finding, report)
    page.add()
    if report.held_back and not options.show_all:
        page.entry("held back", [page.text(f"{words.held_back(report)}; --all shows them")])
    _panel(page, report)
    page.entry("not reviewed", map(page.text, words.by_reason(report.coverage.skipped)))
    page.entry("read in part", map(page.text, words.by_reason(report.coverage.partial)))
    page.entry("notes", [page.text(line(note, LONGEST_PROSE)) for note in report.notes])
    page.entry("cost", [page.text(f"{words.cost(report)}; {report.seconds:.1f} s")])
    page.entry("not checked", [page.text(words.not_checked(report))])
    return page.finished()


def _head(page: Page, report: Report, findings: tuple[ReportedFinding, ...]) -> None:
    verdict = words.VERDICTS[report.verdict]
    page.add(page.text((verdict, VERDICT_STYLES[report.verdict]), f": {line(report.reason)}"))
    heard = f"{len(words.judges(report))} of {words.many(len(report.reviewers), 'reviewer')}"
    files = words.many(len(report.coverage.files), "file")
    about = [words.counts(findings)] if findings else []
    page.add(page.text((" · ".join([*about, heard, f"{files} read", line(report.source)]), "dim")))
    for reason in report.incomplete:
        page.add(page.text(("Incomplete: ", "bold yellow"), line(reason)))
    if not findings:
        page.add()
        page.add(page.text(words.no_findings(report)))


def _finding(page: Page, number: int, finding: ReportedFinding, report: Report) -> None:
    page.add()
    lead = page.text((f"{number:>2}  ", "dim"), (f"{finding.severity:<8}", SEVERITY_STYLES[finding.severity]), "  ")
    lead.append(f"{words.percent(finding.probability):>5}  ", "bold")
    if page.width >= BAR_FROM_WIDTH:
        lead.append_text(_bar(page, finding.probability)).append("  ")
    page.add(page.text((line(finding.title), "bold")), first=lead, indent=lead.cell_len)
    page.add(_meta(page, finding), indent=INDENT)
    _code(page, finding)
    _field(page, words.support(finding, report), ", ".join(words.member(one) for one in finding.supporters), "green")
    for one in finding.dissent:
        _field(page, "against", f"{words.member(one)}: {line(one.reason, LONGEST_PROSE)}", "magenta")
    _field(page, "tested", words.tested(finding))
    _field(page, "dismissed", finding.dismissal or "")
    _field(page, "why", finding.rationale)
    _field(page, "instead", finding.suggestion or "")


def _meta(page: Page, finding: ReportedFinding) -> Text:
    meta = page.text((words.place(finding), "bold cyan"))
    if finding.symbol:
        meta.append(f" in {line(finding.symbol)}")
    made_up = (finding.category, f"{finding.category}/{finding.cwe}")  # a rule that says no more than the two before
    for part in (finding.category, finding.cwe, None if finding.rule in made_up else finding.rule):
        if part:
            meta.append(f" · {line(part)}", "dim")
    if not finding.anchored and finding.publication is not Publication.unanchored:
        meta.append(" · not anchored: the code it quotes was not found", "yellow")
    if said := words.PUBLICATIONS[finding.publication]:
        meta.append(f" · {said}", "bold yellow")
    return meta


def _bar(page: Page, probability: float | None) -> Text:
    """Ten columns, to half a column; empty when the probability is unknown."""
    halves = 0 if probability is None else int(probability * 2 * BAR + 0.5)
    full = "━" * (halves // 2) + "╸" * (halves % 2)
    return page.text((full, "bold"), ("─" * (BAR - len(full)) if probability is not None else " " * BAR, "dim"))


def _code(page: Page, finding: ReportedFinding) -> None:
    rows = dedent("\n".join(source(finding.excerpt))).split("\n") if finding.excerpt.strip() else []
    start = finding.start_line
    end = start if start is None else max(finding.end_line or start, start)
    digits = len(str((start or 0) + len(rows[:CODE_LINES])))
    if rows:
        page.add()
    for offset, row in enumerate(rows[:CODE_LINES]):
        number = None if start is None else start + offset
        marked = number is not None and end is not None and number <= end
        gutter = f"{' ' * INDENT}{'>' if marked else ' '} {'' if number is None else number:>{digits}} │ "
        page.cut(page.text((gutter, "red" if marked else "dim"), (row, "" if marked else "dim")))
    if len(rows) > CODE_LINES:
        more = words.many(len(rows) - CODE_LINES, "more line")
        page.cut(page.text((f"{' ' * (INDENT + digits + 2)} … {more}", "dim")))
    if rows:
        page.add()


def _field(page: Page, label: str, body: str, style: str = "dim") -> None:
    shown = clip(block(body), LONGEST_PROSE)
    if shown:
        lead = page.text(" " * INDENT, (f"{label:<{LABEL}}", style))
        page.add(page.text(shown), first=lead, indent=lead.cell_len)


def _panel(page: Page, report: Report) -> None:
    """One row a reviewer: what became of it, its name, and what there is to say, in a column where there is room."""
    if not report.reviewers:
        return
    names = [page.text(words.member(reviewer)) for reviewer in report.reviewers]
    longest = max(name.cell_len for name in names)
    start = HEADING + STATUS
    column = start + min(longest, page.width * 2 // 5) + 2
    for number, (reviewer, name) in enumerate(zip(report.reviewers, names, strict=True)):
        heading = page.text((f"{'' if number else 'reviewers':<{HEADING}}", "bold"))
        lead = heading.append(f"{reviewer.status:<{STATUS}}", STATUS_STYLES[reviewer.status])
        if page.width - column < SEAT_COLUMNS:
            page.add(name.append(f": {_seat(reviewer)}"), first=lead, indent=start)
            continue
        name.truncate(column - start - 2, overflow="ellipsis", pad=True)
        page.add(page.text(_seat(reviewer)), first=lead.append_text(name).append("  "), indent=column)


def _seat(reviewer: ReviewerStatus) -> str:
    said = words.many(reviewer.findings, "finding") if reviewer.status == "done" else reviewer.reason
    parts = [f"{reviewer.seconds:.1f} s", line(said or "no reason given")]
    if reviewer.model is not None and (reviewer.status == "done" or reviewer.usage != NOTHING_USED):
        parts.append(words.dollars(reviewer.usage.cost_usd))
    if reviewer.unread:
        parts.append(f"{words.many(len(reviewer.unread), 'file')} unread")
    parts.extend(line(note) for note in reviewer.notes)
    return ", ".join(parts)
