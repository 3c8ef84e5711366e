"""One element at a time where the library takes all: tables by row, writes one by one, iterators by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .alert import Alert, at
from .facts import Function, Loop, names
from .unit import Unit

_BULK = {
    "write": "writelines() or one write of all",
    "writerow": "writerows()",
    "add": "update() or an add of all",
    "insert_one": "insert_many()",
    "add_node": "add_nodes_from()",
    "add_edge": "add_edges_from()",
    "send_message": "a batch",
    "put_item": "a batch writer",
    "save": "bulk_create() or bulk_update()",
}
_ROWS = re.compile(r"\.(?:iterrows|itertuples|iteritems)$")
_ENDS = re.compile(r"StopIteration\b")
_MISSING = re.compile(r"\b(?:KeyError|IndexError|AttributeError|LookupError)\b")
_FEW = 3


def rows(function: Function, unit: Unit) -> Iterator[Alert]:
    """All of them, in Python."""
    if unit.language != "python":
        return
    for call in function.calls:
        if _ROWS.search(call.path):
            head = next(
                (loop for loop in function.loops if loop.iterable is not None and loop.iterable.id == call.node.id),
                None,
            )
            yield at("row-by-row", call.node, f".{call.name}()", loop=head)
        elif call.name == "apply" and "." in call.path and call.args and call.args[0].type == "lambda":
            yield at("row-by-row", call.node, ".apply() with a lambda")
    for loop in function.loops:
        yield from _zipped(loop)
        if loop.kind == "for" and loop.body is not None:
            yield from _fed(function, loop)
    for node, loop in function.tries:
        yield from _exceptions(function, node, loop)


def _zipped(loop: Loop) -> Iterator[Alert]:
    inner = loop.over[4:-1] if loop.over.startswith("zip(") else ""
    parts = [one.strip() for one in inner.split(",") if one.strip()] if re.fullmatch(r"[\w.,\s]+", inner) else []
    owners = {one.rpartition(".")[0] for one in parts}
    if len(parts) > 1 and len(owners) == 1 and owners.pop() not in ("", "self"):
        yield at(
            "columns-zipped",
            loop.node,
            parts[0].rpartition(".")[0],
            loop=loop.outer if loop.kind == "comprehension" else None,
        )


def _fed(function: Function, loop: Loop) -> Iterator[Alert]:
    """A loop whose whole body is one call or one store with its element."""
    body = [c for c in loop.body.named_children if c.type != "comment"] if loop.body is not None else []
    if len(body) != 1 or body[0].type != "expression_statement":
        return
    inner = body[0].named_child(0)
    if inner is None:
        return
    text = function.source.text(inner)
    call = re.fullmatch(r"([\w.]+)\.(\w+)\((\*?\w+)\)", text)
    if call and call[2] in _BULK and call[3] in loop.targets and len(loop.targets) == 1:
        yield at("one-by-one", loop.node, f"{call[1]}.{call[2]}()", loop.over, _BULK[call[2]], loop=loop)
        return
    store = re.fullmatch(r"(\w+)\[(\w+)\]\s*=\s*([\w.]+)", text)
    outermost = loop
    while outermost.outer is not None and outermost.outer.kind == "for" and _only(outermost.outer, outermost):
        outermost = outermost.outer
    if store and store[2] in loop.targets and outermost is not loop:
        made = [
            one for one in function.made(store[1]) if one.right_text in ("{}", "dict()") and one.loop is outermost.outer
        ]
        if made and not names(store[3]) & {store[1]}:
            alert = at("element-by-element", loop.node, store[1], loop=outermost)
            start = made[0].node.start_point[0] + 1
            near = outermost.node.start_point[0] + 1 - start <= _FEW
            yield Alert(alert.kind, start if near else alert.first, alert.last, alert.said, alert.loop_line)


def _only(outer: Loop, inner: Loop) -> bool:
    children = [c for c in outer.body.named_children if c.type != "comment"] if outer.body is not None else []
    return len(children) == 1 and children[0].id == inner.node.id


def _exceptions(function: Function, node: object, loop: Loop) -> Iterator[Alert]:
    """`next()` by hand, and exceptions that answer a question for each element."""
    body = node.child_by_field_name("body")  # type: ignore[attr-defined]  # a node of the tree
    clauses = [c for c in node.named_children if c.type == "except_clause"]  # type: ignore[attr-defined]  # as above
    heads = [function.source.text(c).partition(":")[0] for c in clauses]
    text = function.source.text(body)
    if loop.kind == "while" and any(_ENDS.search(head) for head in heads) and re.search(r"\bnext\(\w+\)", text):
        yield at("hand-iterated", node)
    elif (
        loop.depth > 1
        and len(heads) == 1
        and _MISSING.search(heads[0])
        and re.fullmatch(r"\s*\w+\s*=\s*[\w.]+(?:\[[\w.]+\])+\s*", text)
    ):
        yield at("exception-per-element", node, loop.over, loop.depth)
