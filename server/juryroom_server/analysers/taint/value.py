"""What is known of a value while a function is interpreted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .scope import Closure

MAX_MARKS = 6
"""Sources that are told apart in one value."""
MAX_TRAIL = 14
"""Lines between a source and a sink that are kept."""
MAX_FIELDS = 64
_DEEP = 4
UNKNOWN = object()
"""Stands for a constant that is not known; None is a constant."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where outside data comes in."""

    line: int
    label: str
    group: str
    """`remote`, `local`, `stored`, `parameter`: how far it can be trusted."""


class Mark:
    """Data of an origin is in a value. Equal without regard to the lines that it came by."""

    __slots__ = ("origin", "safe", "trail")

    def __init__(self, origin: Origin, safe: int = 0, trail: tuple[int, ...] = ()) -> None:
        self.origin = origin
        self.safe = safe
        self.trail = trail

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mark) and self.safe == other.safe and self.origin == other.origin

    def __hash__(self) -> int:
        return hash((self.origin.line, self.safe))

    def at(self, line: int) -> Mark:
        """The same one step further."""
        last = self.trail[-1] if self.trail else self.origin.line
        return (
            self if last == line or len(self.trail) >= MAX_TRAIL else Mark(self.origin, self.safe, (*self.trail, line))
        )


Marks = tuple[Mark, ...]


class Value:
    """One abstract value; never changed once made."""

    __slots__ = ("const", "fields", "functions", "marks", "path")

    def __init__(
        self,
        marks: Marks = (),
        path: str = "",
        const: Any = UNKNOWN,
        fields: dict[Any, Value] | None = None,
        functions: tuple[Closure, ...] = (),
    ) -> None:
        self.marks = marks
        self.path = path
        """How it was got, in the words of the models: `flask.request.args.get()`."""
        self.const = const
        self.fields = fields
        """What is known of its elements or attributes. Under `^` is the constant beginning of a text; under
        `("=", key)` an element that is less dangerous than the whole."""
        self.functions = functions

    def all_marks(self, depth: int = _DEEP) -> Marks:
        """Its marks and those of what it holds."""
        if not self.fields or not depth:
            return self.marks
        found = self.marks
        for inner in self.fields.values():
            if inner.marks or inner.fields:
                found = union(found, inner.all_marks(depth - 1))
        return found

    def with_marks(self, marks: Marks) -> Value:
        """The same with other marks."""
        return Value(marks, self.path, self.const, self.fields, self.functions)

    def safer(self, mask: int, requires: int = 0) -> Value:
        """The same, but harmless for some uses; with `requires` only the marks that are already safe for that."""
        fields = self.fields
        if fields:
            fields = {key: inner.safer(mask, requires) if inner.marks else inner for key, inner in fields.items()}
        return Value(safer(self.marks, mask, requires), self.path, self.const, fields, self.functions)

    def at(self, line: int) -> Value:
        """The same, with the line as a step of its trails."""
        if not self.marks:
            return self
        return self.with_marks(tuple(mark.at(line) for mark in self.marks))

    def having(self, key: object, inner: Value) -> Value:
        """The same with one element or attribute replaced."""
        fields = dict(self.fields or ())
        if len(fields) >= MAX_FIELDS and key not in fields:
            return self.with_marks(union(self.marks, inner.all_marks()))
        fields.pop(("=", key), None)
        fields[key] = inner
        return Value(self.marks, self.path, UNKNOWN, fields, self.functions)


CLEAN = Value()


def safer(marks: Marks, mask: int, requires: int = 0) -> Marks:
    """Marks with more uses that they are harmless for."""
    if not marks:
        return marks
    return unique(
        mark if mark.safe & requires != requires else Mark(mark.origin, mark.safe | mask, mark.trail) for mark in marks
    )


def unique(marks: Iterable[Mark]) -> Marks:
    """Each mark once, in order."""
    return tuple(dict.fromkeys(marks))[:MAX_MARKS]


def union(a: Marks, b: Marks) -> Marks:
    """Marks of either."""
    if not b or a is b:
        return a
    if not a:
        return b
    news = tuple(mark for mark in b if mark not in a)
    return (*a, *news)[:MAX_MARKS] if news else a


def join(a: Value, b: Value, depth: int = _DEEP) -> Value:
    """What is known when it may be either."""
    if a is b:
        return a
    fields = a.fields
    if b.fields is not a.fields:
        fields = _join_fields(a.fields, b.fields, depth) if depth else None
    const = a.const if a.const is not UNKNOWN and type(a.const) is type(b.const) and a.const == b.const else UNKNOWN
    functions = a.functions if a.functions == b.functions else (*a.functions, *b.functions)[:4]
    return Value(union(a.marks, b.marks), a.path or b.path, const, fields, functions)


def _join_fields(a: dict[Any, Value] | None, b: dict[Any, Value] | None, depth: int) -> dict[Any, Value] | None:
    if not a or not b:
        return a or b
    merged = dict(a)
    for key, inner in b.items():
        merged[key] = join(merged[key], inner, depth - 1) if key in merged else inner
    return merged
