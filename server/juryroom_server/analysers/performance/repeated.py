"""Work that a loop repeats: queries, requests, files, processes, patterns, sorts, copies, unchanging calls."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .alert import Alert, at
from .facts import Call, Function, Loop, names
from .unit import Unit, row

_ALWAYS = ("query", "request", "process", "copy")
_IF_INVARIANT = ("file", "pattern", "sort", "algebra")
_SAYS = {
    "query": "runs a query",
    "request": "sends a request",
    "process": "starts a process",
    "sleep": "sleeps",
}
# what a name says about a call that is repeated for a reason: it gives another answer, or does something, each time
_IMPURE = re.compile(
    r"(?i)^_*(?:next|read|recv|get|pop|take|poll|peek|fetch|rand\w*|choice|sample|shuffle|time|now|monotonic|perf\w*|clock"
    r"|uuid\w*|input|print\w*|log\w*|debug|info|warn\w*|error|exception|fatal|write\w*|send\w*|put|push|append|add\w*|insert\w*|emit|notify|publish"
    r"|sleep|wait\w*|yield|flush|close|open|connect|commit|begin|start|stop|run|step|tick|advance|update\w*|set\w*|reset\w*"
    r"|clear|create\w*|make\w*|new\w*|init\w*|copy|clone|expect\w*|assert\w*|check\w*|raise\w*|fail\w*|skip\w*|consume|accept"
    r"|parse_?\w*|match\w*|eat|save|delete|remove|register\w*|call|apply|super|len|range|list|dict|set|tuple|str|int|isinstance"
    r"|iter|enumerate|zip|map|filter|sorted|min|max|sum|abs|bool|float|type|id|repr|hash|object|count|acquire|release|lock|unlock)$"
)
_WRAPPERS = frozenset({"execute", "query", "request", "run", "commit", "flush", "save", "_save"})
"""Functions that are the effect by another name: their callers are judged where they stand."""
_ARGS = 2
"""The whole, and the element."""
_LAZY = frozenset({"for", "comprehension", "callback"})
_GROW_WITH = frozenset(
    {
        "len",
        "range",
        "enumerate",
        "list",
        "sorted",
        "zip",
        "set",
        "tuple",
        "isinstance",
        "id",
        "hash",
        "min",
        "max",
        "sum",
        "str",
        "repr",
        "print",
        "next",
        "iter",
        "reversed",
        "getattr",
        "hasattr",
        "super",
        "type",
        "dict",
        "frozenset",
        "bool",
    }
)
_SEARCHES = re.compile(
    r"(?i)(?:^|_)(?:find|search|scan|walk|traverse|visit|reach\w*|bfs|dfs|path|paths|shortest|ancestors|descendants|closure|subgraph|ego|"
    r"neighbou?rhood|component\w*|connected|cluster\w*|efficiency|centrality|distance\w*|constraint|local|all|count|filter|sort|"
    r"build|compute|collect|extract|lookup|resolve|match\w*)(?:_|$)"
)


_NUMBER = r"\s*-?(?:\d[\d_]*|(?:\w+\.)*_*[A-Z][A-Z0-9_]+)\s*"
_FIXED = re.compile(rf"range\({_NUMBER}(?:,{_NUMBER})*\)")
"""A number of turns that does not grow, as of a loop that tries again."""


def repeated(function: Function, unit: Unit) -> Iterator[Alert]:  # noqa: C901 - one branch a family of effects
    """Costly calls in loops, and calls of functions of this file that make some."""
    for call in function.calls:
        loop = call.loop
        if loop is None or call.guarded:
            continue
        over = loop.over or "what the loop waits for"
        if _FIXED.fullmatch(over) or _once(call, loop):
            continue
        if effect := unit.effect(call, *_ALWAYS):
            if (
                effect == "copy"
                and call.path == "JSON.parse"
                and "JSON.stringify" not in unit.arguments(call, function)
            ):
                continue
            # a list of statements is there to be run one by one
            listed = bool(call.args) and function.source.text(call.args[0]) in loop.targets and call.name == "execute"
            if effect != "query" or (loop.kind != "while" and not listed):
                yield at(f"{effect}-in-loop", call.node, f"{call.path}()", over, within=loop)
        elif effect := unit.effect(call, *_IF_INVARIANT):
            if _unchanged(function, unit, call, effect, loop):
                yield at(f"{effect}-in-loop", call.node, function.source.text(call.node), over, within=loop)
        elif unit.effect(call, "match") and loop.depth > 1:
            yield at("match-in-loop", call.node, f"{call.path}()", over, loop=loop)
        elif (
            (inner := unit.called(call)) is not None
            and inner is not function
            and loop.kind in _LAZY
            and call.name not in _WRAPPERS
        ):
            yield from _through(call, inner, unit, over)


def _once(call: Call, loop: Loop) -> bool:
    """Whether a call ends the loop: what is returned or raised is not repeated."""
    node = call.node
    for _ in range(6):
        node = node.parent
        if node is None or node.id == loop.node.id:
            return False
        if node.type in ("return_statement", "raise_statement", "throw_statement", "return", "break_statement"):
            return loop.kind != "comprehension"
    return False


def _unchanged(function: Function, unit: Unit, call: Call, effect: str, loop: Loop) -> bool:
    if loop.kind == "while" and effect == "file":
        return False
    arguments = unit.arguments(call, function)
    if effect == "pattern" and call.receiver and not call.args:
        return False
    if effect == "algebra":
        return True
    text = arguments
    if effect == "sort" and call.name in ("sort", "sort!", "sort_by", "toSorted") and "." in call.path:
        if function.source.data[call.node.start_byte : call.node.start_byte + 5] in (b"sort.", b"slice"):
            text = arguments
        else:
            text = call.receiver
    if effect == "pattern" and call.name in ("replaceAll", "replaceFirst"):
        return False
    if effect == "sort" and ("(" in text or not names(text)):
        return False
    return bool(text) and function.invariant(text, loop)


def _through(call: Call, inner: Function, unit: Unit, over: str) -> Iterator[Alert]:
    for one in inner.calls:
        effect = unit.effect(one, "query", "request", "process")
        if effect and not one.guarded:
            yield at("effect-through-call", call.node, call.name, over, _SAYS[effect], row(one.node), within=call.loop)
            return


def unchanging(function: Function, unit: Unit) -> Iterator[Alert]:
    """Calls that give the same result in each pass of a loop over elements."""
    if unit.language != "python":
        return
    for assign in function.assigns:
        loop, right = assign.loop, assign.right
        if loop is None or loop.kind != "for" or right is None or right.type != "call" or assign.grows:
            continue
        call = function.call_at.get(right.id)
        if call is None or not call.args or call.guarded or call.awaited or not assign.left.isidentifier():
            continue
        if "." in call.path or call.name[:1].isupper() or _IMPURE.match(call.name) or "lambda" in assign.right_text:
            continue
        if not (names(unit.arguments(call, function)) and function.invariant(assign.right_text, loop)):
            continue
        # changed in place, or handed to what may change it
        if not _touched(function, call, loop, assign.left):
            yield at("invariant-call", assign.node, f"{call.name}()", loop.over, within=loop)


def _touched(function: Function, call: Call, loop: Loop, result: str) -> bool:
    given = names(", ".join(function.source.text(one) for one in call.args)) | {result}
    for other in function.calls:
        if other is call or other.loop is None or not _within(other.loop, loop):
            continue
        if other.path.partition(".")[0] == result and "." in other.path:
            return True
    return any(
        one.loop is not None and _within(one.loop, loop) and one.node.id != call.node.parent.id and one.root in given
        for one in function.assigns
    )


def _within(inner: Loop | None, outer: Loop) -> bool:
    while inner is not None:
        if inner is outer:
            return True
        inner = inner.outer
    return False


def whole(function: Function, unit: Unit) -> Iterator[Alert]:
    """What a loop runs over, handed to a search in each of its passes."""
    if unit.language != "python":
        return
    for call in function.calls:
        loop = call.loop
        if (
            loop is None
            or call.guarded
            or len(call.args) < _ARGS
            or not _SEARCHES.search(call.name)
            or call.name in _GROW_WITH
        ):
            continue
        given = [function.source.text(one) for one in call.args[:3]]
        chain: Loop | None = loop
        targets: frozenset[str] = frozenset()
        while chain is not None:
            targets |= chain.targets
            over = re.sub(r"\.(?:nodes|keys|items|values)?(?:\(\))?$", "", chain.over)
            if over.isidentifier() and given[0] == over and targets & names(" ".join(given[1:])):
                yield at("whole-in-loop", call.node, f"{call.path}()", over, loop=loop)
                break
            chain = chain.outer
