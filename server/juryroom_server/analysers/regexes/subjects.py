"""What a regular expression is used on: outside data that makes it slow, and markup that it removes only once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from .automaton import START, Automaton, automaton
from .backtracking import polynomial
from .literals import Literal, Node, literals
from .pattern import PatternError, parse

_SOURCES: Final = {
    "python": r"\brequest\.(?:args|form|values|json|data|headers|cookies|GET|POST|body|path|query_params|get_json)\b",
    "javascript": r"\breq(?:uest)?\.(?:query|body|params?|url|originalUrl|headers?|cookies|hostname|get|path)\b"
    r"|\bctx\.(?:query|params|request|headers|cookies)\b|\blocation\.(?:hash|search|href)\b|\bwindow\.name\b",
    "ruby": r"\bparams\b|\brequest\.(?:headers|path|url|body|query_string)\b|\bcookies\[",
    "java": r"\.(?:getParameter|getHeader|getQueryString|getPathInfo|getRequestURI)\("
    r"|@(?:RequestParam|PathVariable|RequestBody)\b",
}
_CALLS: Final = {
    "python": r"\.(?:match|fullmatch|search|sub|subn|split|findall|finditer)\(",
    "javascript": r"\.(?:test|exec|match|matchAll|replace|replaceAll|search|split)\(",
    "ruby": r"=~|\.(?:match\??|gsub!?|sub!?|scan|split|index)\b[ (]",
    "java": r"\.(?:matches|replaceAll|replaceFirst|split|matcher)\(",
}
_REMOVES: Final = {
    "python": r"\bre\.subn?\(\s*[rb]?[\"'][^\n]*,\s*[\"']{2}",
    "javascript": r"\.replace(?:All)?\(\s*(?:/[^\n]+/[a-z]*|\w+)\s*,\s*(?:\"\"|''|``|function\b"
    r"|\(?\w*\)?\s*=>\s*(?:\"\"|''))",
    "ruby": r"\.g?sub!?[ (]\s*/[^\n]+/[a-z]*\s*,\s*(?:\"\"|'')",
    "java": r"\.replaceAll\(\s*\"[^\n]+\",\s*\"\"",
}
_EXPORTED: Final = re.compile(r"\b(?:module\.)?exports\b|^\s*export\b")
_FUNCTIONS: Final = frozenset(
    {"function_declaration", "function_expression", "function", "arrow_function", "method_definition"}
    | {"function_definition", "method", "method_declaration", "generator_function_declaration"}
)
_LOOPS: Final = frozenset({"while_statement", "do_statement", "while", "until", "while_modifier", "until_modifier"})
_NAME: Final = re.compile(r"[A-Za-z_$][\w$]*")
_DANGEROUS: Final = (("<script", "<"), ("<!--", "<!--"), ("../", ".."), ("/..", ".."), (" onclick=", "on"))
"""What must not be left behind, and what stands in a pattern that is about it."""
MAX_CALLS: Final = 2_000
_ROUNDS: Final = 3

Alert = tuple[int, int, str, str]


def slow_on_outside_data(language: str, text: str) -> Subjects:
    """What has to be looked at in a file, from its text alone."""
    dialect = "javascript" if language == "typescript" else language
    if dialect not in _CALLS:
        return Subjects(language, dialect, text, (), ())
    uses: tuple[int, ...] = ()
    if re.search(_SOURCES[dialect], text) or (dialect == "javascript" and _EXPORTED.search(text)):
        uses = tuple(match.start() for match in re.finditer(_CALLS[dialect], text))[:MAX_CALLS]
    removals = tuple(match.start() for match in re.finditer(_REMOVES[dialect], text))[:MAX_CALLS]
    return Subjects(language, dialect, text, uses, removals)


@dataclass(frozen=True)
class Subjects:
    """The uses of patterns in one file, as offsets in characters."""

    language: str
    dialect: str
    text: str
    uses: tuple[int, ...]
    removals: tuple[int, ...]

    @property
    def wanted(self) -> bool:
        """Whether the file has to be parsed for them."""
        return bool(self.uses or self.removals)

    def alerts(self, root: Node, offsets: Callable[[int], int]) -> Iterator[Alert]:
        """What is wrong with the uses."""
        for place in self.uses:
            call = _call_at(root, offsets(place))
            if call is not None and (group := self._outside(call)):
                for one in self._patterns(root, call, offsets):
                    if (pump := _slow(one)) is not None:
                        line = call.end_point[0] + 1 if call.start_point[0] != call.end_point[0] else one.line
                        line = max(one.line, line) if one.start_byte >= call.start_byte else call.start_point[0] + 1
                        yield (line, line, f"regex-slow-on-{group}", pump)
                        break
        for place in self.removals:
            call = _call_at(root, offsets(place))
            if call is None or _in_loop(call):
                continue
            for one in self._patterns(root, call, offsets):
                if (left := _leaves(one)) is not None:
                    line = one.line if call.start_byte <= one.start_byte < call.end_byte else call.end_point[0] + 1
                    yield (line, line, "regex-removed-once", left)
                    break

    def _patterns(self, root: Node, call: Node, offsets: Callable[[int], int]) -> Iterator[Literal]:
        """The pattern in a call itself, or the one that a name in it was given."""
        inside = [node.start_byte for node in _patterns_in(call)]
        found = list(literals(self.language, root, inside, self.text))
        yield from found
        if not found:
            for name in _names(call)[:4]:
                given = re.search(
                    rf"\b{re.escape(name)}\s*=\s*(?:re\.compile\(\s*|new RegExp\(\s*)?(?=/[^/*\s]|[rb]?[\"'])",
                    self.text,
                )
                if given:
                    yield from literals(self.language, root, [offsets(given.end())], self.text)

    def _outside(self, call: Node) -> str | None:
        """Whether the text comes from a client (`input`) or a caller of a library (`argument`)."""
        source = re.compile(_SOURCES[self.dialect])
        whole = _text(call)
        if source.search(whole):
            return "input"
        function = outer = None
        exported: set[str] = set()
        node = call.parent
        while node is not None:
            if node.type in _FUNCTIONS:
                function = function or node
                outer = node
                if self.dialect == "javascript" and _EXPORTED.search(_line_of(self.text, node)):
                    exported |= _parameters(node)
            node = node.parent
        if function is None or outer is None:
            return None
        names = set(_names(call))
        if names & _tainted(_text(outer), source):
            return "input"
        return "argument" if names & exported else None


def _slow(one: Literal) -> str | None:
    try:
        tree = parse(one.text, one.dialect, one.flags)
        whole = one.used in ("re.match", "re.fullmatch") or (one.dialect == "java" and one.used.endswith(".matches"))
        found = polynomial(automaton(tree, anywhere=not whole))
    except PatternError:
        return None
    return found.pump if found else None


def _leaves(one: Literal) -> str | None:
    """A dangerous text that the pattern is meant to remove and that removing one from within puts together."""
    try:
        machine = automaton(parse(one.text, one.dialect, one.flags))
    except PatternError:
        return None
    for text, hint in _DANGEROUS:
        if hint in one.text.replace("\\", "").replace("x2E", ".") and _begins_with(machine, text):
            return text
    return None


def _begins_with(machine: Automaton, text: str) -> bool:
    now = machine.skip_begins(frozenset({START}))
    for number, char in enumerate(text):
        now = machine.step(now, machine.mask_of(char))
        if not now:
            return False
        # one character alone is gone wherever it stands
        if now & machine.accepting and number == 0:
            return False
        if now & machine.accepting:
            return True
    return True


def _tainted(function: str, source: re.Pattern[str]) -> set[str]:
    """Names that are given outside data somewhere in a function, directly or through others."""
    names: set[str] = set()
    pairs = re.findall(r"(?m)([A-Za-z_$][\w$]*)\s*=(?![=>])\s*([^;\n]+)", function)
    for _ in range(_ROUNDS):
        names |= {name for name, value in pairs if source.search(value) or names & set(_NAME.findall(value))}
    return names


def _call_at(root: Node, place: int) -> Node | None:
    node = root.descendant_for_byte_range(place, place + 1)
    for _ in range(4):
        if node is None or node.type in ("call", "call_expression", "method_invocation", "binary"):
            return node
        node = node.parent
    return None


def _patterns_in(call: Node) -> Iterator[Node]:
    """Literals in a call that stand in no inner function."""
    left = [call]
    while left:
        node = left.pop()
        if node.type == "regex" or node.type in ("string", "string_literal"):
            yield node
        elif node.type not in _FUNCTIONS:
            left += reversed(node.named_children)


def _names(call: Node) -> list[str]:
    left, names = [call], []
    while left:
        node = left.pop()
        if node.type in ("identifier", "constant"):
            names.append(_text(node))
        elif node.type not in _FUNCTIONS and node.type not in ("regex", "string"):
            left += reversed(node.named_children)
    return names


def _parameters(function: Node) -> set[str]:
    part = function.child_by_field_name("parameters") or function.child_by_field_name("parameter")
    return set(_NAME.findall(_text(part))) if part is not None else set()


def _in_loop(call: Node) -> bool:
    """Whether it is repeated until nothing is left, as it should be."""
    node = call.parent
    while node is not None and node.type not in _FUNCTIONS:
        if node.type in _LOOPS:
            return True
        node = node.parent
    return False


def _line_of(text: str, node: Node) -> str:
    del text
    parent = node
    for _ in range(3):
        if parent.parent is None or parent.parent.start_point[0] != node.start_point[0]:
            break
        parent = parent.parent
    return _text(parent)[:200].partition("\n")[0]


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
