"""What a file defines, and what its definitions call."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

MAX_NESTING = 32
"""Definitions inside definitions; deeper ones count as part of the one around them, or names had no bound."""


class Call(NamedTuple):
    """One place that calls something."""

    name: str
    """The last identifier: `Sum` for `c.items.Sum()`."""
    line: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A function or a type. No pydantic: an audit has ten thousands of them, made by our own code."""

    name: str
    """Qualified by its nesting: `Shop.checkout`."""
    own_name: str
    """`checkout`."""
    is_type: bool
    """A class, an interface, an enum, a module; otherwise a function."""
    start_line: int
    """First line from 1, decorators and attributes included."""
    line: int
    """The line of its name."""
    end_line: int
    parent: int | None
    """Index of the definition around it."""
    calls: tuple[Call, ...]
    """In the order of the file; those in inner definitions are theirs."""


@dataclass(frozen=True, slots=True)
class Outline:
    """All definitions and calls of a file."""

    language: str
    definitions: tuple[Definition, ...]
    """In the order of the file, outer before inner."""
    calls: tuple[Call, ...] = ()
    """Those outside of any definition."""
    errors: tuple[int, ...] = ()
    """The first lines at which it doesn't parse, from 1. C and C++ that need the preprocessor have some, too."""

    def innermost(self, lines: Iterable[int]) -> dict[int, int]:
        """For each of the lines that is in a definition, the index of the innermost one."""
        found: dict[int, int] = {}
        around: list[int] = []
        ahead = 0
        for line in sorted(set(lines)):
            while ahead < len(self.definitions) and self.definitions[ahead].start_line <= line:
                around.append(ahead)
                ahead += 1
            while around and self.definitions[around[-1]].end_line < line:
                around.pop()
            if around:
                found[line] = around[-1]
        return found


class Span(NamedTuple):
    """A definition as a grammar shows it: `start` and `end` in bytes, lines from 1."""

    start: int
    end: int
    name: str
    is_type: bool
    start_line: int
    line: int
    end_line: int


class Token(NamedTuple):
    """A name in use."""

    start: int
    """In bytes."""
    name: str
    line: int


def assemble(
    language: str,
    spans: Iterable[Span],
    calls: Iterable[Token],
    *,
    bare: Iterable[Token] = (),
    variables: Iterable[Token] = (),
    errors: tuple[int, ...] = (),
) -> Outline:
    """Nest definitions, qualify their names and give each its calls, in one sweep over the file for each of them.

    Args:
        language: of the file.
        spans: nodes of one tree: two of them are apart, or one contains the other.
        calls: in any order.
        bare: names that are calls, too, unless the definition around has a variable of that name.
        variables: where a name is bound.
        errors: lines.
    """
    kept, parents, names = _nest(spans)
    locals_of: list[set[str]] = [set() for _ in kept]
    for token, owner in _owned(kept, parents, variables):
        if owner is not None:
            locals_of[owner].add(token.name)
    unbound = [
        token for token, owner in _owned(kept, parents, bare) if owner is None or token.name not in locals_of[owner]
    ]
    calls_of: list[list[Call]] = [[] for _ in kept]
    outside: list[Call] = []
    for token, owner in _owned(kept, parents, (*calls, *unbound)):
        if owner is None:
            outside.append(Call(token.name, token.line))
        else:
            calls_of[owner].append(Call(token.name, token.line))
    definitions = tuple(
        Definition(
            name=name,
            own_name=name.rpartition(".")[2],
            is_type=span.is_type,
            start_line=span.start_line,
            line=span.line,
            end_line=span.end_line,
            parent=parent,
            calls=tuple(made),
        )
        for span, parent, name, made in zip(kept, parents, names, calls_of, strict=True)
    )
    return Outline(language=language, definitions=definitions, calls=tuple(outside), errors=errors)


def _nest(spans: Iterable[Span]) -> tuple[list[Span], list[int | None], list[str]]:
    kept: list[Span] = []
    parents: list[int | None] = []
    names: list[str] = []
    around: list[int] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        while around and kept[around[-1]].end <= span.start:
            around.pop()
        if len(around) == MAX_NESTING:
            continue
        parent = around[-1] if around else None
        around.append(len(kept))
        kept.append(span)
        parents.append(parent)
        names.append(span.name if parent is None else f"{names[parent]}.{span.name}")
    return kept, parents, names


def _owned(
    spans: Sequence[Span], parents: Sequence[int | None], tokens: Iterable[Token]
) -> Iterable[tuple[Token, int | None]]:
    """Each token, by place, with the index of the innermost span around it."""
    owner: int | None = None
    ahead = 0
    for token in sorted(tokens):
        while ahead < len(spans) and spans[ahead].start <= token.start:
            owner = ahead
            ahead += 1
        while owner is not None and spans[owner].end <= token.start:
            owner = parents[owner]
        yield token, owner
