"""What the tool `feedback` is asked for and answers."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import anyio.to_thread

from juryroom_reviewers.failure import Failure
from juryroom_reviewers.value import Value

from ..work.jobs import ReviewError
from .wire import clip

if TYPE_CHECKING:
    from ..desk import Entry

Word = Literal["accepted", "rejected", "wontfix", "undo"]
MOST = 50
"""Entries in one answer; `juryroom feedback --list` has all."""
_LONGEST = 200


class FeedbackReply(Value):
    """What is recorded now."""

    next_step: str
    total: int
    findings: tuple[dict[str, Any], ...] = ()
    """Of each finding what was said of it; the newest first."""


async def give_feedback(
    root: Path, finding: str | None, word: Word | None, why: str | None, *, to_label: bool
) -> FeedbackReply:
    """Record a judgement, take one back, or list them.

    Args:
        root: the workspace.
        finding: `jr-...`; None: list.
        word: the judgement, or `undo`.
        why: the reason, in the user's words.
        to_label: with neither: list what is to be judged instead.

    Raises:
        ReviewError: for every failure that has a message for the caller.
    """
    if (finding is None) != (word is None):
        raise ReviewError("give both id and verdict to record one, or neither to list what is recorded")
    if finding is None and why is not None:
        raise ReviewError("why belongs to a verdict: give id and verdict, too")
    try:
        return await anyio.to_thread.run_sync(_do, root, finding, word, why, to_label)
    except Failure as error:
        raise ReviewError(str(error)) from error


def _do(root: Path, finding: str | None, word: Word | None, why: str | None, to_label: bool) -> FeedbackReply:  # noqa: FBT001 - run_sync passes no names
    from ..desk import open_desk  # noqa: PLC0415 - brings git; the editor waits for our start
    from ..ledger.feedback import Judge, Judgement  # noqa: PLC0415 - as above

    desk = open_desk(root, os.environ)
    if finding is not None and word is not None:
        entry = desk.undo(finding) if word == "undo" else desk.give(finding, Judgement(word), Judge.editor, why)
        said = "Taken back." if entry.undone else _SAID[word]
        return FeedbackReply(next_step=said, total=1, findings=(_told(entry),))
    entries = desk.to_judge() if to_label else desk.given()
    asked = "Ask the user to judge each, by its id." if to_label else "verdict='undo' takes one back."
    return FeedbackReply(
        next_step=asked if entries else "There is none.",
        total=len(entries),
        findings=tuple(_told(entry) for entry in entries[:MOST]),
    )


_SAID = {
    "accepted": "Recorded; verdict='undo' takes it back.",
    "rejected": "Recorded: it is held back from now on; verdict='undo' takes it back.",
    "wontfix": "Recorded: it is held back from now on; verdict='undo' takes it back.",
}


def _told(entry: "Entry") -> dict[str, Any]:
    fields = entry.model_dump(mode="json", exclude_defaults=True)
    return {key: clip(value, _LONGEST) if isinstance(value, str) else value for key, value in fields.items()}
