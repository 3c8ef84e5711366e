"""Who imports whom, by lines at the left margin: what is imported later, in functions, closes no cycle."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from .repository import Repository, production

PATTERNS = ("-E", "-e", "^(from|import)[[:space:]]", "-e", "from ['\"]\\.", "-e", "require\\(['\"]\\.")
"""For `git grep`: all lines that may import."""
_PYTHON = re.compile(r"^(?:from\s+(?P<source>[.\w]+)\s+import\s+(?P<names>[^#]*)|import\s+(?P<modules>[\w., ]+))")
_SCRIPT = re.compile(r"(?:\bfrom\s+|\brequire\(|^\s*import\s+)['\"](\.[^'\"]*)['\"]")
_SCRIPT_SUFFIXES = ("", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", "/index.ts", "/index.tsx", "/index.js")


@dataclass(frozen=True)
class Graph:
    """Imports among files of the repository, before and after the change."""

    before: dict[str, frozenset[str]]
    after: dict[str, frozenset[str]]
    lines: dict[tuple[str, str], int]
    """Line of the new version on which a changed file imports another one."""

    @property
    def new(self) -> list[tuple[str, str]]:
        """Edges that the change adds."""
        pairs = [(a, b) for a, targets in self.after.items() for b in targets - self.before.get(a, frozenset())]
        return sorted(pair for pair in pairs if pair in self.lines)


def graph_of(repository: Repository) -> Graph | None:
    """The graph of imports; None when the change adds no line that imports.

    Raises:
        TooLargeError, GitError: as `Repository`.
    """
    changed = [f for f in repository.change.files if f.text is not None and not f.partial and production(f.path)]
    if not any(line[:1] == "+" and _may_import(line[1:]) for f in changed for h in f.hunks for line in h.lines):
        return None
    rest: dict[str, list[str]] = {}
    for hit in repository.search(*PATTERNS):
        if production(hit.path):
            rest.setdefault(hit.path, []).append(hit.text)
    old, new = _Modules(repository.paths_before), _Modules(repository.paths_after)
    before = {path: frozenset(old.targets(path, lines)) for path, lines in rest.items()}
    after = {path: frozenset(new.targets(path, lines)) for path, lines in rest.items()}
    where: dict[tuple[str, str], int] = {}
    for file in changed:
        if file.before is not None:
            before[file.path] = frozenset(old.targets(file.old_path or file.path, file.before.split("\n")))
        found: set[str] = set()
        for number, line in enumerate(file.lines, 1):
            for target in new.targets(file.path, [line]):
                found.add(target)
                where.setdefault((file.path, target), number)
        after[file.path] = frozenset(found)
    return Graph(before, after, where)


def _may_import(line: str) -> bool:
    return line.startswith(("from ", "import ")) or bool(_SCRIPT.search(line))


class _Modules:
    """Files by the names that they are imported by."""

    def __init__(self, paths: frozenset[str]) -> None:
        self._paths = paths
        self._packages = {posixpath.dirname(path) for path in paths if path.endswith("__init__.py")}
        self._by_module = {name: path for path in paths if path.endswith(".py") and (name := self._module(path))}

    def _module(self, path: str) -> str:
        """The dotted name of a Python file, from its outermost package on."""
        folder, parts = posixpath.dirname(path), [PurePosixPath(path).stem]
        while folder in self._packages and folder:
            parts.insert(0, posixpath.basename(folder))
            folder = posixpath.dirname(folder)
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def targets(self, path: str, lines: Iterable[str]) -> set[str]:
        """Files of the repository that these lines of a file import; itself excepted."""
        resolve = self._python if path.endswith(".py") else self._script
        return {target for line in lines for target in resolve(path, line)} - {path}

    def _python(self, path: str, line: str) -> Iterable[str]:
        match = _PYTHON.match(line)
        if match is None:
            return
        if match["modules"]:
            names = [part.split(" as ")[0].strip() for part in match["modules"].split(",")]
            yield from (self._by_module[name] for name in names if name in self._by_module)
            return
        source = match["source"]
        dots = len(source) - len(source.lstrip("."))
        if dots:
            package = self._module(path).split(".")
            keep = len(package) - dots + path.endswith("__init__.py")
            source = ".".join([*package[: max(keep, 0)], *filter(None, source[dots:].split("."))])
        plain = [part.split(" as ")[0].strip(" ()\\\r") for part in match["names"].split(",")]
        inner = [self._by_module.get(f"{source}.{name}") for name in plain if name]
        yield from (one for one in inner if one)
        # the package itself runs, too, but its names are at hand while it imports its own modules
        if source in self._by_module and not all(inner):
            yield self._by_module[source]

    def _script(self, path: str, line: str) -> Iterable[str]:
        match = _SCRIPT.search(line)
        if match is None or re.match(r"\s*(?:import|export)\s+type\b", line):
            return
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), match[1]))
        stems = (target, target.removesuffix(".js"))
        found = (stem + suffix for stem in stems for suffix in _SCRIPT_SUFFIXES)
        yield from [one for one in found if one in self._paths][:1]
