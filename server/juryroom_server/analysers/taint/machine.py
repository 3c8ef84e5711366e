"""The state of one file's interpretation, and its limits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field

from . import ir
from .kinds import bits, kinds
from .model import Model
from .scope import Closure, Owner, Scope
from .value import CLEAN, Mark, Marks, Origin, Value, union

MIN_STEPS, STEPS_PER_BYTE = 30_000, 1
"""Expressions and statements that are interpreted in one file: linear in its size."""
MAX_FUNCTION_STEPS = 15_000
MAX_DEPTH = 110
"""Nested expressions, statements and calls together: Python's own stack ends at 1,000 frames."""
MAX_CALLS = 5
MAX_PATH = 120


class EnoughError(Exception):
    """A function takes more steps than it is worth."""


@dataclass(frozen=True)
class Hit:
    """Outside data that reaches a sink."""

    kind: str
    origin: Origin
    trail: tuple[int, ...]
    line: int
    end: int
    sink: str


@dataclass
class Progress:
    """What was spent, and what was found."""

    steps: int = 0
    limit: int = 0
    depth: int = 0
    calls: list[int] = field(default_factory=list)
    """The functions that are being interpreted, outermost first."""
    hits: dict[tuple[str, int], Hit] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    """Functions that were called."""
    pending: list[Closure] = field(default_factory=list)
    """Functions that were made, and may never be called in this file."""
    memo: dict[tuple[object, ...], Value] = field(default_factory=dict)


class Machine(ABC):
    """What the parts of the interpreter share."""

    def __init__(
        self,
        model: Model,
        *,
        size: int,
        has_sink: Callable[[ir.Function], bool],
        has_source: Callable[[ir.Function], bool],
    ) -> None:
        self.model = model
        self.most_steps = MIN_STEPS + STEPS_PER_BYTE * size
        self.has_sink = has_sink
        """Whether a function holds a word of a sink."""
        self.has_source = has_source
        self.progress = Progress()
        self.owners: dict[str, Owner] = {}
        self.bits = bits()
        self.kinds = kinds()
        self.frames: list[list[dict[str, Value]]] = []
        """Variables at each `break` of the loops around."""
        self.loops = 0

    @abstractmethod
    def evaluate(self, expr: ir.Expr, scope: Scope) -> Value:
        """The value of an expression."""

    @abstractmethod
    def invoke(self, closure: Closure, values: list[Value], named: dict[str, Value], this: Value | None) -> Value:
        """What a function of the file returns."""

    @abstractmethod
    def narrow(self, test: ir.Expr, scope: Scope, *, outcome: bool) -> None:
        """Learn from a test that came out this way."""

    def spend(self) -> None:
        """Count a step.

        Raises:
            EnoughError: it was one too many.
        """
        self.progress.steps += 1
        if self.progress.steps > self.progress.limit:
            raise EnoughError

    def resolved(self, path: str, line: int, value: Value = CLEAN) -> Value:
        """A value with its path, and the marks of a source that the path may be."""
        if len(path) > MAX_PATH:
            return Value(value.marks)
        path = self.model.canonical(path)
        marks = value.marks
        for source in self.model.sources.get(path):
            marks = union(marks, (Mark(Origin(line, source.label, source.group), source.safe),))
        return Value(marks, path, value.const, value.fields, value.functions)

    def reach(self, kind: str, marks: Marks, groups: tuple[str, ...], at: ir.Expr, sink: str) -> None:
        """Report the data that does harm at a sink."""
        bit, wanted = self.bits[kind], groups or self.kinds[kind].groups
        for mark in marks:
            if mark.safe & bit or mark.origin.group not in wanted:
                continue
            if mark.origin.group == "parameter" and not mark.safe & self.bits["built"]:
                # what the function is asked to run or open as a whole is its caller's business
                continue
            key = (kind, at.line)
            known = self.progress.hits.get(key)
            if known is None or (_rank(mark.origin.group), len(mark.trail)) < (
                _rank(known.origin.group),
                len(known.trail),
            ):
                self.progress.hits[key] = Hit(kind, mark.origin, mark.trail, at.line, at.end, sink)

    def owner_of(self, value: Value) -> Owner | None:
        """The class of the file that an object is of."""
        return self.owners.get(value.path.removesuffix("()")) if value.path else None

    def method(self, owner: Owner, name: str, depth: int = 0) -> Closure | None:
        """A method of a class or of its bases in the file."""
        found = owner.methods.get(name)
        if found is not None:
            return Closure(found, owner.scope, owner)
        for base in owner.bases:
            inherited = self.owners.get(base)
            if inherited is not None and inherited is not owner and depth < MAX_CALLS:
                closure = self.method(inherited, name, depth + 1)
                if closure is not None:
                    return closure
        return None


_RANKS = ("remote", "local", "stored", "parameter")


def _rank(group: str) -> int:
    return _RANKS.index(group) if group in _RANKS else len(_RANKS)
