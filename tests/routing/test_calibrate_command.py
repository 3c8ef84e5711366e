"""`juryroom calibrate`, and what `route` makes of it."""

import json
import random
from pathlib import Path

import pytest

from tests.shell import Repo

from .test_route_command import KEYS, MODELS


@pytest.fixture
def repo(tmp_path) -> Repo:
    repo = Repo(tmp_path / "repo")
    repo.configure(MODELS)
    return repo


def outcomes(path: Path, *, tells: bool, cost: float = 0.5) -> str:
    source = random.Random(1)
    lines = []
    for k in range(160):
        easy = k % 2 == 0
        word = "reverse the words" if (easy if tells else source.random() < 0.5) else "prove the lemma"
        solved = {"small": (easy, 0.001), "usual": (easy, 0.1), "best": (True, cost)}
        lines.append(
            {
                "id": str(k),
                "source": "made_up",
                "domain": "made_up",
                "prompt": f"Write a function to {word} of line {source.randrange(1000)}",
                "outcomes": {key: {"correct": right, "cost_usd": usd} for key, (right, usd) in solved.items()},
            }
        )
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return str(path)


def route(repo: Repo, task: str) -> tuple[str, str]:
    decided = repo.juryroom("route", task, "--quality", "0.8", "--json", environ=KEYS).json["route"]
    return decided["model"], decided["basis"]


def test_what_was_learnt_sends_hard_tasks_to_the_model_that_gains_and_leaves_easy_ones(repo, tmp_path):
    easy, hard = "Write a function to reverse the words of line 7", "Write a function to prove the lemma of line 7"
    assert {route(repo, easy), route(repo, hard)} == {("small", "tiers")}
    done = repo.juryroom("calibrate", "--outcomes", outcomes(tmp_path / "outcomes.jsonl", tells=True))
    assert "the router is used" in done.out
    assert route(repo, hard) == ("best", "gain")
    assert route(repo, easy) == ("small", "gain")
    # of other classes nothing is known still
    assert route(repo, "Rename the module")[1] == "tiers"


def test_where_the_text_tells_nothing_tasks_are_mixed_by_recorded_cost(repo, tmp_path):
    done = repo.juryroom("calibrate", "--outcomes", outcomes(tmp_path / "outcomes.jsonl", tells=False))
    assert "the text predicts nothing" in done.out
    assert "small 50% at $0.0010" in done.out
    model, basis = route(repo, "Write a function to reverse the words of line 7")
    assert (model in ("small", "best"), basis) == (True, "hull")


def test_what_was_learnt_and_is_broken_is_named_with_its_place(repo, tmp_path):
    repo.juryroom("calibrate", "--outcomes", outcomes(tmp_path / "outcomes.jsonl", tells=True))
    (file,) = Path(repo.environ["XDG_STATE_HOME"]).rglob("routing.json")
    file.write_text("{")
    done = repo.juryroom("route", "Sort a list", environ=KEYS)
    assert done.code == 2
    assert f"{file}: can't be used; delete it" in done.err


def test_too_few_outcomes_teach_nothing(repo, tmp_path):
    path = tmp_path / "outcomes.jsonl"
    outcomes(path, tells=True)
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:30]))
    assert "nothing learnt" in repo.juryroom("calibrate", "--outcomes", str(path)).out
