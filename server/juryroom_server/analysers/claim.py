"""From an engine's alert to a finding: the words and weights come from our tables, the place from the engine."""

from juryroom_reviewers.change import FileChange, Skipped
from juryroom_reviewers.finding import Finding, Location, Severity
from juryroom_reviewers.reviewer import Review, Seat
from juryroom_reviewers.value import Value

from .precision import prior

QUOTED_LINES = 5


class Note(Value):
    """What is said of an alert, whichever engine raised it."""

    title: str
    category: str
    severity: Severity
    cwe: str | None = None
    why: str
    instead: str | None = None


def claim(
    seat: Seat, file: FileChange, lines: tuple[int, int], rule: str, note: Note, *, quote_lines: int = QUOTED_LINES
) -> Finding | None:
    """The finding of one alert.

    Args:
        seat: who says so.
        file: where.
        lines: first and last line of the new version, from 1.
        rule: the engine's own name for it.
        note: what is said.
        quote_lines: how many lines to quote at most; 0 for what must not be repeated.

    Returns:
        None when the lines are not in the file: such an alert is about nothing that a reader could look at.
    """
    first, last = lines[0], max(lines)
    if not 1 <= first <= len(file.lines):
        return None
    last = min(last, len(file.lines))
    return Finding(
        title=note.title,
        severity=note.severity,
        category=note.category,
        location=Location(path=file.path, start_line=first, end_line=last),
        quote="\n".join(file.lines[first - 1 : min(last, first - 1 + quote_lines)]),
        rationale=note.why,
        suggestion=note.instead,
        confidence=prior(seat.name, note.category, note.cwe, rule),
        cwe=note.cwe,
        rule=rule,
    )


def reviewed(
    seat: Seat, findings: list[Finding], *, unread: tuple[Skipped, ...] = (), notes: tuple[str, ...] = ()
) -> Review:
    """The review of an engine that ran; by place, and each finding once."""
    unique = {(f.location, f.rule): f for f in findings}

    def place(finding: Finding) -> tuple[str, int, str]:
        where = finding.location
        return (where.path, where.start_line, finding.rule or "") if where else ("", 0, finding.rule or "")

    return Review(seat=seat, findings=tuple(sorted(unique.values(), key=place)), unread=unread, notes=notes)


def nothing_to_read(seat: Seat, unread: tuple[Skipped, ...] = ()) -> Review:
    """The review of an engine that reads none of the change's languages, or none of the files that are in them."""
    reason = "none of the files can be read" if unread else "no file in a language that it reads"
    return Review(seat=seat, abstained=reason, unread=unread)


def broken(seat: Seat, reason: str) -> Review:
    """The review of an engine that failed."""
    return Review(seat=seat, abstained=reason, failed=True)
