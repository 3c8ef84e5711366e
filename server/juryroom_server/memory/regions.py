"""The parts of one file that are judged as a whole, and their tokens on both sides of a change."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from juryroom_reviewers.change import FileChange, Status

from ..leaves import Leaf
from ..outline import Definition, Outline
from ..syntax import leaves, outline

_WORD = re.compile(r"[^\W\d]\w+")


def digest(*parts: str) -> str:
    """SHA-256 (hex) of texts in their order."""
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode("utf-8", "replace")).hexdigest()


def digest_of(tokens: Sequence[Leaf]) -> str:
    """SHA-256 (hex) of tokens, their structure included, wherever in the file and however deep they stand."""
    base = min((leaf.depth for leaf in tokens if leaf.depth), default=0)
    told = hashlib.sha256()
    for position, leaf in enumerate(tokens):
        # what else begins with the first token depends on what stands before it
        opened = leaf.opened if position else 0
        told.update(f"{len(leaf.text)}:{leaf.text}\0{leaf.depth - base}\0{opened}\0{leaf.parent}\n".encode())
    return told.hexdigest()


def words(tokens: Iterable[Leaf]) -> frozenset[str]:
    """The names among tokens, and the words in literals: some imports are texts."""
    return frozenset(word for leaf in tokens if leaf.word for word in _WORD.findall(leaf.text))


@dataclass(frozen=True)
class Region:
    """A function with all that is in it, a type without its functions and types, or a file without its definitions."""

    symbol: str
    """Empty for the file."""
    definitions: tuple[int, ...]
    """Indexes of the definitions that are part of it."""
    spans: tuple[tuple[int, int], ...]


@dataclass
class Side:
    """One version of a file."""

    outline: Outline
    tokens: tuple[Leaf, ...]
    lines: int
    _digests: dict[str, str] = field(default_factory=dict)
    _wholes: dict[int, str] = field(default_factory=dict)

    @cached_property
    def by_symbol(self) -> dict[str, list[Region]]:
        """Regions by name: overloads share one. There is always the one of the file."""
        found: dict[str, list[Region]] = {}
        for region in _regions(self.outline.definitions, self.lines):
            found.setdefault(region.symbol, []).append(region)
        return found

    @cached_property
    def _by_line(self) -> dict[int, list[Leaf]]:
        found: dict[int, list[Leaf]] = defaultdict(list)
        for leaf in self.tokens:
            found[leaf.line].append(leaf)
        return found

    def tokens_in(self, spans: Iterable[tuple[int, int]]) -> list[Leaf]:
        """The tokens on some lines."""
        rows = (line for first, last in spans for line in range(first, last + 1))
        return [leaf for line in rows for leaf in self._by_line.get(line, ())]

    def digest(self, symbol: str) -> str:
        """Of all regions of that name; empty where there is none."""
        if symbol not in self._digests:
            regions = self.by_symbol.get(symbol, [])
            self._digests[symbol] = (
                digest(*(digest_of(self.tokens_in(one.spans)) for one in regions)) if regions else ""
            )
        return self._digests[symbol]

    def whole(self, index: int) -> str:
        """Digest of a definition with all that is in it."""
        if index not in self._wholes:
            one = self.outline.definitions[index]
            self._wholes[index] = digest_of(self.tokens_in([(one.start_line, one.end_line)]))
        return self._wholes[index]

    @cached_property
    def statements(self) -> tuple[tuple[frozenset[str], str], ...]:
        """Those at the top of the file, outside of definitions: the words in each, and its digest."""
        found: dict[tuple[int, int], list[Leaf]] = defaultdict(list)
        for leaf in self.tokens_in(self.by_symbol[""][0].spans):
            found[leaf.statement].append(leaf)
        return tuple((words(tokens), digest_of(tokens)) for tokens in found.values())

    def broken(self, spans: Iterable[tuple[int, int]]) -> bool:
        """Whether there is something in it that doesn't parse: then its tokens may say little of what it means."""
        return any(first <= line <= last for first, last in spans for line in self.outline.errors)


def side_of(path: str, text: str) -> Side | None:
    """A version of a file; None where its syntax is unknown."""
    found, tokens = outline(path, text), leaves(path, text)
    return None if found is None or tokens is None else Side(found, tokens, text.count("\n") + 1)


def sides_of(file: FileChange) -> tuple[Side, Side | None] | None:
    """The new version of a changed file and the old one, where there is one; None where syntax doesn't help."""
    if file.text is None or file.partial or (file.before is None and file.status is not Status.added):
        return None
    new = side_of(file.path, file.text)
    old = None if new is None or file.before is None else side_of(file.old_path or file.path, file.before)
    return None if new is None or (file.before is not None and old is None) else (new, old)


def _regions(definitions: Sequence[Definition], lines: int) -> Iterable[Region]:
    """Each line of a file is in one of them, unless two definitions share it."""
    owner: list[int] = []  # of each definition the one whose region it is part of
    members: dict[int, list[int]] = {}
    inner: dict[int | None, list[Definition]] = defaultdict(list)
    for index, one in enumerate(definitions):
        around = None if one.parent is None else owner[one.parent]
        owner.append(index if around is None or definitions[around].is_type else around)
        members.setdefault(owner[index], []).append(index)
        inner[one.parent].append(one)
    for index, parts in members.items():
        one = definitions[index]
        spans = _without((one.start_line, one.end_line), inner[index] if one.is_type else ())
        yield Region(one.name, tuple(parts), spans)
    yield Region("", (), _without((1, lines), inner[None]))


def _without(span: tuple[int, int], inner: Sequence[Definition]) -> tuple[tuple[int, int], ...]:
    rest, (line, end) = [], span
    for one in sorted(inner, key=lambda one: one.start_line):
        if one.start_line > line:
            rest.append((line, one.start_line - 1))
        line = max(line, one.end_line + 1)
    return (*rest, (line, end)) if line <= end else tuple(rest)
