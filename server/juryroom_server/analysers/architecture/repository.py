"""The repository before and after the change, as far as rules ask: git searches faster than we read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from juryroom_reviewers.change import ChangeSet, FileChange, Status

from ...changes.decoding import decode
from ...changes.plumbing import Plumbing
from ..language import is_test

MAX_PATHS = 30_000
"""Files of a repository in which anything is looked for."""
MAX_OUTPUT = 16_000_000
"""Bytes of one search."""
MAX_BLOB = 400_000
MAX_BLOBS = 40
SUFFIXES = frozenset({".py", ".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".go", ".java", ".rb"})


@dataclass(frozen=True)
class Hit:
    """One line that a search found."""

    path: str
    line: int
    text: str


class TooLargeError(Exception):
    """The repository is larger than what is looked at; the message says by how much."""


@dataclass(frozen=True)
class Repository:
    """The base revision of a change, and what the change makes of it. Holds its answers for one review."""

    root: Path
    change: ChangeSet
    base: str

    @cached_property
    def _git(self) -> Plumbing:
        return Plumbing(self.root)

    @cached_property
    def changed(self) -> dict[str, FileChange]:
        """Changed files by each of their names."""
        found = {file.path: file for file in self.change.files}
        return found | {file.old_path: file for file in self.change.files if file.old_path}

    @cached_property
    def paths_before(self) -> frozenset[str]:
        """Source files of the base.

        Raises:
            TooLargeError: more than MAX_PATHS.
            GitError: git can't be asked.
        """
        listed = self._git.run("ls-tree", "-r", "-z", "--name-only", self.base).split(b"\0")
        if len(listed) > MAX_PATHS:
            raise TooLargeError(f"the repository has {len(listed)} files, more than the {MAX_PATHS} that are looked at")
        return frozenset(path for raw in listed if _is_source(path := raw.decode("utf-8", "replace")))

    @cached_property
    def paths_after(self) -> frozenset[str]:
        """Source files of the new version."""
        gone = {f.path for f in self.change.files if f.status is Status.deleted}
        gone |= {f.old_path for f in self.change.files if f.old_path}
        new = {f.path for f in self.change.files if f.status is not Status.deleted and _is_source(f.path)}
        return (self.paths_before - gone) | new

    def search(self, *arguments: str) -> tuple[Hit, ...]:
        """Lines of the base's source files, those excepted that the change touches.

        Args:
            arguments: patterns for `git grep`, with their options.

        Raises:
            TooLargeError: it found more than MAX_OUTPUT.
            GitError: git can't be asked.
        """
        out = self._git.run("grep", "-z", "-n", "-I", "--no-color", *arguments, self.base, may_fail=True)
        if len(out) > MAX_OUTPUT:
            raise TooLargeError(f"a search found more than {MAX_OUTPUT / 1e6:g} MB")
        hits = []
        for row in out.split(b"\n"):
            parts = row.split(b"\0", 2)
            if len(parts) != 3:  # noqa: PLR2004 - name, line number, text
                continue
            path = parts[0].decode("utf-8", "replace").partition(":")[2]
            if _is_source(path) and path not in self.changed:
                hits.append(Hit(path, int(parts[1]), parts[2].decode("utf-8", "replace")))
        return tuple(hits)

    def texts(self, paths: Iterable[str]) -> dict[str, str]:
        """Base versions of the first MAX_BLOBS of some files."""
        names = [f"{self.base}:{path}" for path in list(paths)[:MAX_BLOBS]]
        found = self._git.blobs(names, MAX_BLOB)
        decoded = {name.partition(":")[2]: decode(raw) for name, raw in found.items()}
        return {path: text for path, text in decoded.items() if text is not None}


def _is_source(path: str) -> bool:
    return PurePosixPath(path).suffix in SUFFIXES


def production(path: str) -> bool:
    """Whether a file is source code, and no test."""
    return _is_source(path) and not is_test(path)
