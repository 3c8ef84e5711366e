"""What a probability is made of, and what feedback does to it."""

import math

import pytest

from juryroom_reviewers.anchor import anchor
from juryroom_reviewers.ballot import Ballot, Vote
from juryroom_reviewers.cluster import cluster
from juryroom_reviewers.consensus import NOTHING_LEARNT, Agreement, Learnt, agree
from juryroom_reviewers.learning import learn
from juryroom_reviewers.reviewer import Method, Review
from juryroom_reviewers.terms import total
from juryroom_reviewers.track_record import Counts, Labelled, Stand, Voter, tally
from tests.reviewers.build import analyser_seat, claim, context, model_seat, said

RED, BLUE, GREEN = (model_seat(family) for family in ("red", "blue", "green"))


def weighed(*reviews: Review, votes: tuple[Vote, ...] = (), learnt: Learnt = NOTHING_LEARNT) -> Agreement:
    (merged,) = cluster(anchor(reviews, context()))
    cast = [Ballot(voter=GREEN, cluster=merged, vote=vote, evidence="db.execute") for vote in votes]
    return agree(merged, cast, reviews, learnt=learnt)


def judged(correct: int, wrong: int, *, version: str = "", age_days: float = 0.0) -> list[Labelled]:
    voter = Voter(
        reviewer="red:large", persona="security", family="red", method=Method.model, version=version, stand=Stand.made
    )
    return [
        Labelled(category="security", voters=(voter,), correct=turn < correct, wanted=True, age_days=age_days)
        for turn in range(correct + wrong)
    ]


@pytest.mark.parametrize(
    "item",
    [
        weighed(said(RED, claim())),
        weighed(said(RED, claim()), said(BLUE, claim()), said(GREEN)),
        weighed(said(RED, claim()), said(BLUE, claim()), votes=(Vote.confirm, Vote.reject, Vote.unsure)),
        weighed(said(RED, claim()), said(analyser_seat(), claim(rule="S608", confidence=0.8))),
        weighed(said(analyser_seat(), claim(rule="S608", confidence=0.8)), votes=(Vote.confirm,)),
        weighed(said(RED, claim()), said(BLUE), learnt=learn(judged(2, 9))),
    ],
)
def test_the_terms_add_up_to_the_probability(item: Agreement) -> None:
    assert item.terms
    assert item.probability == total(item.terms)
    odds = sum(term.log_odds for term in item.terms)
    assert item.probability == pytest.approx(1 / (1 + math.exp(-odds)))


def test_each_term_says_what_was_seen() -> None:
    item = weighed(
        said(RED, claim()),
        said(model_seat("red", "performance", ("security",)), claim()),
        said(BLUE, claim()),
        said(analyser_seat(), claim(rule="S608", confidence=0.8)),
        votes=(Vote.reject,),
        learnt=learn(judged(1, 3)),
    )
    words = {term.name: term.words for term in item.terms}
    assert {"agreement", "static", "reliability:security@red:large", "ballots:green"} <= set(words)
    assert "its 3 reviewers count as" in words["agreement"]
    assert "worth less than usual" in words["reliability:security@red:large"]
    assert "ruff" in words["static"]
    assert "0 of 1 of green confirmed it" in words["ballots:green"]


def test_nothing_measured_has_no_terms_and_no_probability() -> None:
    item = weighed(said(analyser_seat(), claim(rule="S608")))
    assert (item.terms, item.probability) == ((), None)


def test_a_reviewer_that_was_wrong_before_is_believed_less_and_one_that_was_right_more() -> None:
    reviews = said(RED, claim()), said(BLUE)
    bad, other, none, good = (
        sum(term.log_odds for term in weighed(*reviews, learnt=learn(known)).terms)
        for known in (judged(0, 6), judged(0, 6, version="another prompt"), [], judged(6, 0))
    )
    assert bad < none < good
    # of another version its family's mean is known, which a record of its own takes the place of
    assert other < none
    assert (
        sum(t.log_odds for t in weighed(*reviews, learnt=learn([*judged(0, 6, version="x"), *judged(6, 0)])).terms)
        > other
    )


def test_labels_correct_probabilities_from_twenty_five_on_and_never_by_their_own_correction() -> None:
    item = weighed(said(RED, claim()), said(BLUE))
    cases = [
        Labelled(category="x", voters=(), correct=turn % 10 == 0, wanted=True, age_days=0, terms=item.terms)
        for turn in range(30)
    ]
    few, many = (weighed(said(RED, claim()), said(BLUE), learnt=learn(known)) for known in (cases[:20], cases))
    assert few.probability == item.probability
    assert many.probability is not None
    assert item.probability is not None
    assert abs(many.probability - 0.1) < abs(item.probability - 0.1)
    again = [case.model_copy(update={"terms": many.terms}) for case in cases]
    assert learn(again).calibration == learn(cases).calibration


def test_evidence_halves_in_ninety_days() -> None:
    (fresh,), (old,) = tally(judged(4, 2)).counts, tally(judged(4, 2, age_days=90)).counts
    assert (fresh.made_true, fresh.made_false) == (4, 2)
    assert (old.made_true, old.made_false) == pytest.approx((2, 1))


def test_correct_and_wanted_are_counted_apart_and_so_is_each_stand() -> None:
    def voter(name: str, stand: Stand) -> Voter:
        return Voter(reviewer=name, method=Method.model, version="1", stand=stand)

    voters = (voter("a", Stand.made), voter("b", Stand.confirmed), voter("c", Stand.rejected), voter("d", Stand.silent))
    cases = [
        Labelled(category="x", voters=voters, correct=True, wanted=True, age_days=0),
        Labelled(category="x", voters=voters, correct=True, wanted=False, age_days=0),
        Labelled(category="x", voters=voters, correct=False, wanted=False, age_days=0),
    ]
    assert tally(cases).counts == (
        Counts(reviewer="a", version="1", category="x", made_true=2, made_false=1, made_wanted=1),
        Counts(reviewer="b", version="1", category="x", confirmed_true=2, confirmed_false=1),
        Counts(reviewer="c", version="1", category="x", rejected_true=2, rejected_false=1),
        Counts(reviewer="d", version="1", category="x", silent_true=2, silent_false=1),
    )
