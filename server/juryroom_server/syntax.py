"""From text to syntax tree, and from the tree to an outline. The only importer of tree_sitter and its grammars."""

import re
import sys
import time
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module

from tree_sitter import Language, Node, Parser, Query, QueryCursor, Tree

from juryroom_reviewers.language import language_of

from .grammars import GRAMMARS
from .leaves import Leaf, read_leaves
from .naming import short_name
from .outline import Outline, Span, Token, assemble

if sys.platform != "win32":
    import resource

__all__ = ["language_of", "leaves", "outline", "parses", "root_of"]

MAX_BYTES = 4_000_000
"""Of a file: a longer one is data, whatever its suffix says."""
MAX_LEAFY = 400_000
"""Of a file whose tokens are read one by one, in bytes: half a second."""
MAX_ERRORS = 20
"""Lines with syntax errors that are kept of one file."""

_CHUNK, _SMALL_CHUNK = 65_536, 1_024
"""Bytes that the parser is handed at a time. The text of each node is read in the same pieces, even of a short one."""
_SECONDS, _SECONDS_PER_BYTE = 0.5, 2e-6
"""CPU time for one file, ten times what code takes: `->->->` takes time with the square of their length."""
_MAX_GROWTH = 600 * 2**20
"""What one file may add to the process's peak memory, in bytes: `a<a<a<` takes memory with the square of its length."""
_MAX_ERROR_CHILDREN = 10_000
_WINDOW, _MONOTONOUS = 2_000, 60
"""Bytes that are looked at together, and the size to which no window of code can be compressed."""
_HARMLESS = b"0123456789abcdefABCDEFxX_,. \t\r\n\"'()[]{}"
"""Of these alone come tables of data and deep nesting."""
_MAX_GAP = 400
"""Bytes between an attribute and what it belongs to: room for a comment, and no search through the whole file."""


def outline(path: str, text: str) -> Outline | None:
    """Find all definitions of a file, and what each calls.

    Returns:
        None where that is unknown: no grammar for its language, or a text that takes too long to parse.
    """
    language = language_of(path, text)
    if language is None:
        return None
    source = text.encode("utf-8", "replace")
    try:
        tree = _parse(language, source)
        errors = _broken_lines(tree)
        found = _captures(language, tree)
    except _TooHardError:
        return None
    spans = _spans(found, source)
    calls = _tokens(found.get("call", ()), source)
    taken = {start for _, start in spans}.union(call.start for call in calls)
    bare = [token for token in _tokens(found.get("bare", ()), source) if token.start not in taken]
    variables = _tokens(found.get("local", ()), source)
    return assemble(language, [span for span, _ in spans], calls, bare=bare, variables=variables, errors=errors)


def parses(path: str, text: str) -> bool | None:
    """Whether a file is free of syntax errors; None where that is unknown, as in `outline`."""
    language = language_of(path, text)
    if language is None:
        return None
    source = text.encode("utf-8", "replace")
    try:
        return not _parse(language, source).root_node.has_error
    except _TooHardError:
        return None


def leaves(path: str, text: str) -> tuple[Leaf, ...] | None:
    """All tokens of a file without its layout; None where they are unknown, as in `outline`, or too many."""
    language = language_of(path, text)
    source = text.encode("utf-8", "replace")
    if language is None or len(source) > MAX_LEAFY:
        return None
    try:
        return tuple(read_leaves(_parse(language, source).walk(), source))
    except _TooHardError:
        return None


def root_of(path: str, text: str) -> Node | None:
    """The root of a file's syntax tree, errors and all; None where that is unknown, as in `outline`."""
    language = language_of(path, text)
    if language is None:
        return None
    try:
        return _parse(language, text.encode("utf-8", "replace"), _SMALL_CHUNK).root_node
    except _TooHardError:
        return None


class _TooHardError(Exception):
    """A text that the grammar can't cope with."""


def _monotonous(source: bytes) -> bool:
    """Whether a stretch is the same few characters over and over, other than brackets or data such as `0, 0, 0`.

    At the end of 9,000 bytes of `a=>a=>` the Java grammar takes 2 GB in one step, which nothing can call off.
    """
    windows = (source[at : at + _WINDOW] for at in range(0, len(source) - _WINDOW + 1, _WINDOW))
    return any(
        len(zlib.compress(window, 1)) < _MONOTONOUS and len(window.translate(None, _HARMLESS)) > _WINDOW / 5
        for window in windows
    )


def _impatience(size: int) -> Callable[[int, bool], bool]:
    """A callback for the parser: true calls the parse off, since it takes more than code ever does."""
    until = time.thread_time() + _SECONDS + _SECONDS_PER_BYTE * size
    limit = _peak_memory() + _MAX_GROWTH
    return lambda *_: time.thread_time() > until or _peak_memory() > limit


@cache
def _language(language: str) -> Language:
    grammar = GRAMMARS[language]
    return Language(getattr(import_module(grammar.module), grammar.function)())


@cache
def _query(language: str) -> Query:
    return Query(_language(language), GRAMMARS[language].query)


def _parse(language: str, source: bytes, chunk: int = _CHUNK) -> Tree:
    if len(source) > MAX_BYTES or _monotonous(source):
        raise _TooHardError
    try:
        return Parser(_language(language)).parse(
            lambda offset, _: source[offset : offset + chunk], progress_callback=_impatience(len(source))
        )
    except ValueError as error:  # what the binding raises when it is called off
        raise _TooHardError from error


def _captures(language: str, tree: Tree) -> dict[str, list[Node]]:
    # without a progress callback, which would bound the time: tree-sitter 0.26.1 crashes on one (50,000 captures)
    return QueryCursor(_query(language)).captures(tree.root_node)


def _peak_memory() -> int:
    """Of this process, in bytes; 0 on Windows, where only time is bounded."""
    if sys.platform == "win32":
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _broken_lines(tree: Tree) -> tuple[int, ...]:
    """The lines of the first syntax errors, by a walk through what is broken: a query for them has no bound in time.

    Raises:
        _TooHardError: for a broken node of very many children; a query takes time with the square of their number.
    """
    lines: set[int] = set()
    cursor = tree.walk()
    while True:
        node = cursor.node
        if node is not None and node.has_error:
            if node.is_error and node.child_count > _MAX_ERROR_CHILDREN:
                raise _TooHardError
            if (node.is_error or node.is_missing) and len(lines) < MAX_ERRORS:
                lines.add(node.start_point[0] + 1)
            if cursor.goto_first_child():
                continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return tuple(sorted(lines))


def _tokens(nodes: list[Node] | tuple[()], source: bytes) -> list[Token]:
    return [
        Token(
            node.start_byte, source[node.start_byte : node.end_byte].decode("utf-8", "replace"), node.start_point[0] + 1
        )
        for node in nodes
    ]


def _spans(found: dict[str, list[Node]], source: bytes) -> list[tuple[Span, int]]:
    """All definitions that have a name, each with the place of the name in bytes."""
    first_line = _first_lines(found, source)
    spans = []
    for kind in ("function", "type"):
        for node in found.get(kind, ()):
            at = _name_node(node)
            beside = node.child_by_field_name(_BESIDE.get(node.type, ""))
            name = short_name(node.type, _text(at), _text(beside) if beside else "")
            if not name:
                continue
            end_row, end_column = node.end_point
            span = Span(
                start=node.start_byte,
                end=node.end_byte,
                name=name,
                is_type=kind == "type",
                start_line=first_line(node.start_byte, node.start_point[0] + 1),
                line=at.start_point[0] + 1,
                end_line=end_row + (end_column > 0 or end_row == node.start_point[0]),
            )
            spans.append((span, at.start_byte))
    return spans


def _first_lines(found: dict[str, list[Node]], source: bytes) -> Callable[[int, int], int]:
    """A function from a definition's first byte and line to the line of its first decorator or attribute."""
    outer: dict[int, int] = {}
    for node in found.get("outer", ()):
        inner = node.child_by_field_name("definition") or node.child_by_field_name("declaration")
        inner = inner or node.named_child(node.named_child_count - 1)
        if inner is not None:
            outer[inner.start_byte] = node.start_point[0] + 1
    marks = sorted((node.end_byte, node.start_byte, node.start_point[0] + 1) for node in found.get("mark", ()))

    def first_line(start: int, line: int) -> int:
        for end, mark_start, mark_line in _backwards(marks, start):
            gap = source[end:start] if start - end <= _MAX_GAP else b"too far"
            if not _GAP.fullmatch(gap):
                break
            start, line = mark_start, mark_line
        return outer.get(start, line)

    return first_line


_GAP = re.compile(rb"(?:\s|//[^\n]*(?:\n|$)|/\*.*?\*/)*", re.DOTALL)


def _backwards(marks: list[tuple[int, int, int]], before: int) -> Iterator[tuple[int, int, int]]:
    for index in range(bisect_right(marks, (before, before, 0)) - 1, -1, -1):
        yield marks[index]


_NAME_FIELDS = ("name", "declarator", "left", "key", "property", "pattern", "type")
"""Where grammars put the name of a definition, or what a function is assigned to; the first that a node has."""
_MAX_DECLARATORS = 20


def _name_node(node: Node) -> Node:
    for field in _NAME_FIELDS:
        child = node.child_by_field_name(field)
        if child is not None:
            return _declared(child) if field == "declarator" else child
    return (node.named_child(0) or node) if node.type == "array_element_initializer" else node


def _declared(node: Node) -> Node:
    """The name in a C declarator: `checkout` in `*(checkout(int a))`."""
    for _ in range(_MAX_DECLARATORS):
        inner = node.child_by_field_name("declarator")
        if inner is None and node.type in ("reference_declarator", "parenthesized_declarator", "attributed_declarator"):
            inner = node.named_child(node.named_child_count - 1)
        if inner is None or node.type == "operator_cast":
            break
        node = inner
    return node


_BESIDE = {"method_declaration": "receiver", "operator_declaration": "operator"}
"""What a name is made of besides the name, by node."""


def _text(node: Node) -> str:
    return (node.text or b"")[:1_000].decode("utf-8", "replace")
