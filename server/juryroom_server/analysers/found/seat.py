"""The seat of an engine that was found on the machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from juryroom_reviewers.change import Skipped
from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.finding import Finding
from juryroom_reviewers.reviewer import Review, Seat

from ..claim import QUOTED_LINES, Note, broken, claim, nothing_to_read, reviewed
from ..language import is_test
from ..run import EngineError
from ..tree import Workspace
from .tool import Row, Tool


@dataclass(frozen=True)
class Found:
    """One of them, on the panel."""

    workspace: Workspace
    tool: Tool
    command: Path
    environ: Mapping[str, str]

    @cached_property
    def seat(self) -> Seat:
        """Who this is."""
        return Seat(name=self.tool.name, method=self.tool.method, categories=(self.tool.category,))

    async def review(self, context: ReviewContext) -> Review:
        """Read whole files of the change; those of which only hunks are known are unread."""
        del context  # the workspace holds the same change
        tool = self.tool
        sheets, skipped = self.workspace.select(lambda name, _: tool.languages is None or name in tool.languages)
        skipped += tuple(
            Skipped(path=sheet.file.path, reason="only its hunks are known, which is too little to parse")
            for sheet in sheets
            if sheet.file.partial
        )
        if all(sheet.file.partial for sheet in sheets):
            return nothing_to_read(self.seat, skipped)
        try:
            output = await self.workspace.run(str(self.command), *tool.arguments(self.workspace.root, self.environ))
        except EngineError as error:
            return broken(self.seat, str(error))
        if output.exit_code not in tool.exits:
            return broken(self.seat, f"{tool.name} failed (exit code {output.exit_code}): {output.stderr[-200:]}")
        try:
            rows = tuple(tool.rows(output.stdout))
        except (ValueError, KeyError, TypeError) as error:
            advice = "juryroom does not know the output of this version; found_engines = false leaves it out"
            return broken(self.seat, f"{tool.name} gave output of another shape ({error!r}); {advice}")
        return reviewed(self.seat, [found for row in rows if (found := self._finding(row))], unread=skipped)

    def _finding(self, row: Row) -> Finding | None:
        sheet = self.workspace.by_name.get(Path(row.file).name)
        if sheet is None or sheet.file.partial or (is_test(sheet.file.path) and row.category != "correctness"):
            return None
        note = Note(
            title=row.title.partition("\n")[0],
            category=row.category,
            severity=row.severity,
            cwe=row.cwe,
            why=row.title,
        )
        lines = (row.line, row.end_line)
        return claim(self.seat, sheet.file, lines, row.rule, note, quote_lines=0 if row.secret else QUOTED_LINES)
