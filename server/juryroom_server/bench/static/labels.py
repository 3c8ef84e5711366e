"""Labelled code: one file a line, with what is wrong in it and what was looked for."""

from functools import cached_property
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict

from ...analysers.precision import family_of
from ..lines import read_lines

SECURITY = "security"
_PARTS = 3
_SUFFIXES = {
    "python": ".py",
    "javascript": ".js",
    "typescript": ".ts",
    "go": ".go",
    "java": ".java",
    "ruby": ".rb",
    "c": ".c",
    "cpp": ".cpp",
    "csharp": ".cs",
    "php": ".php",
    "rust": ".rs",
}


class _Row(BaseModel):
    """Lines may have more fields than are needed here."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Label(_Row):
    """One thing that is wrong."""

    line: int
    end_line: int | None = None
    cwe: tuple[str, ...] | None = None
    category: str = ""
    """The query that it is an answer to."""
    persona: str

    @property
    def families(self) -> frozenset[str]:
        """Of its weaknesses."""
        return frozenset(map(family_of, self.cwe or ()))


class Record(_Row):
    """One file."""

    id: str
    language: str
    path: str = ""
    benign: bool = False
    source: str
    licence: str = ""
    granularity: str = "line"
    pair: str | None = None
    """Shared by the vulnerable and the mended version of a file."""
    labels: tuple[Label, ...] = ()
    tested: tuple[str, ...] = ()
    """What was looked for in it: `rule|persona|CWE-1,CWE-2`."""
    code: str

    @property
    def origin(self) -> str:
        """Its source without the revision."""
        return self.source.split("@")[0].strip()

    @property
    def suffix(self) -> str:
        """What its name ends in on disk."""
        return PurePosixPath(self.path).suffix or _SUFFIXES.get(self.language, ".txt")

    @property
    def free(self) -> bool:
        """Whether its licence lets numbers fitted on it ship."""
        return self.licence.startswith(("MIT", "Apache-2.0"))

    @cached_property
    def under_test(self) -> frozenset[str]:
        """Families of weaknesses that were looked for: alerts on others are neither right nor wrong."""
        found: set[str] = set()
        for label in self.of(SECURITY):
            found |= label.families
        for entry in self.tested:
            parts = entry.split("|")
            if len(parts) == _PARTS and parts[1] == SECURITY and parts[2]:
                found |= set(map(family_of, parts[2].split(",")))
        return frozenset(found)

    def queries(self, persona: str) -> frozenset[str]:
        """What was looked for in it, outside of security: single queries."""
        entries = (entry.split("|") for entry in self.tested)
        named = {parts[0] for parts in entries if len(parts) == _PARTS and parts[1] == persona}
        return frozenset(named | {label.category for label in self.of(persona)})

    def of(self, persona: str) -> tuple[Label, ...]:
        """The labels of one persona."""
        return tuple(label for label in self.labels if label.persona == persona)


def read_records(path: Path) -> tuple[Record, ...]:
    """Read labelled code, one record a line, in its order.

    Raises:
        DataError: when it can't be read, is empty, or a line is not in the format.
    """
    return read_lines(path, Record, "labelled file", "--data wants a file of labelled code (JSON lines)")
