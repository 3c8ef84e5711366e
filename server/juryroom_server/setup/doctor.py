"""`juryroom doctor`: what works, what is missing, and where each key comes from."""

import platform
from collections.abc import Mapping
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

import anyio.to_thread

from juryroom_reviewers.value import Value

from ..configuration.credentials import CREDENTIALS_FILE, Keyring, read_keyring
from ..configuration.files import USER_FILE
from ..configuration.load import load
from ..render.clean import line
from ..settings import Loaded, Settings, SettingsError
from .around import check_cache, check_engines, check_git, check_grammars, check_personas, find_repository
from .check import Check, State
from .found import check_found
from .ledger import check_ledger
from .models import check_keys, check_models

SCHEMA_VERSION = "1.0"
"""Of the JSON form."""
_MARKS = {State.ok: "ok", State.note: "note", State.warning: "warn", State.problem: "FAIL"}
_LINE = 2_000
"""Characters of one check's line."""


class Diagnosis(Value):
    """Everything that was looked at."""

    schema_version: str = SCHEMA_VERSION
    can_review: bool
    """False when no review can run at all: `checks` holds a problem then."""
    checks: tuple[Check, ...]

    @property
    def exit_code(self) -> int:
        """0, or 2 when no review can run."""
        return 0 if self.can_review else 2


async def examine(
    cwd: Path, environ: Mapping[str, str], *, config_dir: Path, cache_dir: Path, probe: bool = False
) -> Diagnosis:
    """Look at everything that a review in this folder depends on. Nothing is changed.

    Args:
        cwd: the working directory.
        environ: the environment's variables.
        config_dir: the user's folder, `settings_files.user_config_dir()`.
        cache_dir: where answers of models are kept.
        probe: connect to the servers of models that are not on this machine too; none of them is asked to review.
    """
    checks = [
        Check(group="program", name="juryroom", state=State.ok, detail=version("juryroom")),
        Check(group="program", name="python", state=State.ok, detail=platform.python_version()),
        await check_git(environ),
    ]
    root, repository = await anyio.to_thread.run_sync(find_repository, cwd)
    checks.append(repository)
    loaded, keyring, configuration = _check_configuration(root, cwd, environ, config_dir)
    settings = loaded.settings if loaded else Settings()
    checks += configuration
    engines = await check_engines()
    checks += [*engines, check_grammars(), *await check_found(settings, environ)]
    personas, check = await anyio.to_thread.run_sync(check_personas, root, settings)
    checks.append(check)
    file = config_dir / USER_FILE
    about_models: tuple[Check, ...] = ()
    asked = 0
    if loaded:
        about_models, asked = await check_models(settings, environ, keyring, personas, file, probe=probe)
    checks += [*about_models, *check_keys(settings, keyring, config_dir), check_cache(cache_dir)]
    checks += await anyio.to_thread.run_sync(check_ledger, settings, environ, root)
    running = settings.analysers and any(engine.state is State.ok for engine in engines)
    if not running and not asked:
        nobody = "neither an analyser nor a model can review"
        checks.append(Check(group="panel", name="reviewers", state=State.problem, detail=nobody))
    return Diagnosis(can_review=all(check.state is not State.problem for check in checks), checks=tuple(checks))


def render(diagnosis: Diagnosis) -> str:
    """The diagnosis as plain text, one line for each check and one for each piece of advice."""
    lines: list[str] = []
    width = max(len(check.name) for check in diagnosis.checks)
    for group, checks in groupby(diagnosis.checks, key=lambda check: check.group):
        lines += ["", group] if lines else [group]
        for check in checks:
            lines.append(f"  {_MARKS[check.state]:<4}  {line(check.name, 80):<{width}}  {line(check.detail, _LINE)}")
            if check.advice:
                lines.append(f"  {'':<4}  {'':<{width}}  -> {line(check.advice, _LINE)}")
    problems = sum(check.state is State.problem for check in diagnosis.checks)
    verdict = (
        "A review can run here." if diagnosis.can_review else f"No review can run here: {problems} to mend (FAIL)."
    )
    return "\n".join([*lines, "", verdict]) + "\n"


def _check_configuration(
    root: Path, cwd: Path, environ: Mapping[str, str], config_dir: Path
) -> tuple[Loaded | None, Keyring, list[Check]]:
    """The settings and keys, where they can be used, and what is to be said of their files."""

    def said(name: str, state: State, detail: str) -> Check:
        return Check(group="configuration", name=name, state=state, detail=detail)

    try:
        keyring = read_keyring(environ, config_dir)
        loaded = load(root, cwd, environ, {}, config_dir=config_dir)
    except SettingsError as error:
        return None, Keyring(keys={}), [said("configuration", State.problem, str(error))]
    user, filed = config_dir / USER_FILE, config_dir / CREDENTIALS_FILE
    theirs = [name for name in loaded.files if name != str(user)]
    checks = [
        said(
            "repository",
            State.ok,
            ", ".join(theirs) or "no juryroom.toml and no [tool.juryroom]; `juryroom init` writes one",
        ),
        said("user", State.ok, f"{user}{'' if str(user) in loaded.files else ' (not there)'}"),
        said("credentials", State.ok, f"{filed}{'' if filed.exists() else ' (not there)'}"),
    ]
    variables = sorted({origin.name for origin in loaded.origins.values() if origin.name.startswith("JURYROOM_")})
    if variables:
        checks.append(said("environment", State.ok, ", ".join(variables)))
    checks += [said("ignored", State.warning, warning) for warning in loaded.warnings]
    return loaded, keyring, checks
