"""From the text of a regular expression to its syntax tree, for the dialects of the languages that we read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

Interval = tuple[int, int]
Chars = tuple[Interval, ...]
"""Sorted, disjoint ranges of code points."""

LAST: Final = 0x10FFFF
ANY: Final[Chars] = ((0, LAST),)
_DIGIT: Final[Chars] = ((48, 57),)
_WORD: Final[Chars] = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE: Final[Chars] = ((9, 13), (32, 32), (0xA0, 0xA0), (0x2028, 0x2029))
_HEX: Final[Chars] = ((48, 57), (65, 70), (97, 102))
_POSIX: Final = {
    "alpha": ((65, 90), (97, 122)),
    "digit": _DIGIT,
    "alnum": ((48, 57), (65, 90), (97, 122)),
    "upper": ((65, 90),),
    "lower": ((97, 122),),
    "space": _SPACE,
    "word": _WORD,
    "xdigit": _HEX,
    "punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
}
_CONTROL: Final = {"n": 10, "r": 13, "t": 9, "f": 12, "v": 11, "a": 7, "e": 27, "0": 0}
_QUANTIFIERS: Final = "*+?{"
MAX_DEPTH = 60
MANY = 12
"""A count that is at least as high is taken for endless: what it multiplies out to is as slow in practice."""


class PatternError(Exception):
    """A pattern that we can't read. The message says at which character."""


@dataclass(frozen=True)
class Span:
    """One range of a character class as it was written."""

    first: int
    last: int
    text: str


@dataclass(frozen=True)
class Set:
    """One character of a set."""

    chars: Chars
    spans: tuple[Span, ...] = ()
    """The ranges of a class."""
    shorthands: tuple[Chars, ...] = ()
    """What `\\w` and its like stand for in a class."""
    dot: bool = False
    """It was written as `.`."""


@dataclass(frozen=True)
class Edge:
    """A place: `^`, `$`; other assertions are left out."""

    end: bool


@dataclass(frozen=True)
class Cat:
    """One after the other; nothing, when empty."""

    parts: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Alt:
    """One of them."""

    options: tuple[Node, ...]


@dataclass(frozen=True)
class Repeat:
    """`low` to `high` times; None for no limit."""

    body: Node
    low: int
    high: int | None


@dataclass(frozen=True)
class Look:
    """A lookahead or lookbehind, which consumes nothing."""

    body: Node
    ahead: bool
    positive: bool


@dataclass(frozen=True)
class Group:
    """Parentheses. Atomic ones never give back what they took."""

    body: Node
    atomic: bool = False


Node = Set | Edge | Cat | Alt | Repeat | Look | Group


@dataclass(frozen=True)
class Flags:
    """What changes the meaning of a pattern."""

    ignore_case: bool = False
    dot_all: bool = False
    verbose: bool = False


def parse(text: str, dialect: str, flags: Flags) -> Node:
    """The tree of a pattern.

    Args:
        text: without delimiters, its escapes as the engine of regular expressions sees them.
        dialect: the language: `python`, `javascript`, `ruby`, `java` or `go`.
        flags: those outside of it; `(?i)` within is read as well.

    Raises:
        PatternError: it is no pattern that we know.
    """
    reader = _Reader(text, dialect, flags)
    tree = reader.alternatives(0)
    if reader.at < len(text):
        raise PatternError(f"unexpected {text[reader.at]!r} at character {reader.at}")
    return tree


def union(*sets: Chars) -> Chars:
    """All characters of all sets."""
    out: list[Interval] = []
    for low, high in sorted(interval for one in sets for interval in one):
        if out and low <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(out[-1][1], high))
        else:
            out.append((low, high))
    return tuple(out)


def complement(chars: Chars) -> Chars:
    """All characters that are not in the set."""
    out, start = [], 0
    for low, high in union(chars):
        if low > start:
            out.append((start, low - 1))
        start = high + 1
    return (*out, (start, LAST)) if start <= LAST else tuple(out)


def fold(chars: Chars) -> Chars:
    """With the other case of its ASCII letters."""
    more = []
    for low, high in chars:
        for first, last, shift in ((65, 90, 32), (97, 122, -32)):
            if (a := max(low, first)) <= (b := min(high, last)):
                more.append((a + shift, b + shift))
    return union(chars, tuple(more))


@dataclass
class _Reader:
    text: str
    dialect: str
    flags: Flags
    at: int = 0
    groups: list[Node | None] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)

    def alternatives(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise PatternError(f"nested more than {MAX_DEPTH} deep")
        flags = self.flags
        options = [self._sequence(depth)]
        while self._take("|"):
            options.append(self._sequence(depth))
        self.flags = flags
        return options[0] if len(options) == 1 else Alt(tuple(options))

    def _take(self, text: str) -> bool:
        if self.text.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def _sequence(self, depth: int) -> Node:
        parts: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            if self.flags.verbose and self._blank():
                continue
            part = self._atom(depth)
            if part is not None:
                parts.append(self._repeated(part))
        return parts[0] if len(parts) == 1 else Cat(tuple(parts))

    def _blank(self) -> bool:
        char = self.text[self.at]
        if char.isspace():
            self.at += 1
            return True
        if char == "#":
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end + 1
            return True
        return False

    def _repeated(self, part: Node) -> Node:
        while self.at < len(self.text) and self.text[self.at] in _QUANTIFIERS:
            bounds = self._bounds()
            if bounds is None:
                break
            low, high = bounds
            possessive = False
            if not self._take("?"):
                possessive = self.dialect in ("java", "ruby", "python") and self._take("+")
            part = Repeat(part, low, high)
            if possessive:
                part = Group(part, atomic=True)
        return part

    def _bounds(self) -> tuple[int, int | None] | None:
        for text, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(text):
                return bounds
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : end].partition(",") if end > 0 else ("", "", "")
        digits = (low + high).strip()
        if not digits or not digits.isascii() or not digits.isdigit() or (not low.strip() and self.dialect != "python"):
            return None  # a brace that stands for itself
        self.at = end + 1
        least = min(int(low or 0), 1000)
        if not comma:
            return least, least
        return least, int(high) if high.strip() else None

    def _set(self, chars: Chars, **more: object) -> Set:
        return Set(fold(chars) if self.flags.ignore_case else chars, **more)  # type: ignore[arg-type]  # fields of Set

    def _atom(self, depth: int) -> Node | None:
        char = self.text[self.at]
        self.at += 1
        if char == "(":
            return self._group(depth)
        if char == "[":
            return self._class()
        if char == "\\":
            return self._escape()
        if char == ".":
            return Set(ANY if self.flags.dot_all else complement(((10, 10),)), dot=True)
        if char in "^$":
            return Edge(end=char == "$")
        if char in "*+?":
            raise PatternError(f"nothing to repeat at character {self.at - 1}")
        return self._set(((ord(char), ord(char)),))

    def _group(self, depth: int) -> Node | None:  # noqa: C901 - one for each kind of group
        ahead = positive = True
        look = atomic = False
        number = -1
        if self._take("?#"):
            end = self.text.find(")", self.at)
            self.at = len(self.text) if end < 0 else end + 1
            return None
        if self._take("?<=") or self._take("?<!"):
            look, ahead, positive = True, False, self.text[self.at - 1] == "="
        elif self._take("?=") or self._take("?!"):
            look, positive = True, self.text[self.at - 1] == "="
        elif self._take("?>"):
            atomic = True
        elif self._take("?P="):
            return self._named_reference(")")
        elif self._take("?P<") or self._take("?<") or self._take("?'"):
            end = self.text.find("'" if self.text[self.at - 1] == "'" else ">", self.at)
            if end < 0:
                raise PatternError(f"a group's name without an end at character {self.at}")
            number = self._numbered(self.text[self.at : end])
            self.at = end + 1
        elif self._take("?"):
            if not self._inline_flags():
                return None
        else:
            number = self._numbered(None)
        outer = self.flags
        body = self.alternatives(depth + 1)
        self.flags = outer
        if not self._take(")"):
            raise PatternError("a parenthesis is not closed")
        if number >= 0:
            self.groups[number] = body
        return Look(body, ahead, positive) if look else Group(body, atomic)

    def _numbered(self, name: str | None) -> int:
        self.groups.append(None)
        if name is not None:
            self.names[name] = len(self.groups) - 1
        return len(self.groups) - 1

    def _named_reference(self, close: str) -> Node:
        end = self.text.find(close, self.at)
        name = self.text[self.at : end] if end >= 0 else ""
        self.at = end + 1 if end >= 0 else len(self.text)
        return self._reference(self.names.get(name, -1))

    def _reference(self, number: int) -> Node:
        body = self.groups[number] if 0 <= number < len(self.groups) else None
        return Cat() if body is None else Group(body)

    def _inline_flags(self) -> bool:
        """Read `i:` or `i)`; True when a body follows."""
        on = True
        changed = {"ignore_case": self.flags.ignore_case, "dot_all": self.flags.dot_all, "verbose": self.flags.verbose}
        # in Ruby the flag m is what s is elsewhere
        names = {"i": "ignore_case", "x": "verbose", "m" if self.dialect == "ruby" else "s": "dot_all"}
        while self.at < len(self.text):
            char = self.text[self.at]
            self.at += 1
            if char in ":)":
                self.flags = Flags(**changed)
                return char == ":"
            if char == "-":
                on = False
            elif char in names:
                changed[names[char]] = on
            elif not char.isalpha():
                break
        raise PatternError(f"a group of an unknown kind at character {self.at}")

    def _escape(self) -> Node | None:
        if self.at >= len(self.text):
            raise PatternError("ends with a backslash")
        char = self.text[self.at]
        if char in "bBGK" or (char == "A" and self.dialect != "javascript"):
            self.at += 1
            return Edge(end=False) if char == "A" else None
        if char in "zZ" and self.dialect != "javascript":
            self.at += 1
            return Edge(end=True)
        if char == "k" and self.text[self.at + 1 : self.at + 2] in ("<", "'"):
            self.at += 2
            return self._named_reference(">" if self.text[self.at - 1] == "<" else "'")
        if char in "123456789":
            start = self.at
            while self.at < len(self.text) and self.text[self.at].isdigit() and self.at - start < len("99"):
                self.at += 1
            return self._reference(int(self.text[start : self.at]) - 1)
        if char == "Q" and self.dialect == "java":
            end = self.text.find("\\E", self.at)
            quoted = self.text[self.at + 1 : end if end >= 0 else None]
            self.at = end + 2 if end >= 0 else len(self.text)
            return Cat(tuple(self._set(((ord(one), ord(one)),)) for one in quoted))
        return self._set(self._escaped_chars()[0])

    def _escaped_chars(self) -> tuple[Chars, bool]:
        """What stands after a backslash, and whether it is a set of several."""
        char = self.text[self.at]
        self.at += 1
        if char in "dDwWsS":
            chars = {"d": _DIGIT, "w": _WORD, "s": _SPACE}[char.lower()]
            return complement(chars) if char.isupper() else chars, True
        if char == "h" and self.dialect == "ruby":
            return _HEX, True
        if char in "pP" and self._take("{"):
            end = self.text.find("}", self.at)
            name = self.text[self.at : end].lower() if end >= 0 else ""
            self.at = end + 1 if end >= 0 else len(self.text)
            chars = next((known for key, known in _POSIX.items() if key in name), _POSIX["alpha"])
            if name.startswith("l") and name not in _POSIX:
                chars = _POSIX["alpha"]
            return complement(chars) if char == "P" else chars, True
        code = self._hexadecimal(char)
        if code is None:
            code = _CONTROL.get(char, ord(char))
        return ((code, code),), False

    def _hexadecimal(self, char: str) -> int | None:
        width = {"x": 2, "u": 4, "U": 8}.get(char)
        if width is None:
            return None
        digits = self.text[self.at : self.at + width]
        if self._take("{"):
            end = self.text.find("}", self.at)
            digits = self.text[self.at : end] if end >= 0 else ""
            width = len(digits) + 1
        try:
            code = int(digits, 16)
        except ValueError:
            return None
        self.at += width
        return min(code, LAST)

    def _class(self) -> Node:  # noqa: C901 - one for each kind of member
        negative = self._take("^")
        chars: list[Chars] = []
        spans: list[Span] = []
        shorthands: list[Chars] = []
        first = True
        while True:
            if self.at >= len(self.text):
                raise PatternError("a class is not closed")
            if self.text[self.at] == "]" and (not first or self.dialect == "javascript"):
                self.at += 1
                break
            first = False
            start = self.at
            if self.dialect in ("java", "ruby") and self._nested(chars):
                continue
            low, several = self._member(chars)
            if several:
                shorthands.append(low)
                chars.append(low)
                continue
            if self.text[self.at : self.at + 1] == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                high, several = self._member(chars)
                if several:
                    shorthands.append(high)
                    chars += [low, ((45, 45),), high]
                    continue
                if low and high:
                    spans.append(Span(low[0][0], high[0][0], self.text[start : self.at]))
                    if low[0][0] <= high[0][0]:
                        chars.append(((low[0][0], high[0][0]),))
                    continue
            chars.append(low)
        whole = union(*chars)
        if self.flags.ignore_case:
            whole = fold(whole)
        return Set(complement(whole) if negative else whole, tuple(spans), tuple(shorthands))

    def _nested(self, chars: list[Chars]) -> bool:
        """A class within a class, and intersections, of which both sides are taken: `[a-z&&[^b]]`."""
        if self._take("&&"):
            return True
        if self.text.startswith("[", self.at) and not self.text.startswith("[:", self.at):
            self.at += 1
            inner = self._class()
            if isinstance(inner, Set):
                chars.append(inner.chars)
            return True
        return False

    def _member(self, chars: list[Chars]) -> tuple[Chars, bool]:
        del chars
        if self.dialect != "javascript" and self._take("[:"):
            end = self.text.find(":]", self.at)
            name = self.text[self.at : end] if end >= 0 else ""
            self.at = end + 2 if end >= 0 else len(self.text)
            return _POSIX.get(name.lstrip("^"), ANY), True
        char = self.text[self.at]
        self.at += 1
        if char == "\\" and self.at < len(self.text):
            if self._take("b"):
                return ((8, 8),), False
            return self._escaped_chars()
        return ((ord(char), ord(char)),), False
