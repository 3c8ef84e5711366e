"""How likely a merged finding is true: votes by family and method class, with measured priors."""

import math
from collections.abc import Iterable, Sequence

from .ballot import Ballot, Vote
from .cluster import Cluster
from .reviewer import Method, Review, Seat
from .value import Value

# P(true | k of n reviewers made it), each with the whole change before it. n = 3 from recorded reviews of 50 pull
# requests by AI review products, panels of one product per vendor; n = 1 and 2 from the 30 of them that are open,
# merged by word overlap. See docs/decisions/0003-consensus.md.
_FAMILIES = {1: (0.38,), 2: (0.26, 0.62), 3: (0.16, 0.54, 0.88)}
# P(true | k method classes of analysers agree), on third-party labels (CodeQL's tests); no gain was seen past three.
_METHODS = (0.61, 0.81, 0.93)
# log-likelihood ratio of a static confirmation of what a model said
_STATIC = 3.0
# P(confirm | true) and P(confirm | false) of a ballot
_BALLOT_TRUE, _BALLOT_FALSE = 0.80, 0.30
# votes within a family: the sum over 1 + (n - 1) times this
_WITHIN_FAMILY = 0.6
_MAX_FAMILIES = 3


class Dissenter(Value):
    """Who was asked and disagreed, and why."""

    seat: Seat
    reason: str


class Agreement(Value):
    """A cluster with what the panel thinks of it."""

    cluster: Cluster
    supporters: tuple[Seat, ...]
    dissent: tuple[Dissenter, ...] = ()
    probability: float | None
    """That it is true, 0 to 1; None where nothing was measured that could say."""


def agree(merged: Cluster, ballots: Iterable[Ballot], reviews: Sequence[Review]) -> Agreement:
    """Weigh one cluster.

    Args:
        merged: the finding.
        ballots: all that were cast; those on other clusters are passed over.
        reviews: the whole panel, since who could have seen it and did not counts too. A reviewer whose categories
            do not include the finding's, and one that abstained, says nothing by its silence.
    """
    made = {member.seat.name: member.seat for member in merged.findings}
    cast = [b for b in ballots if b.void is None and b.cluster.representative == merged.representative]
    confirmed = {b.voter.name: b.voter for b in cast if b.vote is Vote.confirm}
    rejected = tuple(Dissenter(seat=b.voter, reason=b.reason) for b in cast if b.vote is Vote.reject)
    return Agreement(
        cluster=merged,
        supporters=tuple({**made, **confirmed}.values()),
        dissent=rejected,
        probability=probability(merged, cast, reviews),
    )


def probability(merged: Cluster, cast: Sequence[Ballot], reviews: Sequence[Review]) -> float | None:
    """That a finding is true.

    logit(p) = prior by families (k of n) + static confirmation + ballots; where only analysers made it, their measured
    prior takes the place of the first two. None when only analysers made it and none of them has a measured precision.
    """
    static = _static_odds(merged)
    families = _family_votes([member.seat for member in merged.findings if member.seat.method is Method.model])
    if families:
        odds = _model_odds(merged, families, reviews)
        if any(member.seat.method is not Method.model for member in merged.findings):
            odds += _STATIC + (max(0.0, static - _logit(_METHODS[0])) if static is not None else 0.0)
    elif static is None:
        return None
    else:
        odds = static
    return 1 / (1 + math.exp(-(odds + _ballot_odds(cast))))


def _static_odds(merged: Cluster) -> float | None:
    """Log-odds by the analysers alone: the best of each method class, and what agreement of classes adds."""
    best: dict[Method, float] = {}
    for member in merged.findings:
        method, measured = member.seat.method, member.finding.confidence
        if method is not Method.model and measured is not None:
            best[method] = max(best.get(method, -math.inf), _logit(measured))
    if not best:
        return None
    agreeing = min(len(best), len(_METHODS))
    return max(best.values()) + _logit(_METHODS[agreeing - 1]) - _logit(_METHODS[0])


def _model_odds(merged: Cluster, votes: float, reviews: Sequence[Review]) -> float:
    """Log-odds by `votes` of the families that looked for such things; interpolated between whole votes."""
    category = merged.representative.finding.category
    looked = {
        review.seat.family or review.seat.name
        for review in reviews
        if review.seat.method is Method.model and review.abstained is None and category in review.seat.categories
    }
    made = {m.seat.family or m.seat.name for m in merged.findings if m.seat.method is Method.model}
    row = _FAMILIES[min(max(len(looked | made), 1), _MAX_FAMILIES)]
    low = min(max(math.floor(votes), 1), len(row))
    high = min(low + 1, len(row))
    share = min(max(votes - low, 0.0), 1.0)
    odds = _logit(row[low - 1]) * (1 - share) + _logit(row[high - 1]) * share
    return odds + (math.log(votes) if votes < 1 else 0.0)


def _family_votes(seats: Iterable[Seat]) -> float:
    """Votes counted by family: its members' weights over 1 + (n - 1) 0.6, as they make the same mistakes."""
    weights: dict[str, dict[str, float]] = {}
    for seat in seats:
        weights.setdefault(seat.family or seat.name, {})[seat.name] = seat.weight
    return sum(sum(w.values()) / (1 + (len(w) - 1) * _WITHIN_FAMILY) for w in weights.values())


def _ballot_odds(cast: Sequence[Ballot]) -> float:
    """Log-likelihood ratio of the votes, discounted within each family."""
    confirm = math.log(_BALLOT_TRUE / _BALLOT_FALSE)
    reject = math.log((1 - _BALLOT_TRUE) / (1 - _BALLOT_FALSE))
    families: dict[str, list[float]] = {}
    for ballot in cast:
        if ballot.vote is not Vote.unsure:
            worth = confirm if ballot.vote is Vote.confirm else reject
            families.setdefault(ballot.voter.family or ballot.voter.name, []).append(worth)
    return sum(sum(votes) / (1 + (len(votes) - 1) * _WITHIN_FAMILY) for votes in families.values())


def _logit(p: float) -> float:
    p = min(max(p, 1e-6), 1 - 1e-6)
    return math.log(p / (1 - p))
