"""The tool `feedback` as a client sees it, on a real repository and a real ledger."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client

from juryroom_server.app import LazyEngine, create_app

from .shell import CLEAN, VULNERABLE, Repo
from .test_app import answer, error

# nothing else runs in their event loops
# ruff: noqa: ASYNC240


@pytest.fixture(params=["legacy", "2026-07-28"])
async def client(request: pytest.FixtureRequest, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "GIT_CONFIG_GLOBAL"):
        monkeypatch.setenv(name, repo.environ[name])
    repo.commit("clean", shop_py=CLEAN)
    repo.write("shop.py", VULNERABLE)
    async with Client(create_app(LazyEngine(repo.root), repo.root), mode=str(request.param)) as client:
        yield client


async def held_back(client: Client) -> list[dict[str, Any]]:
    review = answer(await client.call_tool("review", {"source": "work_tree"}))
    while review["status"] == "running":
        review = answer(await client.call_tool("review_wait", {"id": review["report_id"]}))
    page = answer(await client.call_tool("findings", {"id": review["report_id"], "include_held_back": True}))
    return [finding for finding in page["findings"] if finding.get("publication") == "dismissed"]


async def sql_finding(client: Client) -> str:
    review = answer(await client.call_tool("review", {"source": "work_tree"}))
    page = answer(await client.call_tool("findings", {"id": review["report_id"]}))
    return next(str(finding["id"]) for finding in page["findings"] if finding["cwe"] == "CWE-89")


async def test_a_verdict_is_recorded_listed_held_to_and_taken_back(client: Client, repo: Repo) -> None:
    nothing = answer(await client.call_tool("feedback"))
    assert (nothing["total"], nothing["next_step"]) == (0, "There is none.")
    one = await sql_finding(client)
    told = answer(await client.call_tool("feedback", {"id": one, "verdict": "wontfix", "why": "a prototype"}))
    assert "held back from now on" in told["next_step"]
    (entry,) = answer(await client.call_tool("feedback"))["findings"]
    assert (entry["id"], entry["judgement"], entry["judge"], entry["why"]) == (one, "wontfix", "editor", "a prototype")
    repo.write("other.py", "x = 1\n")  # so that it is another review
    (finding,) = await held_back(client)
    assert (finding["id"], "a prototype" in finding["dismissal"]) == (one, True)
    assert repo.juryroom("feedback", "--json").json["feedback"][0]["id"] == one  # the command line sees the same
    answer(await client.call_tool("feedback", {"id": one, "verdict": "undo"}))
    repo.write("other.py", "x = 2\n")
    assert await held_back(client) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"id": "jr-0000000000", "verdict": "accepted"}, "no finding 'jr-0000000000'"),
        ({"id": "jr-0000000000", "verdict": "undo"}, "no finding 'jr-0000000000'"),
        ({"id": "jr-0000000000"}, "both id and verdict"),
        ({"verdict": "accepted"}, "both id and verdict"),
        ({"why": "so"}, "why belongs to a verdict"),
        ({"id": "jr-0000000000", "verdict": "maybe"}, "verdict"),
    ],
)
async def test_what_cannot_be_done_is_said_in_words(client: Client, arguments: dict[str, Any], said: str) -> None:
    assert said in error(await client.call_tool("feedback", arguments))


async def test_asking_what_is_to_be_labelled_begins_no_ledger(client: Client, repo: Repo) -> None:
    assert answer(await client.call_tool("feedback", {"to_label": True}))["total"] == 0
    assert not Path(repo.environ["XDG_STATE_HOME"]).exists()
