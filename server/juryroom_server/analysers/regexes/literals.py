"""Where regular expressions stand in code: as literals, and as texts that are handed to what compiles or uses one."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from .pattern import Flags

Node: TypeAlias = Any
"""A node of a syntax tree: only the module `syntax` knows whose."""

_STRINGS: Final = frozenset(
    {"string", "string_literal", "interpreted_string_literal", "raw_string_literal", "template_string", "subshell"}
)
_JOINED: Final = frozenset({"binary_expression", "binary_operator", "binary", "concatenated_string", "chained_string"})
_WRAPPED: Final = frozenset({"parenthesized_expression", "parenthesized_statements"})
_CALLS: Final = frozenset(
    {"call", "call_expression", "new_expression", "method_invocation", "object_creation_expression"}
)
_LISTS: Final = frozenset({"arguments", "argument_list"})
USES: Final = {
    "python": r"(?:^|\b)(?:re|regex)\.(?:compile|match|fullmatch|search|sub|subn|split|findall|finditer)$"
    r"|(?:^|\.)(?:RegexValidator|RegexField|re_path|str\.(?:match|contains|extract|replace))$",
    "javascript": r"^RegExp$|\.(?:match|matchAll|search)$",
    "ruby": r"^Regexp\.(?:new|compile)$|\.match\??$",
    "java": r"^(?:\w+\.)*Pattern\.(?:compile|matches)$|\.(?:matches|replaceAll|replaceFirst|split)$",
    "go": r"^regexp\.(?:MustCompile|Compile|Match|MatchString|MatchReader|MustCompilePOSIX|CompilePOSIX)$"
    r"|\.(?:ReqHostMatches|UrlMatches)$",
}
"""Calls whose first argument is a pattern."""
_COMPILED: Final = {language: re.compile(text) for language, text in USES.items()}
_KEYS: Final = re.compile(r"^[\"']?(?:pattern|regex|regexp|hostname)[\"']?$", re.IGNORECASE)
MAX_TEXT: Final = 4_000
_MAX_CLIMB: Final = 12


@dataclass(frozen=True)
class Literal:
    """One pattern in a file."""

    text: str
    dialect: str
    flags: Flags
    line: int
    end_line: int
    used: str
    """The call that it is handed to, or empty."""
    start_byte: int


def literals(language: str, root: Node, places: Iterable[int], source: str) -> Iterator[Literal]:
    """The patterns that stand at some places, each once.

    Args:
        language: one of USES, or `typescript`.
        root: the tree of the file.
        places: offsets in bytes where something in a pattern was seen.
        source: the file, in which names are looked up.
    """
    dialect = "javascript" if language == "typescript" else language
    seen: set[int] = set()
    for place in places:
        node = _outermost(root.descendant_for_byte_range(place, place + 1))
        if node is None or node.start_byte in seen:
            continue
        seen.add(node.start_byte)
        if (one := _literal(dialect, node, source)) is not None and len(one.text) <= MAX_TEXT:
            yield one


def _outermost(node: Node | None) -> Node | None:
    """The literal around a place, with the texts that it is joined to."""
    for _ in range(_MAX_CLIMB):
        if node is None or node.type == "regex" or node.type in _STRINGS:
            break
        node = node.parent
    if node is None or (node.type != "regex" and node.type not in _STRINGS):
        return None
    while node.parent is not None and (node.parent.type in _JOINED or node.parent.type in _WRAPPED):
        if node.type == "regex":
            break
        node = node.parent
    return node


def _literal(dialect: str, node: Node, source: str) -> Literal | None:
    flags, used = "", ""
    if node.type == "regex":
        whole = _text(node)
        text = _between_slashes(node, whole)
        if text is None:
            return None
        flags = whole[whole.rfind("/") + 1 :] if whole.startswith("/") else ""
        used = _user(node)
    else:
        joined = _joined(node, dialect)
        context = None if joined is None else _context(dialect, node, source)
        if joined is None or context is None:
            return None
        text, (used, flags) = joined, context
    known = Flags(
        ignore_case=bool(re.search(r"IGNORECASE|CASE_INSENSITIVE|\bre\.I\b|^[a-z]*i", flags)),
        dot_all=bool(re.search(r"DOTALL|\bre\.S\b", flags) or ("m" if dialect == "ruby" else "s") in _letters(flags)),
        verbose=bool(re.search(r"VERBOSE|COMMENTS|\bre\.X\b", flags) or (dialect == "ruby" and "x" in _letters(flags))),
    )
    return Literal(text, dialect, known, node.start_point[0] + 1, node.end_point[0] + 1, used, node.start_byte)


def _letters(flags: str) -> str:
    return flags if flags.isalpha() and flags.islower() else ""


def _between_slashes(node: Node, whole: str) -> str | None:
    if any(child.type == "interpolation" for child in node.children):
        return None
    for child in node.children:
        if child.type == "regex_pattern":
            return _text(child)
    if whole.startswith("%r") and len(whole) > len("%r{}"):
        return whole[3 : whole.rfind({"{": "}", "(": ")", "[": "]", "<": ">"}.get(whole[2], whole[2]))]
    return whole[1 : whole.rfind("/")] if whole.startswith("/") else None


def _joined(node: Node, dialect: str) -> str | None:
    """The text of literals that are added; None when something else is among them."""
    if node.type in _STRINGS:
        return _value(node, dialect)
    if node.type in _JOINED or node.type in _WRAPPED:
        parts = [_joined(child, dialect) for child in node.named_children if child.type != "comment"]
        if all(part is not None for part in parts):
            return "".join(part for part in parts if part is not None)
    return None


def _value(node: Node, dialect: str) -> str | None:
    text = _text(node)
    if any(child.type in ("interpolation", "template_substitution") for child in node.children):
        return None
    if dialect == "python":
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)  # '\d' in a text that is not raw
                value = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError):
            return None
        return value if isinstance(value, str) else value.decode("latin-1") if isinstance(value, bytes) else None
    if len(text) < len('""'):
        return None
    quote, body = text[0], text[1:-1]
    if (dialect == "go" and quote == "`") or (dialect == "ruby" and quote == "'"):
        return body.replace("\\\\", "\\") if dialect == "ruby" else body
    return re.sub(
        r"\\(.)", lambda match: {"n": "\n", "t": "\t", "u": "\\u"}.get(match[1], match[1]), body, flags=re.DOTALL
    )


def _user(node: Node) -> str:
    """The call around a literal regular expression, of which it is the object or an argument."""
    parent = node.parent
    for _ in range(3):
        if parent is None:
            return ""
        if parent.type in _CALLS:
            return _callee(parent)
        parent = parent.parent
    return ""


def _context(dialect: str, node: Node, source: str) -> tuple[str, str] | None:
    """The call that a text is a pattern for, and the text of the other arguments; None for any other text."""
    parent = node.parent
    if parent is None:
        return None
    if parent.type in _LISTS and parent.parent is not None:
        callee, rest = _callee(parent.parent), [one for one in parent.named_children if one.type != "comment"]
        if rest and rest[0] == node and _COMPILED[dialect].search(callee):
            return callee, _letters_or_text(rest[1:])
        return None
    if (
        parent.type in ("pair", "keyword_argument")
        and parent.named_children
        and _KEYS.match(_text(parent.named_children[0]))
    ):
        return "pattern", ""
    name = _assigned_name(parent, node)
    if name and (match := re.search(_NAMED[dialect] % re.escape(name), source)):
        return match[1], match[2] or ""
    return None


_NAMED: Final = {
    "python": r"\b(re\.\w+)\(\s*%s\b([^\n]*)",
    "javascript": r"\b(RegExp)\(\s*%s\s*[,)]([^\n]*)",
    "ruby": r"\b(Regexp\.\w+)\(\s*%s\s*[,)]([^\n]*)",
    "java": r"\b(Pattern\.\w+)\(\s*%s\s*[,)]([^\n]*)",
    "go": r"\b(regexp\.\w+)\(\s*%s\s*[,)]([^\n]*)",
}
"""A use of a pattern that has a name."""


def _assigned_name(parent: Node, node: Node) -> str | None:
    if parent.type == "expression_list" and parent.parent is not None:
        parent = parent.parent
    for key in ("name", "left"):
        target = parent.child_by_field_name(key)
        if target is not None and target != node:
            name = _text(target)
            return name if re.fullmatch(r"[\w$.]+", name) else None
    return None


def _letters_or_text(nodes: list[Node]) -> str:
    text = ",".join(map(_text, nodes))
    letters = re.fullmatch(r"[\"']([a-z]*)[\"']", text)
    return letters[1] if letters else text


def _callee(call: Node) -> str:
    for key in ("function", "constructor"):
        if (part := call.child_by_field_name(key)) is not None:
            return _text(part)
    name = call.child_by_field_name("name") or call.child_by_field_name("method")
    owner = call.child_by_field_name("object") or call.child_by_field_name("receiver")
    if name is None:
        return ""
    return f"{_text(owner)[-40:]}.{_text(name)}" if owner is not None else _text(name)


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
