"""From a change to what reviewers see besides it."""

from juryroom_reviewers.change import ChangeSet
from juryroom_reviewers.context import ReviewContext, Symbol

from .syntax import outline


def gather(change: ChangeSet, *, token_budget: int = 6000, conventions: str = "") -> ReviewContext:
    """Outline only."""
    symbols = []
    for file in change.files:
        if file.text and (found := outline(file.path, file.text)):
            symbols += [
                Symbol(path=file.path, name=d.name, start_line=d.start_line, end_line=d.end_line)
                for d in found.definitions
            ]
    return ReviewContext(change=change, outline=tuple(symbols), conventions=conventions)
