"""lizard: complexity, length and parameters of the functions that the change touched, against what they were before.

Absolute rules fire everywhere on mature code. What a change did to a function is its author's business.
"""

import json
import re
import sys
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from juryroom_reviewers.change import FileChange, Skipped
from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.finding import Finding, Severity
from juryroom_reviewers.reviewer import Method, Review, Seat
from juryroom_reviewers.value import Value

from .claim import Note, broken, claim, nothing_to_read, reviewed
from .language import is_test
from .run import EngineError
from .tree import Sheet, Workspace, under_review

WORKER = Path(__file__).parent / "lizard_worker.py"
MAX_COMPLEXITY = 15
MAX_LINES = 100
MAX_PARAMETERS = 7
GROSS_COMPLEXITY = 20
"""For functions of which no earlier version is known."""
ANONYMOUS = "(anonymous)"


class Function(Value):
    """The measures of one function."""

    name: str
    start: int
    end: int
    complexity: int
    """Cyclomatic: 1 and one more for each branch."""
    lines: int
    """Without blank lines and comments."""
    parameters: int


@dataclass(frozen=True)
class Lizard:
    """The seat of lizard."""

    workspace: Workspace
    command: tuple[str, ...] = ()
    """The engine to run in lizard's place."""

    @cached_property
    def seat(self) -> Seat:
        """Who this is."""
        return Seat(name="lizard", method=Method.metric, categories=("architecture",), version=version("lizard"))

    async def review(self, context: ReviewContext) -> Review:
        """Measure what the change touched, test code excepted."""
        sheets, passed_over = self.workspace.select(lambda _, path: not is_test(path))
        if not sheets:
            return nothing_to_read(self.seat, passed_over)
        outlined = {symbol.path for symbol in context.outline}
        unread = [
            Skipped(path=sheet.file.path, reason="only its hunks are known, which is too little to measure")
            for sheet in sheets
            if sheet.file.partial
        ]
        whole = [
            sheet
            for sheet in sheets
            if not sheet.file.partial and (sheet.file.path not in outlined or _may_say(sheet.file, context))
        ]
        try:
            measured = await self._measure(whole) if whole else {}
        except EngineError as error:
            return broken(self.seat, str(error))
        findings: list[Finding] = []
        for sheet in whole:
            after = measured[str(sheet.new)]
            if after is None:
                unread.append(Skipped(path=sheet.file.path, reason="syntax that lizard can't read"))
                continue
            before = measured.get(str(sheet.old)) if sheet.old else None
            findings += self._findings(sheet, after, before)
        skipped = (*passed_over, *unread)
        if len(unread) == len(sheets):
            return Review(seat=self.seat, abstained="none of the files can be measured", unread=skipped)
        return reviewed(self.seat, findings, unread=skipped)

    async def _measure(self, sheets: list[Sheet]) -> dict[str, tuple[Function, ...] | None]:
        wanted = [
            {"file": str(path), "name": Path(sheet.file.path).name or path.name}
            for sheet in sheets
            for path in (sheet.new, sheet.old)
            if path
        ]
        # the root of the workspace holds folders of ours only, and -I keeps it off the path
        command = self.command or (sys.executable, "-I", "-B", str(WORKER))
        output = await self.workspace.run(*command, stdin=json.dumps(wanted).encode())
        try:
            answers = [json.loads(line) for line in output.stdout.splitlines()]
        except ValueError as error:
            raise EngineError(f"lizard gave no JSON (exit code {output.exit_code}): {output.stderr[-200:]}") from error
        if len(answers) != len(wanted):
            raise EngineError(f"lizard stopped early (exit code {output.exit_code}): {output.stderr[-200:]}")
        return {answer["file"]: _functions(answer) for answer in answers}

    def _findings(
        self, sheet: Sheet, after: tuple[Function, ...], before: tuple[Function, ...] | None
    ) -> Iterator[Finding]:
        touched = under_review(sheet.file)
        earlier: dict[str, list[Function]] = {}
        for function in before or ():
            earlier.setdefault(function.name, []).append(function)
        for function in after:
            # functions of one name are matched in their order
            was = earlier[function.name].pop(0) if earlier.get(function.name) else None
            if touched is not None and touched.isdisjoint(range(function.start, function.end + 1)):
                continue
            notes = _grown(function, was) if before is not None else _gross(function)
            for rule, note in notes:
                lines = (function.start, function.end)
                if found := claim(self.seat, sheet.file, lines, rule, note, quote_lines=1):
                    yield found


_BRANCH = re.compile(
    r"\b(?:if|elif|elsif|unless|for|foreach|while|until|case|when|catch|except|rescue|and|or|guard|match|assert|select)\b"
    r"|&&|\|\||\?"
)


def _may_say(file: FileChange, context: ReviewContext) -> bool:
    """Whether a touched function can be over a limit, by its length and by more words than have to do with branches.

    Measuring costs ten times as much as this, and most functions are short.
    """
    functions = [symbol for symbol in context.outline if symbol.path == file.path and not symbol.is_type]
    touched = sorted(file.touched_lines)
    for function in functions:
        at = bisect_left(touched, function.start_line)
        if at == len(touched) or touched[at] > function.end_line:
            continue
        rows = file.lines[function.start_line - 1 : function.end_line]
        text = "\n".join(rows)
        if len(rows) > MAX_LINES or len(_BRANCH.findall(text)) >= MAX_COMPLEXITY or _header(text) >= MAX_PARAMETERS:
            return True
    return False


def _header(text: str) -> int:
    """Commas before the body of a function, or more: its parameters are one more at the most."""
    body = re.search(r"\)[^,()]*(?::|\{|=>|;|\n)", text)
    return text[: body.start() if body else len(text)].count(",")


def _functions(answer: dict[str, object]) -> tuple[Function, ...] | None:
    rows = answer.get("functions")
    if not isinstance(rows, list):
        return None
    names = tuple(Function.model_fields)
    return tuple(Function.model_validate(dict(zip(names, row, strict=True))) for row in rows)


def _grown(now: Function, was: Function | None) -> Iterator[tuple[str, Note]]:
    """What went over a limit by this change, and what was over it and grew further."""
    if now.name == ANONYMOUS:
        return  # without a name there is no telling which one it was before
    before = f"was {was.complexity}" if was else "is new"
    if now.complexity > max(MAX_COMPLEXITY, was.complexity if was else 0):
        yield _complexity(now, before)
    if now.lines > max(MAX_LINES, was.lines if was else 0):
        yield (
            "length",
            Note(
                title=f"{now.name} has grown to {now.lines} lines of code",
                category="architecture",
                severity=Severity.low,
                why=f"It {f'had {was.lines}' if was else 'is new'}. Whoever changes it must keep all of it in mind.",
                instead="Move steps that have a name of their own into functions.",
            ),
        )
    if now.parameters > max(MAX_PARAMETERS, was.parameters if was else 0):
        yield (
            "parameters",
            Note(
                title=f"{now.name} takes {now.parameters} parameters",
                category="architecture",
                severity=Severity.low,
                why=f"It {f'took {was.parameters}' if was else 'is new'}. Arguments are soon given in wrong order.",
                instead="Group those that belong together into one object.",
            ),
        )


def _gross(now: Function) -> Iterator[tuple[str, Note]]:
    if now.complexity > GROSS_COMPLEXITY:
        # what the change did is unknown, and old code is full of these
        yield "complexity", _complexity(now, "is new here")[1].model_copy(update={"severity": Severity.low})


def _complexity(now: Function, before: str) -> tuple[str, Note]:
    return (
        "complexity",
        Note(
            title=f"{now.name} has {now.complexity} independent paths",
            category="architecture",
            severity=Severity.medium if now.complexity > 2 * MAX_COMPLEXITY else Severity.low,
            why=f"It {before}. Each path needs a test, and a change can break any of them.",
            instead="Split it by what its branches decide, or replace them by a table.",
        ),
    )
