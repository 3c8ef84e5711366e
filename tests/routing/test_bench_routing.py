import json
import random

import pytest

from juryroom_server.bench.routing_metrics import Routed, aiq, apgr, cpt
from tests.shell import Repo


@pytest.fixture
def repo(tmp_path) -> Repo:
    return Repo(tmp_path / "repo")


def recorded(path, *, tells: bool) -> None:
    """120 tasks; the weaker model solves half of them. `tells`: those whose text has no lemma."""
    source = random.Random(4)
    lines = []
    for k in range(120):
        easy = k % 2 == 0
        word = "reverse the words" if (easy if tells else source.random() < 0.5) else "prove the lemma"
        right = easy if source.random() < 0.9 else not easy
        lines.append(
            {
                "id": f"made-up:{k}",
                "source": "made_up",
                "domain": "made_up",
                "prompt": f"Please {word} of line {source.randrange(1000)} and of the part {source.choice('abcdefgh')}",
                "outcomes": {
                    "weak": {"correct": right, "cost_usd": 0.01, "visible_pass": right or source.random() < 0.4},
                    "other": {"correct": easy, "cost_usd": 0.02},
                    "strong": {"correct": True, "p": 0.85, "n": 20, "cost_usd": 0.5},
                },
            }
        )
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def bench(repo: Repo, path, *more: str):
    command = ("bench", "routing", "--data", str(path), "--seeds", "1", "--pair", "weak:strong", "--json", *more)
    return repo.juryroom(*command)


def test_the_router_learns_what_the_text_tells_and_the_dump_gives_the_same_figures(repo, tmp_path):
    data, dump = tmp_path / "tasks.jsonl", tmp_path / "dump.jsonl"
    recorded(data, tells=True)
    report = bench(repo, data, "--dump", str(dump)).json
    (row,) = report["gain"]
    assert row["apgr"] > 0.5 + row["chance"]
    assert (row["knows"], row["aiq"] > row["aiq_mix"]) == (1, True)
    tasks = {one["id"]: one["outcomes"] for one in map(json.loads, data.read_text().splitlines())}
    dumped = [json.loads(line) for line in dump.read_text().splitlines()]
    routed = [
        Routed(one["id"], one["gain"], float(tasks[one["id"]]["weak"]["correct"]), tasks[one["id"]]["strong"]["p"])
        for one in dumped
        if one.get("basis")
    ]
    assert len(routed) == 120
    assert apgr(routed) == pytest.approx(row["apgr"])
    (cascade,) = report["cascade"]
    kept = [one for one in dumped if "p" in one]
    assert sum(not one["accept"] for one in kept) / len(kept) == pytest.approx(cascade["decided"])
    assert cascade["oracle"] <= cascade["posterior"] <= cascade["visible_alone"] <= cascade["random"]
    assert cascade["brier"] < cascade["brier_base"]
    assert {one["simulated"] for one in dumped if "simulated" in one} == {True}


def test_a_text_that_tells_nothing_is_left_to_the_hull_mix(repo, tmp_path):
    data = tmp_path / "tasks.jsonl"
    recorded(data, tells=False)
    report = bench(repo, data).json
    (row,) = report["gain"]
    assert (row["knows"], row["apgr_decided"]) == (0, 0.5)
    assert abs(row["apgr"] - 0.5) < 2 * row["chance"]


def test_a_verifier_saves_more_than_the_hull_mix_and_a_margin_misses_less(repo, tmp_path):
    data = tmp_path / "tasks.jsonl"
    recorded(data, tells=True)
    report = bench(repo, data).json
    (replay,) = report["replay"]
    assert replay["cascade_saved_at_target"] > replay["hull_saved_at_target"]
    plain, careful = report["thresholds"]
    assert careful["missed"] <= plain["missed"]
    assert careful["escalated"] >= plain["escalated"]


def test_the_table_stands_beside_what_needs_no_router(repo, tmp_path):
    data = tmp_path / "tasks.jsonl"
    recorded(data, tells=True)
    done = repo.juryroom("bench", "routing", "--data", str(data), "--seeds", "1", "--pair", "weak:strong")
    for words in ("LiteLLM 0.51-0.55", "random and hull mix 0.500", "oracle", "visible alone", "hull mix kept"):
        assert words in done.out


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "no task in it"), ('{"id": "a"}\n', ":1: source: Field required"), ("{\n", ":1: ")],
)
def test_data_that_is_none_is_refused_with_its_line(repo, tmp_path, content, said):
    data = tmp_path / "tasks.jsonl"
    data.write_text(content)
    done = bench(repo, data)
    assert done.code == 2
    assert said in done.err


def test_a_pair_that_nobody_recorded_is_refused_with_those_that_are(repo, tmp_path):
    data = tmp_path / "tasks.jsonl"
    recorded(data, tells=True)
    done = repo.juryroom("bench", "routing", "--data", str(data))
    assert done.code == 2
    assert "name one by --pair WEAK:STRONG, of: other, strong, weak" in done.err
    assert "write the weaker model" in repo.juryroom("bench", "routing", "--data", str(data), "--pair", "weak").err


def test_the_measures_agree_with_their_papers_on_cases_done_by_hand():
    perfect = [Routed("a", 1, 0, 1), Routed("b", 0, 1, 1), Routed("c", 0, 1, 1), Routed("d", 0, 0, 0)]
    assert apgr(perfect) == 0.875  # half of the first quarter, and all of the rest
    assert (cpt(perfect, 0.5), cpt(perfect, 0.8)) == (0.25, 0.25)
    assert apgr([one._replace(gain=0, weak=0, strong=0.5) for one in perfect]) == 0.5
    assert apgr([one._replace(strong=0) for one in perfect]) is None
    # 0.5 solved at 1 USD, 0.75 from 1.25 USD on, of 1 to 2 USD
    assert aiq([1] * 4, [2] * 4, perfect) == pytest.approx(0.25 * 0.625 + 0.75 * 0.75)
