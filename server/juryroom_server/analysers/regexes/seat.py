"""The seat of the checks of regular expressions."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Final

from juryroom_reviewers.change import Skipped
from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.finding import Finding
from juryroom_reviewers.reviewer import Method, Review, Seat

from ...syntax import root_of
from ..claim import Note, claim, nothing_to_read, reviewed
from ..tree import Workspace, scanned
from .checks import findings
from .literals import literals
from .subjects import slow_on_outside_data

LANGUAGES: Final = frozenset({"python", "javascript", "typescript", "ruby", "java", "go"})
HINTS: Final = re.compile(
    r"\)(?:[*+]|\{\d)"  # a group that is repeated
    r"|<!?script|<!--|-->"
    r"|\[[^\]\n]{0,80}?(?:[A-Z]-[a-z]|[0-9]-[A-Za-z]|\d-\d+-\d|\d-9\\d|z-a|[$-/:-@.]-[0-9A-Z_`<-?])"
    r"|\.(?:com|org|net|edu|gov|io|dev|app|internal)\b"
    r"|/\^\(*\w[\w.)(]*\||\|[\w.)(]+\$/",
    re.IGNORECASE,
)
"""What a pattern with one of the defects holds: files and places without it are not parsed."""
_NEEDS: Final = {
    "python": re.compile(r"\b(?:re|regex)\.|Regex|re_path"),
    "java": re.compile(r"\bPattern\b|\.(?:matches|replaceAll|replaceFirst|split)\("),
    "go": re.compile(r"\bregexp\.|\.\w+Matches\("),
}
MAX_PLACES: Final = 5_000


@dataclass(frozen=True)
class Regexes:
    """Reads regular expressions themselves, in the languages whose engines and literals we know."""

    workspace: Workspace

    @cached_property
    def seat(self) -> Seat:
        """Who this is."""
        return Seat(name="regexes", method=Method.structural, categories=("security",), version=version("juryroom"))

    async def review(self, context: ReviewContext) -> Review:
        """Check the patterns in the files of the change, test code excepted."""
        del context  # the workspace holds the same change
        sheets, unread = self.workspace.production(LANGUAGES)
        if not sheets:
            return nothing_to_read(self.seat, unread)
        found: list[Finding] = []
        skipped = list(unread)
        async for sheet, alerts in scanned(sheets, read):
            if alerts is None:
                skipped.append(Skipped(path=sheet.file.path, reason="takes too long to parse"))
                continue
            for line, end, rule, detail in alerts:
                note = notes()[rule]
                told = note.model_copy(update={"why": note.why.replace("{detail}", detail)})
                if one := claim(self.seat, sheet.file, (line, end), rule, told):
                    found.append(one)
        return reviewed(self.seat, found, unread=tuple(skipped))


@cache
def notes() -> dict[str, Note]:
    """What is said of each defect; `{detail}` is the part of the pattern, or the text, that shows it."""
    table = tomllib.loads(Path(__file__).with_name("notes.toml").read_text("utf-8"))
    return {rule: Note.model_validate(said) for rule, said in table.items()}


Alert = tuple[int, int, str, str]
"""First and last line, rule, detail."""


def read(path: str, text: str, language: str) -> list[Alert] | None:
    """All alerts of one file; None for one that takes too long to parse.

    Args:
        path: only its suffix is looked at, for the grammar.
        text: of the file; it is parsed, never run.
        language: one of LANGUAGES.
    """
    needs = _NEEDS.get(language)
    if needs is not None and not needs.search(text):
        return []
    places = [match.end() - 1 for match in HINTS.finditer(text)][:MAX_PLACES]
    outside = slow_on_outside_data(language, text)
    if not places and not outside.wanted:
        return []
    root = root_of(path, text)
    if root is None:
        return None
    offsets = _bytes_of(text)
    alerts: list[Alert] = []
    for one in literals(language, root, map(offsets, places), text):
        alerts += [(one.line, one.end_line, rule, detail) for rule, detail in findings(one)]
    if outside.wanted:
        slow = {line for line, _, rule, _ in alerts if rule == "regex-exponential"}
        alerts += [alert for alert in outside.alerts(root, offsets) if alert[0] not in slow]
    return alerts


class _bytes_of:  # noqa: N801 - used as a function that remembers its text
    """From an offset in characters to one in bytes."""

    def __init__(self, text: str) -> None:
        self._starts, self._bytes = [0], [0]
        if not text.isascii():
            for match in re.finditer(r"[^\x00-\x7f]", text):
                self._starts.append(match.end())
                self._bytes.append(self._bytes[-1] + len(match[0].encode("utf-8", "replace")) - 1)

    def __call__(self, offset: int) -> int:
        return offset + self._bytes[bisect_right(self._starts, offset) - 1]
