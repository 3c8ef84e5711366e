"""ast-grep: our own rules on syntax trees (rules/<language>/*.yml), with one step of data flow inside a function."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.finding import Finding
from juryroom_reviewers.reviewer import Method, Review, Seat

from .claim import Note, broken, claim, nothing_to_read, reviewed
from .language import is_test
from .run import EngineError, find
from .tree import Sheet, Workspace

RULES = Path(__file__).parent / "rules"
LANGUAGES = {
    "python": "python",
    "javascript": "javascript",
    "typescript": "javascript",
    "go": "go",
    "java": "java",
    "ruby": "ruby",
}
"""The folder of rules for a language."""
# JavaScript and TypeScript share their rules. They are written for the TypeScript grammar; files that may hold JSX are
# read by the grammar `Tsx`, for which ast-grep wants rules of their own.
_JSX = ".tsx"
_TSX_ONLY = re.compile(r"^language: Tsx$", re.MULTILINE)
_TWIN = (
    (re.compile(r"^language: TypeScript$", re.MULTILINE), "language: Tsx"),
    (re.compile(r"\b(id|matches): js-"), r"\1: tsx-"),
    (re.compile(r"^( +)js-(?=[\w-]+:$)", re.MULTILINE), r"\1tsx-"),
)


@dataclass(frozen=True)
class AstGrep:
    """The seat of our rules."""

    workspace: Workspace
    command: tuple[str, ...] = ()
    """The engine to run in ast-grep's place; by default the one that came with juryroom."""

    @cached_property
    def seat(self) -> Seat:
        """Who this is."""
        return Seat(name="ast-grep", method=Method.structural, version=version("ast-grep-cli"))

    async def review(self, context: ReviewContext) -> Review:
        """Read the files of the change that are in a language with rules; broken syntax is read as far as it goes."""
        del context  # the workspace holds the same change
        sheets, unread = self.workspace.select(lambda language, _: language in LANGUAGES)
        if not sheets:
            return nothing_to_read(self.seat, unread)
        try:
            rows = await self._rows(sheets)
        except EngineError as error:
            return broken(self.seat, str(error))
        findings = [_finding(self.seat, self.workspace.by_name[Path(row["file"]).name], row) for row in rows]
        return reviewed(self.seat, [finding for finding in findings if finding], unread=unread)

    async def _rows(self, sheets: Sequence[Sheet]) -> list[dict[str, Any]]:
        config = pack(sheets, self.workspace.root / "pack")
        folders = sorted({sheet.new.parts[0] for sheet in sheets})
        output = await self.workspace.run(
            *(self.command or (find("ast-grep"),)),
            "scan",
            "--config",
            str(config),
            "--json=stream",
            "--include-metadata",
            "--no-ignore=hidden",
            "--no-ignore=dot",
            "--no-ignore=vcs",
            "--no-ignore=parent",
            "--no-ignore=global",
            *folders,
        )
        try:
            rows = [json.loads(line) for line in output.stdout.splitlines() if line.strip()]
        except ValueError as error:
            raise EngineError(f"ast-grep gave no JSON (exit code {output.exit_code}): {output.stderr[:200]}") from error
        # 1 says that something was found, 0 that nothing was
        if output.exit_code not in (0, 1) or (output.exit_code == 1 and not rows):
            raise EngineError(f"ast-grep failed (exit code {output.exit_code}): {output.stderr[:200]}")
        return rows


def pack(sheets: Sequence[Sheet], folder: Path) -> Path:
    """Write the rules for these files, and only those; returns the configuration file."""
    for part in ("rules", "utils"):
        (folder / part).mkdir(parents=True)
    for language in sorted({LANGUAGES[sheet.language] for sheet in sheets if sheet.new.suffix != _JSX}):
        _write(folder, language, [text for text in _rules(language) if not _TSX_ONLY.search(text)], _utils(language))
    if any(sheet.new.suffix == _JSX for sheet in sheets):
        _write(folder, "tsx", map(_twin, _rules("javascript")), map(_twin, _utils("javascript")))
    config = folder / "sgconfig.yml"
    config.write_text("ruleDirs: [rules]\nutilDirs: [utils]\n", "utf-8")
    return config


def _rules(language: str) -> list[str]:
    return [path.read_text("utf-8") for path in sorted((RULES / language).glob("*.yml"))]


def _utils(language: str) -> list[str]:
    return (RULES / "utils" / f"{language}.yml").read_text("utf-8").split("\n---\n")


def _write(folder: Path, name: str, rules: Iterable[str], utils: Iterable[str]) -> None:
    (folder / "rules" / f"{name}.yml").write_text("---\n".join(rules), "utf-8")
    # ast-grep reads many rules from a file, but one utility only
    for number, text in enumerate(utils):
        (folder / "utils" / f"{name}{number}.yml").write_text(text, "utf-8")


def _twin(text: str) -> str:
    for pattern, replacement in _TWIN:
        text = pattern.sub(replacement, text)
    return text


def _finding(seat: Seat, sheet: Sheet, row: dict[str, Any]) -> Finding | None:
    said = row["metadata"]
    note = Note(
        title=row["message"],
        category=said["category"],
        severity=said["severity"],
        cwe=said.get("cwe"),
        why=row["note"],
        instead=said["instead"],
    )
    # test code is insecure and slow on purpose, but not wrong on purpose
    if is_test(sheet.file.path) and note.category != "correctness":
        return None
    span = row["range"]
    rule = re.sub(r"^tsx-", "js-", row["ruleId"])
    return claim(seat, sheet.file, (span["start"]["line"] + 1, span["end"]["line"] + 1), rule, note)
