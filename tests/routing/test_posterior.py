import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juryroom_server.routing.posterior import Check, CheckKind, Estimate, evidence, isotonic, learn, rate
from juryroom_server.routing.prior import before_outcomes
from juryroom_server.routing.reading import read
from juryroom_server.routing.router import Case
from juryroom_server.routing.threshold import Outcome, line

PASSED = (Check(kind=CheckKind.given_tests, passed=True),)
FAILED = (Check(kind=CheckKind.given_tests, passed=False),)
SILENT = (Check(kind=CheckKind.given_tests, passed=None),)


def answers(seed: int, number: int = 160) -> list[tuple[Case, tuple[Check, ...], bool]]:
    """Right answers pass; of the wrong ones those about lists pass too."""
    source = random.Random(seed)
    made: list[tuple[Case, tuple[Check, ...], bool]] = []
    for _ in range(number):
        about, right = source.choice(("list", "tree")), source.random() < 0.6
        checks = PASSED if right or about == "list" else FAILED
        vector = evidence(read(f"Balance the {about} of {source.randrange(99)} items").vector, checks)
        made.append((Case(vector, {"weak": float(right), "strong": 1.0}), checks, right))
    return made


def test_an_answer_that_fails_is_worth_less_than_one_that_passes_and_silence_lies_between():
    posterior = learn([case for case, _, _ in answers(1)], "weak", "strong")
    vector = read("Balance the tree of 7 items").vector
    failed, silent, passed = (posterior(checks, vector).p for checks in (FAILED, SILENT, PASSED))
    assert failed < 0.1
    assert passed > 0.9
    assert failed <= silent <= passed
    assert posterior.worth(FAILED, vector) > posterior.worth(PASSED, vector)
    assert posterior.accepts(PASSED, vector)
    assert not posterior.accepts(FAILED, vector)


def test_the_same_pass_says_less_where_wrong_answers_pass_too():
    posterior = learn([case for case, _, _ in answers(2)], "weak", "strong")
    tree, of_list = (posterior(PASSED, read(f"Balance the {one} of 7 items").vector) for one in ("tree", "list"))
    assert tree.p > of_list.p
    assert tree.lower < tree.p
    assert tree.n > 0


def test_probabilities_hold_on_answers_that_were_not_fitted():
    posterior = learn([case for case, _, _ in answers(3, 300)], "weak", "strong")
    fresh = answers(4, 300)
    stated = [
        posterior(PASSED, case.vector._replace(numbers=case.vector.numbers[:-9])).p
        for case, checks, _ in fresh
        if checks is PASSED
    ]
    right = [one for _, checks, one in fresh if checks is PASSED]
    assert statistics.mean(stated) == pytest.approx(statistics.mean(right), abs=0.08)


def test_with_no_answers_the_lower_bound_is_nothing():
    assert (rate(0, 0).lower, rate(0, 0).n) == (0, 0)
    assert rate(9, 10).lower < rate(90, 100).lower < 0.9


@given(st.lists(st.tuples(st.floats(-5, 5), st.integers(0, 1).map(float)), min_size=1, max_size=60))
def test_a_higher_score_never_has_a_lower_share(scored):
    steps = isotonic(scored)
    shares = [one.right / one.n for one in steps]
    assert shares == sorted(shares)
    assert sum(one.n for one in steps) == len(scored)


outcomes = st.lists(
    st.builds(Outcome, st.integers(-9, 9).map(float), st.integers(0, 1).map(float), st.integers(0, 1).map(float)),
    min_size=1,
    max_size=60,
)


@given(outcomes, st.floats(0.5, 1), st.floats(0, 3))
def test_a_margin_never_escalates_less(recorded, target, sigmas):
    assert line(recorded, target, sigmas) <= line(recorded, target, 0)


@given(outcomes, st.floats(0.5, 1))
def test_the_bar_keeps_the_target_on_the_tasks_it_was_drawn_from(recorded, target):
    bar = line(recorded, target, 0)
    kept = sum(one.strong if one.score >= bar else one.weak for one in recorded)
    assert kept >= target * sum(one.strong for one in recorded) - 1e-9


def test_before_any_outcome_only_given_tests_are_evidence_and_a_pass_is_no_proof():
    passed = before_outcomes(PASSED)
    assert 0.8 < passed.lower < passed.p < 0.9
    assert before_outcomes(FAILED).p < 0.01
    assert before_outcomes(SILENT) == before_outcomes(()) == Estimate(p=0.5, lower=0.0, n=0)
    assert before_outcomes((Check(kind=CheckKind.parses, passed=True),)).lower == 0
    assert before_outcomes(PASSED, base=0.2).p < passed.p
