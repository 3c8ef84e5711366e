"""The report: everything that is known after a review, as one JSON document that others build on."""

from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import Field

from .change import Skipped
from .finding import Severity, Step
from .model import Usage
from .refutation import Outcome
from .reviewer import Method
from .terms import Term
from .value import Value

SCHEMA_VERSION = "1.1"
"""Of the JSON report: the second number grows with new fields, the first when a reader must change."""


class Verdict(StrEnum):
    """GitHub's review events; and `unclear` when nobody could say."""

    approve = "approve"
    comment = "comment"
    request_changes = "request_changes"
    unclear = "unclear"


class Publication(StrEnum):
    """Whether a finding is shown by default, and if not, why."""

    published = "published"
    human_look = "human_look"
    """Shown although its probability is too low: severe security, or severe and impossible to anchor. Never blocks."""
    below_threshold = "below_threshold"
    over_cap = "over_cap"
    non_production = "non_production"
    """In a file that never runs in production (tests, examples, as configured), and not critical."""
    outside_change = "outside_change"
    """About lines that the change did not touch."""
    unanchored = "unanchored"
    """The code that it quotes is not in the file."""
    dismissed = "dismissed"
    """Somebody has judged it to be wrong, or not worth fixing; `dismissal` says when."""

    @property
    def shown(self) -> bool:
        """True for what a reader sees without asking for all."""
        return self in (Publication.published, Publication.human_look)


class Supporter(Value):
    """A reviewer that made the finding, or confirmed it on a ballot."""

    reviewer: str
    persona: str | None = None
    model: str | None = None
    family: str | None = None
    method: Method
    version: str = ""
    """Of the words that it judged by, or of the engine."""
    ballot: bool = False
    """True when it did not make the finding, and voted on it."""


class Dissent(Supporter):
    """A reviewer that was asked and disagreed. Silence is no dissent."""

    reason: str


class Attempt(Value):
    """What came of trying to disprove a finding."""

    outcome: Outcome
    reviewer: str | None = None
    """Who tried; None when no model was left of a family that does not support the finding."""
    model: str | None = None
    family: str | None = None
    reason: str = ""
    evidence: str = ""
    """The code that it rests on, which stands in the file."""
    path: str | None = None
    line: int | None = Field(default=None, ge=1)
    looked_up: tuple[str, ...] = ()
    """What it asked to see besides the code around the finding."""


class ReportedFinding(Value):
    """One defect, merged over all reviewers that saw it."""

    id: str
    """Short and stable: survives moved lines; `jr-` and ten hex digits."""
    path: str | None
    start_line: int | None = Field(ge=1)
    """Lines of the new file, from 1; None where the finding could not be anchored."""
    end_line: int | None = Field(ge=1)
    title: str
    severity: Severity
    category: str
    cwe: str | None = None
    rule: str = ""
    """Stable id for SARIF: an analyser's `ruff/S608`, or `security/CWE-89` where only models saw it."""
    probability: float | None = Field(default=None, ge=0, le=1)
    """That it is true. None is unknown, not zero."""
    threshold: float | None = None
    """Least probability at which one so severe is shown, by the settings of the review."""
    terms: tuple[Term, ...] = ()
    """What the probability is made of; empty where it is unknown."""
    dismissal: str | None = None
    """Who has dismissed it, and why."""
    anchored: bool
    """True when its code stands in the reviewed version of the file."""
    in_change: bool
    """True when it is about lines that the change touched."""
    blocking: bool = False
    """True when this finding alone makes the verdict request_changes."""
    publication: Publication = Publication.published
    supporters: tuple[Supporter, ...] = ()
    dissent: tuple[Dissent, ...] = ()
    refutation: Attempt | None = None
    """None when nobody was asked to disprove it."""
    rationale: str = ""
    suggestion: str | None = None
    symbol: str | None = None
    """The definition around it."""
    excerpt: str = ""
    """The code itself, at most a few lines from `start_line` on."""
    flow: tuple[Step, ...] = ()
    """The way of the data from source to sink, where a reviewer has followed it."""
    fingerprint: str = ""
    """SHA-256 (hex) of category, path, code and definition, without line numbers."""


class ReviewerStatus(Value):
    """What became of one seat."""

    name: str
    persona: str | None = None
    model: str | None = None
    family: str | None = None
    method: Method
    version: str = ""
    """Of the persona and its prompt, or of the engine."""
    categories: tuple[str, ...] = ()
    """What it looks for."""
    status: Literal["done", "abstained", "failed"]
    """`abstained`: it had a reason not to judge; `failed`: it broke or ran out of time. Neither is an approval."""
    reason: str | None = None
    seconds: float = 0.0
    usage: Usage
    findings: int = 0
    """How many it made, before merging."""
    unread: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()


class Coverage(Value):
    """What was read by whom at least in part, and what was not."""

    files: tuple[str, ...] = ()
    """Files that at least one reviewer has read."""
    skipped: tuple[Skipped, ...] = ()
    partial: tuple[Skipped, ...] = ()
    """Files that were read by some reviewers only, or in part, and why."""


class Unsettled(Value):
    """Calls of models that gave no answer, and may be billed all the same."""

    calls: int = 0
    most_usd: Decimal | None = Decimal(0)
    """What they can have cost at most, which budgets count as spent; None: unknown."""


class Report(Value):
    """The outcome of one review: all findings, best first, and everything that a reader needs to weigh them."""

    schema_version: str = SCHEMA_VERSION
    verdict: Verdict
    reason: str
    source: str
    """What was reviewed: `work tree against HEAD`."""
    findings: tuple[ReportedFinding, ...] = ()
    reviewers: tuple[ReviewerStatus, ...] = ()
    coverage: Coverage = Coverage()
    usage: Usage
    """Of all calls whose cost can be known, those for seats that did not finish included."""
    unsettled: Unsettled = Unsettled()
    """The others."""
    incomplete: tuple[str, ...] = ()
    """Why less was reviewed than asked for (deadline, budget, failed seats); empty when all went well."""
    deadline_reached: bool = False
    """True when time ended it before all were done."""
    budget_reached: bool = False
    """True when a call was not made, because it could have exceeded a budget."""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def shown(self) -> tuple[ReportedFinding, ...]:
        """The findings that a reader sees by default, best first."""
        return tuple(finding for finding in self.findings if finding.publication.shown)

    @property
    def held_back(self) -> dict[Publication, int]:
        """How many findings are not shown by default, by reason."""
        counts: dict[Publication, int] = {}
        for finding in self.findings:
            if not finding.publication.shown:
                counts[finding.publication] = counts.get(finding.publication, 0) + 1
        return counts
