"""From what a client asks for to a Source: every name is checked before it goes near git or the file system."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath, PureWindowsPath
from typing import Literal

from ..source import Kind, Source
from ..work.jobs import ReviewError

SourceName = Literal["work_tree", "staged", "branch", "commit", "diff", "files"]

_NEEDS = {"branch": "base", "commit": "commit", "diff": "diff", "files": "paths"}
_EXAMPLE = {
    "base": "base='main'",
    "commit": "commit='HEAD'",
    "diff": "diff='--- a/x.py\\n+++ b/x.py\\n@@ ...'",
    "paths": "paths=['src/app.py']",
}
_REVISION = re.compile(r"[^\x00-\x20\x7f~^:?*\[\\-][^\x00-\x20\x7f:?*\[\\]*")
"""What git accepts as the name of a commit, but for what could be an option, a range of paths or a pattern."""


def requested_source(
    source: SourceName,
    *,
    base: str | None = None,
    commit: str | None = None,
    diff: str | None = None,
    paths: Sequence[str] | None = None,
) -> Source:
    """The change that a client names.

    Args:
        source: the kind of change.
        base: the ref of `branch`.
        commit: the revision of `commit`.
        diff: the unified diff of `diff`.
        paths: the files and folders of `files`, relative to the root.

    Raises:
        ReviewError: when an argument is missing, of no use for this source, or no path inside of a repository.
    """
    given = {"base": base, "commit": commit, "diff": diff, "paths": paths}
    needed = _NEEDS.get(source)
    for name, value in given.items():
        if name == needed and not value:
            raise ReviewError(f"source={source!r} needs {name}, such as {_EXAMPLE[name]}")
        if name != needed and value:
            use = next(kind for kind, argument in _NEEDS.items() if argument == name)
            raise ReviewError(f"{name} is of no use with source={source!r}; leave it out, or say source={use!r}")
    if diff and "\0" in diff:
        raise ReviewError("diff holds a NUL character; give the text of a unified diff, as `git diff` prints it")
    match source:
        case "branch":
            return Source(kind=Kind.base, revision=_revision("base", base or ""))
        case "commit":
            return Source(kind=Kind.commit, revision=_revision("commit", commit or ""))
        case "diff":
            return Source(kind=Kind.diff, diff=diff)
        case "files":
            return Source(kind=Kind.paths, paths=tuple(_inside(path) for path in paths or ()))
        case _:
            return Source(kind=Kind(source))


def _revision(name: str, value: str) -> str:
    if not _REVISION.fullmatch(value) or ".." in value:
        raise ReviewError(f"{name}={value!r} is no single revision; give a branch, tag or commit id, such as 'main'")
    return value


def _inside(path: str) -> str:
    def refuse(why: str) -> ReviewError:
        return ReviewError(f"path {path!r} {why}; give it relative to the root of the repository, such as 'src/app.py'")

    if "\0" in path:
        raise refuse("holds a NUL character")
    if not path.strip():
        raise refuse("is empty")
    if path.startswith("~"):
        raise refuse("begins with '~'")
    windows = PureWindowsPath(path)
    if PurePosixPath(path).is_absolute() or windows.drive or windows.root:
        raise refuse("is absolute")
    if ".." in (*PurePosixPath(path).parts, *windows.parts):
        raise refuse("goes up with '..'")
    return PurePosixPath(path).as_posix()
