"""What libraries do with data, from models/*.toml: sources, sinks, sanitizers, and how data passes through calls.

A pattern is a path: `flask.request.args.get` is what the code says, with imports and declared types resolved.
`*.execute` stands for a method of anything, and `a.{b,c}` for two patterns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from .kinds import kinds
from .value import UNKNOWN

_BRACES = re.compile(r"\{([^{}]*)\}")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")

T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """Which part of a call is meant: an argument by position or name, or its object."""

    position: int | None = None
    name: str | None = None
    rest: bool = False
    """This position and all after it."""
    receiver: bool = False
    key: object = UNKNOWN
    """Only this element of it, where it is a literal."""


@dataclass(frozen=True)
class Source:
    """Where outside data comes in."""

    label: str
    group: str
    safe: int = 0
    """Uses for which it is harmless as it comes."""


@dataclass(frozen=True)
class Sink:
    """Where outside data does harm."""

    kind: str
    places: tuple[Place, ...]
    when: tuple[tuple[str, Any], ...] = ()
    """Named arguments that must have these values."""
    first: re.Pattern[str] | None = None
    """What the constant in the first argument must look like."""
    groups: tuple[str, ...] = ()
    """Groups of sources that count here; by default those of the weakness."""
    required: bool = False
    """The named arguments must be there."""
    says: re.Pattern[str] | None = None
    """What one of the constants that are passed must say."""
    receiver: str = ""
    """What the object, or the first argument, must be."""
    whole: bool = False
    """Only an object that comes from outside as such, not one that holds a value from there."""
    least: int = 0
    """How many arguments there must be."""


@dataclass(frozen=True)
class Guard:
    """A test that makes a value harmless."""

    mask: int
    place: Place
    outcome: bool
    requires: int
    argument: re.Pattern[str] | None = None
    """What the constant that it is compared with must look like."""


class Table(Generic[T]):
    """Patterns, and what they mean."""

    def __init__(self) -> None:
        self._exact: dict[str, list[T]] = {}
        self._tails: dict[str, list[tuple[str, T]]] = {}

    def add(self, patterns: Iterable[str], meaning: T) -> None:
        """Let each pattern mean this too."""
        for pattern in patterns:
            for path in expand(pattern):
                if path.startswith("*."):
                    self._tails.setdefault(path.rpartition(".")[2], []).append((path[1:], meaning))
                else:
                    self._exact.setdefault(path, []).append(meaning)

    def get(self, path: str) -> list[T]:
        """What a path means."""
        found = self._exact.get(path, [])
        tails = self._tails.get(path.rpartition(".")[2])
        if tails:
            found = [*found, *(meaning for suffix, meaning in tails if path.endswith(suffix))]
        return found

    def words(self, counts: Callable[[T], bool]) -> Iterator[str]:
        """The last word of each pattern with a meaning that counts: a file without any of them has none of these."""
        for path, meanings in self._exact.items():
            if any(map(counts, meanings)):
                yield _last_word(path)
        for name, suffixes in self._tails.items():
            if any(counts(meaning) for _, meaning in suffixes):
                yield _last_word(name)


@dataclass
class Model:
    """All that is known of the libraries of one language."""

    sources: Table[Source] = field(default_factory=Table)
    sinks: Table[Sink] = field(default_factory=Table)
    named: list[tuple[re.Pattern[str], Sink]] = field(default_factory=list)
    """Sinks by what the last word of the call looks like."""
    writes: Table[Sink] = field(default_factory=Table)
    """Sinks that are assigned to."""
    sanitizers: Table[int] = field(default_factory=Table)
    checks: Table[int] = field(default_factory=Table)
    """Calls that raise an exception when their argument is not harmless."""
    guards: Table[Guard] = field(default_factory=Table)
    replacers: Table[int] = field(default_factory=Table)
    """Calls that replace a pattern, and the position of the pattern."""
    fills: Table[tuple[int, ...]] = field(default_factory=Table)
    """Calls that write what they read to their arguments, from these positions on."""
    clean: Table[bool] = field(default_factory=Table)
    same: Table[bool] = field(default_factory=Table)
    """Calls that return their argument itself."""
    same_named: re.Pattern[str] | None = None
    """The same, by what the last word of the call looks like."""
    plain: Table[bool] = field(default_factory=Table)
    """Calls that set a content type; one that no browser renders makes a response harmless."""
    handlers: Table[tuple[str, ...]] = field(default_factory=Table)
    """Calls that take functions, and what those get as parameters."""
    aliases: dict[str, str] = field(default_factory=dict)
    factories: re.Pattern[str] | None = None
    """Calls that give an object of the class that they are called on."""
    pages: re.Pattern[str] | None = None
    """Decorators and result types of functions whose result is sent as a page."""
    no_pages: re.Pattern[str] | None = None
    """Those of functions whose result is sent as something else."""
    parameters: dict[str, str] = field(default_factory=dict)
    hints: re.Pattern[str] | None = None
    """What stands in every file with a source, other than an open parameter."""
    routes: re.Pattern[str] | None = None
    """Decorators whose functions get outside data as parameters."""
    route_parameters: re.Pattern[str] | None = None
    """Annotations of such parameters."""
    scalars: frozenset[str] = frozenset()
    """Types that can hold nothing harmful."""
    text_mask: int = 0
    """Uses for which a text is harmless, while an object is not."""
    prefix_mask: int = 0
    """Uses for which text after a fixed host or path is harmless."""
    implicit_self: bool = False
    """Methods and fields can be named without `this`."""
    bare_calls: bool = False
    """A call without arguments looks like an attribute."""
    sniffs: bool = False
    """A response that begins with plain text is sent as plain text."""
    open_parameters: bool = False
    """Whether parameters count as outside data, for text that is built with them."""

    def canonical(self, path: str) -> str:
        """The one path under which the tables know a thing."""
        if self.factories is not None:
            path = self.factories.sub(r"\1", path)
        return self.aliases.get(path, path)

    def triggers(self, group: str | None = None) -> re.Pattern[str]:
        """Words one of which is in every function with a sink; with a group only with one where that counts."""

        def counts(sink: Sink) -> bool:
            return group is None or group in (sink.groups or kinds()[sink.kind].groups)

        words = sorted({*self.sinks.words(counts), *self.writes.words(counts)})
        named = [pattern.pattern for pattern, sink in self.named if counts(sink)]
        return re.compile(r"\b(?:" + "|".join([*map(re.escape, words), *named]) + r")\b")

    def sinks_of(self, path: str) -> list[Sink]:
        """The sinks that a call is."""
        found = self.sinks.get(path)
        if self.named:
            last = path.rpartition(".")[2]
            found = [*found, *(sink for pattern, sink in self.named if pattern.fullmatch(last))]
        return found


def _last_word(path: str) -> str:
    words = _WORD.findall(path)
    return words[-1] if words else path


def expand(pattern: str) -> Iterator[str]:
    """`a.{b,c}` as `a.b` and `a.c`."""
    match = _BRACES.search(pattern)
    if match is None:
        yield pattern
        return
    for part in match[1].split(","):
        yield from expand(pattern[: match.start()] + part.strip() + pattern[match.end() :])
