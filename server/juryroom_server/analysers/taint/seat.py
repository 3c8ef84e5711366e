"""The seat of the taint analysis on the panel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version

from juryroom_reviewers.change import Skipped
from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.finding import Finding, Location, Step
from juryroom_reviewers.reviewer import Method, Review, Seat

from ..claim import claim, nothing_to_read, reviewed
from ..tree import Sheet, Workspace, scanned
from .kinds import kinds
from .load import FILES
from .machine import Hit
from .scan import scan


@dataclass(frozen=True)
class Taint:
    """The seat of our own engine: no child process, since nothing of the tree is run or obeyed."""

    workspace: Workspace

    @cached_property
    def seat(self) -> Seat:
        """Who this is."""
        return Seat(name="taint", method=Method.dataflow, categories=("security",), version=version("juryroom"))

    async def review(self, context: ReviewContext) -> Review:
        """Follow outside data through the files of the change, test code excepted."""
        del context  # the workspace holds the same change
        sheets, unread = self.workspace.production(FILES)
        if not sheets:
            return nothing_to_read(self.seat, unread)
        findings: list[Finding] = []
        skipped = list(unread)
        notes: list[str] = []
        async for sheet, found in scanned(sheets, scan):
            if found.unread:
                skipped.append(Skipped(path=sheet.file.path, reason=found.unread))
            if found.partly:
                notes.append(f"{sheet.file.path}: {found.partly}")
            findings += [one for hit in found.hits if (one := self._finding(sheet, hit))]
        return reviewed(self.seat, findings, unread=tuple(skipped), notes=tuple(notes))

    def _finding(self, sheet: Sheet, hit: Hit) -> Finding | None:
        note = kinds()[hit.kind].note
        path = [hit.origin.line, *(line for line in hit.trail if line != hit.origin.line)]
        if path[-1] != hit.line:
            path.append(hit.line)
        way = " -> ".join(f"line {line}" for line in path)
        why = f"{note.why} It comes from {hit.origin.label} and reaches {_called(hit.sink)}: {way}."
        told = note.model_copy(update={"why": why})
        rule = f"{sheet.language}-{hit.kind}" + ("-parameter" if hit.origin.group == "parameter" else "")
        made = claim(self.seat, sheet.file, (hit.line, hit.end), rule, told)
        if made is None:
            return None
        return made.model_copy(update={"flow": _flow(sheet.file.path, path, hit, len(sheet.file.lines))})


def _called(path: str) -> str:
    return path.removeprefix("?.").removeprefix("*.") or "a call"


def _flow(path: str, lines: list[int], hit: Hit, length: int) -> tuple[Step, ...]:
    kept = [line for line in lines if 1 <= line <= length]
    steps = []
    for number, line in enumerate(kept):
        says = "passes through here"
        if number == 0:
            says = f"comes from {hit.origin.label}"
        elif number == len(kept) - 1:
            says = f"reaches {_called(hit.sink)}"
        steps.append(Step(location=Location(path=path, start_line=line, end_line=line), says=says))
    return tuple(steps)
