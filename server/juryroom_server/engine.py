"""The engine behind every face: from an order to a report. The command line, the hook and the MCP server call it."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from enum import StrEnum
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread

from juryroom_reviewers.change import ChangeSet
from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.decision import Bar
from juryroom_reviewers.dismissal import Dismissal
from juryroom_reviewers.model import NOTHING_USED
from juryroom_reviewers.panel import Observer, ignore_progress
from juryroom_reviewers.persona import Persona
from juryroom_reviewers.report import Report, Verdict
from juryroom_reviewers.review import Plan
from juryroom_reviewers.review import review as deliberate
from juryroom_reviewers.reviewer import Review, Reviewer, Seat
from juryroom_reviewers.value import Value

from . import analysers, baseline, git
from .analysers import found
from .analysers.secret_scan import secrets_of
from .configuration import files as settings_files
from .configuration import globs
from .configuration import load as settings_load
from .context import gather
from .history import History, recall, remember
from .ledger.accounts import Ledger, open_ledger, project_of
from .ledger.jobs import LedgerJobs
from .lookup import Lookup
from .models.batch_jobs import Batching
from .models.cache import Store
from .models.shared import Shared
from .personas import FOLDER, choose, load_personas
from .seats import Seating, Setting, cache_folder, new_shared, seat_models
from .settings import Loaded, Settings
from .source import Kind, Source
from .work.order import Order

log = logging.getLogger(__name__)

CONVENTIONS = ("AGENTS.md", "CLAUDE.md", "REVIEW.md")
"""What a repository says to those who work on it, read from the base revision."""
MAX_CONVENTIONS = 6_000
"""Characters of it that a reviewer is shown."""


class PersonasFrom(StrEnum):
    """Which version of the repository's own personas sits on the panel."""

    base = "base"
    """That of the base revision: a change can't choose its own judges."""
    work_tree = "work-tree"
    """That of the work tree: for trying one out."""


class Workspace(Value):
    """Where a review takes place, and by which settings."""

    root: Path
    repository: bool
    """False outside of a git repository, where only diffs and files can be reviewed."""
    loaded: Loaded
    environ: dict[str, str]


def open_workspace(
    cwd: Path, environ: Mapping[str, str], flags: Mapping[str, object], source: Source | None = None
) -> Workspace:
    """Find the repository around a folder and read the settings once.

    Args:
        cwd: the working directory.
        environ: the environment's variables.
        flags: setting -> value of a flag; None where it was not given.
        source: what will be reviewed. For commits (somebody else's, as in CI) the repository's configuration comes
            from before them; for the work tree and the index, which are the user's own, it is the one at hand.

    Raises:
        SettingsError: when they can't be used.
        GitError: when git can't be asked.
    """
    top = git.repository_root(cwd)
    root = top or cwd.resolve()
    config_dir = settings_files.user_config_dir()
    read = _reader_at_base(root, source) if top is not None and source is not None else None
    loaded = settings_load.load(root, cwd, environ, flags, config_dir=config_dir, repository_text=read)
    return Workspace(root=root, repository=top is not None, loaded=loaded, environ=dict(environ))


_OTHERS = (Kind.base, Kind.commit, Kind.range)


def _reader_at_base(root: Path, source: Source) -> Callable[[str], str | None] | None:
    if source.kind not in _OTHERS:
        return None
    base = git.base_revision(root, source)
    return None if base is None else lambda path: git.text_at(root, base, path)


async def review(
    workspace: Workspace,
    order: Order,
    *,
    observer: Observer = ignore_progress,
    personas_from: PersonasFrom = PersonasFrom.base,
    models: bool = True,
    explain: bool = False,
    shared: Shared | None = None,
    batch: bool = False,
) -> Report:
    """Review what is ordered.

    Args:
        workspace: where, and by which settings.
        order: which change, and how; what it leaves open, the settings decide.
        observer: told of each reviewer that is done.
        personas_from: which version of the repository's personas is seated.
        models: False: analysers only.
        explain: say in the report's notes who sits where, and why.
        shared: what a server's reviews know of its providers (breakers and the like); None: of this review alone.
        batch: it may wait: models are asked through their providers' batch APIs, at a lower price.

    Raises:
        GitError, DiffError, PersonaError, SeatingError: when the change can't be read, or the panel not be seated.
    """
    started = time.monotonic()
    settings = workspace.loaded.settings
    depth = order.depth or settings.depth
    deadline_s = order.deadline_s or settings.deadline_s
    # Ctrl-C, a client that leaves and the deadline don't wait for the reading
    with anyio.move_on_after(deadline_s) as scope:
        case = await anyio.to_thread.run_sync(_prepare, workspace, order, personas_from, abandon_on_cancel=True)
    if scope.cancelled_caught:
        return _not_read(order, deadline_s)
    async with AsyncExitStack() as stack:
        reviewers: list[Reviewer] = []
        if settings.analysers:
            root = workspace.root if workspace.repository else None
            tree = await stack.enter_async_context(analysers.workspace(case.context.change, repository=root))
            seated = analysers.seated(tree)
            if settings.found_engines:
                seated += found.seated(tree, workspace.environ)
            reviewers += _analysers(seated, settings, case.personas if order.personas else ())
        ledger = await stack.enter_async_context(open_ledger(settings, workspace.environ, workspace.root))
        setting = Setting(
            settings=settings,
            environ=workspace.environ,
            personas=case.personas,
            context=case.context,
            depth=depth,
            ledger=ledger,
            shared=shared or new_shared(),
            explain=explain,
            batching=_batching(settings, ledger) if batch else None,
            project=project_of(workspace.root),
        )
        seating = await seat_models(setting, stack) if models else Seating()
        plan = Plan(
            depth=depth,
            deadline_s=deadline_s,
            spent_s=time.monotonic() - started,
            bar=_bar(settings, case.context.change),
            dismissals=case.history.dismissals,
            learnt=case.history.learnt,
            notes=(*case.notes, *seating.notes),
        )
        change = case.context.change
        repository = Lookup(workspace.root if workspace.repository else None, change, settings.exclude)
        panel = [*reviewers, *seating.members, *seating.absent]
        try:
            report = await deliberate(
                case.context, panel, seating.jurors, plan, repository=repository, observer=observer
            )
        except anyio.get_cancelled_exc_class():
            for note in _running(setting.batching):
                log.warning("%s", note)
            raise
        report = report.model_copy(update={"usage": ledger.bill.usage, "unsettled": ledger.bill.unsettled})
        if running := _running(setting.batching):
            report = report.model_copy(update={"notes": (*report.notes, *running), "deadline_reached": True})
        if ledger.problem:
            report = report.model_copy(update={"notes": (*report.notes, f"calls are not recorded: {ledger.problem}")})
        problem = case.history.problem or await anyio.to_thread.run_sync(
            partial(
                remember,
                report,
                case.context.change,
                workspace.environ,
                project_of(workspace.root),
                run=ledger.run,
                keep_days=settings.ledger_retention_days,
                root=workspace.root if workspace.repository else None,
            )
        )
        return report.model_copy(update={"notes": (*report.notes, problem)}) if problem else report


def _batching(settings: Settings, ledger: Ledger) -> Batching:
    return Batching(jobs=LedgerJobs(ledger), accounts=ledger, store=Store(cache_folder()) if settings.cache else None)


def _running(batching: Batching | None) -> tuple[str, ...]:
    """Which batches go on without us, and how to get at what they bring."""
    return tuple(
        f"the batch {job.label} of {job.model} is still running, with {len(job.items)} of the questions; review the "
        f"same with --batch later, which asks nothing twice, or run: juryroom batch resume {job.label}"
        for job in (batching.waiting.values() if batching else ())
    )


def _not_read(order: Order, deadline_s: float) -> Report:
    """The report of a change that took too long to read: nobody has reviewed it."""
    late = f"the change could not be read within the deadline of {deadline_s:g} s"
    why = f"{late}; raise --deadline, or review less at once"
    return Report(
        verdict=Verdict.unclear,
        reason=why,
        source=order.source.kind.replace("_", " "),
        usage=NOTHING_USED,
        incomplete=(why,),
        deadline_reached=True,
        seconds=deadline_s,
    )


class _Case(Value):
    """What is before the panel."""

    context: ReviewContext
    personas: tuple[Persona, ...]
    history: History
    notes: tuple[str, ...] = ()


def _prepare(workspace: Workspace, order: Order, personas_from: PersonasFrom) -> _Case:
    """Read the change, what surrounds it, and the personas: all that needs git and files."""
    root, settings = workspace.root, workspace.loaded.settings
    change = git.read_change(root, order.source, repository=workspace.repository, exclude=settings.exclude)
    base = git.base_revision(root, order.source) if workspace.repository else None
    texts, notes = _persona_texts(workspace, base, personas_from)
    known = load_personas(texts)
    names = order.personas or settings.personas or tuple(known)
    pages = (git.text_at(root, base, name) for name in CONVENTIONS) if workspace.repository and base else ()
    conventions = "\n\n".join(page.strip() for page in pages if page)[:MAX_CONVENTIONS]
    context = gather(change, token_budget=settings.context_tokens, conventions=conventions)
    context = context.model_copy(update={"secrets": secrets_of((*change.files, *change.private))})
    history = recall(workspace.environ, project_of(root))
    ours, more = _baseline(root, base if order.source.kind in _OTHERS else None, change)
    history = history.model_copy(update={"dismissals": (*history.dismissals, *ours)})
    return _Case(context=context, personas=choose(known, names), history=history, notes=(*notes, *more))


def _baseline(root: Path, base: str | None, change: ChangeSet) -> tuple[tuple[Dismissal, ...], tuple[str, ...]]:
    """What the team lives with, and a word about a file that does not count."""
    try:
        ours = baseline.parse(git.text_at(root, base, baseline.FILE)).dismissals
    except baseline.BaselineError as error:
        return (), (f"nothing in the baseline counts: {error}",)
    if base is not None and change.file(baseline.FILE):
        return ours, (f"what this change does to {baseline.FILE} counts once it is merged",)
    return ours, ()


def _persona_texts(
    workspace: Workspace, base: str | None, personas_from: PersonasFrom
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The repository's own personas, and a word about those that the change itself brings."""
    if not workspace.repository:
        return {}, ()
    here = git.folder_at(workspace.root, None, FOLDER)
    if personas_from is PersonasFrom.work_tree or base is None:
        return here, ()
    there = git.folder_at(workspace.root, base, FOLDER)
    fresh = sorted(name.removesuffix(".md") for name, text in here.items() if there.get(name) != text)
    if not fresh:
        return there, ()
    note = (
        f"personas new or changed since the base revision sit on the panel once committed: {', '.join(fresh)} "
        "(--personas-from work-tree tries them now)"
    )
    return there, (note,)


def _bar(settings: Settings, change: ChangeSet) -> Bar:
    elsewhere = frozenset(file.path for file in change.files if globs.matches(file.path, settings.nonprod))
    return Bar(
        max_findings=settings.max_findings,
        max_per_file=settings.max_per_file,
        non_production=elsewhere,
        thresholds=settings.thresholds,
    )


def _analysers(seated: Sequence[Reviewer], settings: Settings, personas: tuple[Persona, ...]) -> list[Reviewer]:
    """Those that are wanted; when personas were asked for by name, with findings in their categories only."""
    wanted = [one for one in seated if settings.analysers is True or one.seat.name in (settings.analysers or ())]
    if not personas:
        return wanted
    categories = tuple(category for persona in personas for category in persona.categories)
    return [_Focused(one, categories) for one in wanted]


class _Focused:
    """An analyser of which only some categories were asked for."""

    def __init__(self, inner: Reviewer, categories: tuple[str, ...]) -> None:
        self._inner = inner
        self._categories = categories

    @property
    def seat(self) -> Seat:
        """Who this is."""
        return self._inner.seat.model_copy(update={"categories": self._categories})

    async def review(self, context: ReviewContext) -> Review:
        """Review, and keep what was asked for."""
        review = await self._inner.review(context)
        kept = tuple(finding for finding in review.findings if finding.category in self._categories)
        return review.model_copy(update={"seat": self.seat, "findings": kept})
