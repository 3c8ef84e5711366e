import pytest
from hypothesis import given
from hypothesis import strategies as st

from juryroom_reviewers.anchor import anchor
from juryroom_reviewers.ballot import Ballot, Vote
from juryroom_reviewers.calibration import sigmoid
from juryroom_reviewers.cluster import Cluster, cluster
from juryroom_reviewers.consensus import Learnt, agree, explain
from juryroom_reviewers.finding import Finding
from juryroom_reviewers.priors import shipped
from juryroom_reviewers.reliability import Record, Reliability
from juryroom_reviewers.reviewer import Method, Review, Seat
from tests.reviewers.build import analyser_seat, claim, context, model_seat, said

RED, GREEN, BLUE = (model_seat(family) for family in ("red", "green", "blue"))
STATIC = claim("SQL built from a string", quote="", rule="S608", confidence=0.61)


def weigh(*reviews: Review, ballots: tuple[Ballot, ...] = ()) -> float | None:
    (merged,) = cluster(anchor(reviews, context()))
    return agree(merged, ballots, reviews).probability


def merged(*reviews: Review) -> Cluster:
    (only,) = cluster(anchor(reviews, context()))
    return only


@pytest.mark.parametrize(
    ("reviews", "size", "votes"),
    [
        ([said(RED, claim())], 1, 1),
        ([said(RED, claim()), said(GREEN)], 2, 1),
        ([said(RED, claim()), said(GREEN, claim())], 2, 2),
        ([said(RED, claim()), said(GREEN), said(BLUE)], 3, 1),
        ([said(RED, claim()), said(GREEN, claim()), said(BLUE)], 3, 2),
        ([said(RED, claim()), said(GREEN, claim()), said(BLUE, claim())], 3, 3),
    ],
)
def test_agreement_of_families_has_its_measured_probability(reviews: list[Review], size: int, votes: int) -> None:
    terms = {term.name: term.log_odds for term in explain(merged(*reviews), (), reviews)}
    assert sigmoid(terms["agreement"]) == pytest.approx(shipped().agreement[size - 1][votes - 1])


def test_the_terms_add_up_to_the_probability_that_is_shown() -> None:
    reviews = [said(RED, claim()), said(GREEN, claim()), said(BLUE), said(analyser_seat(), STATIC)]
    on = merged(*reviews)
    cast = [vote(BLUE, on, Vote.reject)]
    terms = explain(on, cast, reviews)
    assert {"agreement", "static", "ballots:blue"} <= {term.name for term in terms}
    assert agree(on, cast, reviews).probability == pytest.approx(sigmoid(sum(term.log_odds for term in terms)))
    assert all(term.words for term in terms)


@given(st.integers(1, 14), st.integers(1, 14))
def test_one_more_agreeing_family_never_lowers_the_probability(votes: int, silent: int) -> None:
    seats = [model_seat(f"family{n}") for n in range(votes + silent)]
    before = [said(seat, claim()) for seat in seats[:votes]] + [said(seat) for seat in seats[votes:]]
    speaks_up = [*before[:votes], said(seats[votes], claim()), *before[votes + 1 :]]
    joins = [*before, said(model_seat("newcomer"), claim())]
    p = weigh(*before)
    assert p is not None
    for after in (speaks_up, joins):
        raised = weigh(*after)
        assert raised is not None
        assert raised >= p - 1e-9


@given(st.integers(0, 8))
def test_one_more_confirming_family_never_lowers_the_probability(voters: int) -> None:
    reviews = (said(RED, claim()),)
    on = merged(*reviews)
    ballots = [vote(model_seat(f"family{n}"), on, Vote.confirm) for n in range(voters + 1)]
    fewer, more = (agree(on, cast, reviews).probability for cast in (ballots[:-1], ballots))
    assert fewer is not None
    assert more is not None
    assert more >= fewer - 1e-9


def test_what_labels_taught_of_a_reviewer_moves_its_findings_and_is_told() -> None:
    reviews = [said(RED, claim()), said(GREEN)]
    record = Record(reviewer=RED.name, family="red", true_said=40, true_all=50, false_said=2, false_all=50)
    learnt = Learnt(reliability=Reliability(records=(record,)))
    on = merged(*reviews)
    known, unknown = (agree(on, (), reviews, learnt=knowledge).probability for knowledge in (learnt, Learnt()))
    assert known is not None
    assert unknown is not None
    assert known > unknown
    assert f"reliability:{RED.name}" in {term.name for term in explain(on, (), reviews, learnt=learnt)}
    assert Learnt.model_validate_json(learnt.model_dump_json()) == learnt


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        ([Method.lexical], 0.61),
        ([Method.lexical, Method.structural], 0.81),
        ([Method.lexical, Method.structural, Method.dataflow], 0.93),
        ([Method.lexical, Method.lexical], 0.61),
    ],
)
def test_agreement_of_method_classes_has_its_measured_probability(methods: list[Method], expected: float) -> None:
    reviews = [said(analyser_seat(f"engine{n}", method), STATIC) for n, method in enumerate(methods)]
    assert weigh(*reviews) == pytest.approx(expected)


def test_who_does_not_look_for_such_things_or_abstained_says_nothing_by_its_silence() -> None:
    alone = weigh(said(RED, claim()))
    other_eyes = said(model_seat("green", "performance"))
    away = Review(seat=BLUE, abstained="no answer", failed=True)
    assert weigh(said(RED, claim()), other_eyes, away) == alone


def test_two_members_of_one_family_count_for_less_than_two_families() -> None:
    sister = model_seat("red", "privacy", ("security",))
    panel = [said(GREEN), said(BLUE)]
    one = weigh(said(RED, claim()), *panel)
    family = weigh(said(RED, claim()), said(sister, claim()), *panel)
    two = weigh(said(RED, claim()), said(GREEN, claim()), said(BLUE))
    assert one is not None
    assert family is not None
    assert two is not None
    assert one < family < two


def test_the_same_finding_fifty_times_is_one_vote() -> None:
    once = weigh(said(RED, claim()), said(GREEN), said(BLUE))
    assert weigh(said(RED, *[claim()] * 50), said(GREEN), said(BLUE)) == pytest.approx(once)


def test_every_further_supporter_raises_the_probability() -> None:
    ruff, sg = said(analyser_seat(), STATIC), said(analyser_seat("ast-grep", Method.structural), STATIC)
    ladder = [
        weigh(said(RED, claim()), said(GREEN), said(BLUE)),
        weigh(said(RED, claim()), said(GREEN), said(BLUE), ruff),
        weigh(said(RED, claim()), said(GREEN), said(BLUE), ruff, sg),
        weigh(said(RED, claim()), said(GREEN, claim()), said(BLUE), ruff, sg),
    ]
    numbers = [p for p in ladder if p is not None]
    assert len(numbers) == 4
    assert numbers == sorted(set(numbers))
    assert weigh(ruff) < numbers[1]  # type: ignore[operator]  # measured above, so not None


def test_what_only_an_unmeasured_analyser_says_has_no_probability() -> None:
    finding = STATIC.model_copy(update={"confidence": None})
    assert weigh(said(analyser_seat(), finding)) is None


def vote(voter: Seat, on: Cluster, kind: Vote, void: str | None = None) -> Ballot:
    return Ballot(voter=voter, cluster=on, vote=kind, reason="line 5 says so", void=void)


def test_a_confirmation_raises_a_rejection_lowers_and_a_void_or_unsure_vote_does_nothing() -> None:
    reviews = (said(RED, claim()),)
    on = merged(*reviews)
    plain = agree(on, (), reviews).probability
    assert plain is not None

    def with_vote(kind: Vote, void: str | None = None) -> float:
        value = agree(on, (vote(GREEN, on, kind, void),), reviews).probability
        assert value is not None
        return value

    assert with_vote(Vote.reject) < plain < with_vote(Vote.confirm)
    assert with_vote(Vote.unsure) == plain
    assert with_vote(Vote.reject, void="its evidence is not in the file") == plain


def test_voters_become_supporters_or_dissenters_with_their_reason() -> None:
    reviews = (said(RED, claim()),)
    on = merged(*reviews)
    result = agree(on, (vote(GREEN, on, Vote.confirm), vote(BLUE, on, Vote.reject)), reviews)
    assert [seat.family for seat in result.supporters] == ["red", "green"]
    assert [(d.seat.family, d.reason) for d in result.dissent] == [("blue", "line 5 says so")]


def test_a_ballot_on_another_finding_counts_nothing_here() -> None:
    reviews = (said(RED, claim()),)
    other: Finding = claim("Total overflows", quote="result += price", category="correctness")
    elsewhere = merged(said(RED, other))
    assert agree(merged(*reviews), (vote(GREEN, elsewhere, Vote.reject),), reviews).dissent == ()
