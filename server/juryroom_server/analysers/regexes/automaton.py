"""The automaton of a pattern without empty steps (Glushkov 1961), which counts the ways from one position to the next.

Two ways between the same positions are what makes `(a+)+` explode in an engine that backtracks, and what an automaton
of sets of positions would not show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from .pattern import ANY, MANY, Alt, Cat, Chars, Edge, Group, Look, Node, PatternError, Repeat, Set

START: Final = 0
MAX_POSITIONS = 500
MAX_EDGES = 30_000
_SOME = 2
"""More ways than one are all the same."""

Ways = dict[int, int]
"""Position -> number of ways to it."""


@dataclass(frozen=True)
class Automaton:
    """Positions are characters of the pattern; 0 is before the first one."""

    masks: tuple[int, ...]
    """By position, the classes of characters that it matches, one bit for each; 0 for an edge."""
    follow: tuple[Mapping[int, int], ...]
    accepting: frozenset[int]
    ends: frozenset[int]
    """Positions that only match the end of the text."""
    begins: frozenset[int]
    """Positions that only match its beginning."""
    samples: tuple[int, ...]
    """One character of each class, as a code point."""
    classes: tuple[Chars, ...] = field(repr=False, default=())

    @cached_property
    def accepting_at_end(self) -> frozenset[int]:
        """Positions from which the text may end."""
        done = set(self.accepting)
        while True:
            more = {
                position
                for position, after in enumerate(self.follow)
                if position not in done and any(one in self.ends and one in done for one in after)
            }
            if not more:
                return frozenset(done)
            done |= more

    def step(self, positions: frozenset[int], mask: int) -> frozenset[int]:
        """Where one character leads."""
        return frozenset(after for one in positions for after in self.follow[one] if self.masks[after] & mask)

    def skip_begins(self, positions: frozenset[int]) -> frozenset[int]:
        """With what stands after `^`, at the beginning of a text."""
        done = set(positions)
        left = list(positions)
        while left:
            for after in self.follow[left.pop()]:
                if after in self.begins and after not in done:
                    done.add(after)
                    left.append(after)
        return frozenset(done)

    def finds(self, text: str) -> str | None:
        """What it first matches somewhere in a text, the longest; None for nothing."""
        masks = [self.mask_of(char) for char in text]
        for start in range(len(text) + 1):
            now = frozenset({START})
            if start == 0:
                now = self.skip_begins(now)
            best = -1
            for at in range(start, len(text) + 1):
                final = self.accepting_at_end if at == len(text) else self.accepting
                if now & final:
                    best = at
                if at == len(text) or not now:
                    break
                now = self.step(now, masks[at])
            if best >= 0:
                return text[start:best]
        return None

    def mask_of(self, char: str) -> int:
        """The class of a character."""
        code = ord(char)
        for number, intervals in enumerate(self.classes):
            if any(low <= code <= high for low, high in intervals):
                return 1 << number
        return 0


@dataclass
class _Fragment:
    empty: int
    """Number of ways through it without a character."""
    first: Ways
    last: Ways


@dataclass
class _Builder:
    sets: list[Chars | None] = field(default_factory=lambda: [None])
    ends: set[int] = field(default_factory=set)
    begins: set[int] = field(default_factory=set)
    follow: list[Ways] = field(default_factory=lambda: [{}])
    edges: int = 0

    def position(self, chars: Chars | None) -> int:
        if len(self.sets) > MAX_POSITIONS:
            raise PatternError(f"more than {MAX_POSITIONS} characters long when its counts are written out")
        self.sets.append(chars)
        self.follow.append({})
        return len(self.sets) - 1

    def join(self, last: Ways, first: Ways) -> None:
        self.edges += len(last) * len(first)
        if self.edges > MAX_EDGES:
            raise PatternError("too many ways through it")
        for before, ways in last.items():
            after = self.follow[before]
            for one, more in first.items():
                after[one] = min(_SOME, after.get(one, 0) + ways * more)

    def build(self, node: Node) -> _Fragment:  # noqa: PLR0911 - one for each kind of node
        match node:
            case Set(chars):
                at = self.position(chars)
                return _Fragment(0, {at: 1}, {at: 1})
            case Edge(end):
                at = self.position(None)
                (self.ends if end else self.begins).add(at)
                return _Fragment(0, {at: 1}, {at: 1})
            case Group(_, True):
                return _Fragment(1, {}, {})
            case Group(body):
                return self.build(body)
            case Cat(parts):
                return self.sequence(parts)
            case Alt(options):
                return self.choice(options)
            case Look(body, ahead, positive):
                # a condition at the very end has to be met like the rest; elsewhere it is left out
                return self.build(body) if ahead and positive and node in self.final else _Fragment(1, {}, {})
            case Repeat():
                return self.repeat(node)

    final: frozenset[Node] = frozenset()

    def sequence(self, parts: tuple[Node, ...]) -> _Fragment:
        whole = _Fragment(1, {}, {})
        for part in parts:
            whole = self.after(whole, self.build(part))
        return whole

    def after(self, one: _Fragment, other: _Fragment) -> _Fragment:
        self.join(one.last, other.first)
        return _Fragment(
            min(_SOME, one.empty * other.empty),
            _plus(one.first, other.first, one.empty),
            _plus(other.last, one.last, other.empty),
        )

    def choice(self, options: tuple[Node, ...]) -> _Fragment:
        whole = _Fragment(0, {}, {})
        for option in options:
            one = self.build(option)
            whole = _Fragment(
                min(_SOME, whole.empty + one.empty), _plus(whole.first, one.first, 1), _plus(whole.last, one.last, 1)
            )
        return whole

    def repeat(self, node: Repeat) -> _Fragment:
        low, high = node.low, node.high
        if high is not None and high < MANY:
            parts = [self.build(node.body) for _ in range(low)]
            rest = _Fragment(1, {}, {})
            for _ in range(high - low):
                # x?(x?(x?)): what follows is only tried after what stands before
                one = self.build(node.body)
                inner = self.after(one, rest)
                rest = _Fragment(1, inner.first, inner.last)
            whole = _Fragment(1, {}, {})
            for part in (*parts, rest):
                whole = self.after(whole, part)
            return whole
        parts = [self.build(node.body) for _ in range(min(low, 3) - 1)]
        body = self.build(node.body)
        self.join(body.last, body.first)
        looped = _Fragment(1 if low == 0 else min(1, body.empty), body.first, body.last)
        whole = _Fragment(1, {}, {})
        for part in (*parts, looped):
            whole = self.after(whole, part)
        return whole


def automaton(node: Node, *, anywhere: bool = False) -> Automaton:
    """The automaton of a pattern.

    Args:
        node: its tree.
        anywhere: whether a match may begin later than at the beginning: position 0 then stands for what is passed over.

    Raises:
        PatternError: it is too large.
    """
    builder = _Builder(final=_final(node))
    whole = builder.build(node)
    builder.join({START: 1}, whole.first)
    if whole.empty:
        whole.last[START] = 1
    if anywhere:
        builder.sets[START] = ANY
        builder.follow[START][START] = 1
    classes = _classes([chars for chars in builder.sets if chars])
    masks = tuple(_mask(chars, classes) if chars else 0 for chars in builder.sets)
    return Automaton(
        masks=masks,
        follow=tuple(builder.follow),
        accepting=frozenset(whole.last),
        ends=frozenset(builder.ends),
        begins=frozenset(builder.begins),
        samples=tuple(_sample(one) for one in classes),
        classes=classes,
    )


def _final(node: Node) -> frozenset[Node]:
    """The lookaheads that stand at the end of a pattern."""
    match node:
        case Look():
            return frozenset({node})
        case Group(body):
            return _final(body)
        case Cat(parts) if parts:
            return _final(parts[-1])
        case Alt(options):
            return frozenset().union(*map(_final, options))
    return frozenset()


def _plus(one: Ways, other: Ways, times: int) -> Ways:
    if not times:
        return one
    whole = dict(one)
    for position, ways in other.items():
        whole[position] = min(_SOME, whole.get(position, 0) + ways * times)
    return whole


def _classes(sets: list[Chars]) -> tuple[Chars, ...]:
    """The coarsest classes of characters such that each set is a union of them; the last is what is in none."""
    bounds = sorted({edge for chars in sets for low, high in chars for edge in (low, high + 1)} | {0})
    members: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    distinct = sorted(set(sets))
    ends = [*bounds[1:], ANY[0][1] + 1]
    for low, end in zip(bounds, ends, strict=True):
        if low < end:
            key = tuple(n for n, chars in enumerate(distinct) if any(a <= low <= b for a, b in chars))
            members.setdefault(key, []).append((low, end - 1))
    return tuple(tuple(intervals) for intervals in members.values())


def _mask(chars: Chars, classes: tuple[Chars, ...]) -> int:
    return sum(
        1 << number for number, one in enumerate(classes) if any(low <= one[0][0] <= high for low, high in chars)
    )


def _sample(chars: Chars) -> int:
    """A printable character, where there is one."""
    for low, high in chars:
        if (first := max(low, 33)) <= min(high, 126):
            return first
    return chars[0][0]
