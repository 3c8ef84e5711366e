"""The engine behind every face: from an order to a report. The command line, the hook and the MCP server call it."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import anyio.to_thread
import platformdirs

from juryroom_reviewers.ballot import Juror
from juryroom_reviewers.change import ChangeSet
from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.decision import Bar
from juryroom_reviewers.depth import Depth
from juryroom_reviewers.language import language_of
from juryroom_reviewers.panel import Observer, ignore_progress
from juryroom_reviewers.persona import Persona
from juryroom_reviewers.reading import CHARS_PER_TOKEN
from juryroom_reviewers.report import Report
from juryroom_reviewers.review import Plan
from juryroom_reviewers.review import review as deliberate
from juryroom_reviewers.reviewer import Method, Review, Reviewer, Seat
from juryroom_reviewers.seat import ModelReviewer, ReadingLimits
from juryroom_reviewers.value import Value

from . import analysers, git
from .analysers.secret_scan import secrets_of
from .configuration import files as settings_files
from .configuration import globs
from .configuration import load as settings_load
from .configuration.credentials import find_key, read_keyring
from .context import gather
from .ledger.accounts import Ledger, open_ledger
from .models.cache import Store
from .models.card import Outside
from .models.discover import resolve
from .models.limiter import Turns
from .models.roster import Unusable, admit, available, opened
from .models.seating import Conditions
from .models.seating import explain as explain_seats
from .models.seating import seat as give_seats
from .models.shared import Shared
from .personas import FOLDER, choose, load_personas
from .settings import Loaded, Settings
from .source import Kind, Source
from .work.order import Order

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

    Raises:
        GitError, DiffError, PersonaError, SeatingError: when the change can't be read, or the panel not be seated.
    """
    started = time.monotonic()
    settings = workspace.loaded.settings
    depth = order.depth or settings.depth
    # Ctrl-C and a client that leaves don't wait for the reading
    case = await anyio.to_thread.run_sync(_prepare, workspace, order, personas_from, abandon_on_cancel=True)
    async with AsyncExitStack() as stack:
        reviewers: list[Reviewer] = []
        if settings.analysers:
            tree = await stack.enter_async_context(analysers.workspace(case.context.change))
            reviewers += _analysers(analysers.seated(tree), settings, case.personas if order.personas else ())
        ledger = await stack.enter_async_context(open_ledger(settings, workspace.environ, workspace.root))
        setting = _Setting(case=case, depth=depth, ledger=ledger, shared=shared or new_shared(), explain=explain)
        seating = await _seat_models(workspace, setting, stack) if models else _Seating()
        plan = Plan(
            depth=depth,
            deadline_s=order.deadline_s or settings.deadline_s,
            spent_s=time.monotonic() - started,
            bar=_bar(settings, case.context.change),
            notes=(*case.notes, *seating.notes),
        )
        jurors = [Juror(seat=member.seat, model=member.model) for member in seating.members]
        panel = [*reviewers, *seating.members, *seating.absent]
        report = await deliberate(case.context, panel, jurors, plan, observer=observer)
        if ledger.problem:
            report = report.model_copy(update={"notes": (*report.notes, f"calls are not recorded: {ledger.problem}")})
        return report


class _Case(Value):
    """What is before the panel."""

    context: ReviewContext
    personas: tuple[Persona, ...]
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
    context = context.model_copy(update={"secrets": secrets_of(change.files)})
    return _Case(context=context, personas=choose(known, names), notes=notes)


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
    return Bar(max_findings=settings.max_findings, max_per_file=settings.max_per_file, non_production=elsewhere)


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


class _Absent:
    """A model that is configured and can't be asked: its seat stays empty, and the report says why."""

    def __init__(self, unusable: Unusable, *, failed: bool) -> None:
        self._unusable = unusable
        self._failed = failed

    @property
    def seat(self) -> Seat:
        """Who would sit there."""
        card = self._unusable.card
        return Seat(name=card.key, method=Method.model, model=card.name, family=card.lineage, categories=())

    async def review(self, context: ReviewContext) -> Review:  # noqa: ARG002 - it is not there to read
        """Say why there is no review."""
        return Review(seat=self.seat, abstained=self._unusable.reason, failed=self._failed)


class _Unseated:
    """A persona that no model could be paid for: it has not reviewed, and the report says so."""

    def __init__(self, persona: Persona, budget_usd: float | None) -> None:
        self._persona = persona
        self._budget_usd = budget_usd

    @property
    def seat(self) -> Seat:
        """Who would sit there."""
        return Seat(name=self._persona.name, method=Method.model, persona=self._persona.name, categories=())

    async def review(self, context: ReviewContext) -> Review:  # noqa: ARG002 - it is not there to read
        """Say why there is no review."""
        reason = f"no model fits into budget_run_usd = {self._budget_usd}; raise it, or review less at once"
        return Review(seat=self.seat, abstained=reason, failed=True, over_budget=True)


class _Seating:
    """The model reviewers of one panel."""

    def __init__(
        self,
        members: Sequence[ModelReviewer] = (),
        absent: Sequence[Reviewer] = (),
        notes: tuple[str, ...] = (),
    ) -> None:
        self.members = members
        self.absent = absent
        self.notes = notes


@dataclass(frozen=True)
class _Setting:
    """What models are seated for, and with what."""

    case: _Case
    depth: Depth
    ledger: Ledger
    shared: Shared
    explain: bool


async def _seat_models(workspace: Workspace, setting: _Setting, stack: AsyncExitStack) -> _Seating:
    settings = workspace.loaded.settings
    cards = [card for card in settings.models if card.quick or setting.depth is not Depth.quick]
    if not cards:
        return _Seating()
    keyring = await anyio.to_thread.run_sync(read_keyring, workspace.environ, settings_files.user_config_dir())
    outside = Outside(privacy=settings.privacy, private_hosts=settings.private_hosts)
    usable, without_key = available(cards, workspace.environ, lambda card: find_key(card, keyring), outside)
    found, unreachable = await resolve(usable)
    endpoints, refused = await anyio.to_thread.run_sync(admit, found, outside)
    absent: list[Reviewer] = [
        *(_Absent(one, failed=False) for one in (*without_key, *refused)),
        *(_Absent(one, failed=True) for one in unreachable),
    ]
    by_key = {endpoint.card.key: endpoint for endpoint in endpoints}
    conditions = _conditions(settings, setting.case.context)
    cards = [endpoint.card for endpoint in endpoints]
    seating = give_seats(setting.case.personas, cards, settings.seats, conditions)
    seated = {one.persona.name for one in seating.seats}
    if endpoints:
        unseated = (persona for persona in setting.case.personas if persona.name not in seated)
        absent += (_Unseated(persona, settings.budget_run_usd) for persona in unseated)
    taken = [by_key[key] for key in dict.fromkeys(one.card.key for one in seating.seats)]
    store = Store(cache_folder()) if settings.cache else None
    stand_ins = [by_key[key] for key in settings.failover if key in by_key]
    models = await stack.enter_async_context(
        opened(
            taken,
            store=store,
            accounts=setting.ledger,
            shared=setting.shared,
            failover=stand_ins,
            reasons={one.card.key: one.reason for one in seating.seats},
        )
    )
    limits = ReadingLimits(part_tokens=settings.part_tokens, max_parts=settings.max_parts)
    members = [ModelReviewer(one.persona, models[one.card.key], limits) for one in seating.seats]
    missing = [key for key in settings.failover if key not in by_key]
    notes = tuple(f"no stand-in: the model {key!r}, of failover, can't be asked" for key in missing)
    told = explain_seats(seating) if setting.explain else seating.notes
    return _Seating(members, absent, (*told, *notes))


def _conditions(settings: Settings, context: ReviewContext) -> Conditions:
    """What one seat reads and writes at most, for seating it within the run's budget."""
    shown = sum(len(row) for file in context.change.files for hunk in file.hunks for row in hunk.lines)
    tokens = int(shown / CHARS_PER_TOKEN) + settings.context_tokens
    parts = min(tokens // settings.part_tokens + 1, settings.max_parts)
    languages = Counter(filter(None, (language_of(file.path, file.text) for file in context.change.files)))
    return Conditions(
        budget_usd=settings.budget_run_usd,
        input_tokens=min(tokens, settings.part_tokens * settings.max_parts),
        output_tokens=parts * ReadingLimits().answer_tokens,
        languages=tuple(name for name, _ in languages.most_common()),
    )


def new_shared() -> Shared:
    """What calls know of each other; limits by the minute are known to all processes on this machine."""
    return Shared(turns=Turns(state_folder() / "turns.sqlite"))


def state_folder() -> Path:
    """Where processes leave word for each other."""
    return Path(platformdirs.user_state_dir("juryroom"))


def cache_folder() -> Path:
    """Where answers that were paid for are kept."""
    return Path(platformdirs.user_cache_dir("juryroom")) / "answers"
