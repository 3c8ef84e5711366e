"""Variables of a function while it is interpreted, and functions as values."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import ir
from .value import CLEAN, Value, join


class Scope:
    """Variables by name, with those of the function around."""

    __slots__ = ("owner", "parent", "results", "returned", "tests", "variables")

    def __init__(self, parent: Scope | None, owner: Owner | None = None) -> None:
        self.variables: dict[str, Value] = {}
        self.parent = parent
        self.owner = owner
        """The class whose method is interpreted."""
        self.returned: Value | None = None
        self.results: list[tuple[int, Value]] = []
        """Each result with its line."""
        self.tests: dict[str, ir.Expr] = {}
        """Tests whose outcome a variable holds."""

    def get(self, name: str) -> Value | None:
        """Its value, or None for a name that nothing was assigned to."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.variables:
                return scope.variables[name]
            scope = scope.parent
        return None

    def set(self, name: str, value: Value) -> None:
        """Assign to the variable where it is declared; in a function around this one it may keep what it had."""
        scope = self.parent
        if name not in self.variables:
            while scope is not None:
                if name in scope.variables:
                    scope.variables[name] = join(scope.variables[name], value)
                    return
                scope = scope.parent
        self.variables[name] = value

    def joined(self, a: dict[str, Value] | None, b: dict[str, Value] | None) -> bool:
        """Go on with what holds after either branch; false when neither comes to an end."""
        if a is None or b is None:
            left = b if a is None else a
            if left is None:
                return False
            self.variables = left
            return True
        merged = dict(a)
        for name, value in b.items():
            other = merged.get(name)
            merged[name] = value if other is None else join(other, value)
        self.variables = merged
        return True


@dataclass(eq=False)
class Owner:
    """A class of the file: its methods, and what is known of the fields of its objects."""

    definition: ir.Class | None
    name: str
    methods: dict[str, ir.Function]
    scope: Scope
    bases: tuple[str, ...] = ()
    fields: dict[str, Value] = field(default_factory=dict)
    outer: Owner | None = None
    started: bool = False

    def learn(self, value: Value) -> bool:
        """Keep what a method left in the fields; true when something new came in."""
        news = False
        for name, inner in (value.fields or {}).items():
            known = self.fields.get(name, CLEAN)
            merged = join(known, inner)
            news = news or bool(set(merged.all_marks()) - set(known.all_marks()))
            self.fields[name] = merged
        return news


@dataclass(frozen=True, eq=False)
class Closure:
    """A function with the variables that it sees."""

    function: ir.Function
    scope: Scope
    owner: Owner | None = None
