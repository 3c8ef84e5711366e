"""Reads files of the work tree that are really files, and really in it."""

import os
import stat
from pathlib import Path, PurePosixPath

from juryroom_reviewers.scope import SYMBOLIC_LINK, UNSAFE_PATH

# Windows has neither; there is no such file to fear there
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class UnreadableError(Exception):
    """A file that can't or must not be read; the message is the reason, for the list of what was skipped."""


def too_large(size: int, limit: int) -> str:
    """The reason of a file over the limit, both in bytes."""
    return f"too large: {size:,} bytes, and the limit is {limit:,}"


def regular_size(root: Path, path: str) -> int:
    """Bytes of a regular file.

    Raises:
        UnreadableError: for anything else.
    """
    try:
        found = (root / path).lstat()
    except OSError as error:
        raise UnreadableError(f"can't be read: {error.strerror}") from error
    return _checked(found)


def read_regular(root: Path, path: str, max_bytes: int) -> bytes:
    """The content of a regular file below `root`, through no symbolic link.

    Raises:
        UnreadableError: for a missing file, a link, a device, a folder, or more than `max_bytes`.
    """
    folder = os.path.realpath(root / PurePosixPath(path).parent)
    if folder != os.path.join(os.path.realpath(root), *PurePosixPath(path).parts[:-1]):  # noqa: PTH118 - as realpath's
        raise UnreadableError(f"{UNSAFE_PATH}: a folder in it is a {SYMBOLIC_LINK}")
    regular_size(root, path)  # before opening: to open a device can have effects
    try:
        handle = os.open(root / path, _FLAGS)
    except OSError as error:
        raise UnreadableError(f"can't be read: {error.strerror}") from error
    with os.fdopen(handle, "rb") as file:
        size = _checked(os.fstat(file.fileno()))
        if size > max_bytes:
            raise UnreadableError(too_large(size, max_bytes))
        return file.read(max_bytes)


def _checked(found: os.stat_result) -> int:
    if stat.S_ISLNK(found.st_mode):
        raise UnreadableError(SYMBOLIC_LINK)
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableError(
            "folder of another repository" if stat.S_ISDIR(found.st_mode) else "special file (device, pipe or socket)"
        )
    return found.st_size
