"""What a refuter asks to see: from its words to requests, and from requests to code, within limits."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from .numbering import Row, render
from .repository import Passage, Repository
from .value import Value

MAX_NEEDS = 4
"""Things that a refuter may ask for, in one round."""
MAX_CHARS = 12_000
"""Of all that it is shown then; what goes beyond is left out, and the listing says so."""
_MAX_LINES = 80
_NAME = re.compile(r"[^\W\d][\w$]{0,79}(?:(?:\.|::|#|->)[^\W\d][\w$]{0,79}){0,4}")
_RANGE = re.compile(r"\s*(\d{1,7})\s*(?:(?:-|\.\.|to|,)\s*(\d{1,7}))?\s*")

SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "path": {"type": ["string", "null"]},
            "symbol": {"type": ["string", "null"]},
            "lines": {"type": ["string", "null"]},
            "search": {"type": ["string", "null"]},
        },
        "required": ["path", "symbol", "lines", "search"],
        "additionalProperties": False,
    },
}
"""JSON schema of the list of needs, in the subset that providers enforce."""


class Need(Value):
    """One thing to look up: lines of a file, a definition, or where a name is used."""

    path: str | None = None
    symbol: str | None = None
    lines: tuple[int, int] | None = None
    search: str | None = None

    def __str__(self) -> str:
        """In words, for the listing."""
        if self.lines:
            return f"{self.path}, lines {self.lines[0]} to {self.lines[1]}"
        if self.symbol:
            return f"definition of {self.symbol}" + (f" in {self.path}" if self.path else "")
        return f"uses of {self.search}"


def read_needs(value: Any) -> tuple[Need, ...]:
    """The requests in an answer's `need`; what can't be meant is dropped, and so is what is more than MAX_NEEDS."""
    needs: dict[Need, None] = {}
    for item in value if isinstance(value, list) else ():
        need = _need(item) if isinstance(item, dict) else None
        if need is not None:
            needs[need] = None
    return tuple(needs)[:MAX_NEEDS]


def _need(item: dict[str, Any]) -> Need | None:
    path = item.get("path")
    path = path.strip().removeprefix("./") if isinstance(path, str) and path.strip() else None
    lines, symbol, search = (_RANGE.fullmatch(str(item.get("lines"))), _name(item, "symbol"), _name(item, "search"))
    if path and symbol is None and lines:
        first = max(int(lines[1]), 1)
        last = min(int(lines[2] or first), first + _MAX_LINES - 1)
        return Need(path=path, lines=(first, last)) if first <= last else None
    if symbol:
        return Need(path=path, symbol=symbol)
    return Need(search=search) if search else None


def _name(item: dict[str, Any], key: str) -> str | None:
    value = item.get(key)
    name = value.strip().removesuffix("()") if isinstance(value, str) else ""
    return name if _NAME.fullmatch(name) else None


async def look_up(needs: Iterable[Need], repository: Repository) -> tuple[tuple[Need, tuple[Passage, ...]], ...]:
    """What the repository shows for each need, in order."""
    return tuple([(need, await _one(need, repository)) for need in needs])


async def _one(need: Need, repository: Repository) -> tuple[Passage, ...]:
    if need.lines and need.path:
        return await repository.lines(need.path, *need.lines)
    if need.symbol:
        return await repository.definition(need.symbol, need.path)
    return await repository.search(need.search) if need.search else ()


def listing(found: Sequence[tuple[Need, tuple[Passage, ...]]]) -> tuple[str, tuple[Passage, ...]]:
    """The passages as text with line numbers, and those of them that there was room for."""
    parts: list[str] = []
    shown: list[Passage] = []
    room = MAX_CHARS
    for need, passages in found:
        parts.append(f"## {need}\n")
        if not passages:
            parts.append("Nothing of that name can be shown.\n")
        for passage in passages:
            rows = (Row(passage.start_line + at, " ", line) for at, line in enumerate(passage.lines))
            text = f"{passage.path}\n" + "\n".join(render(row) for row in rows) + "\n"
            if len(text) > room:
                parts.append(f"{passage.path}: left out, as it is too long\n")
                continue
            room -= len(text)
            parts.append(text)
            shown.append(passage)
    return "\n".join(parts), tuple(shown)
