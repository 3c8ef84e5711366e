import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juryroom_reviewers.calibration import Calibration, calibrate, sigmoid
from juryroom_reviewers.reliability import Record, Reliability, Speaker, Voice


def overconfident(number: int) -> list[tuple[float, bool]]:
    """Log-odds twice as far from 0 as they should be."""
    rng = random.Random(7)
    odds = [rng.uniform(-2, 2) for _ in range(number)]
    return [(2 * x, rng.random() < sigmoid(x)) for x in odds]


def test_few_labels_change_nothing() -> None:
    assert calibrate(overconfident(24))(3.0) == 3.0


@pytest.mark.parametrize("number", [200, 2_000])
def test_labels_bring_an_overconfident_score_towards_the_truth(number: int) -> None:
    calibration = calibrate(overconfident(number))
    assert calibration.labels == number
    for odds in (-2.5, 2.5):
        assert abs(calibration(odds) - odds / 2) < abs(odds / 2)


def test_labels_that_all_say_the_same_teach_no_slope() -> None:
    assert calibrate([(0.1 * n, True) for n in range(40)]) == Calibration(labels=40)


@given(st.lists(st.tuples(st.floats(-6, 6), st.booleans()), min_size=25, max_size=260))
def test_calibration_never_turns_the_order_round(cases: list[tuple[float, bool]]) -> None:
    calibration = calibrate(cases)
    values = [calibration(x / 4) for x in range(-40, 41)]
    assert all(low <= high + 1e-9 for low, high in itertools.pairwise(values))


def test_a_few_cases_move_a_reviewer_less_than_many() -> None:
    def says(scale: int) -> float:
        record = Record(reviewer="a", true_said=4 * scale, true_all=5 * scale, false_said=0, false_all=5 * scale)
        return Reliability(records=(record,)).worth(Speaker(reviewer="a"), said=True)

    assert Reliability().worth(Speaker(reviewer="a"), said=True) < says(1) < says(10) <= 2.5


def test_a_new_version_starts_at_its_familys_mean() -> None:
    old = Record(reviewer="a", family="f", version="1", true_said=45, true_all=50, false_said=5, false_all=50)
    stranger = Record(reviewer="b", family="g", true_said=10, true_all=50, false_said=30, false_all=50)
    known = Reliability(records=(old, stranger))
    fresh = known.rates(Speaker(reviewer="a", family="f", version="2"))
    assert fresh == known.rates(Speaker(reviewer="c", family="f"))
    assert fresh[0] > known.rates(Speaker(reviewer="c", family="h"))[0]


def test_votes_teach_nothing_about_proposals() -> None:
    votes = Record(reviewer="a", voice=Voice.ballot, true_said=50, true_all=50, false_all=50)
    assert Reliability(records=(votes,)).worth(Speaker(reviewer="a"), said=True) == pytest.approx(math.log(0.55 / 0.38))


def test_half_of_the_evidence_is_left_after_ninety_days() -> None:
    record = Record(reviewer="a", true_said=8, true_all=10, false_said=2, false_all=20)
    assert record.aged(90) == Record(reviewer="a", true_said=4, true_all=5, false_said=1, false_all=10)
