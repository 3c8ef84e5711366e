"""What is built to be thrown away: lists for one pass, copies of copies, values that are computed twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .alert import Alert, at
from .facts import Assign, Call, Function, Node, names
from .unit import Unit, row

_CONSUMERS = frozenset({"any", "all", "sum", "set", "frozenset", "max", "min"})
_COPIES = frozenset({"list", "tuple"})
_VIEWS = re.compile(r"\.(?:items|values|keys)\(\)$")
_CHANGES = re.compile(
    r"\bdel\b|\.(?:pop|popitem|clear|remove|discard|update|setdefault|add|append|insert|unlink|close)\(|\]\s*=[^=]"
)
_ITERATING = re.compile(r"(?:^|_)(?:iter\w*|find|walk|generate\w*|all|each)(?:_|$)")


_MAX_BODY = 30_000
"""Bytes of a function in which all uses of a name are looked for."""


def waste(function: Function, unit: Unit) -> Iterator[Alert]:
    """All of them, in Python."""
    if unit.language != "python":
        return
    for call in function.calls:
        yield from _consumed(function, call)
    yield from _headers(function)
    yield from _kept(function)
    yield from _twice(function)
    yield from _overwritten(function)


def _consumed(function: Function, call: Call) -> Iterator[Alert]:  # noqa: C901 - one branch a consumer
    text = function.source.text
    if len(call.args) == 1 and call.path in _CONSUMERS | {"len"} and call.args[0].type == "list_comprehension":
        if call.path != "len":
            yield at("materialised", call.node, f"{call.path}()", "Drop the square brackets.")
        elif "if_clause" in {c.type for c in call.args[0].named_children} or text(call.args[0]).startswith("[1 "):
            yield at("materialised", call.node, "len()", "Count with sum(1 for ...).", loop=call.loop)
    if call.path == "len" and len(call.args) == 1 and text(call.args[0]).startswith(("list(filter(", "list(map(")):
        yield at("materialised", call.node, "len()", "Count with sum(1 for ...).")
    if call.path in ("sorted", "set", "frozenset", *_CONSUMERS) and len(call.args) >= 1:
        inner = text(call.args[0])
        if re.match(r"(?:list|tuple)\(", inner) and inner.endswith(")") and call.args[0].type == "call":
            yield at(
                "copied-twice",
                call.node,
                f"{call.path}({short_name(inner)}(...))",
                f"Hand the iterable to {call.path}() itself.",
            )
    parent = call.node.parent
    if parent is not None and parent.type == "subscript" and parent.named_child(0).id == call.node.id:
        index = text(parent)[len(text(call.node)) :].replace(" ", "")
        if call.path == "sorted" and index in ("[0]", "[-1]"):
            yield at("sorted-for-one", parent)
        elif call.path == "list" and index in ("[::-1]", "[-1::-1]"):
            yield at("copied-twice", parent, "list()[::-1]", "Use list(reversed(...)), or reversed() alone.")
    if parent is not None and parent.type == "comparison_operator" and call.path in _COPIES and len(call.args) == 1:
        operators = [c.type for c in parent.children]
        if operators[1:2] in (["in"], ["not in"]) and parent.children[2].id == call.node.id:
            yield at("materialised", call.node, "a test for membership", "Test in the collection itself, or in a set.")


def short_name(code: str) -> str:
    """The callee of a call."""
    return code.partition("(")[0]


def _headers(function: Function) -> Iterator[Alert]:
    """`for x in list(d.items())`, with nothing in the body that changes d."""
    for loop in function.loops:
        match = re.fullmatch(r"(?s)list\((.*)\)", loop.over)
        if not match or not _VIEWS.search(match[1]) or loop.kind != "for" or loop.body is None:
            continue
        if not _CHANGES.search(_foreign(function.source.text(loop.body))):
            yield at("materialised", loop.iterable, "a for loop", "Loop over the view itself.", loop=loop)


def _foreign(body: str) -> str:
    """A body without stores into names by a subscript of their own: `out[k] = v` does not change what is walked."""
    return re.sub(r"(?m)^\s*\w+\[[^\]\n]*\]\s*=(?!=)", "", body)


def _kept(function: Function) -> Iterator[Alert]:
    """Lists that are only measured or walked once."""
    body = None
    if not function.name or function.node.end_byte - function.node.start_byte > _MAX_BODY:
        return  # what a module keeps, others may read
    for assign in function.assigns:
        name, right = assign.left, assign.right
        if right is None or not name.isidentifier() or assign.grows or name in function.parameters:
            continue
        is_list = right.type == "list_comprehension"
        listed = re.fullmatch(r"(?s)list\((.+)\)", assign.right_text) if right.type == "call" else None
        empty = assign.right_text in ("set()", "[]", "list()")
        if not (is_list or listed or empty) or len(function.made(name)) > 1:
            continue
        body = body if body is not None else function.source.text(function.node)
        # one use is where it gets its name
        uses = [m.end() for m in re.finditer(rf"(?<![\w.\"']){re.escape(name)}\b(?![\"'])", body)]
        lengths = len(re.findall(rf"(?<![\w.])len\({re.escape(name)}\)", body))
        if is_list and lengths and lengths == len(uses) - 1:
            yield at("kept-for-length", assign.node, name, loop=assign.loop)
        elif listed and right.named_child_count and _walked(function, name, len(uses) - 1) and _lazy(listed[1]):
            yield at("materialised", assign.node, "loops", "Loop over the iterator itself.")
        elif empty:
            yield from _extremes(function, assign, body, len(uses) - 1)


def _lazy(inner: str) -> bool:
    """Whether what a list is made of says that it comes one by one."""
    match = re.match(r"([\w.]+)\(", inner)
    return bool(match and _ITERATING.search(match[1].rpartition(".")[2]))


def _walked(function: Function, name: str, uses: int) -> bool:
    """All uses are heads of loops that exclude each other, or of which none stands in another loop more than once."""
    heads = sum(loop.over == name for loop in function.loops)
    return 0 < heads == uses


def _extremes(function: Function, assign: Assign, body: str, uses: int) -> Iterator[Alert]:
    name = re.escape(assign.left)
    ends = re.findall(rf"(?<![\w.])(min|max|sum|len)\({name}\)", body)
    grown = [
        call
        for call in function.calls
        if call.receiver == assign.left and call.name in ("add", "append") and call.loop is not None
    ]
    if grown and ends and set(ends) & {"min", "max", "sum"} and uses == len(ends) + len(grown):
        said = " and ".join(dict.fromkeys(f"{one}()" for one in ends))
        yield at("kept-for-extremes", grown[0].node, assign.left, said, loop=grown[0].loop)
        last = [
            call
            for call in function.calls
            if call.name in ("min", "max", "sum") and function.source.text(call.node).endswith(f"({assign.left})")
        ]
        if len(last) > 1:
            yield at("kept-for-extremes", last[-1].node, assign.left, said)


def _twice(function: Function) -> Iterator[Alert]:
    """The same call as the source of two passes, with nothing between that could change it."""
    seen: dict[str, tuple[Node, int]] = {}
    for loop in function.loops:
        if loop.iterable is None or loop.iterable.type != "call" or loop.outer is not None:
            continue
        callee = function.source.text(loop.iterable.child_by_field_name("function"))
        if not re.fullmatch(r"_*[a-z]\w*(?:\.[a-z_]\w*)?", callee) or callee in (
            "range",
            "zip",
            "enumerate",
            "list",
            "tuple",
            "set",
            "dict",
            "reversed",
            "sorted",
            "map",
            "filter",
            "iter",
        ):
            continue
        if "." in callee and not _ITERATING.search(callee.rpartition(".")[2]):
            continue
        if not names(loop.over) - {callee.partition(".")[0]}:
            continue
        line = row(loop.node)
        if loop.over in seen and not _changed_between(function, seen[loop.over][0], loop.node, loop.over):
            first = seen[loop.over][1]
            if line - first <= 10 and line != first:  # noqa: PLR2004 - further apart they are two thoughts
                yield Alert("same-call-twice", first, line, (callee + "()", str(first), str(line)))
        seen[loop.over] = (loop.node, line)


def _changed_between(function: Function, first: Node, second: Node, text: str) -> bool:
    used = names(text)
    return any(
        first.end_byte <= one.node.start_byte < second.start_byte and (names(one.left) & used)
        for one in function.assigns
    ) or any(
        first.end_byte <= one.node.start_byte < second.start_byte
        and one.path.partition(".")[0] in used
        and "." in one.path
        for one in function.calls
    )


def _block(node: Node) -> int | None:
    """The id of the block that a statement stands in."""
    statement = node.parent
    return None if statement is None or statement.parent is None else int(statement.parent.id)


def _overwritten(function: Function) -> Iterator[Alert]:
    """A copy that is only stored into before its name gets another value."""
    for first in function.assigns:
        if (
            not first.left.isidentifier()
            or first.right is None
            or not re.search(r"\.copy\(|^copy\.|^list\(|^dict\(", first.right_text)
        ):
            continue
        block = _block(first.node)
        later = [
            one
            for one in function.made(first.left)
            if one.node.start_byte > first.node.end_byte and block is not None and _block(one.node) == block
        ]
        if not later or names(later[0].right_text) & {first.left}:
            continue
        between = function.source.data[first.node.end_byte : later[0].node.start_byte].decode("utf-8", "replace")
        rest = re.sub(rf"(?m)^\s*{re.escape(first.left)}\[[^\]\n]*\]\s*=(?!=).*$", "", between)
        if not re.search(rf"\b{re.escape(first.left)}\b", rest):
            lines = row(first.node), row(later[0].node)
            yield Alert("copy-overwritten", *lines, (first.left, *map(str, lines)))
