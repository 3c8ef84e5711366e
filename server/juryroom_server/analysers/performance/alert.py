"""What a rule says, before it becomes a finding."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from juryroom_reviewers.finding import Severity

from ..claim import Note
from .facts import Loop, Node

KINDS = Path(__file__).with_name("kinds.toml")
EFFECTS = Path(__file__).with_name("effects.toml")
MAX_SHOWN = 60
"""Characters of code that are repeated in a title."""
MAX_SPAN = 11
"""Lines of a loop that is pointed at as a whole: of a longer one only the line that costs."""


@dataclass(frozen=True)
class Alert:
    """One place that costs more than it must."""

    kind: str
    first: int
    last: int
    said: tuple[str, ...] = ()
    loop_line: int | None = None
    """Of the loop's head: also a reason to speak, when the change touched only that."""


def at(kind: str, node: Node, *said: object, loop: Loop | None = None, within: Loop | None = None) -> Alert:
    """An alert about a node.

    Args:
        kind: of `kinds.toml`.
        node: what costs.
        said: what the words are filled with.
        loop: pointed at as a whole where it is short, since the loop is to be rewritten.
        within: the loop around it, which is not pointed at.
    """
    first, last = node.start_point[0] + 1, node.end_point[0] + 1
    around = loop or within
    head = around.node.start_point[0] + 1 if around is not None else None
    if loop is not None:
        head, end = loop.node.start_point[0] + 1, loop.node.end_point[0] + 1
        if end - head < MAX_SPAN:
            first, last = min(first, head), max(last, end)
    last = min(last, first + MAX_SPAN - 1)
    return Alert(kind, first, last, tuple(short(str(one)) for one in said), head)


def short(code: str) -> str:
    """Code on one line, cut off in the middle of what is too long."""
    line = re.sub(r"\s+", " ", code).strip()
    return line if len(line) <= MAX_SHOWN else f"{line[: MAX_SHOWN - 1]}…"


def note_of(alert: Alert) -> Note:
    """The words for an alert."""
    words = kinds()[alert.kind]

    def filled(text: str) -> str:
        return re.sub(r"\{(\d)\}", lambda m: alert.said[int(m[1])], text)

    return Note(
        title=filled(words["title"]),
        category="performance",
        severity=Severity(words["severity"]),
        why=filled(words["why"]),
        instead=filled(words["instead"]),
    )


@cache
def kinds() -> dict[str, dict[str, str]]:
    """What is said of each kind."""
    return tomllib.loads(KINDS.read_text("utf-8"))


@cache
def effects(language: str) -> dict[str, re.Pattern[str]]:
    """What calls do that costs more than computing: name of the effect -> callees."""
    table = tomllib.loads(EFFECTS.read_text("utf-8"))
    return {
        name: re.compile(pattern)
        for name, pattern in table["javascript" if language == "typescript" else language].items()
    }
