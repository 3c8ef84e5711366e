import pytest

from juryroom_reviewers.anchor import anchor
from juryroom_reviewers.cluster import cluster
from juryroom_reviewers.consensus import Agreement
from juryroom_reviewers.decision import Bar, blocks, publish, verdict
from juryroom_reviewers.finding import Finding, Severity
from juryroom_reviewers.report import Publication, Verdict
from juryroom_reviewers.reviewer import Review, Seat
from tests.reviewers.build import added, analyser_seat, claim, context, model_seat, said

RED = model_seat()
P = Publication


def weighed(finding: Finding, p: float | None, *, seats: tuple[Seat, ...] = (RED,), path: str = "shop.py") -> Agreement:
    (merged,) = cluster(anchor([said(seat, finding) for seat in seats], context(added(path))))
    return Agreement(cluster=merged, supporters=seats, probability=p)


def outcome(item: Agreement, bar: Bar = Bar()) -> Publication:
    ((_, publication),) = publish([item], bar)
    return publication


@pytest.mark.parametrize(
    ("severity", "category", "p", "expected"),
    [
        ("critical", "correctness", 0.25, P.published),
        ("critical", "correctness", 0.24, P.below_threshold),
        ("high", "correctness", 0.40, P.published),
        ("high", "correctness", 0.39, P.below_threshold),
        ("high", "security", 0.05, P.human_look),
        ("medium", "security", 0.54, P.below_threshold),
        ("medium", "performance", 0.55, P.published),
        ("low", "performance", 0.74, P.below_threshold),
        ("nit", "architecture", 0.89, P.below_threshold),
        ("nit", "architecture", 0.90, P.published),
        ("medium", "architecture", None, P.published),
        ("low", "architecture", None, P.below_threshold),
    ],
)
def test_the_bar_depends_on_severity_and_severe_security_is_never_dropped(
    severity: str, category: str, p: float | None, expected: Publication
) -> None:
    assert outcome(weighed(claim(severity=Severity(severity), category=category), p)) is expected


def test_the_users_own_thresholds_decide_and_a_lone_severe_security_finding_is_still_never_dropped() -> None:
    strict, lenient = (Bar(thresholds=dict.fromkeys(Severity, p)) for p in (0.95, 0.0))
    doubtful = weighed(claim(severity=Severity.low, category="correctness"), 0.3)
    likely = weighed(claim(severity=Severity.high, category="correctness"), 0.9)
    assert [outcome(doubtful, lenient), outcome(likely, strict)] == [P.published, P.below_threshold]
    assert outcome(weighed(claim(severity=Severity.high), 0.05), strict) is P.human_look


def test_what_could_not_be_anchored_is_held_back() -> None:
    assert outcome(weighed(claim(quote="no such code"), 0.99)) is P.unanchored


def test_a_finding_in_a_file_that_is_no_production_code_is_shown_only_if_critical() -> None:
    bar = Bar(non_production=frozenset({"shop.py"}))
    assert outcome(weighed(claim(), 0.9), bar) is P.non_production
    assert outcome(weighed(claim(severity=Severity.critical), 0.9), bar) is P.published


def test_at_most_seven_findings_and_three_a_file_are_shown_the_best_first() -> None:
    items = [weighed(claim(path=f"f{n % 4}.py"), 0.5 + n / 100, path=f"f{n % 4}.py") for n in range(20)]
    ranked = publish(items, Bar())
    shown = [item for item, publication in ranked if publication is P.published]
    assert [item.probability for item in shown] == pytest.approx([0.69, 0.68, 0.67, 0.66, 0.65, 0.64, 0.63])
    assert sum(publication is P.over_cap for _, publication in ranked) == 13
    one_file = publish([weighed(claim(), 0.5 + n / 100) for n in range(5)], Bar())
    assert [publication for _, publication in one_file] == [P.published] * 3 + [P.over_cap] * 2


@pytest.mark.parametrize(
    ("p", "seats", "severity", "expected"),
    [
        (0.85, (RED, analyser_seat()), "high", True),
        (0.84, (RED, analyser_seat()), "high", False),
        (0.99, (RED, analyser_seat()), "medium", False),
        (0.99, (RED,), "critical", False),
        (0.99, (RED, model_seat("green")), "critical", False),
        (0.99, (RED, model_seat("green"), model_seat("blue")), "critical", True),
    ],
)
def test_only_what_is_severe_sure_and_more_than_two_models_word_blocks(
    p: float, seats: tuple[Seat, ...], severity: str, *, expected: bool
) -> None:
    item = weighed(claim(severity=Severity(severity), quote=claim().quote), p, seats=seats)
    assert blocks(item, outcome(item)) is expected


def test_a_finding_at_a_place_that_does_not_exist_never_blocks() -> None:
    seats = (RED, model_seat("green"), model_seat("blue"), analyser_seat())
    finding = claim(path="nofile.py", line=9999, severity=Severity.critical)
    item = weighed(finding, 0.99, seats=seats)
    assert outcome(item) is P.unanchored
    assert not blocks(item, outcome(item))
    lost = weighed(claim(quote="not in it", severity=Severity.critical), 0.99, seats=seats[:3])
    assert outcome(lost) is P.human_look
    assert not blocks(lost, outcome(lost))


def test_what_blocks_blocks_even_if_the_cap_hides_it() -> None:
    seats = (RED, analyser_seat())
    items = [weighed(claim(path=f"f{n}.py"), 0.95, seats=seats, path=f"f{n}.py") for n in range(9)]
    outcomes = [blocks(item, publication) for item, publication in publish(items, Bar(max_findings=2))]
    assert outcomes == [True] * 9


def test_a_critical_finding_of_unknown_probability_goes_before_a_sure_high_one() -> None:
    sure = [weighed(claim(path=f"f{n}.py"), 0.95, path=f"f{n}.py") for n in range(3)]
    unknown = weighed(claim(severity=Severity.critical), None)
    assert publish([*sure, unknown], Bar())[0][0] == unknown


def judge(*reviews: Review, reviewed: int = 2, skipped: int = 0, unread: int = 0) -> tuple[Verdict, str]:
    return verdict([], reviews, reviewed=reviewed, skipped=skipped, unread=unread)


DOWN = Review(seat=RED, abstained="red:large answered 500 three times", failed=True)


def test_no_findings_by_all_is_an_approval_that_says_by_how_many() -> None:
    assert judge(said(RED), said(analyser_seat())) == (Verdict.approve, "no findings by 2 reviewers")


def test_an_outage_is_no_approval() -> None:
    assert judge(DOWN) == (Verdict.unclear, "nobody has reviewed it: red:large answered 500 three times")
    assert judge(DOWN, said(analyser_seat())) == (
        Verdict.unclear,
        "no model has answered: red:large answered 500 three times",
    )
    assert judge(DOWN, said(model_seat("green"))) == (
        Verdict.comment,
        "no findings, but 1 of 2 reviewers did not finish",
    )
    assert judge() == (Verdict.unclear, "nobody has reviewed it: no reviewer was seated")


def test_what_was_skipped_or_could_not_be_read_is_no_approval() -> None:
    assert judge(said(RED), reviewed=0, skipped=2)[0] is Verdict.unclear
    assert judge(said(RED), unread=1) == (Verdict.comment, "no findings, but nobody could read 1 file")
    assert judge(said(RED), reviewed=0) == (Verdict.approve, "the change is empty")
