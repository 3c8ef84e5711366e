"""The code base at the version under review, for those who try to disprove a finding: read only, and not all of it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio.to_thread

from juryroom_reviewers.change import ChangeSet, FileChange, Status
from juryroom_reviewers.language import language_of
from juryroom_reviewers.redaction import Redaction
from juryroom_reviewers.repository import Passage
from juryroom_reviewers.scope import skip_path, skip_text, unsafe_path

from . import git
from .analysers.secret_scan import secrets_of
from .configuration import globs

MAX_LINES = 80
"""Of one passage."""
MAX_PASSAGES = 6
"""For one wish."""
MAX_FILES = 40
"""Files with the name in question that are read."""
MAX_OUTLINES = 8
"""Of them, those that are searched for definitions."""
AROUND = 3
"""Lines shown above and below a use."""


class Lookup:
    """Changed files as the change has them, all others as they were committed before it.

    What is shown is source code that git tracks, in a language that we have a grammar for: no configuration, no data,
    nothing that is excluded, vendored, generated or secret, and nothing through a symbolic link. Secrets are replaced.

    Args:
        root: the top of the work tree; None where there is no repository: then only the change can be looked at.
        change: what is reviewed.
        exclude: patterns of what nobody is to read.
    """

    def __init__(self, root: Path | None, change: ChangeSet, exclude: tuple[str, ...] = ()) -> None:
        self._root = root
        self._change = change
        self._exclude = exclude
        self._changed = {file.path: file for file in change.files}
        # a file that is gone, or was skipped for a reason, is not to be had from the commit before either
        left = {file.old_path for file in change.files if file.old_path}
        self._hidden = (left | {skipped.path for skipped in change.skipped}) - self._changed.keys()
        self._commit = change.head or change.base

    async def definition(self, symbol: str, path: str | None = None) -> tuple[Passage, ...]:
        """The definitions of that name, in one file or anywhere; empty where there is none to be shown."""
        return await _in_thread(lambda: self._definitions(re.split(r"\.|::|#|->", symbol), path))

    async def lines(self, path: str, start: int, end: int) -> tuple[Passage, ...]:
        """Those lines of a file, as far as they exist and MAX_LINES allows; empty where it may not be seen."""
        return await _in_thread(lambda: self._lines(path, start, end))

    async def search(self, identifier: str) -> tuple[Passage, ...]:
        """Places where that whole word stands, each with a few lines around it."""
        return await _in_thread(lambda: self._uses(re.split(r"\.|::|#|->", identifier)[-1]))

    def _lines(self, path: str, start: int, end: int) -> Iterator[Passage]:
        text = self._text(path)
        if text is not None:
            yield from _passage(path, text.splitlines(), start, end)

    def _definitions(self, names: list[str], path: str | None) -> Iterator[Passage]:
        from .syntax import outline  # noqa: PLC0415 - tree-sitter, which only who looks something up needs

        named = re.compile(rf"\b\w+\s+(?:\([^)\n]*\)\s*)?{re.escape(names[-1])}\b\s*[(:={{<]")
        texts = [(path, text)] if path and (text := self._text(path)) else list(self._with(names[-1]))
        likely = sorted(texts, key=lambda pair: not named.search(pair[1]))
        for where, text in likely[:MAX_OUTLINES]:
            found = outline(where, text)
            for one in found.definitions if found else ():
                if one.name.split(".")[-len(names) :] == names:
                    yield from _passage(where, text.splitlines(), one.start_line, one.end_line, one.name)

    def _uses(self, word: str) -> Iterator[Passage]:
        whole = re.compile(rf"(?<![\w$]){re.escape(word)}(?![\w$])")
        for path, text in self._with(word):
            lines = text.splitlines()
            last = 0
            for number, line in enumerate(lines, start=1):
                if number > last and whole.search(line):
                    first, last = max(number - AROUND, last + 1), number + AROUND
                    yield from _passage(path, lines, first, last)

    def _with(self, word: str) -> Iterator[tuple[str, str]]:
        """Path and text of the files that have a word, those of the change first."""
        others = git.files_with(self._root, self._commit, word) if self._root and self._commit else ()
        paths = dict.fromkeys((*self._changed, *(path for path in others if path not in self._changed)))
        read = 0
        for path in paths:
            text = self._text(path)
            if text is not None and word in text:
                yield path, text
                read += 1
                if read == MAX_FILES:
                    return

    def _text(self, path: str) -> str | None:
        """The text of a file that may be shown, without its secrets; None of any other."""
        if unsafe_path(path) or skip_path(path) or language_of(path) is None or path in self._hidden:
            return None
        if globs.matches(path, self._exclude):
            return None
        file = self._changed.get(path)
        if file is not None:
            text = None if file.partial else file.text
        elif self._root and self._commit:
            text = git.text_at(self._root, self._commit, path)
            text = None if text is None or skip_text(text) else text
        else:
            text = None
        if text is None:
            return None
        secrets = secrets_of([FileChange(path=path, status=Status.added, text=text)])
        return Redaction(secrets).hide(text)


def _passage(path: str, lines: list[str], start: int, end: int, symbol: str | None = None) -> Iterator[Passage]:
    first, last = max(start, 1), min(end, len(lines), max(start, 1) + MAX_LINES - 1)
    if first <= last:
        yield Passage(path=path, start_line=first, lines=tuple(lines[first - 1 : last]), symbol=symbol)


async def _in_thread(found: Callable[[], Iterator[Passage]]) -> tuple[Passage, ...]:
    """At most MAX_PASSAGES, found beside the event loop; none where git can't say: a wish must not end a review."""

    def collect() -> tuple[Passage, ...]:
        passages: list[Passage] = []
        try:
            for passage in found():
                passages.append(passage)
                if len(passages) == MAX_PASSAGES:
                    break
        except git.GitError:
            return ()
        return tuple(passages)

    return await anyio.to_thread.run_sync(collect, abandon_on_cancel=True)
