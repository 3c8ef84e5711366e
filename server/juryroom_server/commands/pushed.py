"""What git tells a pre-push hook on stdin: one line for each ref that is pushed."""

import re
import sys
from collections.abc import Callable, Mapping

from ..source import Kind, Source
from .errors import UsageError

NOTHING = "0" * 40
"""As the old side: the remote has no such ref yet."""
_ID = re.compile(r"[0-9a-f]{40,64}")


def push_sources(environ: Mapping[str, str], told: str, exists: Callable[[str], bool]) -> tuple[Source, ...]:
    """What to review before a push; empty when nothing but deletions is pushed.

    Args:
        environ: pre-commit says in PRE_COMMIT_FROM_REF and PRE_COMMIT_TO_REF what is pushed. It says nothing at the
            first push of all: then it is the commits of HEAD that no remote has.
        told: what git says on stdin: `<local ref> <local id> <remote ref> <remote id>` in each line.
        exists: whether a commit is in this clone.

    Raises:
        UsageError: when only one of the two variables is set, or a line is something else.
    """
    old, new = environ.get("PRE_COMMIT_FROM_REF"), environ.get("PRE_COMMIT_TO_REF")
    if bool(old) != bool(new):
        raise UsageError("PRE_COMMIT_FROM_REF and PRE_COMMIT_TO_REF belong together; set both, or none")
    if old and new:
        return (Source(kind=Kind.range, revision=old, until=new),)
    if not told.strip():
        return (Source(kind=Kind.range, revision=NOTHING, until="HEAD"),)
    pairs = []
    for row in told.strip().splitlines():
        local, remote = _ids(row)
        if local.strip("0"):  # else it is deleted there
            # a forced push may replace what was never fetched
            pairs.append((remote if remote.strip("0") and exists(remote) else NOTHING, local))
    return tuple(Source(kind=Kind.range, revision=remote, until=local) for remote, local in dict.fromkeys(pairs))


def read_told(environ: Mapping[str, str]) -> str:
    """What git says on stdin; empty where a person runs the hook, or where pre-commit has read it already."""
    asked = environ.get("PRE_COMMIT_FROM_REF") or environ.get("PRE_COMMIT_TO_REF")
    if asked or sys.stdin is None or sys.stdin.isatty():
        return ""
    return sys.stdin.buffer.read().decode(errors="replace")


def _ids(row: str) -> tuple[str, str]:
    # from the right: what is pushed may be named by an expression with blanks in it
    words = row.rsplit(" ", 3)
    if len(words) < 4 or not _ID.fullmatch(words[1]) or not _ID.fullmatch(words[3]):  # noqa: PLR2004 - see above
        raise UsageError(
            f"stdin: {row[:200]!r} is not what git tells a pre-push hook "
            "(<local ref> <local id> <remote ref> <remote id>); pass git's stdin on, or give none: < /dev/null"
        )
    return words[1], words[3]
