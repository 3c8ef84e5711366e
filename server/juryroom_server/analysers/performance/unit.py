"""One file as the rules see it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from .alert import Alert, effects
from .facts import Call, Function, Node

_OWN = re.compile(r"(?:self|this|cls|@)\.(\w+)$|(\w+)$")


@dataclass(eq=False)
class Unit:
    """A file's facts."""

    language: str
    functions: list[Function]
    """The module first."""

    @property
    def module(self) -> Function:
        """What stands outside of any function."""
        return self.functions[0]

    @cached_property
    def by_name(self) -> dict[str, Function | None]:
        """Functions by name; None for a name that several have."""
        found: dict[str, Function | None] = {}
        for one in self.functions[1:]:
            if one.name:
                found[one.name] = None if one.name in found else one
        return found

    def called(self, call: Call) -> Function | None:
        """The function of this file that a call means: a bare name, or a method of the same object."""
        match = _OWN.fullmatch(call.path)
        return self.by_name.get(match[1] or match[2]) if match else None

    def effect(self, call: Call, *wanted: str) -> str | None:
        """The first of these effects that a call has."""
        table = effects(self.language)
        return next((name for name in wanted if name in table and table[name].search(call.path)), None)

    def arguments(self, call: Call, function: Function) -> str:
        """The text of all arguments."""
        return ", ".join(function.source.text(one) for one in call.args)


Rule: TypeAlias = Callable[[Function, Unit], Iterator[Alert]]


def row(node: Node) -> int:
    """The line of a node, from 1."""
    return int(node.start_point[0]) + 1
