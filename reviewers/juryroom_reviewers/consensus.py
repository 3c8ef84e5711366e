"""How likely a merged finding is true: a sum of terms in log-odds, each of which can be told in words."""

import math
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from .ballot import Ballot, Vote
from .calibration import Calibration, logit
from .cluster import Cluster
from .priors import Priors, shipped
from .refutation import Outcome, Refutation
from .reliability import CLIP, Reliability, Speaker, Voice
from .reviewer import Method, Review, Seat
from .terms import CALIBRATION, Term, total
from .traits import NAMES, WORDS, traits
from .value import Value

# P(true | k method classes of analysers agree), on third-party labels (CodeQL's tests); no gain was seen past three.
_METHODS = (0.61, 0.81, 0.93)
# log-likelihood ratio of a static confirmation of what a model said
_STATIC = 3.0
# P(the claim stands | true) and P(it stands | false), after a model of another family has tried to disprove it
_STANDS_TRUE, _STANDS_FALSE = 0.85, 0.25
# votes within a family: the sum over 1 + (n - 1) times this
_WITHIN_FAMILY = 0.6
# families that have spoken -> how many independent ones they are worth; straight lines between (measured)
_CORRELATED = ((0, 0.0), (3, 3.0), (5, 4.5), (7, 4.55), (12, 5.4))


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
    terms: tuple[Term, ...] = ()
    """What it is made of."""
    dismissed: str | None = None
    """Who has dismissed it before, and why."""
    refutation: Refutation | None = None
    """The attempt to disprove it; None when none was made."""


class Learnt(Value):
    """What is known of reviewers and of our own probabilities; empty where nobody has labelled anything."""

    reliability: Reliability = Reliability()
    calibration: Calibration = Calibration()


NOTHING_LEARNT = Learnt()


def agree(
    merged: Cluster,
    ballots: Iterable[Ballot],
    reviews: Sequence[Review],
    refutations: Iterable[Refutation] = (),
    learnt: Learnt = NOTHING_LEARNT,
    priors: Priors | None = None,
) -> Agreement:
    """Weigh one cluster.

    Args:
        merged: the finding.
        ballots: all that were cast; those on other clusters are passed over.
        reviews: the whole panel, since who could have seen it and did not counts too. A reviewer whose categories
            do not include the finding's, and one that abstained, says nothing by its silence.
        refutations: all attempts to disprove a finding; those on other clusters are passed over.
        learnt: what labels have taught.
        priors: fitted numbers; those that ship when None.
    """
    order = {review.seat.name: number for number, review in enumerate(reviews)}
    members = sorted(merged.findings, key=lambda member: order.get(member.seat.name, len(order)))
    made = {member.seat.name: member.seat for member in members}
    attempt = next((one for one in refutations if one.cluster.representative == merged.representative), None)
    cast = [ballot for ballot in cast_on(merged, ballots) if not _superseded(ballot, attempt)]
    confirmed = {b.voter.name: b.voter for b in cast if b.vote is Vote.confirm}
    rejected = tuple(Dissenter(seat=b.voter, reason=b.reason) for b in cast if b.vote is Vote.reject)
    terms = explain(merged, cast, reviews, attempt, learnt, priors)
    return Agreement(
        cluster=merged,
        supporters=tuple({**made, **confirmed}.values()),
        dissent=(*rejected, *_refuter(attempt)),
        probability=total(terms),
        terms=terms,
        refutation=attempt,
    )


def cast_on(merged: Cluster, ballots: Iterable[Ballot]) -> list[Ballot]:
    """The valid ones on this cluster."""
    return [b for b in ballots if b.void is None and b.cluster.representative == merged.representative]


def refutation_odds(attempt: Refutation | None) -> float:
    """Log-likelihood ratio of an attempt to disprove; 0 where none was made, or it says nothing."""
    if attempt is None or attempt.outcome in (Outcome.void, Outcome.nobody):
        return 0.0
    if attempt.outcome is Outcome.stands:
        return math.log(_STANDS_TRUE / _STANDS_FALSE)
    return math.log((1 - _STANDS_TRUE) / (1 - _STANDS_FALSE))


def _superseded(ballot: Ballot, attempt: Refutation | None) -> bool:
    """Whether the voter went on to try to disprove it: its two answers are one opinion; the later counts."""
    if attempt is None or attempt.refuter is None or attempt.outcome in (Outcome.void, Outcome.nobody):
        return False
    return attempt.refuter.model == ballot.voter.model


def _refuter(attempt: Refutation | None) -> tuple[Dissenter, ...]:
    """Who has disproved it, with the place that does."""
    if attempt is None or attempt.outcome is not Outcome.refuted or attempt.refuter is None:
        return ()
    place = f"{attempt.location.path}:{attempt.location.start_line}: " if attempt.location else ""
    return (Dissenter(seat=attempt.refuter, reason=f"{place}{attempt.reason}"),)


def explain(
    merged: Cluster,
    cast: Sequence[Ballot],
    reviews: Sequence[Review],
    attempt: Refutation | None = None,
    learnt: Learnt = NOTHING_LEARNT,
    priors: Priors | None = None,
) -> tuple[Term, ...]:
    """The terms whose sum is the finding's log-odds; none where nothing was measured that could say.

    Where only analysers made it, their measured prior takes the place of agreement, reliability and text.
    """
    priors = priors or shipped()
    static = _static_odds(merged)
    names = ", ".join(
        sorted({member.seat.name for member in merged.findings if member.seat.method is not Method.model})
    )
    terms: list[Term] = []
    if any(member.seat.method is Method.model for member in merged.findings):
        terms += _panel_terms(merged, reviews, learnt, priors)
        if any(member.seat.method is not Method.model for member in merged.findings):
            odds = _STATIC + (max(0.0, static - logit(_METHODS[0])) if static is not None else 0.0)
            terms.append(
                Term(name="static", log_odds=odds, words=f"{names} says the same, by a rule and not by a guess")
            )
    elif static is None:
        return ()
    else:
        terms.append(
            Term(
                name="static",
                log_odds=static,
                words=f"how often what {names} says of such things was measured to be true",
            )
        )
    terms += _ballot_terms(merged, cast, learnt)
    if worth := refutation_odds(attempt):
        words = "a model of another family tried to disprove it and " + ("failed" if worth > 0 else "did")
        terms.append(Term(name="refutation", log_odds=worth, words=words))
    raw = sum(term.log_odds for term in terms)
    if change := learnt.calibration(raw) - raw:
        words = f"correction by {learnt.calibration.labels} labelled findings"
        terms.append(Term(name=CALIBRATION, log_odds=change, words=words))
    return tuple(terms)


def _static_odds(merged: Cluster) -> float | None:
    """Log-odds by the analysers alone: the best of each method class, and what agreement of classes adds."""
    best: dict[Method, float] = {}
    for member in merged.findings:
        method, measured = member.seat.method, member.finding.confidence
        if method is not Method.model and measured is not None:
            best[method] = max(best.get(method, -math.inf), logit(measured))
    if not best:
        return None
    agreeing = min(len(best), len(_METHODS))
    return max(best.values()) + logit(_METHODS[agreeing - 1]) - logit(_METHODS[0])


def _family(seat: Seat) -> str:
    return seat.family or seat.name


def _panel_terms(merged: Cluster, reviews: Sequence[Review], learnt: Learnt, priors: Priors) -> list[Term]:
    """Agreement of families, what is known of those who spoke and who were silent, and the text."""
    category = merged.representative.finding.category
    seats = {m.seat.name: m.seat for m in merged.findings if m.seat.method is Method.model}
    looked = {
        review.seat.name: review.seat
        for review in reviews
        if review.seat.method is Method.model and review.abstained is None and category in review.seat.categories
    }
    votes = _family_votes(seats.values())
    families = {_family(seat) for seat in (looked | seats).values()}
    for_it = len({_family(seat) for seat in seats.values()})
    terms = [
        Term(
            name="agreement",
            log_odds=_agreement_odds(votes, len(families), priors.agreement),
            words=_agreed(seats, for_it, len(families), votes),
        )
    ]
    discount = priors.reliability_slope * _correlation(len(families))
    reliability = priors.reliability.plus(learnt.reliability)
    for seat in sorted((looked | seats).values(), key=lambda seat: seat.name):
        said = seat.name in seats
        speaker = _speaker(seat, category, Voice.proposal)
        beyond = reliability.beyond_mean(speaker, said=said)
        if beyond:
            words = _known_of(seat.name, reliability.judged(speaker), beyond=beyond, said=said)
            # a family's next voice adds to agreement; what is known of it must not turn that into a loss
            terms.append(Term(name=f"reliability:{seat.name}", log_odds=discount * beyond, words=words))
    measured = traits(merged, reviews)
    for name in NAMES:
        trait = priors.traits.get(name)
        if trait is not None and trait.weight:
            above = measured[name] - trait.mean
            terms.append(Term(name=f"text:{name}", log_odds=trait.weight * above, words=WORDS[name][above < 0]))
    return terms


def _known_of(name: str, judged: tuple[float, float], *, beyond: float, said: bool) -> str:
    spoke = f"{name} {'said so' if said else 'was silent'}"
    worth = f"its word is worth {'more' if (beyond > 0) == said else 'less'} than usual"
    true, false = judged
    if not true + false:
        return f"{spoke}; {worth}, by what is known of its family"
    return f"{spoke}; {worth}: of {true + false:.3g} such findings of it that were judged, {true:.3g} were true"


def _agreed(seats: Collection[str], families: int, looked: int, votes: float) -> str:
    found = (
        f"{families} of {looked} model {'family' if looked == 1 else 'families'} that looked for such things found it"
    )
    if len(seats) > families:
        return f"{found}; models of a family make the same mistakes, so its {len(seats)} reviewers count as {votes:.2g}"
    return found if votes == len(seats) else f"{found}, with {votes:.2g} votes by their weights"


def _speaker(seat: Seat, category: str, voice: Voice) -> Speaker:
    return Speaker(reviewer=seat.name, family=seat.family, version=seat.version, category=category, voice=voice)


def _agreement_odds(votes: float, families: int, table: Sequence[Sequence[float]]) -> float:
    """Log-odds by `votes` of the families that looked; interpolated between whole votes.

    A panel larger than the table's last row is scaled down to it: seven of ten weigh as 3.5 of five.
    """
    size = max(families, 1)
    if size > len(table):
        votes, size = votes * len(table) / size, len(table)
    row = table[size - 1]
    low = min(max(math.floor(votes), 1), len(row))
    high = min(low + 1, len(row))
    share = min(max(votes - low, 0.0), 1.0)
    odds = logit(row[low - 1]) * (1 - share) + logit(row[high - 1]) * share
    return odds + (math.log(votes) if votes < 1 else 0.0)


def _family_votes(seats: Iterable[Seat]) -> float:
    """Votes counted by family: its members' weights over 1 + (n - 1) 0.6, as they make the same mistakes."""
    weights: dict[str, dict[str, float]] = {}
    for seat in seats:
        weights.setdefault(_family(seat), {})[seat.name] = seat.weight
    return sum(sum(w.values()) / (1 + (len(w) - 1) * _WITHIN_FAMILY) for w in weights.values())


def _correlation(families: int) -> float:
    """Share of the evidence that counts, since families find the same bugs; one more never makes the sum less."""
    for (low, worth), (high, next_worth) in pairwise(_CORRELATED):
        if families <= high:
            return (worth + (next_worth - worth) * (families - low) / (high - low)) / max(families, 1)
    return _CORRELATED[-1][1] / families


def _ballot_terms(merged: Cluster, cast: Sequence[Ballot], learnt: Learnt) -> list[Term]:
    """Log-likelihood ratio of the votes, discounted within each family and by the number of families."""
    category = merged.representative.finding.category
    families: dict[str, list[Ballot]] = {}
    for ballot in cast:
        if ballot.vote is not Vote.unsure:
            families.setdefault(_family(ballot.voter), []).append(ballot)
    terms = []
    for family, votes in sorted(families.items()):
        worth = [
            learnt.reliability.worth(_speaker(b.voter, category, Voice.ballot), said=b.vote is Vote.confirm)
            for b in votes
        ]
        odds = sum(worth) / (1 + (len(worth) - 1) * _WITHIN_FAMILY) * _correlation(len(families))
        confirmed = sum(b.vote is Vote.confirm for b in votes)
        words = f"asked again, {confirmed} of {len(votes)} of {family} confirmed it"
        terms.append(Term(name=f"ballots:{family}", log_odds=min(max(odds, -CLIP), CLIP), words=words))
    return terms
