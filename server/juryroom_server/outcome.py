"""From a report to an exit code."""

from enum import IntEnum

from juryroom_reviewers.finding import Severity
from juryroom_reviewers.report import Publication, Report, ReportedFinding, Verdict


class Exit(IntEnum):
    """The exit codes, as ruff and semgrep use them; 3 and 130 are told apart from an error."""

    clean = 0
    """No findings at or above the bar."""
    findings = 1
    error = 2
    """Usage, configuration, or a defect of juryroom."""
    partial = 3
    """Less was reviewed than asked for, and no finding was at or above the bar."""
    interrupted = 130


def at_or_above(report: Report, bar: Severity | None) -> tuple[ReportedFinding, ...]:
    """The findings that count against a change: probable, anchored in it, and severe enough; shown or over the cap."""
    if bar is None:
        return ()
    return tuple(
        finding
        for finding in report.findings
        if finding.publication in (Publication.published, Publication.over_cap)
        and (finding.probability is None or finding.threshold is None or finding.probability >= finding.threshold)
        and finding.anchored
        and finding.in_change
        and finding.severity.rank >= bar.rank
    )


def exit_code(report: Report, bar: Severity | None, *, fail_closed: bool) -> Exit:
    """Say how a review ended.

    Args:
        report: the outcome.
        bar: findings at or above it are failures; None: none are.
        fail_closed: a seat that failed makes the review partial, even if the others went on.
    """
    if at_or_above(report, bar):
        return Exit.findings
    if (
        report.deadline_reached
        or report.budget_reached
        or report.verdict is Verdict.unclear
        or (fail_closed and report.incomplete)
    ):
        return Exit.partial
    return Exit.clean
