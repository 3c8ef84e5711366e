"""What a review needs besides models: git, the engines, the grammars, the personas, a place for the cache."""

import re
import shutil
import sysconfig
import tempfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import anyio
import anyio.to_thread

from juryroom_reviewers.persona import Persona, PersonaError
from juryroom_reviewers.value import Value

from ..analysers.run import EngineError, Limits, run
from ..git import GitError, folder_at, repository_root
from ..personas import FOLDER, choose, load_personas
from ..settings import Settings
from .check import Check, State

OLDEST_GIT = (2, 30)
ASK = Limits(wall_s=20.0, output_bytes=10_000)
"""For a version: an engine's first start on a cold disk takes seconds."""


class Engine(Value):
    """An analyser's engine."""

    name: str
    distribution: str
    command: str | None = None
    """What is run; None for one that is imported."""


ENGINES = (
    Engine(name="ruff", distribution="ruff", command="ruff"),
    Engine(name="ast-grep", distribution="ast-grep-cli", command="ast-grep"),
    Engine(name="lizard", distribution="lizard"),
)


async def check_git(environ: Mapping[str, str]) -> Check:
    """Whether git is there, and new enough."""
    advice = "install git 2.30 or newer; until then only diffs and files can be reviewed"
    command = shutil.which("git", path=environ.get("PATH", ""))
    if command is None:
        return Check(group="git", name="git", state=State.warning, detail="not on PATH", advice=advice)
    said = await version_of(command)
    match = re.search(r"(\d+)\.(\d+)[.\w]*", said or "")
    if match is None:
        return Check(group="git", name="git", state=State.warning, detail=f"{command} does not run", advice=advice)
    old = (int(match[1]), int(match[2])) < OLDEST_GIT
    state = State.warning if old else State.ok
    return Check(group="git", name="git", state=state, detail=f"{match[0]} at {command}", advice=advice if old else "")


def find_repository(cwd: Path) -> tuple[Path, Check]:
    """The folder whose configuration counts, and what is to be said of it."""
    try:
        root = repository_root(cwd)
    except GitError as error:
        return cwd, Check(group="git", name="repository", state=State.warning, detail=str(error))
    if root is None:
        detail = f"none around {cwd}; only diffs and files can be reviewed here"
        return cwd, Check(group="git", name="repository", state=State.note, detail=detail)
    return root, Check(group="git", name="repository", state=State.ok, detail=str(root))


async def check_engines() -> tuple[Check, ...]:
    """Each analyser's engine: is it there, does it run, which version is it?"""
    checks: dict[str, Check] = {}

    async def look(engine: Engine) -> None:
        found = await _engine_version(engine)
        state = State.ok if found else State.warning
        advice = "" if found else f"reinstall juryroom, or: pip install {engine.distribution}"
        detail = found or "not installed, or does not run"
        checks[engine.name] = Check(group="analysers", name=engine.name, state=state, detail=detail, advice=advice)

    async with anyio.create_task_group() as group:
        for engine in ENGINES:
            group.start_soon(look, engine)
    return tuple(checks[engine.name] for engine in ENGINES)


def check_grammars() -> Check:
    """The grammars that juryroom asks for when it is installed."""
    names = sorted(
        {match[0] for line in requires("juryroom") or () if (match := re.match(r"tree-sitter-[\w-]+", line))}
    )
    versions = {name.removeprefix("tree-sitter-"): _distribution_version(name) for name in names}
    missing = [name for name, found in versions.items() if found is None]
    listed = ", ".join(f"{name} {found}" for name, found in versions.items() if found)
    return Check(
        group="analysers",
        name="grammars",
        state=State.warning if missing else State.ok,
        detail=listed + (f"; missing: {', '.join(missing)}" if missing else ""),
        advice=f"pip install {' '.join(f'tree-sitter-{name}' for name in missing)}" if missing else "",
    )


def check_personas(root: Path, settings: Settings) -> tuple[tuple[Persona, ...], Check]:
    """The personas that would take part, those of the work tree included."""
    try:
        own = folder_at(root, None, FOLDER)
        known = load_personas(own)
        chosen = choose(known, settings.personas or known)
    except (PersonaError, GitError) as error:
        advice = f"mend it in {FOLDER}, or in the key `personas`"
        return (), Check(group="personas", name="personas", state=State.problem, detail=str(error), advice=advice)
    ours = {name.removesuffix(".md") for name in own}
    listed = ", ".join(
        f"{persona.name} (of this repository)" if persona.name in ours else persona.name for persona in chosen
    )
    idle = [name for name in known if name not in {persona.name for persona in chosen}]
    detail = (listed or "none") + (f"; not taking part: {', '.join(idle)}" if idle else "")
    return chosen, Check(group="personas", name="personas", state=State.ok, detail=detail)


def check_cache(folder: Path) -> Check:
    """Whether answers can be kept, without making the folder."""
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        return Check(
            group="cache",
            name="folder",
            state=State.warning,
            detail=f"{folder} can't be written: {error.strerror}",
            advice="reviews work without it, but pay for the same answer again; make the folder yours",
        )
    return Check(group="cache", name="folder", state=State.ok, detail=str(folder))


async def _engine_version(engine: Engine) -> str | None:
    if engine.command is None:
        return _distribution_version(engine.distribution)
    command = shutil.which(engine.command, path=sysconfig.get_path("scripts")) or shutil.which(engine.command)
    said = await version_of(command) if command else None
    return f"{said.split()[-1]} at {command}" if said else None


async def version_of(command: str, *ask: str) -> str | None:
    """The first line that a command says when asked (`--version`), or None when it doesn't run."""
    with tempfile.TemporaryDirectory(prefix="juryroom-") as home:
        try:
            output = await run((command, *(ask or ("--version",))), cwd=Path(home), home=Path(home), limits=ASK)
        except EngineError:
            return None
    words = output.stdout.decode(errors="replace").strip().partition("\n")[0]
    return words if output.exit_code == 0 and words else None


def _distribution_version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
