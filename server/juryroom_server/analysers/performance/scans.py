"""Passes inside of passes: searches, pairs, membership in lists, sets built for each pair."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .alert import Alert, at
from .facts import MAX_CODE, Call, Function, Loop, Node, names
from .unit import Unit, row

_LISTS = re.compile(
    r"(?s)^(?:\[.*\]|(?:list|sorted|dir|locals\(\)\.keys)\(.*\)|(?:new\s+(?:ArrayList|LinkedList|Array)\b.*)|Arrays\.asList\(.*"
    r"|.*\.(?:split|splitlines|rsplit|toList|tolist|readlines|findall|collect\(Collectors\.toList\(\)\))\([^()]*\))$"
)
_LIST_TYPE = re.compile(r"^(?:typing\.)?(?:list|List|Sequence|ArrayList)\b|\[\]$|^Array<")
_SMALL = re.compile(r"(?s)^[\[(][^\[\]()]*[\])]$")
_PAIRS = re.compile(r"(?:^|\.)(?:combinations|product|permutations|combinations_with_replacement)$")
_SET_CALL = frozenset({"set", "frozenset"})
_FIRST_ARGS = 2


def scans(function: Function, unit: Unit) -> Iterator[Alert]:
    """A filtering pass over the same collection in each pass of a loop."""
    for inner in function.loops:
        outer = inner.outer
        if outer is None or inner.kind == "while" or outer.kind == "while" or not inner.over:
            continue
        if inner.kind == "comprehension" and inner.node.id == outer.node.id:
            continue  # two clauses of one comprehension
        simple = re.sub(r"\.(?:keys|values|items|nodes|edges|out_degree|in_degree|degree)\(\)$", "", inner.over)
        if not re.fullmatch(r"[A-Za-z_][\w.]*", simple) or not function.invariant(simple, outer):
            continue
        if inner.kind == "callback" and not re.search(
            r"\.(?:filter|find|some|every|select|detect|any\?|all\?)$", _callee(function, inner)
        ):
            continue
        if inner.kind == "comprehension" and not (inner.filtered and _selects(function, inner, outer)):
            continue
        if inner.kind == "for" and not _search(function, inner, outer):
            continue
        if _constant(function, unit, simple):
            continue
        yield at("scan-in-loop", inner.node, outer.over, simple, row(inner.node), loop=outer)


def _callee(function: Function, loop: Loop) -> str:
    call = function.call_at.get(loop.node.id)
    return call.path if call is not None else ""


def _constant(function: Function, unit: Unit, name: str) -> bool:
    """A constant, by its name or because it is written out: it does not grow."""
    if re.fullmatch(r"_*[A-Z][A-Z0-9_]{2,}", name.rpartition(".")[2]) or name.startswith(("string.", "range")):
        return True
    made = function.made(name) or unit.module.made(name)
    return len(made) == 1 and bool(_SMALL.match(made[0].right_text)) and made[0].right_text not in ("[]", "()")


def _selects(function: Function, inner: Loop, outer: Loop) -> bool:
    """Whether the condition has to do with the element of the outer loop."""
    conditions = " ".join(function.source.text(c, MAX_CODE) for c in inner.node.named_children if c.type == "if_clause")
    outer_names = {name for name in outer.bound if name not in inner.targets}
    return bool(names(conditions) & outer_names) or _random_of(function, inner)


def _random_of(function: Function, inner: Loop) -> bool:
    parent = inner.node.parent
    call = parent.parent if parent is not None and parent.type == "argument_list" else None
    return call is not None and function.source.text(call.child_by_field_name("function")).endswith(".choice")


def _search(function: Function, inner: Loop, outer: Loop) -> bool:
    """Whether an inner loop looks for what fits the outer element: its body is one test for equality."""
    body = [c for c in inner.body.named_children if c.type != "comment"] if inner.body is not None else []
    while len(body) == 1 and body[0].type == "statement_list":
        body = body[0].named_children
    if len(body) != 1 or body[0].type not in ("if_statement", "if"):
        return False
    test = function.source.text(body[0].child_by_field_name("condition"), MAX_CODE)
    sides = re.search(r"([\w.\[\]\"'()]+)\s*={2,3}\s*([\w.\[\]\"'()]+)", test)
    if not sides:
        return False
    left, right = names(sides[1]), names(sides[2])
    mine, others = inner.targets, outer.bound - inner.targets
    return bool((left & mine and right & others) or (right & mine and left & others))


def membership(function: Function, unit: Unit) -> Iterator[Alert]:
    """`x in xs` in a loop, where xs is a list that does not change there."""
    for test in function.members:
        loop, name = test.loop, test.haystack
        if loop is None or not re.fullmatch(r"(?:self\.|this\.|@)?\w+", name):
            continue
        chain: Loop | None = loop
        while chain is not None and not function.invariant(name, chain):
            chain = chain.outer
        if chain is None or not _is_list(function, unit, name) or _constant(function, unit, name):
            continue
        if re.fullmatch(r"[\"'`][^\"'`]*[\"'`]|\d+", test.needle):
            continue
        yield at("membership-in-list", test.node, chain.over or "its condition", name, loop=chain)


def _is_list(function: Function, unit: Unit, name: str) -> bool:
    made = function.made(name)
    if made:
        return all(_LISTS.match(one.right_text) for one in made)
    if name in function.parameters:
        return bool(_LIST_TYPE.search(function.parameters[name]))
    outer = unit.module.made(name)
    return bool(outer) and all(_LISTS.match(one.right_text) for one in outer)


def pairs(function: Function, unit: Unit) -> Iterator[Alert]:
    """Loops over all pairs, and what is done for each pair that could be done once for each element."""
    for loop in function.loops:
        if _is_pair_loop(function, loop):
            yield from _per_pair(function, loop)
    if unit.language == "python":
        for call in function.calls:
            if _PAIRS.search(call.path) and call.name == "combinations" and len(call.args) == _FIRST_ARGS:
                text = function.source.text(call.args[0])
                outer_call = call.node.parent.parent if call.node.parent is not None else None
                filtered = outer_call is not None and function.source.text(outer_call).startswith("filter(")
                if function.source.text(call.args[1]) == "2" and filtered and re.fullmatch(r"[\w.()]+", text):
                    yield at("all-pairs", call.node, text)
    for inner in function.loops:
        outer = inner.outer
        if outer is None or inner.kind != "for" or outer.kind != "for" or inner.over != outer.over:
            continue
        if (
            re.fullmatch(r"[A-Za-z_][\w.]*(?:\(\))?", inner.over)
            and not inner.over.startswith("range")
            and inner.outer is outer
        ):
            yield at("all-pairs", _head(outer.node, inner.node), inner.over)


def _head(outer: Node, inner: Node) -> Node:
    """The node whose lines are pointed at: the outer loop when short, else the inner one."""
    return outer if outer.end_point[0] - outer.start_point[0] < 11 else inner  # noqa: PLR2004 - as `alert.MAX_SPAN`


def _is_pair_loop(function: Function, loop: Loop) -> bool:
    if loop.kind == "while" or loop.iterable is None:
        return False
    if loop.iterable.type == "call" and _PAIRS.search(
        function.source.text(loop.iterable.child_by_field_name("function"))
    ):
        return len(loop.targets) >= _FIRST_ARGS
    outer = loop.outer
    return outer is not None and outer.kind != "while" and outer.over == loop.over and bool(loop.over)


def _per_pair(function: Function, loop: Loop) -> Iterator[Alert]:
    outer = loop.outer if loop.outer is not None and loop.outer.over == loop.over else loop
    sets: list[Call] = []
    attributes: set[str] = set()
    for call in function.calls:
        if call.loop is loop and call.name in _SET_CALL and call.path in _SET_CALL and len(call.args) == 1:
            inner = names(function.source.text(call.args[0]))
            if inner & (loop.targets | outer.targets):
                sets.append(call)
    if sets:
        yield at("set-per-pair", sets[0].node, function.source.text(sets[0].node), loop=loop)
        return
    body = function.source.text(loop.body) if loop.body is not None else ""
    for match in re.finditer(r"(?<![\w.])([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)\[", body):
        root = match[1].partition(".")[0]
        if root not in loop.bound | outer.bound and root not in ("self", "this"):
            attributes.add(match[1])
    for text in sorted(attributes):
        yield at("attribute-per-pair", loop.node, text, loop=loop)


def own_keys(function: Function, unit: Unit) -> Iterator[Alert]:
    """`for k in m: for x in m[k]`, where k is needed for nothing else."""
    if unit.language != "python":
        return
    for inner in function.loops:
        outer = inner.outer
        if outer is None or inner.kind != "for" or outer.kind != "for" or len(outer.targets) != 1 or outer.body is None:
            continue
        [key] = outer.targets
        if not re.fullmatch(
            rf"{re.escape(outer.over)}\[{re.escape(key)}\](?:\.(?:values|items|keys)\(\))?", inner.over
        ):
            continue
        if len(re.findall(rf"\b{re.escape(key)}\b", function.source.text(outer.body))) == 1:
            yield at("lookup-by-own-key", inner.node, outer.over, loop=outer)
