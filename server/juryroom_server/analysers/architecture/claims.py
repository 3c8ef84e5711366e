"""What the rules say, before it becomes a finding."""

from __future__ import annotations

from dataclasses import dataclass

from juryroom_reviewers.finding import Severity

from ..claim import Note


@dataclass(frozen=True)
class Claim:
    """What the change did, and where it shows."""

    rule: str
    path: str
    first: int
    last: int
    note: Note


def note(title: str, why: str, instead: str, severity: Severity = Severity.low) -> Note:
    """Words about architecture."""
    return Note(title=title, category="architecture", severity=severity, why=why, instead=instead)
