"""What is left of a syntax tree without its layout: tokens with their depth, and no comment that says nothing."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

_SAYS_SOMETHING = re.compile(
    r"no(?:qa|sec|sem|lint|sonar|inspection)|type:|typed:|pragma|pylint|pyright|mypy|ruff|flake8|isort:|fmt:|yapf|black:"
    r"|eslint|tslint|js[hl]int|@ts-|prettier|istanbul|c8 ignore|biome|deno-|stylelint|webpack|@jsx|@flow"
    r"|go:|\+build|#cgo|#include|//export|lint:|rubocop|frozen_string_literal|phpcs|phpstan|psalm|suppress"
    r"|checkov|tfsec|trivy|gitleaks|allow-?list|codeql|lgtm|coverity|safety|secur|unsafe|coding[:=]|^#!"
    r"|@(?:type|param|returns?|template|typedef|throws|deprecated|override)\b"
    r"|\b(?:TODO|FIXME|XXX|HACK|BUG|WARNING|DEPRECATED)\b",
    re.IGNORECASE,
)
"""Words for a tool (suppressions, types, build tags), and words about the code's own state or safety: a reviewer may
judge by them. What else a comment says is no part of what was judged."""
_TEXTS = re.compile(r"string|char|heredoc|regex|quasi")
"""Nodes in which white space means something."""


class Leaf(NamedTuple):
    """A token, and how it hangs in the tree: where layout has meaning, as in Python, the depth shows it."""

    text: str
    depth: int
    opened: int
    """Nodes that begin with it."""
    parent: str
    """The kind of node that it is a child of."""
    line: int
    """From 1."""
    word: bool
    """Whether it is a name or a literal, rather than a keyword or a mark."""
    statement: tuple[int, int]
    """The same for all tokens of one statement at the top of the file; of an import, of one line of it."""


class _Node(Protocol):
    @property
    def type(self) -> str: ...
    @property
    def is_named(self) -> bool: ...
    @property
    def start_byte(self) -> int: ...
    @property
    def end_byte(self) -> int: ...
    @property
    def start_point(self) -> tuple[int, int]: ...
    @property
    def child_count(self) -> int: ...
    @property
    def children(self) -> "Iterable[_Node]": ...


class Cursor(Protocol):
    """What is needed of tree-sitter's."""

    @property
    def node(self) -> "_Node | None":
        """Where it stands."""
        ...

    def goto_first_child(self) -> bool:
        """Down, where there is something."""
        ...

    def goto_next_sibling(self) -> bool:
        """To the right, where there is something."""
        ...

    def goto_parent(self) -> bool:
        """Up, unless it is at the top."""
        ...


def read_leaves(cursor: Cursor, source: bytes) -> Iterator[Leaf]:
    """The tokens below a cursor at the top of a tree, in the order of the file.

    Bytes that no node stands for, as some grammars have them, are a token of their own unless they are white space.
    """
    reader = _Reader(source)
    while (node := cursor.node) is not None:
        reader.at(node)
        if node.child_count and not _is_one(node):
            reader.enter(node)
            cursor.goto_first_child()
            continue
        yield from reader.read(node)
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            reader.leave()


class _Reader:
    """Where in a tree a walk is, and what it has passed."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._parents: list[str] = []
        self._opened = 0
        self._end = 0
        self._statement = 0
        self._imports = False

    def at(self, node: _Node) -> None:
        """Count the statements at the top."""
        if len(self._parents) == 1:
            self._statement += 1
            self._imports = "import" in node.type or node.type.startswith("use_")

    def enter(self, node: _Node) -> None:
        """Go down."""
        self._opened += node.is_named and bool(self._parents)
        self._parents.append(node.type)

    def leave(self) -> None:
        """Go up."""
        self._parents.pop()

    def read(self, node: _Node) -> Iterator[Leaf]:
        """The token that a node is, and what stands before it."""
        line = node.start_point[0] + 1
        between = self._source[self._end : node.start_byte].decode("utf-8", "replace").strip()
        if between:
            yield self._leaf(between, line, word=True)
        self._end = max(self._end, node.end_byte)
        text = self._source[node.start_byte : node.end_byte].decode("utf-8", "replace")
        if "comment" in node.type:
            if _SAYS_SOMETHING.search(text):
                # its place in the tree says nothing: grammars hang it here or there
                yield Leaf(" ".join(text.split()), 0, 0, "comment", line, word=False, statement=(0, 0))
            return
        if node.type == "jsx_text":
            text = " ".join(text.split())
        # in a string, white space is a token
        if text.strip() or (text and node.is_named):
            yield self._leaf(text, line, word=node.is_named)

    def _leaf(self, text: str, line: int, *, word: bool) -> Leaf:
        opened, self._opened = self._opened, 0
        place = (self._statement, line if self._imports else 0)
        parent = self._parents[-1] if self._parents else ""
        return Leaf(text, len(self._parents), opened, parent, line, word, place)


def _is_one(node: _Node) -> bool:
    """Whether only the whole is what it says: a comment, or a literal of which a part is in none of its children."""
    if "comment" in node.type:
        return True
    if not _TEXTS.search(node.type):
        return False
    return sum(child.end_byte - child.start_byte for child in node.children) < node.end_byte - node.start_byte
