"""From the text of a file to what costs more than it must."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...syntax import root_of
from .alert import Alert
from .caches import caches
from .dialect import DIALECTS
from .facts import Source
from .growth import growth
from .lower import Lowering
from .pages import pages
from .repeated import repeated, unchanging, whole
from .rows import rows
from .scans import membership, own_keys, pairs, scans
from .unit import Rule, Unit
from .waiting import waiting
from .waste import waste

RULES: tuple[Rule, ...] = (
    repeated, unchanging, whole, scans, membership, pairs, own_keys, growth, waste, rows, waiting, caches, pages
)  # fmt: skip
_REPEATS = re.compile(
    r"\b(?:for|while|until|async|cache|lru_cache|Map|sorted|list|len|apply|any|all|sum|set)\b|\.(?:forEach|map|each|filter|collect)\b"
)
"""Without one of these words no rule has anything to say."""


@dataclass(frozen=True)
class Scan:
    """What was found in a file."""

    alerts: tuple[Alert, ...] = ()
    unread: str | None = None
    """Why it was not read."""


def scan(path: str, text: str, language: str) -> Scan:
    """Look at all functions of a file.

    Args:
        path: only its suffix is looked at, for the grammar.
        text: of the file; it is parsed, never run.
        language: one of `DIALECTS`.
    """
    if not _REPEATS.search(text):
        return Scan()
    root = root_of(path, text)
    if root is None:
        return Scan(unread="takes too long to parse")
    try:
        unit = Unit(language, Lowering(DIALECTS[language], Source(text.encode("utf-8", "replace"))).run(root))
    except RecursionError:
        return Scan(unread="is nested too deeply to look at its loops")
    found = [alert for rule in RULES for function in unit.functions for alert in rule(function, unit)]
    return Scan(tuple(_distinct(found)))


def _distinct(found: list[Alert]) -> list[Alert]:
    """Each kind once for each place: of alerts that overlap the first."""
    kept: list[Alert] = []
    for one in sorted(found, key=lambda a: (a.kind, a.first, -a.last)):
        last = kept[-1] if kept else None
        if last is None or last.kind != one.kind or last.last < one.first:
            kept.append(one)
    return sorted(kept, key=lambda a: (a.first, a.kind))
