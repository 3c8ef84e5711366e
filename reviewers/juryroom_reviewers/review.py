"""The pipeline: from a change and a panel to a report."""

import math
import time
from collections.abc import Sequence

from .anchor import anchor
from .ballot import Ballot, Juror, poll
from .cluster import cluster
from .consensus import NOTHING_LEARNT, Agreement, Learnt, agree
from .context import ReviewContext
from .decision import BLOCKING, Bar, may_block, publish
from .depth import Depth
from .dismissal import Dismissal, dismiss
from .excuse import excuse
from .panel import Observer, convene, ignore_progress
from .refutation import Challenge, Refutation
from .refute import refute
from .report import Report
from .reporting import Word, report
from .repository import NOWHERE, Repository
from .reviewer import Reviewer
from .value import Value


class Plan(Value):
    """How to review."""

    depth: Depth = Depth.standard
    deadline_s: float = math.inf
    spent_s: float = 0.0
    """Seconds of the deadline that went into reading the change."""
    bar: Bar = Bar()
    dismissals: tuple[Dismissal, ...] = ()
    """What was dismissed in this repository before."""
    learnt: Learnt = NOTHING_LEARNT
    """What judged findings have taught of reviewers."""
    notes: tuple[str, ...] = ()


GREY = (0.15, 0.85)
"""Probabilities between which a vote can change what is done about a finding."""
MAX_POLLED = 12
"""Findings put to the vote in one review, the most worthwhile first."""
MAX_REFUTED = 12
"""Findings that one review tries to disprove: those about to block first, then the most worthwhile."""


async def review(
    context: ReviewContext,
    reviewers: Sequence[Reviewer],
    jurors: Sequence[Juror] = (),
    plan: Plan = Plan(),
    *,
    repository: Repository = NOWHERE,
    observer: Observer = ignore_progress,
) -> Report:
    """Review a change: read in parallel and blind, anchor, merge, vote, try to disprove, weigh, decide.

    Args:
        context: what everybody reads.
        reviewers: the panel.
        jurors: models that may vote on others' findings, or try to disprove them.
        plan: depth, deadline and bar.
        repository: what those who try to disprove a finding may look up besides the change.
        observer: told of each review as it comes in.
    """
    started = time.monotonic()
    reviews = await convene(reviewers, context, deadline_s=plan.deadline_s, spent_s=plan.spent_s, observer=observer)
    clusters = cluster(anchor(reviews, context))

    def weigh() -> tuple[Agreement, ...]:
        agreed = [agree(merged, ballots, reviews, refutations, plan.learnt) for merged in clusters]
        return excuse(dismiss(agreed, plan.dismissals), context)

    def left() -> float:
        return plan.deadline_s - plan.spent_s - (time.monotonic() - started)

    ballots: tuple[Ballot, ...] = ()
    refutations: tuple[Refutation, ...] = ()
    weighed = weigh()
    polled = [item.cluster for item in _to_poll(weighed, plan)] if jurors else []
    if polled and left() > 0:
        ballots = await poll(polled, jurors, context, deadline_s=left())
        weighed = weigh()
    challenges = [_challenge(item, ballots) for item in _to_refute(weighed, plan)] if jurors else []
    if challenges and left() > 0:
        refutations = await refute(challenges, jurors, context, repository, deadline_s=left())
        weighed = weigh()
    seconds = plan.spent_s + time.monotonic() - started
    words: tuple[Word, ...] = (*ballots, *refutations)
    return report(context, reviews, words, weighed, bar=plan.bar, notes=plan.notes, seconds=seconds)


def _to_poll(agreements: Sequence[Agreement], plan: Plan) -> list[Agreement]:
    if plan.depth is Depth.quick:
        return []
    low, high = GREY if plan.depth is Depth.standard else (0.0, 1.0)
    votable = [a for a in agreements if a.cluster.representative.anchored and not a.dismissed]
    grey = [a for a in votable if a.probability is None or low <= a.probability <= high]
    bar = plan.bar.model_copy(update={"max_findings": MAX_POLLED, "max_per_file": MAX_POLLED})
    return [item for item, _ in publish(grey, bar)][:MAX_POLLED]


def _to_refute(agreements: Sequence[Agreement], plan: Plan) -> list[Agreement]:
    """Standard: what is about to block. Deep: also what is severe, or neither clear nor hopeless."""
    if plan.depth is Depth.quick:
        return []
    low, high = GREY
    blocking = [item for item in agreements if may_block(item)]
    doubtful = [
        item
        for item in agreements
        if plan.depth is Depth.deep
        and item.cluster.representative.anchored
        and not item.dismissed
        and not may_block(item)
        and (item.probability is None or low <= item.probability <= high or item.cluster.severity in BLOCKING)
    ]
    bar = plan.bar.model_copy(update={"max_findings": MAX_REFUTED, "max_per_file": MAX_REFUTED})
    return [item for group in (blocking, doubtful) for item, _ in publish(group, bar)][:MAX_REFUTED]


def _challenge(item: Agreement, ballots: Sequence[Ballot]) -> Challenge:
    voters = tuple(b.voter for b in ballots if b.cluster.representative == item.cluster.representative)
    return Challenge(cluster=item.cluster, supporters=item.supporters, voters=voters)
