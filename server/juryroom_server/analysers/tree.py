"""The changed files on disk, as engines read them: under names of our own, without any configuration beside them."""

import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Container, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TypeVar

import anyio
import anyio.to_thread

from juryroom_reviewers.change import ChangeSet, FileChange, Skipped, Status

from .language import is_test, language_of
from .run import Limits, Output, run

# One grammar per suffix on disk. JSX can stand in any JavaScript file, while `<T>x` casts only parse without it.
_DISK_SUFFIX = {".ts": ".ts", ".mts": ".ts", ".cts": ".ts", ".pyi": ".pyi"}
_SUFFIX_OF = {"python": ".py", "javascript": ".tsx", "typescript": ".tsx", "go": ".go", "java": ".java"}

# Comments by which a tree would silence an engine that has no option against it: changed letter for letter, so that
# columns stay. (ruff has --ignore-noqa.)
_SUPPRESSION = re.compile(
    r"ast-grep-ignore|lizard(?=\s+forgive)|GENERATED(?= CODE)|pylint(?=:\s*(?:disable|skip))|(?:es|ox)lint(?=-disable)"
)
MAX_BYTES = 1_000_000
MAX_LINE = 10_000
_LONE_CR = re.compile(r"\r(?!\n)")


@dataclass(frozen=True)
class PassedOver:
    """A changed file that is not written: trees of what machines write take gigabytes and minutes."""

    language: str
    skipped: Skipped


@dataclass(frozen=True)
class Sheet:
    """One changed file on disk."""

    file: FileChange
    language: str
    new: Path
    """Relative to the workspace; below `new` whole files, below `partial` those of which only hunks are known."""
    old: Path | None
    """The old version, relative to the workspace, where there is one."""


@dataclass(frozen=True)
class Workspace:
    """A folder that holds the change for as long as the analysers run."""

    change: ChangeSet
    root: Path
    sheets: tuple[Sheet, ...]
    passed_over: tuple[PassedOver, ...]
    limits: Limits
    repository: Path | None = None
    """The top of the work tree that the change is of; None where there is none."""

    @cached_property
    def by_name(self) -> dict[str, Sheet]:
        """Sheets by their unique name on disk (`f0001.py`)."""
        return {sheet.new.name: sheet for sheet in self.sheets}

    def select(self, wanted: Callable[[str, str], bool]) -> tuple[tuple[Sheet, ...], tuple[Skipped, ...]]:
        """What an engine reads, of the files whose language and path it wants, and what of them it can't."""
        sheets = tuple(sheet for sheet in self.sheets if wanted(sheet.language, sheet.file.path))
        unread = tuple(one.skipped for one in self.passed_over if wanted(one.language, one.skipped.path))
        return sheets, unread

    def production(self, languages: Container[str]) -> tuple[tuple[Sheet, ...], tuple[Skipped, ...]]:
        """The same, for who reads some languages, test code excepted."""
        return self.select(lambda language, path: language in languages and not is_test(path))

    async def run(self, *argv: str, stdin: bytes = b"") -> Output:
        """Run an engine in the workspace.

        Raises:
            EngineError: see `run.run`.
        """
        return await run(argv, cwd=self.root, home=self.root / "home", limits=self.limits, stdin=stdin)


T = TypeVar("T")


async def scanned(sheets: Sequence[Sheet], scan: Callable[[str, str, str], T]) -> AsyncIterator[tuple[Sheet, T]]:
    """What an engine of our own says of each file, by path, text and language.

    One at a time in a thread, so that a review that is called off ends soon.
    """
    for sheet in sheets:
        yield sheet, await anyio.to_thread.run_sync(scan, sheet.file.path, sheet.file.text or "", sheet.language)


def under_review(file: FileChange) -> frozenset[int] | None:
    """Lines that the change touched; None for all of them, in a file that is new or audited as a whole."""
    whole = file.status is Status.added or (file.status is Status.modified and not file.hunks)
    return None if whole else file.touched_lines


@asynccontextmanager
async def workspace(
    change: ChangeSet, *, limits: Limits | None = None, repository: Path | None = None
) -> AsyncIterator[Workspace]:
    """Write the changed files to a folder of their own, which is gone afterwards.

    The names in the tree are never used on disk: `-rf.py`, `../x.py` and `ruff.toml` can do nothing there. Only files
    in a language that an engine reads are written.
    """
    root = Path(await anyio.to_thread.run_sync(lambda: tempfile.mkdtemp(prefix="juryroom-")))
    try:
        sheets, passed_over = await anyio.to_thread.run_sync(_write, change, root)
        yield Workspace(change, root, sheets, passed_over, limits or Limits(), repository)
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(lambda: shutil.rmtree(root, ignore_errors=True))


def _write(change: ChangeSet, root: Path) -> tuple[tuple[Sheet, ...], tuple[PassedOver, ...]]:
    for folder in ("new", "partial", "old", "home"):
        (root / folder).mkdir()
    sheets, passed_over = [], []
    for number, file in enumerate(change.files):
        language = None if file.text is None else language_of(file.path, file.text)
        if file.text is None or language is None:
            continue
        if reason := _unfit(file):
            passed_over.append(PassedOver(language, Skipped(path=file.path, reason=reason)))
            continue
        suffix = PurePosixPath(file.path).suffix.lower()
        name = f"f{number:05}{_DISK_SUFFIX.get(suffix) or _SUFFIX_OF.get(language) or suffix}"
        new = Path("partial" if file.partial else "new") / name
        _put(root / new, file.text)
        old = None
        if file.before is not None and not file.partial:
            old = Path("old") / name
            _put(root / old, file.before)
        sheets.append(Sheet(file, language, new, old))
    return tuple(sheets), tuple(passed_over)


def _unfit(file: FileChange) -> str | None:
    if len(file.text or "") > MAX_BYTES:
        return f"larger than {MAX_BYTES / 1e6:g} MB"
    if max(map(len, file.lines), default=0) > MAX_LINE:
        return f"has lines of more than {MAX_LINE} characters, as machines write them"
    return None


def _put(path: Path, text: str) -> None:
    """Write with the lines that `FileChange.lines` counts: a lone carriage return begins none."""
    text = _LONE_CR.sub(" ", _SUPPRESSION.sub(lambda match: "x" * len(match[0]), text))
    path.write_bytes(text.encode("utf-8", "replace"))
