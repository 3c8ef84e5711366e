"""The words that all formats for people share."""

from collections.abc import Iterable
from decimal import Decimal

from juryroom_reviewers.change import Skipped
from juryroom_reviewers.finding import Severity
from juryroom_reviewers.refutation import Outcome
from juryroom_reviewers.report import Publication, Report, ReportedFinding, ReviewerStatus, Supporter, Verdict
from juryroom_reviewers.reviewer import Method

from .clean import line, path

VERDICTS = {
    Verdict.approve: "Approved",
    Verdict.comment: "Comment",
    Verdict.request_changes: "Changes requested",
    Verdict.unclear: "Unclear",
}

PUBLICATIONS = {
    Publication.published: "",
    Publication.human_look: "needs a human look",
    Publication.below_threshold: "below the threshold",
    Publication.over_cap: "over the cap",
    Publication.non_production: "outside production",
    Publication.outside_change: "outside the change",
    Publication.unanchored: "quoting code that is not there",
    Publication.dismissed: "dismissed before",
}
"""What is to be said of a finding besides what it says; nothing when it is simply published."""

LISTED_REASONS = 8
NAMED_PATHS = 3
"""So many files of a kind are named, the others counted."""
CENT = Decimal("0.01")


def many(count: int, noun: str) -> str:
    """`1 finding`, `1,200 findings`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def percent(probability: float | None) -> str:
    """The probability rounded to 5 %, which is more than is known of it; never 0 or 100; `p ?` when unknown."""
    if probability is None:
        return "p ?"
    rounded = int(probability * 20 + 0.5) * 5
    if rounded > 95:  # noqa: PLR2004 - the last step below certainty
        return ">95 %"
    return f"{rounded} %" if rounded else "<5 %"


def place(finding: ReportedFinding) -> str:
    """`path:line`, which terminals and editors make clickable; only the path where the line is unknown."""
    if finding.path is None:
        return "no place given"
    name = path(finding.path)
    return name if finding.start_line is None else f"{name}:{finding.start_line}"


def counts(findings: Iterable[ReportedFinding]) -> str:
    """`3 findings (1 high, 2 low)`, or `no findings`."""
    severities = [finding.severity for finding in findings]
    if not severities:
        return "no findings"
    each = [f"{severities.count(severity)} {severity}" for severity in Severity if severity in severities]
    return f"{many(len(severities), 'finding')} ({', '.join(each)})"


def judges(report: Report) -> tuple[ReviewerStatus, ...]:
    """The reviewers that gave an opinion."""
    return tuple(reviewer for reviewer in report.reviewers if reviewer.status == "done")


def member(supporter: Supporter | ReviewerStatus) -> str:
    """A reviewer's name; of an analyser also how it looks."""
    name = line(supporter.name if isinstance(supporter, ReviewerStatus) else supporter.reviewer)
    if supporter.model is not None and not name.endswith(line(supporter.model)):
        name += f" (answered by {line(supporter.model)})"
    return name if supporter.method is Method.model else f"{name} ({supporter.method})"


def support(finding: ReportedFinding, report: Report) -> str:
    """`2 of 5`: of those that gave an opinion."""
    return f"{len(finding.supporters)} of {max(len(judges(report)), len(finding.supporters))}"


def no_findings(report: Report) -> str:
    """What an empty list means: who has looked, and never that all is well."""
    seats = judges(report)
    if not seats and report.verdict is Verdict.approve:
        return "There was nothing to review."
    if not seats:
        return "No reviewer gave an opinion: nothing is known about this change."
    return f"No findings by {many(len(seats), 'reviewer')}: {', '.join(member(seat) for seat in seats)}."


def is_empty(report: Report) -> bool:
    """True when there was no change at all, so that who kept silent about it is no news."""
    about = report.coverage
    nothing = not (report.findings or report.incomplete or about.files or about.skipped or about.partial)
    return nothing and report.verdict is Verdict.approve


def held_back(report: Report) -> str:
    """`3 below the threshold, 1 over the cap`; empty when nothing is held back."""
    return ", ".join(f"{count:,} {PUBLICATIONS[reason]}" for reason, count in report.held_back.items())


def dollars(cost: Decimal | None) -> str:
    """`$0.0123`, `$2.50`, `cost unknown`."""
    if cost is None:
        return "cost unknown"
    if 0 < cost < CENT / 100:
        return "<$0.0001"
    return f"${cost:,.2f}" if cost >= 1 or not cost else f"${cost:.4f}"


def cost(report: Report) -> str:
    """What the models took, as far as it is known."""
    if not any(reviewer.method is Method.model for reviewer in report.reviewers):
        return "no model was asked"
    tokens = report.usage.input_tokens, report.usage.output_tokens
    read, written = ("unknown" if count is None else f"{count:,}" for count in tokens)
    paid = "unknown" if report.usage.cost_usd is None else dollars(report.usage.cost_usd)
    if (open_ := report.unsettled).calls:
        most = "an unknown amount" if open_.most_usd is None else f"at most {dollars(open_.most_usd)}"
        paid += f" and {most} for {many(open_.calls, 'call')} without an answer"
    return f"{paid}, tokens {read} in, {written} out{saved(report)}"


def saved(report: Report) -> str:
    """`; the cache saved $0.0123`; empty where it saved nothing."""
    usd = report.usage.saved_usd
    if usd is None:
        return "; the cache saved an amount that is not known"
    return f"; the cache saved {dollars(usd)}" if usd else ""


def by_reason(skipped: Iterable[Skipped]) -> list[str]:
    """`12 files: lock file (a.lock, b.lock, c.lock and 9 more)`, the largest group first."""
    groups: dict[str, list[str]] = {}
    for entry in skipped:
        groups.setdefault(line(entry.reason), []).append(path(entry.path))
    rows = []
    for reason, paths in sorted(groups.items(), key=lambda group: -len(group[1])):
        if len(paths) == 1:
            rows.append(f"{paths[0]}: {reason}")
            continue
        rest = len(paths) - NAMED_PATHS
        named = ", ".join(paths[:NAMED_PATHS]) + (f" and {rest:,} more" if rest > 0 else "")
        rows.append(f"{many(len(paths), 'file')}: {reason} ({named})")
    if more := len(rows[LISTED_REASONS:]):
        rows[LISTED_REASONS:] = [f"and {many(more, 'other reason')}, see --format json"]
    return rows


def not_checked(report: Report) -> str:
    """What this review can't speak for; never empty."""
    if is_empty(report):
        return "nothing, since the change is empty"
    gaps = []
    if report.coverage.skipped:
        gaps.append(f"{many(len(report.coverage.skipped), 'file')} skipped")
    if report.coverage.partial:
        gaps.append(f"{many(len(report.coverage.partial), 'file')} read in part")
    if silent := len(report.reviewers) - len(judges(report)):
        gaps.append(f"{silent} of {many(len(report.reviewers), 'reviewer')} gave no opinion")
    if not any(reviewer.method is Method.model for reviewer in report.reviewers):
        gaps.append("whatever no rule describes (no model was asked)")
    return "; ".join(gaps) or "no file and no reviewer was left out; code outside of them was not judged"


def tested(finding: ReportedFinding) -> str:
    """What came of trying to disprove a finding, in one line; empty where nobody tried, or where it is dissent."""
    made = finding.refutation
    if made is None or made.outcome is Outcome.refuted:
        return ""
    reason = line(made.reason, 500)
    if made.outcome is Outcome.nobody:
        return f"nobody could try to disprove it: {reason}"
    who = line(made.model or made.reviewer or "a model")
    if made.outcome is Outcome.void:
        return f"{who} tried to disprove it, without a usable answer: {reason}"
    return f"{who} tried to disprove it and could not: {reason}"
