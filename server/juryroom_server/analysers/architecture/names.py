"""Names that the change removed or left behind: still used elsewhere, or no longer used anywhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from juryroom_reviewers.change import FileChange, Status
from juryroom_reviewers.finding import Severity

from ...outline import Definition
from ...syntax import outline
from .claims import Claim, note
from .repository import Hit, Repository, production

MAX_NAMES = 60
"""Names that are searched for in one review."""
MIN_NAME = 4
"""Characters; a shorter name is used for other things, too."""
IMPORT = r"^\s*(?:from\s+[\w.]*{module}\s+import\s+[^#]*\b{name}\b|import\s+\{{[^}}]*\b{name}\b)|\b{module}\.{name}\b"
_DEFINES = re.compile(
    r"\b(?:def|class|function|func|const|let|var|interface|type|enum|module|public|protected|static|export|record)\b"
)
"""Words of a line that defines a name, in any of the languages."""


def removed(repository: Repository) -> Iterator[Claim]:
    """Public functions and classes that are gone from a file, while files that did not change still import them.

    Raises:
        TooLargeError, GitError: as `Repository`.
    """
    lost: list[tuple[FileChange, str]] = []
    texts = [file.text for file in repository.change.files if file.text is not None]
    for file in repository.change.files:
        if file.before is None or file.partial or not worth(file) or not _drops_definitions(file):
            continue
        old = {one.own_name for one in top(file.old_path or file.path, file.before)}
        kept = set(re.findall(r"\w+", file.text or ""))
        gone = sorted(name for name in old - kept if len(name) >= MIN_NAME and name[:1] != "_")
        lost += [(file, name) for name in gone if not any(_defines(name).search(text) for text in texts)]
    users = uses(repository, [name for _, name in lost])
    for file, name in lost[:MAX_NAMES]:
        path = file.old_path or file.path
        pattern = importing(path, name)
        using = [hit for hit in users.get(name, ()) if pattern.search(hit.text)]
        if not using:
            continue
        where, line = _place(repository, file, name)
        first = using[0]
        yield Claim(
            "public-name-removed",
            where,
            line,
            line,
            note(
                f"{name} is gone, and {len(using)} lines elsewhere still use it",
                f"Before: {path} defined {name}; after: nothing does. {first.path}:{first.line} did not change "
                "and still has it.",
                "Change those that use it too, or keep the name and let it call what takes its place.",
                Severity.medium,
            ),
        )


def importing(path: str, name: str) -> re.Pattern[str]:
    """Lines that take a name from a file."""
    stem = path.rpartition("/")[2].partition(".")[0]
    module = path.rpartition("/")[0].rpartition("/")[2] if stem == "__init__" else stem
    return re.compile(IMPORT.format(module=re.escape(module), name=re.escape(name)))


def left_behind(repository: Repository) -> Iterator[Claim]:
    """Functions of changed files that were called before, and are now called from nowhere.

    Raises:
        TooLargeError, GitError: as `Repository`.
    """
    dropped = {
        name
        for file in repository.change.files
        for hunk in file.hunks
        for line in hunk.lines
        if line[:1] == "-"
        for name in re.findall(r"\b([A-Za-z_]\w{3,})\s*\(", line)
    }
    if not dropped:
        return
    present = "\n".join(file.text for file in repository.change.files if file.text is not None)
    candidates: list[tuple[FileChange, Definition]] = []
    for file in repository.change.files:
        if file.text is None or file.before is None or file.partial or not worth(file):
            continue
        words = Counter(re.findall(r"\w+", file.text))
        if not any(words[name] == 1 for name in dropped):
            continue
        for one in _functions(file.path, file.text):
            name = one.own_name
            was = re.search(
                rf"\b(?:def|function|func|class)\s+{re.escape(name)}\b|\b{re.escape(name)}\s*\(", file.before
            )
            if name in dropped and was and not name.startswith("__") and _count(present, name) == 1:
                candidates.append((file, one))
    elsewhere = uses(repository, [one.own_name for _, one in candidates])
    for file, one in candidates[:MAX_NAMES]:
        decorated = one.start_line < one.line and file.lines[one.start_line - 1].lstrip().startswith("@")
        if not elsewhere.get(one.own_name) and not decorated:
            yield Claim(
                "left-behind",
                file.path,
                one.line,
                one.line,
                note(
                    f"Nothing calls {one.own_name} any more",
                    f"Before: the change removed the last call of {one.own_name}; after: its name stands "
                    "nowhere else in the repository.",
                    "Remove it, too, unless it is called from outside.",
                ),
            )


def _drops_definitions(file: FileChange) -> bool:
    return any(line[:1] == "-" and _DEFINES.search(line) for hunk in file.hunks for line in hunk.lines)


def _defines(name: str) -> re.Pattern[str]:
    return re.compile(rf"{_DEFINES.pattern}[^\n]*\b{re.escape(name)}\b")


def worth(file: FileChange) -> bool:
    """Source code that was not only renamed."""
    return production(file.path) and file.status is not Status.renamed


def top(path: str, text: str) -> list[Definition]:
    """Definitions at the top level of a file."""
    found = outline(path, text)
    return [one for one in found.definitions if one.parent is None] if found else []


def _functions(path: str, text: str) -> list[Definition]:
    found = outline(path, text)
    return [one for one in found.definitions if not one.is_type] if found else []


def _count(text: str, name: str) -> int:
    return len(re.findall(rf"\b{re.escape(name)}\b", text))


def uses(repository: Repository, names: list[str]) -> dict[str, list[Hit]]:
    """Lines of unchanged files in which names stand as words."""
    wanted = list(dict.fromkeys(names))[:MAX_NAMES]
    if not wanted:
        return {}
    arguments = [part for name in wanted for part in ("-e", name)]
    found: dict[str, list[Hit]] = {}
    for hit in repository.search("-w", "-F", *arguments):
        for name in set(re.findall(r"\w+", hit.text)).intersection(wanted):
            found.setdefault(name, []).append(hit)
    return found


def _place(repository: Repository, file: FileChange, name: str) -> tuple[str, int]:
    """Where the definition was, in the new version; of a deleted file, the first line of another changed one."""
    for hunk in file.hunks:
        for line, rows in hunk.removals:
            if any(re.search(rf"\b{re.escape(name)}\b", row) for row in rows) and file.text is not None:
                return file.path, max(1, min(line, len(file.lines)))
    other = next((f for f in repository.change.files if f.text), file)
    return (file.path, 1) if file.text is not None else (other.path, 1)
