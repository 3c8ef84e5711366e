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
from .machine import MAX_STEPS, Hit


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
    triggers = [match.start() for match in _triggers(language).finditer(source)]
    if not triggers:
        return Scan()
    root = root_of(path, text)
    if root is None:
        return Scan(unread="takes too long to parse")
    interpreter = Interpreter(model(language), lambda function: _within(triggers, function))
    try:
        hits = interpreter.run(lowered(language, root))
    except RecursionError:
        return Scan(unread="is nested too deeply to follow its data")
    partly = None
    if interpreter.too_long or interpreter.progress.steps >= MAX_STEPS:
        partly = "some functions are too long to follow all their data"
    return Scan(tuple(hits), partly=partly)


@cache
def _triggers(language: str) -> re.Pattern[bytes]:
    return re.compile(model(language).triggers().pattern.encode())


def _within(positions: list[int], function: ir.Function) -> bool:
    at = bisect_left(positions, function.start_byte)
    return at < len(positions) and positions[at] < function.end_byte
