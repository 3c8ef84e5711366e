"""The tools as a client sees them, in both eras of the protocol, over an engine that follows a script."""

import json
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client import Client
from mcp.types import CallToolResult, TextContent

from juryroom_reviewers.change import Skipped
from juryroom_reviewers.finding import Severity
from juryroom_reviewers.model import Usage
from juryroom_reviewers.panel import Observer, Progress
from juryroom_reviewers.report import (
    Coverage,
    Publication,
    Report,
    ReportedFinding,
    ReviewerStatus,
    Supporter,
    Verdict,
)
from juryroom_reviewers.reviewer import Method, Review, Seat
from juryroom_server.app import Engine, create_app
from juryroom_server.source import Kind, Source
from juryroom_server.work.jobs import DEFAULT_LIMITS, Limits, ReviewError
from juryroom_server.work.order import Depth, Order
from tests.reviewers.build import claim

IMPATIENT = Limits(budget_s=0.05, grace_s=math.inf, idle_s=math.inf)
"""Calls are answered before a review that is held back is done."""
USAGE = Usage(input_tokens=1200, output_tokens=80, cost_usd=None)


def finding(number: int, **fields: Any) -> ReportedFinding:
    return ReportedFinding(
        **{
            "id": f"jr-{number:010x}",
            "path": "src/shop.py",
            "start_line": number + 1,
            "end_line": number + 2,
            "title": f"query {number} is put together from input",
            "severity": Severity.high,
            "category": "security",
            "cwe": "CWE-89",
            "probability": 0.91234,
            "anchored": True,
            "in_change": True,
            "supporters": (Supporter(reviewer="ruff", method=Method.structural),),
            "rationale": "name reaches execute() unescaped",
            "suggestion": "pass it as a parameter",
            "fingerprint": "f" * 64,
        }
        | fields
    )


def report(*findings: ReportedFinding, **fields: Any) -> Report:
    return Report(
        **{
            "verdict": Verdict.comment if findings else Verdict.approve,
            "reason": "as the findings say",
            "source": "index against HEAD",
            "findings": findings,
            "usage": USAGE,
            "coverage": Coverage(files=("src/shop.py",)),
            "seconds": 1.5,
        }
        | fields
    )


class Script:
    """An engine that remembers its orders, tells of two reviewers, and holds back the report until the gate opens."""

    def __init__(self, outcome: Report, *, is_open: bool = True) -> None:
        self.outcome = outcome
        self.orders: list[Order] = []
        self.gate = anyio.Event()
        self.cancelled = anyio.Event()
        if is_open:
            self.gate.set()

    async def __call__(self, order: Order, observer: Observer) -> Report:
        self.orders.append(order)
        ruff = Seat(name="ruff", method=Method.structural)
        model = Seat(name="security@local:tiny", method=Method.model, persona="security", model="local:tiny")
        await observer(Progress(review=Review(seat=ruff, findings=(claim(),)), done=1, total=2))
        try:
            await self.gate.wait()
        except anyio.get_cancelled_exc_class():
            self.cancelled.set()
            raise
        await observer(Progress(review=Review(seat=model, abstained="no answer", failed=True), done=2, total=2))
        return self.outcome


@pytest.fixture(params=["legacy", "2026-07-28"])
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@asynccontextmanager
async def connected(engine: Engine, era: str, limits: Limits = DEFAULT_LIMITS) -> AsyncIterator[Client]:
    async with Client(create_app(engine, Path("/workspace"), limits=limits), mode=era) as client:
        yield client


def answer(result: CallToolResult) -> dict[str, Any]:
    """The structured content, which the text repeats."""
    (content,) = result.content
    assert isinstance(content, TextContent)
    assert not result.is_error, content.text
    assert isinstance(result.structured_content, dict)
    assert json.loads(content.text) == result.structured_content
    assert len(content.text) < 30_000
    return result.structured_content


def error(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    assert result.is_error
    return content.text


async def reviewed(client: Client, **arguments: Any) -> str:
    """Review; the report's id."""
    return str(answer(await client.call_tool("review", arguments))["report_id"])


async def test_a_review_that_is_done_in_time_answers_with_its_summary(era: str) -> None:
    outcome = report(
        finding(1, severity=Severity.critical, blocking=True),
        finding(2, probability=None, path=None, start_line=None, end_line=None, anchored=False, suggestion=None),
        finding(3, publication=Publication.below_threshold),
        verdict=Verdict.request_changes,
        reviewers=(
            ReviewerStatus(name="ruff", method=Method.structural, status="done", usage=USAGE, findings=3),
            ReviewerStatus(name="lizard", method=Method.metric, status="failed", reason="timed out", usage=USAGE),
        ),
        coverage=Coverage(files=("src/shop.py",), skipped=(Skipped(path="a.png", reason="binary"),)),
        incomplete=("lizard failed",),
    )
    async with connected(Script(outcome), era) as client:
        reply = answer(await client.call_tool("review", {"source": "staged"}))
    job_id = reply.pop("report_id")
    assert reply == {
        "status": "finished",
        "next_step": "Check and fix the blocking findings, then call review again; "
        f"call findings with id='{job_id}' for evidence and dissent.",
        "verdict": "request_changes",
        "reason": "as the findings say",
        "source": "index against HEAD",
        "findings": [
            {
                "id": "jr-0000000001",
                "severity": "critical",
                "category": "security",
                "place": "src/shop.py:2-3",
                "title": "query 1 is put together from input",
                "probability": 0.912,
                "blocking": True,
                "reviewers": ["ruff"],
                "rationale": "name reaches execute() unescaped",
                "suggestion": "pass it as a parameter",
            },
            {
                "id": "jr-0000000002",
                "severity": "high",
                "category": "security",
                "place": None,
                "title": "query 2 is put together from input",
                "probability": None,
                "reviewers": ["ruff"],
                "rationale": "name reaches execute() unescaped",
            },
        ],
        "counts": {"critical": 1, "high": 1},
        "held_back": {"below_threshold": 1},
        "reviewers": [
            {"name": "ruff", "status": "done", "findings": 3},
            {"name": "lizard", "status": "failed", "findings": 0, "reason": "timed out"},
        ],
        "reviewers_total": 2,
        "coverage": {"files": 1, "skipped": 1, "examples": ["a.png: binary"]},
        "usage": {"cost_usd": None, "input_tokens": 1200, "output_tokens": 80},
        "incomplete": ["lizard failed"],
        "seconds": 1.5,
    }


async def test_a_slow_review_answers_what_is_known_and_is_waited_for(era: str) -> None:
    engine = Script(report(finding(1)), is_open=False)
    async with connected(engine, era, IMPATIENT) as client:
        running = answer(await client.call_tool("review"))
        job_id = running["report_id"]
        assert running == {
            "status": "running",
            "report_id": job_id,
            "next_step": f"Not finished: call review_wait with id='{job_id}'.",
            "reviewers": [{"name": "ruff", "status": "done", "findings": 1}],
            "reviewers_total": 2,
            "seconds": running["seconds"],
        }
        still = answer(await client.call_tool("review_wait", {"id": job_id, "wait_s": 0}))
        assert still["status"] == "running"
        engine.gate.set()
        finished = still
        while finished["status"] == "running":
            finished = answer(await client.call_tool("review_wait", {"id": job_id}))
        assert (finished["status"], finished["report_id"], len(finished["findings"])) == ("finished", job_id, 1)
    assert len(engine.orders) == 1


@pytest.mark.parametrize(
    ("arguments", "order"),
    [
        ({}, Order(source=Source(kind=Kind.work_tree))),
        ({"source": "staged", "depth": "quick"}, Order(source=Source(kind=Kind.staged), depth=Depth.quick)),
        ({"source": "branch", "base": "main"}, Order(source=Source(kind=Kind.base, revision="main"))),
        ({"source": "commit", "commit": "HEAD~1"}, Order(source=Source(kind=Kind.commit, revision="HEAD~1"))),
        ({"source": "diff", "diff": "--- a/x\n"}, Order(source=Source(kind=Kind.diff, diff="--- a/x\n"))),
        ({"source": "files", "paths": ["src/", "a.py"]}, Order(source=Source(kind=Kind.paths, paths=("src", "a.py")))),
        ({"personas": ["security"], "deadline_s": 20}, Order(source=Source(), personas=("security",), deadline_s=20)),
        # some clients send every argument, null for what the model left out
        ({"source": "staged", "base": None, "paths": None, "depth": None}, Order(source=Source(kind=Kind.staged))),
        # and some send lists as text
        ({"source": "files", "paths": '["a.py"]'}, Order(source=Source(kind=Kind.paths, paths=("a.py",)))),
    ],
)
async def test_arguments_become_an_order(arguments: dict[str, Any], order: Order) -> None:
    engine = Script(report())
    async with connected(engine, "legacy") as client:
        answer(await client.call_tool("review", arguments))
    assert engine.orders == [order]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"source": "branch"}, "source='branch' needs base, such as base='main'"),
        ({"source": "commit"}, "source='commit' needs commit, such as commit='HEAD'"),
        ({"source": "diff", "diff": ""}, "source='diff' needs diff"),
        ({"source": "files", "paths": []}, "source='files' needs paths, such as paths=['src/app.py']"),
        ({"base": "main"}, "base is of no use with source='work_tree'; leave it out, or say source='branch'"),
        ({"source": "staged", "paths": ["a.py"]}, "paths is of no use with source='staged'"),
        ({"source": "branch", "base": "--output=/tmp/x"}, "base='--output=/tmp/x' is no single revision"),
        ({"source": "branch", "base": "main..x"}, "is no single revision"),
        ({"source": "commit", "commit": "HEAD:secret"}, "is no single revision"),
        ({"source": "commit", "commit": "a b"}, "is no single revision"),
        ({"source": "files", "paths": ["/etc/passwd"]}, "path '/etc/passwd' is absolute; give it relative to the root"),
        ({"source": "files", "paths": ["C:\\x"]}, "is absolute"),
        ({"source": "files", "paths": ["a/../../x"]}, "goes up with '..'"),
        ({"source": "files", "paths": ["a\\..\\x"]}, "goes up with '..'"),
        ({"source": "files", "paths": ["~/x"]}, "begins with '~'"),
        ({"source": "files", "paths": ["a\0b"]}, "holds a NUL character"),
        ({"source": "files", "paths": [" "]}, "is empty"),
        ({"source": "diff", "diff": "a\0b"}, "diff holds a NUL character"),
        ({"source": "pull_request"}, "'work_tree', 'staged', 'branch', 'commit', 'diff' or 'files'"),
        ({"depth": "bottomless"}, "'quick', 'standard' or 'deep'"),
        (
            {"files": ["a.py"]},
            "there is no argument 'files'; the arguments are source, base, commit, diff, paths, personas",
        ),
        ({"deadline_s": 0}, "greater than or equal to 1"),
        ({"deadline_s": 1e9}, "less than or equal to 3600"),
        ({"source": "branch", "base": "x" * 251}, "at most 250 characters"),
        ({"source": "diff", "diff": "x" * 2_000_001}, "at most 2000000 characters"),
        ({"source": "files", "paths": ["x" * 1025]}, "at most 1024 characters"),
        ({"source": "files", "paths": ["x"] * 1001}, "at most 1000 items"),
        ({"personas": ["x"] * 21}, "at most 20 items"),
        ({"personas": ["x" * 81]}, "at most 80 characters"),
    ],
)
async def test_what_can_not_be_reviewed_is_refused_with_what_to_say_instead(
    arguments: dict[str, Any], says: str
) -> None:
    engine = Script(report())
    async with connected(engine, "legacy") as client:
        said = error(await client.call_tool("review", arguments))
        assert says in said
        assert "\n" not in said
        assert "pydantic" not in said
    assert engine.orders == []


async def test_an_expected_failure_of_the_engine_reaches_the_model_in_its_own_words(era: str) -> None:
    async def engine(_: Order, __: Observer) -> Report:
        raise ReviewError("no commit 'x' in this repository; git log lists them")

    async with connected(engine, era) as client:
        failed = error(await client.call_tool("review"))
    assert failed == "Error executing tool review: no commit 'x' in this repository; git log lists them"


async def test_a_defect_of_the_engine_keeps_its_details_on_the_server(era: str) -> None:
    async def engine(_: Order, __: Observer) -> Report:
        raise RuntimeError("sk-secret in /home/me")

    async with connected(engine, era) as client:
        failed = error(await client.call_tool("review"))
    assert "unexpected RuntimeError" in failed
    assert "secret" not in failed


@pytest.mark.parametrize("tool", ["review_wait", "findings"])
async def test_an_unknown_id_is_answered_with_what_to_call(tool: str, era: str) -> None:
    async with connected(Script(report()), era) as client:
        assert "no review has the id 'nope' here" in error(await client.call_tool(tool, {"id": "nope"}))
        assert "at most 64 characters" in error(await client.call_tool(tool, {"id": "x" * 65}))


async def test_findings_of_a_running_or_failed_review_are_no_empty_list() -> None:
    gate = anyio.Event()

    async def engine(_: Order, __: Observer) -> Report:
        await gate.wait()
        raise ReviewError("the diff ends in the middle of a hunk")

    async with connected(engine, "legacy", IMPATIENT) as client:
        job_id = answer(await client.call_tool("review"))["report_id"]
        assert "call review_wait with id=" in error(await client.call_tool("findings", {"id": job_id}))
        gate.set()
        while (waited := await client.call_tool("review_wait", {"id": job_id})).structured_content:
            assert answer(waited)["status"] == "running"
        assert "middle of a hunk" in error(waited)
        assert "middle of a hunk" in error(await client.call_tool("findings", {"id": job_id}))


async def test_identical_calls_join_one_review_and_the_second_is_told_so(era: str) -> None:
    engine, replies = Script(report(), is_open=False), list[dict[str, Any]]()
    async with connected(engine, era, IMPATIENT) as client:

        async def call(**arguments: Any) -> None:
            replies.append(answer(await client.call_tool("review", arguments)))

        await call(source="staged")
        await call(source="staged")
        await call(source="work_tree")
    assert replies[0]["report_id"] == replies[1]["report_id"] != replies[2]["report_id"]
    assert "later edits are not in it" in replies[1]["next_step"]
    assert "later edits" not in replies[0]["next_step"] + replies[2]["next_step"]
    assert [order.source.kind for order in engine.orders] == [Kind.staged, Kind.work_tree]


async def test_one_client_never_sees_the_review_of_another(era: str) -> None:
    server = create_app(Script(report(finding(1))), Path("/workspace"))
    async with Client(server, mode=era) as one, Client(server, mode=era) as other:
        job_id = await reviewed(one)
        assert "no review has the id" in error(await other.call_tool("findings", {"id": job_id}))
        assert await reviewed(other) != job_id


async def test_findings_are_paged_to_the_end() -> None:
    outcome = report(*(finding(number) for number in range(25)))
    async with connected(Script(outcome), "legacy") as client:
        job_id = await reviewed(client)
        seen, offset = list[str](), 0
        while True:
            page = answer(await client.call_tool("findings", {"id": job_id, "offset": offset, "limit": 10}))
            assert (page["total"], page["offset"]) == (25, offset)
            seen += [found["id"] for found in page["findings"]]
            if "next_offset" not in page:
                break
            offset = page["next_offset"]
            assert f"offset={offset}" in page["next_step"]
    assert seen == [found.id for found in outcome.findings]
    assert page["next_step"] == "That is all."


async def test_a_finding_is_told_in_full_but_for_what_only_machines_compare() -> None:
    outcome = report(finding(1))
    async with connected(Script(outcome), "legacy") as client:
        page = answer(await client.call_tool("findings", {"id": await reviewed(client)}))
    (told,) = page["findings"]
    whole = ReportedFinding.model_validate(told | {"fingerprint": "f" * 64})
    assert whole == outcome.findings[0]
    assert "fingerprint" not in told


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({}, [0, 1, 2]),
        ({"severity": "medium"}, [0, 1]),
        ({"severity": "critical"}, [0]),
        ({"path": "src"}, [0, 1]),
        ({"path": "src/a.py"}, [0]),
        ({"path": "sr"}, []),
        ({"include_held_back": True}, [0, 1, 2, 3]),
        ({"offset": 1, "limit": 1}, [1]),
        ({"offset": 50}, []),
    ],
)
async def test_findings_are_filtered_by_severity_path_and_publication(filters: dict[str, Any], ids: list[int]) -> None:
    outcome = report(
        finding(0, severity=Severity.critical, path="src/a.py"),
        finding(1, severity=Severity.medium, path="src/b.py"),
        finding(2, severity=Severity.nit, path=None, start_line=None, end_line=None),
        finding(3, publication=Publication.unanchored, path="src/c.py", severity=Severity.low),
    )
    async with connected(Script(outcome), "legacy") as client:
        page = answer(await client.call_tool("findings", {"id": await reviewed(client), **filters}))
    assert [int(found["id"][3:], 16) for found in page["findings"]] == ids


async def test_what_is_held_back_is_counted_and_how_to_see_it_is_said() -> None:
    outcome = report(finding(1, publication=Publication.below_threshold))
    async with connected(Script(outcome), "legacy") as client:
        page = answer(await client.call_tool("findings", {"id": await reviewed(client)}))
    assert (page["total"], page["findings"]) == (0, [])
    assert "1 were held back" in page["next_step"]
    assert "include_held_back=true" in page["next_step"]


@pytest.mark.parametrize("text", ["x" * 40_000, "\x1b" * 40_000, "\udcff" * 40_000, "ß" * 40_000])
async def test_no_text_however_long_or_strange_makes_an_answer_too_long(text: str) -> None:
    fields = {"title": text, "rationale": text, "suggestion": text, "excerpt": text, "path": f"src/{text}"}
    outcome = report(
        *(finding(number, **fields) for number in range(20)),
        reason=text,
        incomplete=(text,) * 20,
        coverage=Coverage(skipped=tuple(Skipped(path=text, reason=text) for _ in range(9))),
        reviewers=tuple(
            ReviewerStatus(name=f"{number}{text}", method=Method.model, status="failed", reason=text, usage=USAGE)
            for number in range(60)
        ),
    )
    async with connected(Script(outcome), "legacy") as client:
        reply = answer(await client.call_tool("review"))
        page = answer(await client.call_tool("findings", {"id": reply["report_id"]}))
    assert len(reply["findings"]) == 7
    assert page["clipped"]
    assert page["next_offset"] == len(page["findings"]) >= 1


async def test_an_unclear_verdict_is_no_approval() -> None:
    outcome = report(verdict=Verdict.unclear, incomplete=("all seats failed",))
    async with connected(Script(outcome), "legacy") as client:
        reply = answer(await client.call_tool("review"))
    assert (reply["verdict"], reply["incomplete"]) == ("unclear", ["all seats failed"])
    assert "don't take this as approval" in reply["next_step"]


async def test_a_client_that_asks_for_progress_hears_of_each_reviewer(era: str) -> None:
    heard: list[tuple[float, float | None, str | None]] = []

    async def listen(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    async with connected(Script(report()), era) as client:
        answer(await client.call_tool("review", progress_callback=listen))
    assert heard == [(1, 2, "ruff: 1 finding"), (2, 2, "security@local:tiny: no opinion")]


async def test_a_cancelled_call_stops_the_review_after_the_grace_period(era: str) -> None:
    engine = Script(report(), is_open=False)
    async with connected(engine, era, Limits(grace_s=0)) as client:
        async with anyio.create_task_group() as calls:
            calls.start_soon(client.call_tool, "review")
            with anyio.fail_after(5):
                while not engine.orders:
                    await anyio.lowlevel.checkpoint()
            calls.cancel_scope.cancel()
        with anyio.fail_after(5):
            await engine.cancelled.wait()


async def test_a_call_that_was_cancelled_and_repeated_within_the_grace_period_finds_its_review(era: str) -> None:
    engine, heard = Script(report(), is_open=False), list[tuple[float, float | None, str | None]]()
    async with connected(engine, era, Limits(grace_s=3600)) as client:
        async with anyio.create_task_group() as calls:
            calls.start_soon(client.call_tool, "review")
            with anyio.fail_after(5):
                while not engine.orders:
                    await anyio.lowlevel.checkpoint()
            calls.cancel_scope.cancel()

        async def let_go(progress: float, total: float | None, message: str | None) -> None:
            heard.append((progress, total, message))
            engine.gate.set()

        assert answer(await client.call_tool("review", progress_callback=let_go))["status"] == "finished"
    assert heard[0] == (1, 2, "ruff: 1 finding"), "what was done before it joined"
    assert len(engine.orders) == 1


async def test_a_client_that_leaves_takes_its_reviews_with_it(era: str) -> None:
    engine = Script(report(), is_open=False)
    async with connected(engine, era, IMPATIENT) as client:
        answer(await client.call_tool("review"))
    assert engine.cancelled.is_set()
