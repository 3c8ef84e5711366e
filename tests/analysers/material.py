"""Changes made of texts, for the tests of the analysers."""

import difflib
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from juryroom_reviewers.change import ChangeSet, FileChange, Hunk, Status
from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.reviewer import Review
from juryroom_server import analysers

Reading = Callable[..., Coroutine[Any, Any, Review]]


def added(path: str, text: str) -> FileChange:
    lines = text.split("\n")[: -1 if text.endswith("\n") else None]
    hunk = Hunk(old_start=0, old_count=0, new_start=1, new_count=len(lines), lines=tuple("+" + line for line in lines))
    return FileChange(path=path, status=Status.added, hunks=(hunk,), text=text)


def modified(path: str, before: str, text: str) -> FileChange:
    old, new = before.splitlines(), text.splitlines()
    rows = list(difflib.ndiff(old, new))
    lines = tuple(row[0] + row[2:] for row in rows if row[0] in " +-")
    hunk = Hunk(old_start=1, old_count=len(old), new_start=1, new_count=len(new), lines=lines)
    return FileChange(path=path, status=Status.modified, hunks=(hunk,), text=text, before=before)


def change_of(files: Mapping[str, str]) -> ChangeSet:
    return ChangeSet(source="a test", files=tuple(added(path, text) for path, text in files.items()))


def places(review: Review, rule: str | None = None) -> list[tuple[str, int]]:
    """(path, first line) of the findings, of one rule or of all."""
    wanted = [finding for finding in review.findings if rule in (None, finding.rule)]
    return [(finding.location.path, finding.location.start_line) for finding in wanted if finding.location]


async def read_with(name: str, change: ChangeSet | Mapping[str, str], limits: analysers.Limits | None = None) -> Review:
    """What the analyser of that name says of a change, or of new files by path."""
    whole = change if isinstance(change, ChangeSet) else change_of(change)
    async with analysers.workspace(whole, limits=limits) as tree:
        [reviewer] = [one for one in analysers.seated(tree) if one.seat.name == name]
        return await reviewer.review(ReviewContext(change=whole))
