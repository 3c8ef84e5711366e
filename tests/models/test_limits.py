"""Requests and tokens a minute: never more in any minute, whoever asks, from however many processes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juryroom_server.models.limiter import Need, Rate, Turns
from juryroom_server.models.roster import opened
from juryroom_server.models.shared import Shared
from tests.models.asking import PROMPT, Clock, endpoint
from tests.models.fake_server import FakeServer, Reply, serving

FINE = Reply('{"answer": "yes"}')


def busiest_minute(times: list[float]) -> int:
    """The most that begin within one minute, wherever it begins; rounding of floats aside."""
    return max(sum(start <= time < start + 60 - 1e-6 for time in times) for start in times)


@given(rate=st.integers(1, 120), pauses=st.lists(st.sampled_from([0.0, 0.0, 0.5, 7.0, 61.0]), min_size=1, max_size=200))
def test_no_minute_sees_more_than_the_rate(rate, pauses):
    now = [1000.0]
    turns = Turns(clock=lambda: now[0])
    need = Need(name="n", rate=Rate(per_minute=rate), amount=1)
    times = []
    for pause in pauses:
        now[0] += pause
        times.append(now[0] + turns.book([need]))
    assert busiest_minute(times) <= rate
    assert times == sorted(times)


def test_the_whole_rate_can_be_used():
    turns = Turns(clock=lambda: 1000.0)
    need = Need(name="n", rate=Rate(per_minute=30), amount=1)
    waits = [turns.book([need]) for _ in range(90)]
    assert waits.count(0.0) == 6
    assert busiest_minute(waits) == 30


def test_one_call_that_is_larger_than_a_minutes_tokens_is_let_through_and_paid_off():
    turns = Turns(clock=lambda: 1000.0)
    rate = Rate(per_minute=10_000)
    huge, small = (Need(name="n", rate=rate, amount=amount) for amount in (20_000, 100))
    assert turns.book([huge]) == 0
    assert turns.book([small]) > 60


def test_a_clock_that_was_set_back_keeps_nobody_waiting(tmp_path):
    now = [10_000_000.0]
    turns = Turns(tmp_path / "turns.sqlite", clock=lambda: now[0])
    need = Need(name="n", rate=Rate(per_minute=1), amount=1)
    assert turns.book([need]) == 0
    now[0] = 1000.0
    assert turns.book([need]) == 0


async def test_a_file_that_can_not_be_used_is_said_and_the_limit_still_holds(tmp_path, caplog):
    (tmp_path / "turns.sqlite").write_text("no database, but long enough to be looked at as one " * 20)
    turns = Turns(tmp_path / "turns.sqlite", clock=lambda: 1000.0)
    need = Need(name="n", rate=Rate(per_minute=1), amount=1)
    assert [turns.book([need]) for _ in range(2)] == [0, 60]
    assert len(caplog.records) == 1
    assert "turns.sqlite" in caplog.text


async def test_calls_wait_for_their_turn_and_the_tokens_count(api):
    clock = Clock()
    shared = Shared(turns=Turns(clock=lambda: 1000.0, sleep=clock.sleep))
    limited = {"requests_per_minute": 60, "tokens_per_minute": 10_000}
    async with (
        FakeServer(lambda _: FINE) as server,
        opened([endpoint(server.url, api, **limited)], shared=shared) as models,
    ):
        for _ in range(3):
            await models["one"].complete(PROMPT)
    # some 4100 tokens each, of which 2000 fit at once
    assert [round(wait) for wait in clock.waits] == [31, 62]


CHILD = """
import json, sys
import anyio
from pathlib import Path
from juryroom_server.models.limiter import Turns
from juryroom_server.models.roster import opened
from juryroom_server.models.shared import Shared
from tests.models.asking import PROMPT, Clock, endpoint

async def main(url, api, path):
    clock = Clock()
    shared = Shared(turns=Turns(Path(path), clock=lambda: 1000.0, sleep=clock.sleep))
    async with opened([endpoint(url, api, requests_per_minute=10)], shared=shared) as models:
        for _ in range(20):
            await models["one"].complete(PROMPT)
    print(json.dumps(clock.waits))

anyio.run(main, *sys.argv[1:])
"""


@pytest.mark.parametrize("count", [2])
def test_case_26_two_processes_keep_one_limit_together(api, count, tmp_path):

    root = Path(__file__).parents[2]
    with serving(lambda _: FINE) as server:
        command = [sys.executable, "-c", CHILD, server.url, api, str(tmp_path / "turns.sqlite")]
        children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) for _ in range(count)]
        waits = [wait for child in children for wait in json.loads(child.communicate(timeout=60)[0])]
        asked = len(server.requests)
    times = sorted([0.0] * (20 * count - len(waits)) + waits)
    assert asked == 20 * count
    assert busiest_minute(times) == 10
    assert len(set(times[2:])) == len(times[2:]), "each turn is given once"
