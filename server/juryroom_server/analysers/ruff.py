"""ruff: defects that show in the syntax of Python code. Which codes, and what we say of them: rules/ruff_codes.toml."""

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from juryroom_reviewers.change import Skipped
from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.finding import Finding
from juryroom_reviewers.reviewer import Method, Review, Seat

from .claim import Note, broken, claim, nothing_to_read, reviewed
from .language import is_test
from .run import EngineError, find
from .tree import Sheet, Workspace

TABLE = Path(__file__).parent / "rules" / "ruff_codes.toml"
# Nothing of the reviewed tree is obeyed, neither files nor comments; the newest syntax, so that nothing is unreadable.
ISOLATION = ("--isolated", "--no-cache", "--ignore-noqa", "--no-respect-gitignore", "--config", "exclude=[]")
TARGET = "py314"
_NAME = re.compile(r"`([^`]+)`")
UNDEFINED = "F821"
_DEFINITION = re.compile(r"(?:async\s+)?def\b")


class Code(Note):
    """What we say of one of ruff's codes."""

    tests: bool = False
    """Also worth saying of test code."""


@dataclass(frozen=True)
class Ruff:
    """The seat of ruff."""

    workspace: Workspace
    command: tuple[str, ...] = ()
    """The engine to run in ruff's place; by default the one that came with juryroom."""

    @cached_property
    def seat(self) -> Seat:
        """Who this is. Lexical: its rules look at a call's name and literals, hardly at what flows into it.

        On labelled security tests it is right in 0.79 of its alerts alone, and in 0.93 where ast-grep agrees.
        """
        return Seat(name="ruff", method=Method.lexical, version=version("ruff"))

    async def review(self, context: ReviewContext) -> Review:
        """Read the Python files of the change. Files of which only hunks are known can't be parsed, and are unread."""
        del context  # the workspace holds the same change
        sheets, skipped = self.workspace.select(lambda language, _: language == "python")
        if not sheets:
            return nothing_to_read(self.seat, skipped)
        try:
            rows = await self._rows() if any(not sheet.file.partial for sheet in sheets) else []
        except EngineError as error:
            return broken(self.seat, str(error))
        unread = {
            sheet.file.path: "only its hunks are known, which is too little to parse"
            for sheet in sheets
            if sheet.file.partial
        }
        findings = []
        for row in rows:
            sheet = self.workspace.by_name[Path(row["filename"]).name]
            if row["code"] in (None, "invalid-syntax"):
                where = f"line {row['location']['row']}: {row['message']}"
                unread.setdefault(sheet.file.path, f"Python syntax that can't be parsed ({where})")
            elif found := _finding(self.seat, sheet, row):
                findings.append(found)
        # what is found next to a syntax error is guesswork
        findings = [f for f in findings if f.location and f.location.path not in unread]
        skipped += tuple(Skipped(path=path, reason=reason) for path, reason in unread.items())
        if len(unread) == len(sheets):
            return Review(seat=self.seat, abstained="none of the Python files can be parsed", unread=skipped)
        return reviewed(self.seat, findings, unread=skipped)

    async def _rows(self) -> list[dict[str, Any]]:
        output = await self.workspace.run(
            *(self.command or (find("ruff"),)),
            "check",
            *ISOLATION,
            "--target-version",
            TARGET,
            "--output-format",
            "json",
            "--select",
            ",".join(codes()),
            "--exit-zero",
            "--",
            "new",
        )
        try:
            rows = json.loads(output.stdout)
        except ValueError as error:
            raise EngineError(f"ruff gave no JSON (exit code {output.exit_code}): {output.stderr[:200]}") from error
        if not isinstance(rows, list):
            raise EngineError("ruff gave JSON of another shape; reinstall juryroom to get the version it was made for")
        return rows


@cache
def codes() -> dict[str, Code]:
    """What we ask ruff for, by code."""
    return {code: Code.model_validate(row) for code, row in tomllib.loads(TABLE.read_text("utf-8")).items()}


def _finding(seat: Seat, sheet: Sheet, row: dict[str, Any]) -> Finding | None:
    code = codes().get(row["code"])
    if code is None or (is_test(sheet.file.path) and not code.tests):
        return None
    names = _NAME.findall(row["message"])
    if row["code"] == UNDEFINED and names and _bound_nearby(sheet.file.lines, row["location"]["row"], names[0]):
        return None
    title = code.title.replace("{0}", names[0] if names else "it")
    note = code.model_copy(update={"title": title})
    return claim(seat, sheet.file, (row["location"]["row"], row["end_location"]["row"]), row["code"], note)


def _bound_nearby(lines: Sequence[str], row: int, name: str) -> bool:
    """Whether the function around a line binds a name that ruff takes for undefined there.

    After `del`, or where only another turn of the loop binds it, ruff can't tell; most of what it said so of mature
    code was of this kind.
    """
    start = _function_before(lines, row)
    if start is None:
        return False
    depth = _indent(lines[start])
    end = next((n for n in range(row, len(lines)) if lines[n].strip() and _indent(lines[n]) <= depth), len(lines))
    binding = re.compile(
        rf"\b{re.escape(name)}\b(?:\s*,[^=()]*|\s*:[^=()]*)?\s*=(?!=)|\b(?:for|as|import)\s+{re.escape(name)}\b"
    )
    return any(binding.search(line) for line in lines[start + 1 : end])


def _function_before(lines: Sequence[str], row: int) -> int | None:
    """Index of the line that begins the innermost function around a line (from 1)."""
    depth = _indent(lines[row - 1])
    for number in range(row - 2, -1, -1):
        text = lines[number]
        if text.strip() and _indent(text) < depth:
            depth = _indent(text)
            if _DEFINITION.match(text.strip()):
                return number
    return None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
