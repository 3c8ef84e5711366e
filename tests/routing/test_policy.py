import statistics
import time
from decimal import Decimal

import pytest

from juryroom_reviewers.persona import Tier
from juryroom_server.routing.features import tokenize
from juryroom_server.routing.policy import Basis, Knowledge, Limits, RoutingError, decide
from juryroom_server.routing.reading import TaskClass, read
from juryroom_server.routing.router import Case, fit

from .material import OFFERS, RECORDS, STATEMENT


def test_without_outcomes_the_cheapest_tier_begins_and_the_reason_says_that_nothing_is_known():
    route = decide(read("Sort the list"), OFFERS)
    assert (route.model, route.basis, route.then) == ("mini", Basis.tiers, ("usual", "best"))
    assert "nothing is known" in route.reason
    assert route.cost_all_usd == Decimal("0.81")


@pytest.mark.parametrize(
    ("text", "paths", "risk"),
    [
        ("Add a column", ("db/migrations/0007.py",), "migration"),
        ("Rename a field", ("src/AuthService.ts",), "auth"),
        ("Refund the customer's payment", (), "payment"),
        ("Decrypt the file with the key", (), "crypto"),
    ],
)
def test_risky_work_never_starts_below_workhorse(text, paths, risk):
    knows = Knowledge(records=RECORDS)
    for limits in (Limits(), Limits(tier=Tier.economy), Limits(quality=0.1)):
        route = decide(read(text, paths), OFFERS, limits, knows)
        assert route.tier is not Tier.economy
        assert any(risk in line for line in route.barred)


def test_limits_take_models_out_and_say_which():
    route = decide(read("Sort the list"), OFFERS, Limits(budget_usd=Decimal("0.2"), tier=Tier.workhorse))
    assert route.model == "usual"
    assert route.barred == ("best: may cost $0.7000 of $0.2000", "mini: below the tier that was asked for")
    assert decide(read("Sort the list"), OFFERS, Limits(deadline_s=10)).then == ()


def test_nothing_leaves_the_machine_when_only_local_models_may_be_asked():
    route = decide(read("Sort the list"), OFFERS, Limits(local_only=True))
    assert (route.model, route.then) == ("mini", ())
    with pytest.raises(RoutingError, match=r"best: would leave this machine.*mini: touches auth"):
        decide(read("Check the password"), OFFERS, Limits(local_only=True))


def test_with_records_alone_tasks_are_spread_as_the_hull_says_and_the_same_task_goes_to_the_same_model():
    knows = Knowledge(records=RECORDS)
    texts = [f"Write a function that handles case {number} of the list of {number * 7} things" for number in range(400)]
    routes = [decide(read(text), OFFERS, Limits(quality=0.9375), knows) for text in texts]
    assert {route.basis for route in routes} == {Basis.hull}
    # 0.75 of quality lies half-way between 0.7 and 0.8
    assert statistics.mean(route.model == "best" for route in routes) == pytest.approx(0.5, abs=0.08)
    assert routes == [decide(read(text), OFFERS, Limits(quality=0.9375), knows) for text in texts]


def test_where_recorded_tasks_cost_more_than_the_budget_the_best_mix_within_it_is_taken():
    knows = Knowledge(records={**RECORDS, "best": RECORDS["best"].model_copy(update={"cost_usd": 5.0})})
    routes = [
        decide(read(f"Handle case {number} of {number * 7}"), OFFERS, Limits(budget_usd=Decimal("0.9")), knows)
        for number in range(300)
    ]
    # 0.8 of the 4.9 between the two
    assert statistics.mean(route.model == "best" for route in routes) == pytest.approx(0.8 / 4.9, abs=0.07)


def test_a_router_that_learnt_where_the_stronger_model_gains_sends_it_there_only():
    cases = [
        Case(read(f"{word} number {k} of the list").vector, {"mini": float(easy), "usual": float(easy), "best": 1.0})
        for k in range(30)
        for word, easy in (("Reverse the words", True), ("Prove the lemma", False))
    ]
    knows = Knowledge(router=fit(cases, ("mini", "usual", "best")), records=RECORDS)
    assert decide(read("Reverse the words of the line"), OFFERS, Limits(quality=0.8), knows).model == "mini"
    hard = decide(read("Prove the lemma on the line"), OFFERS, Limits(quality=0.8), knows)
    assert (hard.model, hard.basis) == ("best", Basis.gain)


def test_a_task_is_read_for_its_class_its_domain_and_its_languages():
    reading = read(STATEMENT)
    assert (reading.task_class, reading.domain) == (TaskClass.function, "algorithm")
    assert read("Fix the crash in the parser", ("src/parse.py",)).languages == ("python",)
    assert read("Fix the crash in the parser").task_class is TaskClass.fix
    assert read("").task_class is TaskClass.other


def test_a_decision_takes_a_few_times_what_splitting_the_text_takes():
    knows = Knowledge(
        router=fit(
            [Case(read(STATEMENT).vector, {"mini": 0.5, "usual": 0.5, "best": 1.0})] * 3, ("mini", "usual", "best")
        )
    )
    text = STATEMENT * 4

    def cpu(task) -> float:
        begin = time.thread_time_ns()
        task()
        return time.thread_time_ns() - begin

    ratios = [
        cpu(lambda: decide(read(text), OFFERS, Limits(), knows)) / cpu(lambda: tokenize(text)) for _ in range(100)
    ]
    assert statistics.median(ratios) < 8
