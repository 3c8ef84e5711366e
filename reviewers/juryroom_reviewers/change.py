"""What is under review: files, hunks and lines of the new version, and what was left out and why."""

from enum import StrEnum
from functools import cached_property

from pydantic import Field

from .value import Value


class Status(StrEnum):
    """What happened to a file, in git's letters."""

    added = "A"
    modified = "M"
    deleted = "D"
    renamed = "R"


class Hunk(Value):
    """One hunk of a unified diff."""

    old_start: int = Field(ge=0)
    """First line in the old file, from 1; 0 when the hunk takes nothing from it (as git prints it)."""
    old_count: int = Field(ge=0)
    new_start: int = Field(ge=0)
    """First line in the new file, from 1; 0 when the new file is empty or gone (as git prints it)."""
    new_count: int = Field(ge=0)
    lines: tuple[str, ...]
    """The hunk's lines without line ends, each with its mark in front: ' ', '+' or '-'."""

    @cached_property
    def changed_lines(self) -> tuple[int, ...]:
        """New-file numbers of the added lines, ascending."""
        changed, number = [], self.new_start
        for line in self.lines:
            if line.startswith("+"):
                changed.append(number)
            if not line.startswith("-"):
                number += 1
        return tuple(changed)

    @cached_property
    def removals(self) -> tuple[tuple[int, tuple[str, ...]], ...]:
        """Runs of removed lines: (number of the new-file line that now stands in their place, the lines, unmarked).

        The number may be one past the end of the new file, when its last lines were removed.
        """
        runs: list[tuple[int, tuple[str, ...]]] = []
        number, run = self.new_start + (self.new_count == 0), []
        for line in (*self.lines, " "):
            if line.startswith("-"):
                run.append(line[1:])
                continue
            if run:
                runs.append((number, tuple(run)))
                run = []
            number += 1
        return tuple(runs)


class FileChange(Value):
    """One changed file."""

    path: str
    """Repository-relative, with forward slashes; the new name of a renamed file, the old one of a deleted file."""
    old_path: str | None = None
    """The former name, of a renamed file only."""
    status: Status
    hunks: tuple[Hunk, ...] = ()
    text: str | None = None
    """The whole new version; None for a deleted file."""
    before: str | None = None
    """The whole old version; None for an added file and where it is unknown."""
    partial: bool = False
    """True when only a diff was at hand: `text` holds the hunks' lines at their places and empty lines elsewhere."""

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Lines of the new version without line ends (LF or CRLF); index 0 is line 1."""
        if self.text is None:
            return ()
        rows = self.text.split("\n")
        if rows[-1] == "":
            rows.pop()
        return tuple(row.removesuffix("\r") for row in rows)

    @cached_property
    def changed_lines(self) -> frozenset[int]:
        """New-file numbers of the lines that the change added."""
        return frozenset(number for hunk in self.hunks for number in hunk.changed_lines)

    @cached_property
    def touched_lines(self) -> frozenset[int]:
        """Changed lines and the lines that now stand where others were removed."""
        spots = {number for hunk in self.hunks for number, _ in hunk.removals}
        return self.changed_lines | {min(spot, max(len(self.lines), 1)) for spot in spots}


class Skipped(Value):
    """A file that was not reviewed, or not by everyone, and why."""

    path: str
    reason: str


class ChangeSet(Value):
    """A change: what the reviewers read, and what they were not given."""

    source: str
    """For people: `work tree against HEAD`, `index against HEAD`, `main...HEAD`."""
    base: str | None = None
    """Commit id of the old side, where there is one. Personas come from here."""
    head: str | None = None
    """Commit id of the new side; None for the work tree, the index and a bare diff."""
    files: tuple[FileChange, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    private: tuple[FileChange, ...] = Field(default=(), exclude=True, repr=False)
    """Files that exist to hold secrets: among `skipped` too, and read by nobody but the local scanner of secrets."""

    def file(self, path: str) -> FileChange | None:
        """The changed file of that name, new or (for a rename) old."""
        return self._by_path.get(path)

    @cached_property
    def _by_path(self) -> dict[str, FileChange]:
        old = {file.old_path: file for file in self.files if file.old_path}
        return {**old, **{file.path: file for file in self.files}}
