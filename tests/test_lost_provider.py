"""A review that loses one of three providers midway ends in time, says what happened, and costs what was paid."""

from decimal import Decimal
from typing import Any

import pytest

from tests.models.fake_server import Pipe, Reply, serving
from tests.shell import CLEAN, Done, Repo

FINE = Reply('{"findings": []}', usage=(1000, 50))
SETTINGS = """
analysers = false
personas = ["security", "performance", "correctness"]
part_tokens = 1500
budget_day_usd = 50
"""
MODEL = """
[models.{key}]
provider = "{api}-compatible"
model = "{name}"
base_url = "{url}"
price = {{ input = 10, output = 30 }}
concurrency = 1
quick = true
"""


async def reset(pipe: Pipe) -> None:
    for one in pipe.events[:2]:
        await pipe.send(one)
    pipe.reset()


async def hang(pipe: Pipe) -> None:
    for one in pipe.events[:2]:
        await pipe.send(one)
    await pipe.hang()


def lose(repo: Repo, how: str, api: str, *args: str, more: str = "") -> tuple[Done, Done]:
    """A review over three servers, of which one answers the first part only; and the ledger's usage."""
    repo.write("baskets.py", CLEAN * 25)
    repo.write("invoices.py", CLEAN * 25)
    asked = 0

    def falling(_: dict[str, Any]) -> Reply:
        nonlocal asked
        asked += 1
        return FINE if asked == 1 else Reply("{}", stream=reset if how == "reset" else hang)

    with serving(lambda _: FINE) as red, serving(falling) as green, serving(lambda _: FINE) as blue:
        servers = (("red", "gpt-red", red.url), ("green", "claude-green", green.url), ("blue", "qwen-blue", blue.url))
        text = SETTINGS
        for key, name, url in servers:
            text += MODEL.format(key=key, name=name, api=api, url=f"{url}/v1" if api == "openai" else url)
            text += more if key == "green" else ""
        repo.configure(text)
        done = repo.juryroom("review", "--depth", "quick", *args)
    return done, repo.juryroom("usage", "--format", "json")


def costs_what_the_ledger_says(done: Done, usage: Done) -> Any:
    """The report, after seeing that it says the same as the ledger."""
    report, total = done.json, usage.json["total"]
    assert Decimal(str(report["usage"]["cost_usd"])) == Decimal(total["cost_usd"]) > 0
    assert report["unsettled"]["calls"] == total["unknown"] > 0
    assert Decimal(str(report["unsettled"]["most_usd"])) == Decimal(total["held_usd"]) > 0
    return report


@pytest.mark.parametrize(
    ("how", "api", "said"),
    [("reset", "openai", "broke off"), ("reset", "anthropic", "broke off"), ("hang", "openai", "nothing more for")],
)
def test_what_one_provider_leaves_behind_is_named_and_its_open_calls_are_counted(
    repo: Repo, how: str, api: str, said: str
) -> None:
    # a hang ends with the call's own time; the first answer has to fit into it on a busy machine
    done, usage = lose(repo, how, api, "--format", "json", more="timeout_s = 3\n" if how == "hang" else "")
    report = costs_what_the_ledger_says(done, usage)
    assert (done.code, report["verdict"], report["deadline_reached"]) == (0, "comment", False)
    assert report["reason"] == "no findings, but 1 of 3 reviewers did not finish"
    assert [seat["status"] for seat in report["reviewers"]] == ["done"] * 3
    (lost,) = [seat for seat in report["reviewers"] if seat["unread"]]
    assert "green" in lost["name"]
    (why,) = report["incomplete"]
    assert why.startswith(f"{lost['name']} has read a part only: ")
    assert said in why


def test_a_lost_part_makes_a_review_partial_where_that_is_asked_for_and_people_are_told_what_it_may_cost(
    repo: Repo,
) -> None:
    done, _ = lose(repo, "reset", "openai", "--fail-closed")
    assert done.code == 3
    assert "has read a part only: openai-compatible:claude-green" in " ".join(done.out.split())
    (cost,) = [line for line in done.out.splitlines() if line.startswith("cost ")]
    assert " and at most $" in cost
    assert "calls without an answer" in cost


def test_a_seat_that_the_deadline_cuts_off_has_cost_what_it_took(repo: Repo) -> None:
    done, usage = lose(repo, "hang", "openai", "--format", "json", "--deadline", "5")
    report = costs_what_the_ledger_says(done, usage)
    assert (done.code, report["deadline_reached"]) == (3, True)
    (late,) = [seat for seat in report["reviewers"] if seat["status"] == "failed"]
    assert "green" in late["name"]
    assert late["usage"]["cost_usd"] is None
    assert usage.json["total"]["input_tokens"] == report["usage"]["input_tokens"]
