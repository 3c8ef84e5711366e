"""The seat of the performance engine on the panel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version

from juryroom_reviewers.change import Skipped
from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.finding import Finding
from juryroom_reviewers.reviewer import Method, Review, Seat

from ..claim import claim, nothing_to_read, reviewed
from ..tree import Sheet, Workspace, scanned, under_review
from .alert import Alert, note_of
from .dialect import DIALECTS
from .scan import scan


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
        sheets, unread = self.workspace.production(DIALECTS)
        if not sheets:
            return nothing_to_read(self.seat, unread)
        findings: list[Finding] = []
        skipped = list(unread)
        async for sheet, found in scanned(sheets, scan):
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
