"""The tools that editors and agents see (MCP), over one engine and one workspace."""

import hashlib
import logging
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import anyio.to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field, ValidationError
from pydantic_core import from_json

from juryroom_reviewers.finding import Severity
from juryroom_reviewers.panel import Observer, Progress
from juryroom_reviewers.report import Report

from .protocol.arguments import explained
from .protocol.feedback import FeedbackReply, Word, give_feedback
from .protocol.findings_reply import FindingsReply, findings_reply
from .protocol.request import SourceName, requested_source
from .protocol.review_reply import ReviewReply, review_reply
from .protocol.slim import outline, slim
from .protocol.stdio import serve
from .protocol.wire import on_wire
from .protocol.workspace import WorkspaceError, workspace_root
from .work.jobs import DEFAULT_LIMITS, Jobs, Limits, ReviewError, open_jobs
from .work.order import Order

if TYPE_CHECKING:
    from .work.reviews import Reviews

Engine = Callable[[Order, Observer], Awaitable[Report]]
"""Reviews what is ordered. Expected failures are raised as ReviewError, with a text that the caller's model can use."""

SoftBudget = Callable[[], Awaitable[float]]
"""The seconds within which a call is answered, finished or not."""

INSTRUCTIONS = (
    "juryroom reviews code with a jury of models and analysers. Call review before a commit, push or merge, or on "
    "request; if it answers status 'running', call review_wait; findings gives the details, feedback records the "
    "user's verdict on one. probability is the chance that a finding is true (null or missing: unknown). It never "
    "edits files."
)

Id = Annotated[str, Field(min_length=1, max_length=64, description="report_id")]
Name = Annotated[str, Field(min_length=1, max_length=80)]
RelativePath = Annotated[str, Field(min_length=1, max_length=1024)]
"""Longer than a path may be on most systems; what it may lead to is checked in `request`."""


def create_app(
    engine: Engine, root: Path, *, limits: Limits = DEFAULT_LIMITS, soft_budget: SoftBudget | None = None
) -> MCPServer[Jobs]:
    """The MCP server of one workspace.

    Args:
        engine: what reviews; called in a task of the server's own.
        root: the workspace. Clients can't choose another.
        limits: how long and how many.
        soft_budget: asked at each call for the seconds within which it is answered; None: as in the limits.
    """
    tools = _Tools(engine=engine, root=root, limits=limits, soft_budget=soft_budget)
    return MCPServer(
        name="juryroom",
        title="juryroom",
        version=version("juryroom"),
        instructions=INSTRUCTIONS,
        tools=[
            _tool(
                tools.review,
                title="Code review",
                description=(
                    "Code review of a diff, branch, commit, pull request or files by a jury of AI models and static "
                    "analysers: bugs, security vulnerabilities, performance and design problems, ranked, with the "
                    "probability of each. Use before a commit or push, or to review or audit code."
                ),
                annotations=ToolAnnotations(read_only_hint=True, open_world_hint=True),
                # Claude Code hides other tools behind a search
                meta={"anthropic/alwaysLoad": True},
            ),
            _tool(
                tools.review_wait,
                title="Wait for a code review",
                description="Wait for a running code review; answers like review.",
                annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False),
            ),
            _tool(
                tools.findings,
                title="Code review findings",
                description=(
                    "Findings of a finished code review in full: code, rationale, suggestion, supporters, dissent."
                ),
                annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False),
            ),
            _tool(
                tools.feedback,
                title="Code review feedback",
                description=(
                    "Record the user's verdict on a code review finding: accepted, rejected (false positive, dismiss), "
                    "wontfix (true but unwanted, ignore); or undo it. Without id: list what is recorded."
                ),
                annotations=ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False),
            ),
        ],
        lifespan=_lifespan(limits),
        # nothing that a client can list ever changes
        subscriptions=False,
        # what a caller did wrong is told to the caller
        log_level="WARNING",
    )


def run_stdio(root: Path | None = None, *, limits: Limits = DEFAULT_LIMITS) -> int:
    """Serve one editor on this process's stdin and stdout until it leaves.

    Args:
        root: the workspace; None: what the environment says, or the working directory.
        limits: how long and how many.

    Returns:
        The exit code: 0, 130 after SIGINT, 2 when there is no such workspace.
    """
    try:
        folder = workspace_root(root, os.environ, Path.cwd())
    except WorkspaceError as error:
        sys.stderr.write(f"juryroom: {error}\n")
        return 2
    # before the SDK sets up its own, whose tracebacks are drawn for a terminal: clients keep stderr in a log file
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    engine = LazyEngine(folder)
    return serve(create_app(engine, folder, limits=limits, soft_budget=engine.soft_budget_s))


class LazyEngine:
    """The real engine of a workspace, imported at its first review: the editor waits for our start."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._reviews: Reviews | None = None

    async def __call__(self, order: Order, observer: Observer) -> Report:
        """Review what is ordered."""
        return await (await self._imported()).review(order, observer)

    async def soft_budget_s(self) -> float:
        """Seconds after which a call answers with what is known so far, as configured."""
        return await (await self._imported()).soft_budget_s()

    async def _imported(self) -> "Reviews":
        if self._reviews is None:
            # in a thread, so that the server answers meanwhile
            make = await anyio.to_thread.run_sync(_import_engine)
            self._reviews = self._reviews or make(self._root)
        return self._reviews


def _import_engine() -> "type[Reviews]":
    from .work.reviews import Reviews  # noqa: PLC0415 - brings git, tree-sitter and SDKs

    return Reviews


@dataclass(frozen=True)
class _Tools:
    """What each tool does. Of a call nothing stays here: jobs live in the lifespan."""

    engine: Engine
    root: Path
    limits: Limits
    soft_budget: SoftBudget | None

    async def review(
        self,
        ctx: Context[Jobs, Any],
        *,
        source: Annotated[
            SourceName,
            Field(description="work_tree: uncommitted changes; branch: changes since base; files: whole files"),
        ] = "work_tree",
        base: Annotated[str | None, Field(max_length=250, description="for branch: a ref")] = None,
        commit: Annotated[str | None, Field(max_length=250, description="for commit: a revision")] = None,
        diff: Annotated[str | None, Field(max_length=2_000_000, description="for diff: a unified diff")] = None,
        paths: Annotated[
            list[RelativePath] | None,
            Field(max_length=1000, description="for files: files or folders, relative to the repository"),
        ] = None,
        personas: Annotated[
            list[Name] | None,
            Field(max_length=20, description="such as security; default: all"),
        ] = None,
        depth: Literal["quick", "standard", "deep"] | None = None,
        deadline_s: Annotated[float | None, Field(ge=1, le=3600)] = None,
    ) -> Annotated[CallToolResult, ReviewReply]:
        try:
            order = Order(
                source=requested_source(source, base=base, commit=commit, diff=diff, paths=paths),
                personas=tuple(personas or ()),
                depth=depth,
                deadline_s=deadline_s,
            )
            job_id, joined = _jobs(ctx).start(_key(self.root, order), lambda observer: self.engine(order, observer))
            return await self._answer(ctx, job_id, await self._budget_s(), joined=joined)
        except ReviewError as error:
            raise ToolError(str(error)) from error

    async def review_wait(
        self,
        ctx: Context[Jobs, Any],
        *,
        id: Id,  # noqa: A002 - the name that the model is told
        wait_s: Annotated[float | None, Field(ge=0, le=3600)] = None,
    ) -> Annotated[CallToolResult, ReviewReply]:
        try:
            budget = await self._budget_s()
            return await self._answer(ctx, id, budget if wait_s is None else min(wait_s, budget))
        except ReviewError as error:
            raise ToolError(str(error)) from error

    async def findings(
        self,
        ctx: Context[Jobs, Any],
        *,
        id: Id,  # noqa: A002 - the name that the model is told
        severity: Annotated[
            Literal["critical", "high", "medium", "low", "nit"] | None, Field(description="this bad or worse")
        ] = None,
        path: Annotated[str | None, Field(max_length=1024, description="file or folder")] = None,
        offset: Annotated[int, Field(ge=0, le=100_000)] = 0,
        limit: Annotated[int, Field(ge=1, le=100)] = 20,
        include_held_back: Annotated[bool, Field(description="doubtful ones too")] = False,
    ) -> Annotated[CallToolResult, FindingsReply]:
        try:
            job = _jobs(ctx).look(id)
        except ReviewError as error:
            raise ToolError(str(error)) from error
        if job.error is not None:
            raise ToolError(job.error)
        if job.report is None:
            raise ToolError(f"review {id!r} is still running: call review_wait with id={id!r} first")
        return _result(
            findings_reply(
                id,
                job.report,
                severity=severity and Severity(severity),
                path=path,
                offset=offset,
                limit=limit,
                include_held_back=include_held_back,
            )
        )

    async def feedback(
        self,
        *,
        id: Annotated[str | None, Field(min_length=1, max_length=64, description="jr-…")] = None,  # noqa: A002 - as above
        verdict: Word | None = None,
        why: Annotated[str | None, Field(max_length=1000, description="the user's reason")] = None,
        to_label: Annotated[bool, Field(description="list held-back findings to be judged")] = False,
    ) -> Annotated[CallToolResult, FeedbackReply]:
        try:
            return _result(await give_feedback(self.root, id, verdict, why, to_label=to_label))
        except ReviewError as error:
            raise ToolError(str(error)) from error

    async def _budget_s(self) -> float:
        return self.limits.budget_s if self.soft_budget is None else await self.soft_budget()

    async def _answer(
        self, ctx: Context[Jobs, Any], job_id: str, seconds: float, *, joined: bool = False
    ) -> CallToolResult:
        async def tell(progress: Progress) -> None:
            seat, count = progress.review.seat.name, len(progress.review.findings)
            said = (
                f"{seat}: {count} finding{'' if count == 1 else 's'}"
                if progress.review.abstained is None
                else f"{seat}: no opinion"
            )
            await ctx.report_progress(progress.done, progress.total, said)

        job = await _jobs(ctx).wait(job_id, seconds, tell)
        if job.error is not None:
            raise ReviewError(job.error)
        return _result(review_reply(job, joined=joined))


def _lifespan(limits: Limits) -> Callable[[MCPServer[Jobs]], AbstractAsyncContextManager[Jobs]]:
    @asynccontextmanager
    async def lifespan(_: MCPServer[Jobs]) -> AsyncIterator[Jobs]:
        async with open_jobs(limits) as jobs:
            yield jobs

    return lifespan


def _jobs(ctx: Context[Jobs, Any]) -> Jobs:
    return ctx.request_context.lifespan_context


def _key(root: Path, order: Order) -> str:
    return hashlib.sha256(repr((root, order)).encode("utf-8", "backslashreplace")).hexdigest()


def _result(reply: ReviewReply | FindingsReply | FeedbackReply) -> CallToolResult:
    """The same in both channels: each client shows its model one of them only."""
    text = on_wire(reply)
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=from_json(text))


class _Tool(Tool):
    """Says in its own words what is wrong with the arguments of a call."""

    async def run(self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False) -> Any:  # noqa: FBT001, FBT002 - the SDK's signature
        try:
            return await super().run(arguments, context, convert_result)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            said = explained(error.__cause__, self.fn_metadata.arg_model.model_fields)
            raise ToolError(f"Error executing tool {self.name}: {said}") from error.__cause__


def _tool(
    fn: Callable[..., Any],
    *,
    title: str,
    description: str,
    annotations: ToolAnnotations,
    meta: dict[str, Any] | None = None,
) -> Tool:
    """A tool that refuses arguments it doesn't know, with schemas that say no more than a model needs."""
    tool = _Tool.from_function(fn, title=title, description=description, annotations=annotations, meta=meta)
    known = tool.fn_metadata
    # a misspelt argument must not be passed over in silence
    known.arg_model.model_config["extra"] = "forbid"
    known.arg_model.model_rebuild(force=True)
    known.output_schema = outline(known.output_schema or {})
    return tool.model_copy(update={"parameters": slim(known.arg_model.model_json_schema())})
