"""What a function does, in terms that all languages share: the interpreter reads nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(slots=True, eq=False)
class Expr:
    """An expression; `line` and `end` are its first and last line, from 1."""

    line: int
    end: int


@dataclass(slots=True, eq=False)
class Const(Expr):
    """A literal."""

    value: str | int | float | bool | None


@dataclass(slots=True, eq=False)
class Name(Expr):
    """A variable, an import, a class or a function."""

    name: str


@dataclass(slots=True, eq=False)
class Attr(Expr):
    """`obj.name`."""

    obj: Expr
    name: str


@dataclass(slots=True, eq=False)
class Index(Expr):
    """`obj[key]`; no key for a slice."""

    obj: Expr
    key: Expr | None


@dataclass(slots=True, eq=False)
class Arg:
    """One argument of a call."""

    value: Expr
    name: str | None = None
    spread: bool = False


@dataclass(slots=True, eq=False)
class Call(Expr):
    """A call, or `new`."""

    callee: Expr
    args: tuple[Arg, ...]
    new: bool = False


@dataclass(slots=True, eq=False)
class Text(Expr):
    """Parts that make one text, by concatenation, formatting or interpolation."""

    parts: tuple[Expr, ...]


@dataclass(slots=True, eq=False)
class Items(Expr):
    """A literal list (keys are None), map or object. The name `...` stands for a spread."""

    entries: tuple[tuple[Expr | None, Expr], ...]
    spreads: tuple[Expr, ...] = ()
    type: str = ""


@dataclass(slots=True, eq=False)
class Choice(Expr):
    """`test ? then : other`."""

    test: Expr
    then: Expr
    other: Expr


@dataclass(slots=True, eq=False)
class Either(Expr):
    """`left and right`, or `left or right`."""

    both: bool
    left: Expr
    right: Expr


@dataclass(slots=True, eq=False)
class Compare(Expr):
    """`==`, `!=`, `<`, `<=`, `>`, `>=` or `in`."""

    op: str
    left: Expr
    right: Expr


@dataclass(slots=True, eq=False)
class Not(Expr):
    """`not value`."""

    value: Expr


@dataclass(slots=True, eq=False)
class Arith(Expr):
    """A sum or another operation on numbers."""

    op: str
    left: Expr
    right: Expr


@dataclass(slots=True, eq=False)
class Group(Expr):
    """Some operation on values, of which nothing else is known: its result holds all of them."""

    values: tuple[Expr, ...]


@dataclass(slots=True, eq=False)
class Cast(Expr):
    """A value that is declared to be of a type."""

    value: Expr
    type: str


@dataclass(slots=True, eq=False)
class Store(Expr):
    """An assignment that is an expression."""

    target: Expr
    value: Expr


@dataclass(slots=True, eq=False)
class Each(Expr):
    """A comprehension: the result of `value` for the elements of `source`."""

    target: Expr
    source: Expr
    tests: tuple[Expr, ...]
    value: Expr


@dataclass(slots=True, eq=False)
class Function(Expr):
    """A function, method, lambda or block. Its body is lowered when it is first interpreted."""

    name: str
    params: tuple[Param, ...]
    lower: Callable[[], Block]
    start_byte: int
    end_byte: int
    decorators: tuple[str, ...] = ()
    receiver: str = ""
    """What the method calls its object."""
    owner: str = ""
    """Class of a method that stands outside of it (Go)."""


@dataclass(slots=True, eq=False)
class Param:
    """A parameter; `target` is a name or a pattern."""

    target: Expr
    type: str = ""
    default: Expr | None = None
    annotations: tuple[str, ...] = ()
    rest: bool = False


@dataclass(slots=True, eq=False)
class Assign:
    """`target = value`, or `target op= value`."""

    line: int
    target: Expr
    value: Expr
    declares: bool = False
    adds: bool = False
    type: str = ""


@dataclass(slots=True, eq=False)
class Do:
    """An expression for its effect."""

    line: int
    value: Expr


@dataclass(slots=True, eq=False)
class If:
    """A branch."""

    line: int
    test: Expr
    then: Block
    other: Block = ()


@dataclass(slots=True, eq=False)
class Switch:
    """Cases with the values that lead to each; no values for the default one."""

    line: int
    subject: Expr | None
    cases: tuple[tuple[tuple[Expr, ...], Block], ...]
    falls: bool = False
    """A case without `break` goes on with the next."""


@dataclass(slots=True, eq=False)
class Loop:
    """`for target in source`, or `while test`."""

    line: int
    target: Expr | None
    source: Expr | None
    test: Expr | None
    body: Block


@dataclass(slots=True, eq=False)
class Try:
    """`handlers` are the name of the exception and what is done."""

    line: int
    body: Block
    handlers: tuple[tuple[str, Block], ...]
    final: Block = ()


@dataclass(slots=True, eq=False)
class Return:
    """A return."""

    line: int
    value: Expr | None


@dataclass(slots=True, eq=False)
class Leave:
    """`break`, `continue` or, with a value, a raised exception."""

    line: int
    value: Expr | None = None
    loop: bool = False


@dataclass(slots=True, eq=False)
class Import:
    """A name for what is imported; `path` in the words of the models."""

    line: int
    name: str
    path: str


@dataclass(slots=True, eq=False)
class Class:
    """A class."""

    line: int
    name: str
    bases: tuple[str, ...]
    methods: tuple[Function, ...]
    fields: tuple[Assign, ...]
    inner: tuple[Class, ...] = ()
    decorators: tuple[str, ...] = ()
    body: Block = field(default=())


Statement: TypeAlias = Assign | Do | If | Switch | Loop | Try | Return | Leave | Import | Class
Block: TypeAlias = tuple[Statement, ...]
