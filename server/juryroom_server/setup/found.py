"""Engines that are found on the machine: which are there, which join the panel, and why the others don't."""

from collections.abc import Mapping

import anyio

from ..analysers.found import NOT_JOINED, TOOLS, located
from ..analysers.found.tool import Tool
from ..settings import Settings
from .around import version_of
from .check import Check, State

_GROUP = "engines found on this machine"
_HOW = "found_engines = true in your own settings lets it join the panel"


async def check_found(settings: Settings, environ: Mapping[str, str]) -> tuple[Check, ...]:
    """One line for each that is there, and one for all that are not."""
    checks: dict[str, Check] = {}

    async def look(tool: Tool, command: str) -> None:
        said = await version_of(command, *tool.version)
        known = f"{said or 'does not say its version'} at {command}"
        lack = tool.lacks(environ)
        if lack:
            detail, advice = f"{known}; does not join without {lack.partition(':')[0]}", lack
        elif settings.found_engines:
            detail, advice = f"{known}; on the panel", ""
        else:
            detail, advice = f"{known}; not on the panel", _HOW
        state = State.ok if settings.found_engines and not lack else State.note
        checks[tool.name] = Check(group=_GROUP, name=tool.name, state=state, detail=detail, advice=advice)

    async with anyio.create_task_group() as group:
        for tool in TOOLS:
            if command := located(tool.name, environ):
                group.start_soon(look, tool, str(command))
    for name, why in NOT_JOINED.items():
        if located(name, environ):
            checks[name] = Check(group=_GROUP, name=name, state=State.note, detail=f"does not join: {why}")
    names = [*(tool.name for tool in TOOLS), *NOT_JOINED]
    missing = [name for name in names if name not in checks]
    if missing:
        detail = f"not on PATH: {', '.join(missing)}"
        checks["others"] = Check(group=_GROUP, name="others", state=State.note, detail=detail)
    return tuple(checks[name] for name in (*names, "others") if name in checks)
