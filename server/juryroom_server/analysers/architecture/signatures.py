"""Functions that now need arguments which callers that did not change don't give."""

from __future__ import annotations

import re
from collections.abc import Iterator

from juryroom_reviewers.finding import Severity

from .claims import Claim, note
from .names import MAX_NAMES, importing, uses, worth
from .repository import Repository

_OPENING, _CLOSING = "([{", ")]}"
_HEAD = re.compile(r"^(?:async )?def (\w+)\(", re.MULTILINE)
MAX_HEADER = 4_000
"""Characters of a function's parameters that are read."""


def signatures(repository: Repository) -> Iterator[Claim]:
    """Public functions of Python files that need more arguments than before, and are called from unchanged files.

    Raises:
        TooLargeError, GitError: as `Repository`.
    """
    grown = []
    for file in repository.change.files:
        if file.before is None or file.text is None or file.partial or not worth(file) or not file.path.endswith(".py"):
            continue
        old = set(_HEAD.findall(file.before))
        for head in _HEAD.finditer(file.text):
            name = head[1]
            was, now = (required(file.before, name), required(file.text, name)) if name in old else (None, None)
            if was is not None and now is not None and now > was and not name.startswith("_"):
                grown.append((file, name, file.text.count("\n", 0, head.start()) + 1, was, now))
    users = uses(repository, [name for _, name, *_ in grown])
    for file, name, line, was, now in grown[:MAX_NAMES]:
        pattern, call = importing(file.path, name), re.compile(rf"\b{re.escape(name)}\s*\((?!.*\*)")
        hits = users.get(name, [])
        importers = {hit.path for hit in hits if pattern.search(hit.text)}
        calls = [hit for hit in hits if hit.path in importers and call.search(hit.text) and not pattern.match(hit.text)]
        if calls:
            yield Claim(
                "signature-grown",
                file.path,
                line,
                line,
                note(
                    f"{name} needs {now} arguments now, and {len(calls)} calls elsewhere did not change",
                    f"Before: {was} without a default; after: {now}. {calls[0].path}:{calls[0].line} still calls it as "
                    "before.",
                    "Give the new parameters defaults, or change the callers, too.",
                    Severity.medium,
                ),
            )


def required(text: str, name: str) -> int | None:
    """How many arguments a function can't be called without; None where that is not to be seen."""
    head = re.search(rf"^(?:async )?def {re.escape(name)}\(", text, re.MULTILINE)
    if head is None:
        return None
    depth, parts = 0, [""]
    for char in text[head.end() : head.end() + MAX_HEADER]:
        if char in _CLOSING:
            if depth == 0:
                break
            depth -= 1
        depth += char in _OPENING
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    else:
        return None
    bare = [re.sub(r"#.*", "", part).strip() for part in parts]
    return sum(bool(part) and "=" not in part and part[:1] not in "*/" for part in bare)
