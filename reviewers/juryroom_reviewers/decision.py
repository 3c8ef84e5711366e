"""What to show, and the verdict: pure functions of the findings and of coverage."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pydantic import Field

from .consensus import Agreement
from .finding import Severity
from .refutation import Outcome
from .report import Publication, ReportedFinding, Verdict
from .reviewer import Method, Review
from .value import Value

THRESHOLDS = {
    Severity.critical: 0.25,
    Severity.high: 0.40,
    Severity.medium: 0.55,
    Severity.low: 0.75,
    Severity.nit: 0.90,
}
"""Least probability p at which showing a finding is worth it, p V >= (1 - p) C: C / (V + C), where C is what a false
alarm costs the reader, and V what the finding is worth when it is true. The defaults; users set their own."""

BLOCK_AT = 0.85
"""Least probability at which a finding alone asks for changes."""
BLOCKING = (Severity.critical, Severity.high)


_CHEAPEST_ALARM = 0.01
"""A threshold of 0 says that alarms cost nothing, which leaves nothing to rank by."""
UNKNOWN = 0.61
"""What an unknown probability counts as when findings are ranked: that of any lone analyser. It is never shown."""


class Bar(Value):
    """What keeps noise down."""

    max_findings: int = 7
    max_per_file: int = 3
    non_production: frozenset[str] = frozenset()
    """Paths in the change that never run in production: only what is critical is shown there."""
    thresholds: Mapping[Severity, float] = Field(default=THRESHOLDS)
    """One for each severity, 0 to 1."""


def worth(item: Agreement, bar: Bar) -> float:
    """Expected worth of showing a finding, p V / C, by which findings are ranked."""
    threshold = max(bar.thresholds[item.cluster.severity], _CHEAPEST_ALARM)
    p = UNKNOWN if item.probability is None else item.probability
    return p * (1 - threshold) / threshold


def publish(agreements: Iterable[Agreement], bar: Bar) -> tuple[tuple[Agreement, Publication], ...]:
    """Rank the findings, best first, and say of each whether it is shown, and if not, why."""
    ranked = sorted(agreements, key=lambda item: (-round(worth(item, bar), 6), _place(item)))
    shown: Counter[str] = Counter()
    looks = 0
    outcome = []
    for item in ranked:
        publication = _publication(item, bar)
        path = item.cluster.representative.location
        if publication is Publication.published:
            file = path.path if path else ""
            if shown.total() >= bar.max_findings or shown[file] >= bar.max_per_file:
                publication = Publication.over_cap
            else:
                shown[file] += 1
        elif publication is Publication.human_look:
            looks += 1
            publication = publication if looks <= bar.max_findings else Publication.over_cap
        outcome.append((item, publication))
    return tuple(sorted(outcome, key=lambda pair: _PLACES.index(pair[1])))


_PLACES = tuple(Publication)


def _place(item: Agreement) -> tuple[str, int, str]:
    """By which equals are ordered."""
    first = item.cluster.representative
    place = first.location or first.finding.location
    return (place.path, place.start_line, first.fingerprint) if place else ("", 0, first.fingerprint)


def _publication(item: Agreement, bar: Bar) -> Publication:  # noqa: PLR0911 - one return a rule, in their order
    first, severity = item.cluster.representative, item.cluster.severity
    if item.dismissed:
        return Publication.dismissed
    severe_security = severity in BLOCKING and first.finding.category == "security"
    if not first.anchored:
        agreed = severe_security and len(item.supporters) > 1 and first.in_file
        return Publication.human_look if agreed else Publication.unanchored
    if not any(member.in_change for member in item.cluster.findings):
        return Publication.outside_change
    if first.location and first.location.path in bar.non_production and severity is not Severity.critical:
        return Publication.non_production
    if item.probability is None:
        # nothing was measured: its severity alone decides whether it is worth a look
        return Publication.published if severity.rank >= Severity.medium.rank else Publication.below_threshold
    if item.probability >= bar.thresholds[severity]:
        return Publication.published
    return Publication.human_look if severe_security else Publication.below_threshold


def blocks(item: Agreement, publication: Publication) -> bool:
    """Whether a finding alone asks for changes: severe, sure, on a changed line, and not by models' word alone.

    Besides agreement there must be a proof: static evidence, or an attempt to disprove it that has failed. Where no
    such attempt could be made (no family was left, or a quick review), models of three families must have agreed; that
    nobody is left to doubt it is then their number's doing.
    """
    if publication not in (Publication.published, Publication.over_cap) or not may_block(item):
        return False
    tried = item.refutation.outcome if item.refutation else Outcome.nobody
    families = {seat.family for seat in item.supporters if seat.method is Method.model}
    unanimous = tried is not Outcome.refuted and len(families) >= _FAMILIES_TO_BLOCK
    return static_proof(item) or tried is Outcome.stands or unanimous


def may_block(item: Agreement) -> bool:
    """Whether a finding is severe, sure and in its place: all that it takes to block, but for the proof."""
    sure = item.probability is not None and item.probability >= BLOCK_AT
    changed = any(member.in_change for member in item.cluster.findings)
    here = changed and item.cluster.representative.anchored and not item.dismissed
    return sure and here and item.cluster.severity in BLOCKING


def static_proof(item: Agreement) -> bool:
    """Whether an analyser has found it, too."""
    return any(member.seat.method is not Method.model for member in item.cluster.findings)


_FAMILIES_TO_BLOCK = 3


def verdict(  # noqa: PLR0911 - one return a rule, in the order in which they apply
    findings: Sequence[ReportedFinding], reviews: Sequence[Review], *, reviewed: int, skipped: int, unread: int
) -> tuple[Verdict, str]:
    """The verdict and its reason.

    Args:
        findings: all of them; the cap on what is shown changes nothing about those that block.
        reviews: the whole panel.
        reviewed: number of files that at least one reviewer has read.
        skipped: number of files that nobody was given.
        unread: number of files that were given to reviewers and that nobody has read.
    """
    shown = [finding for finding in findings if finding.publication.shown]
    blocking = [finding for finding in findings if finding.blocking]
    done = [review for review in reviews if review.abstained is None]
    failed = [review for review in reviews if review.failed or review.lost]
    models = [review for review in reviews if review.seat.method is Method.model]
    if not reviewed and not unread:
        return (Verdict.unclear, f"nothing was reviewed: all {_files(skipped)} skipped") if skipped else _NO_CHANGE
    if blocking:
        hidden = sum(not finding.publication.shown for finding in blocking)
        rest = f" ({hidden} of them over the cap)" if hidden else ""
        return Verdict.request_changes, f"{_findings(len(blocking))} to settle before this goes in{rest}"
    if not done or not reviewed:
        return Verdict.unclear, f"nobody has reviewed it: {_why(reviews)}"
    if models and all(review.failed for review in models):
        return Verdict.unclear, f"no model has answered: {_why(models)}"
    if shown:
        return Verdict.comment, f"{_findings(len(shown))} worth a look"
    if failed:
        return Verdict.comment, f"no findings, but {len(failed)} of {len(reviews)} reviewers did not finish"
    if unread:
        return Verdict.comment, f"no findings, but nobody could read {_files(unread)}"
    held = len(findings)
    nothing = f"nothing above the bar ({_findings(held)} held back)" if held else "no findings"
    return Verdict.approve, f"{nothing} by {len(done)} {'reviewer' if len(done) == 1 else 'reviewers'}"


_NO_CHANGE = (Verdict.approve, "the change is empty")


def _why(reviews: Iterable[Review]) -> str:
    reasons = Counter(review.abstained or "" for review in reviews)
    return "; ".join(reason for reason, _ in reasons.most_common(2)) or "no reviewer was seated"


def _findings(number: int) -> str:
    return f"{number} finding" + ("" if number == 1 else "s")


def _files(number: int) -> str:
    return f"{number} file" + ("" if number == 1 else "s")
