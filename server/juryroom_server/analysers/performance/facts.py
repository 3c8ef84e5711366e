"""What a function does, without the grammar it is written in: its loops, calls, assignments and membership tests."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Node: TypeAlias = Any
"""A node of the syntax tree; only `syntax` imports its type."""

MAX_CODE = 1_000
"""Bytes of a value or an iterable that rules look at: longer ones are data."""
_NAME = re.compile(r"(?<![\w.\"'])[A-Za-z_]\w*")
_STRING = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'")


@dataclass(eq=False, slots=True)
class Source:
    """The bytes that nodes point into."""

    data: bytes

    def text(self, node: Node | None, limit: int | None = None) -> str:
        """The code of a node; empty for None. At most `limit` bytes of it."""
        if node is None:
            return ""
        end = node.end_byte if limit is None else min(node.end_byte, node.start_byte + limit)
        return self.data[node.start_byte : end].decode("utf-8", "replace")


@dataclass(eq=False, slots=True)
class Loop:
    """Something that runs its body many times."""

    node: Node
    kind: str
    """`for` over elements, `while`, `comprehension`, `callback`."""
    targets: frozenset[str]
    iterable: Node | None
    over: str
    """The text of the iterable; empty where there is none."""
    outer: Loop | None
    body: Node | None
    bound: set[str] = field(default_factory=set)
    """Names that get another value, or are changed in place, while it runs; the targets included."""
    filtered: bool = False
    """A comprehension with a condition."""

    @property
    def depth(self) -> int:
        """Loops around the body, from 1."""
        return 1 if self.outer is None else self.outer.depth + 1


@dataclass(eq=False, slots=True)
class Call:
    """One call."""

    node: Node
    path: str
    """The callee without arguments and white space: `db.session.query().all`."""
    name: str
    """The last part of the path."""
    args: list[Node]
    loop: Loop | None
    awaited: bool = False
    guarded: bool = False
    """Under a test that it has not been done before (`if key not in known`)."""

    @property
    def receiver(self) -> str:
        """What stands before the last dot."""
        return self.path.rpartition(".")[0]


@dataclass(eq=False, slots=True)
class Assign:
    """A value that gets a name."""

    node: Node
    left: str
    right: Node | None
    right_text: str
    loop: Loop | None
    grows: bool = False
    """`+=` and its like."""

    @property
    def root(self) -> str:
        """The name that the target begins with."""
        return re.split(r"[.\[(, ]", self.left, maxsplit=1)[0]


@dataclass(eq=False, slots=True)
class Member:
    """A test whether something is in something."""

    node: Node
    needle: str
    haystack: str
    loop: Loop | None


@dataclass(eq=False, slots=True)
class Function:
    """The facts of one function; of the module for what stands outside of any."""

    name: str
    node: Node
    source: Source
    is_async: bool = False
    is_method: bool = False
    parameters: dict[str, str] = field(default_factory=dict)
    """Name -> declared type, empty where there is none."""
    decorators: str = ""
    loops: list[Loop] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    assigns: list[Assign] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    tries: list[tuple[Node, Loop]] = field(default_factory=list)
    """Those in loops."""
    call_at: dict[int, Call] = field(default_factory=dict)
    """Calls by the id of their node."""
    set_by_name: dict[str, list[Assign]] = field(default_factory=dict)
    """Assignments by their whole target, `+=` excepted."""

    def made(self, name: str) -> list[Assign]:
        """All that a name is set to, `+=` excepted."""
        return self.set_by_name.get(name, [])

    def invariant(self, text: str, loop: Loop) -> bool:
        """Whether code has the same value in each pass of a loop, as far as its names tell."""
        return not (names(text) & loop.bound)


def names(text: str) -> frozenset[str]:
    """The identifiers that code reads: no attributes, nothing inside of strings."""
    return frozenset(_NAME.findall(_STRING.sub('""', text)))


def inside(inner: Node, outer: Node) -> bool:
    """Whether a node stands in another one."""
    return bool(outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte)
