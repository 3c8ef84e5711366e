"""Which paths a pattern of the configuration means: as in .gitignore, without its negations.

`generated` is every file or folder of that name, `docs/*.py` counts from the top, `**` is any number of folders, and a
folder that matches takes all that is in it along.
"""

import fnmatch
import re
from collections.abc import Iterable
from functools import lru_cache

ANY_FOLDERS = "**"


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Whether a repository-relative path (forward slashes) is meant by one of the patterns.

    Takes time in proportion to the path times the pattern, whatever the pattern.
    """
    parts = path.split("/")
    return any(_matches(parts, pattern) for pattern in patterns)


def _matches(parts: list[str], pattern: str) -> bool:
    steps, folder_only = _compiled(pattern)
    end = len(steps)
    if not end:
        return False
    reached = _skip_folders({0}, steps)
    for number, part in enumerate(parts, start=1):
        after: set[int] = set()
        for at in reached:
            step = steps[at]
            if step is None:
                after.add(at)
            elif step.match(part):
                after.add(at + 1)
        reached = _skip_folders(after, steps)
        if end in reached and not (folder_only and number == len(parts)):
            return True
        reached.discard(end)
    return False


def _skip_folders(reached: set[int], steps: tuple[re.Pattern[str] | None, ...]) -> set[int]:
    for at in sorted(reached):
        while at < len(steps) and steps[at] is None:
            at += 1  # noqa: PLW2901 - a walk from each starting point
            reached.add(at)
    return reached


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> tuple[tuple[re.Pattern[str] | None, ...], bool]:
    """One expression for each folder or name, None for any number of folders; and whether only a folder is meant."""
    body = pattern.strip().removeprefix("./")
    names = [name for name in body.split("/") if name]
    if names and names[-1] == ANY_FOLDERS:
        names[-1] = "*"
    if names and "/" not in body.rstrip("/"):
        names.insert(0, ANY_FOLDERS)
    steps = tuple(None if name == ANY_FOLDERS else re.compile(fnmatch.translate(name)) for name in names)
    return steps, body.endswith("/")
