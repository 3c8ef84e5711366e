"""What all languages need to get from a syntax tree to `ir`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from .. import ir

Node: TypeAlias = Any
"""A node of tree-sitter, whose only importer is `syntax`."""
P = ParamSpec("P")
E = TypeVar("E", bound=ir.Expr)
MAX_NESTING = 90
"""Expressions and statements within each other that are read."""
MAX_CHAIN = 400
"""Operands of one sum that are read."""
MAX_LITERAL = 4_000
OPS = {"==", "===", "!=", "!==", "<", "<=", ">", ">="}


_SUMS = frozenset({"+"})
_BINARY = frozenset({"binary_expression"})


class Lowering:
    """Reads one file. Each language adds tables from kinds of nodes to methods."""

    expressions: dict[str, Callable[[Any, Node], ir.Expr]]
    statements: dict[str, Callable[[Any, Node], Iterable[ir.Statement]]]
    comments = frozenset({"comment", "line_comment", "block_comment"})

    def __init__(self) -> None:
        self.nesting = 0

    def expr(self, node: Node | None) -> ir.Expr:
        """An expression; one of a kind that is not known holds whatever its parts hold."""
        if node is None:
            return ir.Const(1, 1, None)
        if self.nesting > MAX_NESTING:
            return self.at(node, ir.Group, ())
        self.nesting += 1
        try:
            lower = self.expressions.get(node.type)
            return lower(self, node) if lower is not None else self.parts(node)
        finally:
            self.nesting -= 1

    def block(self, node: Node | None) -> ir.Block:
        """The statements of a block, or the one statement that stands in place of a block."""
        if node is None or self.nesting > MAX_NESTING:
            return ()
        self.nesting += 1
        try:
            return tuple(self.each(node))
        finally:
            self.nesting -= 1

    def each(self, node: Node) -> Iterator[ir.Statement]:
        """The statements below a node that only holds others, or of the node itself."""
        lower = self.statements.get(node.type)
        if lower is not None:
            yield from lower(self, node)
        else:
            yield ir.Do(line(node), self.expr(node))

    def body(self, node: Node) -> Iterator[ir.Statement]:
        """The statements that are children of a node."""
        for child in node.named_children:
            if child.type not in self.comments:
                yield from self.each(child)

    def parts(self, node: Node) -> ir.Expr:
        """All that is below a node, whatever it does with it."""
        if self.nesting > MAX_NESTING or not node.named_child_count:
            return self.at(node, ir.Group, ())
        inner = [child for child in node.named_children if child.type not in self.comments]
        return self.at(node, ir.Group, tuple(self.expr(child) for child in inner[:MAX_CHAIN]))

    def at(self, node: Node, kind: Callable[Concatenate[int, int, P], E], *args: P.args, **kwargs: P.kwargs) -> E:
        """An expression of a kind with the lines of a node."""
        return kind(line(node), last(node), *args, **kwargs)

    def name(self, node: Node) -> ir.Expr:
        """A variable."""
        return self.at(node, ir.Name, text(node))

    def binary(self, node: Node) -> ir.Expr:
        """An operation of the languages that write them as C does."""
        operator = operator_of(node)
        if operator == "+":
            return self.at(node, ir.Text, tuple(map(self.expr, self.chain(node, _SUMS, _BINARY))))
        left, right = self.expr(field(node, "left")), self.expr(field(node, "right"))
        if operator in ("&&", "||"):
            return self.at(node, ir.Either, operator == "&&", left, right)
        if operator in OPS:
            return self.at(node, ir.Compare, operator, left, right)
        return self.at(node, ir.Arith, operator, left, right)

    def chain(self, node: Node, operators: frozenset[str], kinds: frozenset[str]) -> list[Node]:
        """The operands of `a + b + c`, without a stack frame for each."""
        operands: list[Node] = []
        while node.type in kinds and operator_of(node) in operators and len(operands) < MAX_CHAIN:
            right = node.child_by_field_name("right")
            left = node.child_by_field_name("left")
            if left is None or right is None:
                break
            operands.append(right)
            node = left
        operands.append(node)
        return operands[::-1]

    def literal(self, node: Node, value: Any) -> ir.Expr:
        """A constant."""
        return self.at(node, ir.Const, value)

    def number(self, node: Node) -> ir.Expr:
        """A number; one in a form that Python does not write is just not known."""
        written = text(node).replace("_", "").rstrip("lLfFdDn")
        try:
            value: int | float = int(written, 0) if len(written) < 20 else 0  # noqa: PLR2004 - long ones are keys and sums
        except ValueError:
            try:
                value = float(written)
            except ValueError:
                return self.at(node, ir.Arith, "?", ir.Group(line(node), last(node), ()), ir.Group(1, 1, ()))
        return self.literal(node, value)


def text(node: Node | None) -> str:
    """The source of a node."""
    return (node.text or b"").decode("utf-8", "replace")[:MAX_LITERAL] if node is not None else ""


def line(node: Node) -> int:
    """Its first line, from 1."""
    return int(node.start_point[0]) + 1


def last(node: Node) -> int:
    """Its last line, from 1."""
    return int(node.end_point[0]) + 1


def operator_of(node: Node) -> str:
    """The operator of a binary expression."""
    found = node.child_by_field_name("operator")
    return text(found) if found is not None else ""


def field(node: Node, name: str) -> Node | None:
    """A child by the name of its field."""
    return node.child_by_field_name(name)


def child(node: Node | None, position: int = 0) -> Node | None:
    """The named child at a position, comments not counted."""
    if node is None:
        return None
    found = [one for one in node.named_children if one.type not in Lowering.comments]
    return found[position] if position < len(found) else None


def fields(node: Node, name: str) -> list[Node]:
    """All named children of a field."""
    return [child for child in node.children_by_field_name(name) if child.is_named]


def first(node: Node, *kinds: str) -> Node | None:
    """The first child of one of these kinds."""
    return next((child for child in node.named_children if child.type in kinds), None)


def escapes(written: str) -> str:
    """A literal with the escapes that matter to us resolved."""
    return (
        written.replace("\\n", "\n").replace("\\r", "\r").replace("\\\\", "\\").replace('\\"', '"')
        if "\\" in written
        else written
    )


def once(lower: Callable[[], ir.Block]) -> Callable[[], ir.Block]:
    """A function that lowers on its first call only."""
    found: list[ir.Block] = []

    def block() -> ir.Block:
        if not found:
            found.append(lower())
        return found[0]

    return block
