"""From the text of a file to the ways that outside data takes through it."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

from ...syntax import root_of
from . import ir
from .interpreter import Interpreter
from .load import model
from .lowering import lowered
from .machine import Hit


@dataclass(frozen=True)
class Scan:
    """What was found in a file."""

    hits: tuple[Hit, ...] = ()
    unread: str | None = None
    """Why it was not read."""
    partly: str | None = None
    """Why it was read in part."""


def scan(path: str, text: str, language: str) -> Scan:
    """Follow outside data through a file.

    Args:
        path: only its suffix is looked at, for the grammar.
        text: of the file; it is parsed, never run.
        language: one that has a model.
    """
    source = text.encode("utf-8", "replace")
    known = model(language)
    hints = [match.start() for match in _encoded(language).finditer(source)]
    if not hints and not known.open_parameters:
        return Scan()
    triggers = [match.start() for match in _triggers(language, None if hints else "parameter").finditer(source)]
    if not triggers:
        return Scan()
    root = root_of(path, text)
    if root is None:
        return Scan(unread="takes too long to parse")
    interpreter = Interpreter(
        known,
        size=len(source),
        has_sink=lambda function: _within(triggers, function),
        has_source=lambda function: _within(hints, function),
    )
    try:
        hits = interpreter.run(lowered(language, root))
    except RecursionError:
        return Scan(unread="is nested too deeply to follow its data")
    partly = None
    if interpreter.too_long:
        partly = "some functions are too long to follow all their data"
    return Scan(tuple(hits), partly=partly)


@cache
def _triggers(language: str, group: str | None) -> re.Pattern[bytes]:
    return re.compile(model(language).triggers(group).pattern.encode())


@cache
def _encoded(language: str) -> re.Pattern[bytes]:
    hints = model(language).hints
    return re.compile(hints.pattern.encode() if hints is not None else b"")


def _within(positions: list[int], function: ir.Function) -> bool:
    at = bisect_left(positions, function.start_byte)
    return at < len(positions) and positions[at] < function.end_byte
