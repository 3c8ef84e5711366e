"""A finding as it is kept after its review: what was claimed and by whom, without code, prompts or secrets."""

from datetime import datetime

from juryroom_reviewers.finding import Severity
from juryroom_reviewers.report import Dissent, Publication, Supporter
from juryroom_reviewers.terms import Term
from juryroom_reviewers.track_record import Voter
from juryroom_reviewers.value import Value


class Anchor(Value):
    """Where a finding's code is in the history, so that a later commit that changes it can be recognised."""

    revision: str
    """A commit."""
    path: str
    """In that commit; where the finding is about uncommitted lines, the file that they are in."""
    start_line: int
    """In that commit. Of uncommitted lines: the lines that they stand for, or those before and behind them; 0 in a
    file that it doesn't have."""
    end_line: int
    lines: tuple[str, ...]
    """The first 8 hex digits of the SHA-256 of each line, without white space at its ends: at most 12, blank ones
    left out. Enough to see whether they still stand somewhere, and no code."""


class StoredFinding(Value):
    """The newest sighting of one finding of one repository."""

    id: str
    """As in reports: `jr-` and ten hex digits."""
    fingerprint: str
    run: str
    source: str
    """What was reviewed: `work tree against HEAD`."""
    first_seen: datetime
    seen_at: datetime
    path: str | None
    start_line: int | None
    end_line: int | None
    symbol: str | None
    title: str
    category: str
    severity: Severity
    cwe: str | None
    rule: str
    rationale: str
    probability: float | None
    threshold: float | None
    terms: tuple[Term, ...]
    publication: Publication
    dismissal: str | None
    blocking: bool
    supporters: tuple[Supporter, ...]
    dissent: tuple[Dissent, ...]
    voters: tuple[Voter, ...]
    """Everybody's stand over all reviews that saw it, each reviewer's newest but for silence."""
    anchor: Anchor | None
