"""What can be wrong with a regular expression, whatever text it is used on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from .automaton import Automaton, automaton
from .backtracking import exponential
from .literals import Literal
from .pattern import Alt, Cat, Edge, Group, Look, Node, PatternError, Repeat, Set, parse

BACKTRACKS: Final = frozenset({"python", "javascript", "ruby", "java"})
"""Go's engine takes linear time."""
_SUFFIXES: Final = r"(?:com|org|net|edu|gov|io|dev|app|internal)"
_HOST: Final = re.compile(
    r"(?P<host>(?:[A-Za-z0-9_-]|\\\\?\.|\.|\[a-z[^\]]*\][*+]|\((?:\?:)?[\w.+|-]*\)|(?<=\))\??)+)"
    rf"(?P<dot>\\\\?\.|\.)(?:{_SUFFIXES}|\({_SUFFIXES}(?:\|\w+)+\))(?![\w-])"
)
_BARE_DOT: Final = re.compile(r"(?<=[\w)\]*+?-])(?<!\\)\.(?![*+?{])(?=[\w(-])")
_SCRIPTS: Final = (
    "<script>a</script>",
    "<script>\na</script>",
    "<script>a</script >",
    '<script>a</script foo="b">',
    "<script>a</script\t\n b>",
    "<SCRIPT>a</SCRIPT>",
    "<sCrIpT>a</ScRiPt>",
    "<script src='b'>a</script>",
    '<script src="b">a</script>',
    "<script\n>a</script>",
)
_COMMENTS: Final = ("<!-- a -->", "<!-- a --!>", "<!-- a\nb -->")


def findings(one: Literal) -> Iterator[tuple[str, str]]:
    """The rule and the detail of all that is wrong with a pattern; nothing for one that can't be read."""
    try:
        tree = parse(one.text, one.dialect, one.flags)
    except PatternError:
        return
    yield from _ranges(tree)
    if _is_host(one):
        yield from _dots(one.text)
        yield from _unanchored(one, tree)
    elif _loose_alternatives(tree):
        yield "regex-anchor-precedence", one.text[:60]
    try:
        machine = automaton(tree)
    except PatternError:
        return
    if one.dialect in BACKTRACKS and (slow := exponential(machine)):
        yield "regex-exponential", slow.pump
    if "<" in one.text or one.text.endswith("-->"):
        yield from _tags(machine, one.text)


def _sets(node: Node) -> Iterator[Set]:
    match node:
        case Set():
            yield node
        case Cat(parts) | Alt(parts):
            for part in parts:
                yield from _sets(part)
        case Repeat(body) | Look(body) | Group(body):
            yield from _sets(body)


def _ranges(tree: Node) -> Iterator[tuple[str, str]]:
    for one in _sets(tree):
        for number, span in enumerate(one.spans):
            others = [(s.first, s.last) for s in one.spans[number + 1 :]]
            others += [interval for chars in one.shorthands for interval in chars if interval[1] < ord("\x80")]
            plain = len(span.text) == len("a-z")
            overlaps = plain and any(span.first <= last and first <= span.last for first, last in others)
            if (plain and _odd(span.first, span.last)) or (overlaps and _alphanumeric(span.first)):
                yield "regex-odd-range", span.text
                break


def _alphanumeric(code: int) -> bool:
    return chr(code).isalnum() and code < ord("\x80")


def _odd(first: int, last: int) -> bool:
    """A range whose ends are of different kinds and that takes in letters or digits; or one that is empty."""
    if first > last:
        return True
    if chr(first) + chr(last) in ("@Z", "`z", "/9", "A[", "a{"):
        return False
    if last >= ord("\x7f") or first <= ord("!"):
        return False
    for low, high in (("0", "9"), ("A", "Z"), ("a", "z")):
        if low <= chr(first) and chr(last) <= high:
            return False
    return any(_alphanumeric(code) for code in range(first, last + 1))


def _is_host(one: Literal) -> bool:
    return bool(_HOST.search(one.text))


def _dots(text: str) -> Iterator[tuple[str, str]]:
    for match in _HOST.finditer(text):
        host = match[0]
        whole = bool(re.search(r"//$|/\)?\\?/$|[/^(|]$|^$", text[: match.start()]))
        if _BARE_DOT.search(host) and (host.count(".") > 1 or whole):
            yield "regex-host-dot", host[:60]
            return


def _unanchored(one: Literal, tree: Node) -> Iterator[tuple[str, str]]:
    if not re.search(r"\.(?:test|match\??|matches|search|fullmatch|MatchString|Match)$", one.used):
        return
    if one.used in ("re.match", "re.fullmatch") or one.used.endswith(".matches"):
        return
    if not _begins(tree):
        yield "regex-host-anchor", one.text[:60]


def _begins(node: Node) -> bool:
    match node:
        case Edge(end):
            return not end
        case Cat(parts) if parts:
            return _begins(parts[0])
        case Group(body) | Look(body):
            return _begins(body)
        case Alt(options):
            return all(map(_begins, options))
    return False


def _ends(node: Node) -> bool:
    match node:
        case Edge(end):
            return end
        case Cat(parts) if parts:
            return _ends(parts[-1])
        case Group(body):
            return _ends(body)
        case Alt(options):
            return all(map(_ends, options))
    return False


def _loose_alternatives(tree: Node) -> bool:
    """`^a|b` and `a|b$`, where the edge only holds for the one beside it."""
    match tree:
        case Alt(options):
            begins = [_begins(one) for one in options]
            ends = [_ends(one) for one in options]
            if not all(_is_wordy(one) for one in options):
                return False
            return (begins[0] and not any(begins[1:]) and not ends[0]) or (
                ends[-1] and not any(ends[:-1]) and not begins[-1]
            )
    return False


def _is_wordy(node: Node) -> bool:
    """Letters, digits and dots, and edges around them."""
    match node:
        case Set(chars, spans):
            return not spans and (node.dot or all(_alphanumeric(low) or low == ord(".") for low, _ in chars))
        case Edge():
            return True
        case Cat(parts):
            return bool(parts) and all(map(_is_wordy, parts))
        case Group(body):
            return _is_wordy(body)
    return False


def _tags(machine: Automaton, text: str) -> Iterator[tuple[str, str]]:
    if text == "-->":
        yield "regex-tag-filter", "--!>"
        return
    for samples in (_SCRIPTS, _COMMENTS):
        hit = [machine.finds(sample) == sample for sample in samples]
        if any(hit) and not all(hit):
            yield "regex-tag-filter", repr(samples[hit.index(False)])
            return
