"""When calls are let through, when not, and who tries first; hypothesis looks for an order that breaks it."""

import math

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from juryroom_server.models.breaker import Breaker, Sign, State


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def through(breaker: Breaker, *signs: Sign) -> None:
    for sign in signs:
        ticket = breaker.enter()
        assert ticket is not None
        breaker.report(ticket, sign)


def state(breaker: Breaker) -> State:
    return breaker.state


def test_five_failures_in_a_row_open_it_and_four_do_not():
    breaker = Breaker(clock=Time())
    through(breaker, *[Sign.failed] * 4, Sign.alive, *[Sign.failed] * 4)
    assert state(breaker) is State.closed
    through(breaker, Sign.failed)
    assert state(breaker) is State.open
    assert breaker.enter() is None


def test_more_than_half_of_ten_calls_open_it():
    breaker = Breaker(clock=Time())
    through(breaker, *[Sign.failed, Sign.alive] * 5)
    assert state(breaker) is State.closed
    through(breaker, Sign.failed)
    assert state(breaker) is State.open


def test_what_is_older_than_a_minute_is_forgotten():
    time = Time()
    breaker = Breaker(clock=time)
    through(breaker, *[Sign.failed] * 3, *[Sign.alive] * 3, *[Sign.failed] * 3)
    time.now += 61
    through(breaker, Sign.alive, Sign.failed)
    assert breaker.state is State.closed


@pytest.mark.parametrize(("sign", "state"), [(Sign.alive, State.closed), (Sign.failed, State.open)])
def test_after_its_rest_one_call_tries_and_decides(sign, state):
    time = Time()
    breaker = Breaker(clock=time)
    through(breaker, *[Sign.failed] * 5)
    time.now += 29
    assert breaker.enter() is None
    time.now += 1
    assert breaker.state is State.half_open
    probe = breaker.enter()
    assert probe is not None
    assert breaker.enter() is None
    breaker.report(probe, sign)
    assert breaker.state is state


def test_a_probe_that_was_called_back_leaves_its_place_to_the_next():
    time = Time()
    breaker = Breaker(clock=time)
    through(breaker, *[Sign.failed] * 5)
    time.now += 30
    through(breaker, Sign.none, Sign.alive)
    assert breaker.state is State.closed


def test_a_call_from_before_proves_nothing_after():
    time = Time()
    breaker = Breaker(clock=time)
    late = breaker.enter()
    assert late is not None
    through(breaker, *[Sign.failed] * 5)
    breaker.report(late, Sign.alive)
    assert breaker.state is State.open


def test_a_rejected_key_opens_it_for_good():
    time = Time()
    breaker = Breaker(clock=time)
    through(breaker, Sign.rejected)
    time.now += 10**9
    assert (breaker.state, breaker.rest_s) == (State.open, math.inf)


class AnyOrder(RuleBasedStateMachine):
    """Calls that overlap in any way, and time that passes."""

    def __init__(self) -> None:
        super().__init__()
        self.time = Time()
        self.breaker = Breaker(clock=self.time)
        self.under_way: list[tuple[int, State]] = []
        self.rejected = False
        self.in_a_row = 0

    @rule()
    def call(self):
        state = self.breaker.state
        ticket = self.breaker.enter()
        assert (ticket is None) >= (state is State.open), "an open breaker lets nobody through"
        if state is State.closed:
            assert ticket is not None, "a closed one everybody"
        if ticket is not None:
            self.under_way.append((ticket, state))

    @precondition(lambda self: self.under_way)
    @rule(data=st.data(), sign=st.sampled_from(Sign))
    def end(self, data, sign):
        ticket, _ = self.under_way.pop(data.draw(st.integers(0, len(self.under_way) - 1)))
        before = self.breaker.state
        self.breaker.report(ticket, sign)
        if before is State.open:
            assert self.breaker.state is State.open, "only a probe closes it"

    @rule(seconds=st.sampled_from([0.1, 29.0, 30.0, 61.0]))
    def wait(self, seconds):
        self.time.now += seconds

    @invariant()
    def no_more_than_one_probe(self):
        probes = [one for one in self.under_way if one[1] is State.half_open and one[0] == self.breaker._turn]
        assert len(probes) <= 1


TestAnyOrder = AnyOrder.TestCase
