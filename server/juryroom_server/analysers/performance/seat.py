"""The seat of the performance engine on the panel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version

import anyio.to_thread

from juryroom_reviewers.change import Skipped
from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.finding import Finding
from juryroom_reviewers.reviewer import Method, Review, Seat

from ..claim import claim, nothing_to_read, reviewed
from ..language import is_test
from ..tree import Sheet, Workspace, under_review
from .alert import Alert, note_of
from .dialect import DIALECTS
from .scan import Scan, scan


@dataclass(frozen=True)
class Performance:
    """The seat of our own engine: no child process, since nothing of the tree is run or obeyed."""

    workspace: Workspace

    @cached_property
    def seat(self) -> Seat:
        """Who this is. Dataflow: what changes in a loop, and what a name was made from, decides."""
        return Seat(name="loops", method=Method.dataflow, categories=("performance",), version=version("juryroom"))

    async def review(self, context: ReviewContext) -> Review:
        """Look at the loops of the change, test code excepted."""
        del context  # the workspace holds the same change
        sheets, unread = self.workspace.select(lambda language, path: language in DIALECTS and not is_test(path))
        if not sheets:
            return nothing_to_read(self.seat, unread)
        findings: list[Finding] = []
        skipped = list(unread)
        for sheet in sheets:
            # one file at a time, so that a review that is called off ends soon
            found = await anyio.to_thread.run_sync(_scan, sheet)
            if found.unread:
                skipped.append(Skipped(path=sheet.file.path, reason=found.unread))
            findings += self._findings(sheet, found.alerts)
        return reviewed(self.seat, findings, unread=tuple(skipped))

    def _findings(self, sheet: Sheet, alerts: tuple[Alert, ...]) -> Iterator[Finding]:
        touched = under_review(sheet.file)
        for alert in alerts:
            lines = range(alert.first, alert.last + 1)
            if touched is not None and touched.isdisjoint(lines) and alert.loop_line not in touched:
                continue
            if made := claim(self.seat, sheet.file, (alert.first, alert.last), alert.kind, note_of(alert)):
                yield made


def _scan(sheet: Sheet) -> Scan:
    return scan(sheet.file.path, sheet.file.text or "", sheet.language)
