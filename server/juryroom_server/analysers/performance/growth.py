"""Things that are copied whole to grow by a little: texts, lists, frames, arrays; and queues made of lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .alert import Alert, at
from .facts import Assign, Call, Function, Loop
from .unit import Unit

_TEXT = re.compile(r"(?s)^[fbrFBR]?(?:\"(?!\")|'(?!')|\"\"|''|\"\"\"|`)|^(?:str|String)\(")
_ARRAYS = re.compile(
    r"^(?:np|numpy|pd|pandas|torch|tf|pl|polars|cudf|dd)\.(?:append|concat|concatenate|vstack|hstack|row_stack|column_stack|cat)$"
)
_ADDS = frozenset({"append", "extend", "push", "add", "addAll"})


def growth(function: Function, unit: Unit) -> Iterator[Alert]:
    """All of them."""
    for assign in function.assigns:
        if assign.loop is not None and assign.right is not None:
            yield from _assigned(function, unit, assign)
    for call in function.calls:
        if call.loop is not None and _front(function, unit, call):
            kind = "list-as-queue" if _queue(function, call) else "front-of-list"
            yield at(kind, call.node, f"{call.path}()", loop=call.loop)


def _queue(function: Function, call: Call) -> bool:
    """Whether a loop takes from the front of what it also adds to."""
    adds = (one for one in function.calls if one.receiver == call.receiver and one.name in _ADDS)
    return call.name in ("pop", "shift", "remove") and any(
        _outermost(one.loop) is _outermost(call.loop) for one in adds if one.loop
    )


def _outermost(loop: Loop | None) -> Loop | None:
    while loop is not None and loop.outer is not None:
        loop = loop.outer
    return loop


def _assigned(function: Function, unit: Unit, assign: Assign) -> Iterator[Alert]:
    name, text, loop = assign.left, assign.right_text, assign.loop
    if loop is None or not re.fullmatch(r"[A-Za-z_@][\w.]*", name):
        return
    again = text.startswith((f"{name} + ", f"{name}+"))
    if (assign.grows or again) and unit.language in ("python", "go", "java", "ruby") and loop.kind != "comprehension":
        made = [one for one in function.made(name) if one is not assign]
        outside = bool(made) and all(
            one.loop is not loop and (one.loop is None or one.loop is loop.outer) for one in made
        )
        if outside and _is_text(made):
            if unit.language != "ruby":
                yield at("text-grown", assign.node, name, loop=loop)
        elif again and outside and text[len(name) :].lstrip(" +").startswith("["):
            yield at("list-rebuilt", assign.node, name)
    match = re.match(r"(?:await\s+)?([\w.]+)\(", text)
    if match and re.search(rf"(?<![\w.]){re.escape(name)}\b", text[match.end(1) :]) and _ARRAYS.match(match[1]):
        yield at("frame-grown", assign.node, name, f"{match[1]}()")
    elif match and match[1] == f"{name}.append" and unit.language == "python":
        yield at("frame-grown", assign.node, name, "append()")
    if unit.language in ("javascript", "typescript") and re.match(
        rf"[\[{{]\s*\.\.\.{re.escape(name)}\b|{re.escape(name)}\.concat\(", text
    ):
        yield at("spread-in-loop", assign.node, name)
    if unit.language == "go" and re.match(rf"append\(\[\][\w.*]+\{{[^}}]*\}},\s*{re.escape(name)}\.\.\.\)", text):
        yield at("front-of-list", assign.node, "append", loop=loop)


def _is_text(made: list[Assign]) -> bool:
    return any(_TEXT.match(one.right_text) for one in made)


def _front(function: Function, unit: Unit, call: Call) -> bool:
    arguments = [function.source.text(one) for one in call.args]
    if "." not in call.path or call.loop is None:
        return False
    match unit.language:
        case "python":
            hit = (call.name == "pop" and arguments == ["0"]) or (call.name == "insert" and arguments[:1] == ["0"])
        case "javascript" | "typescript":
            hit = (call.name == "shift" and not arguments) or (call.name == "unshift" and bool(arguments))
        case "java":
            hit = (call.name == "remove" and arguments == ["0"]) or (
                call.name == "add" and len(arguments) == 2 and arguments[0] == "0"  # noqa: PLR2004 - index and element
            )
        case "ruby":
            hit = (call.name == "insert" and arguments[:1] == ["0"]) or call.name == "unshift"
        case _:
            hit = False
    if not hit:
        return False
    receiver = call.receiver
    made = function.made(receiver) if receiver.isidentifier() else []
    # a list that is made in the same pass stays short
    return not any(one.loop is call.loop for one in made) and not any("deque" in one.right_text for one in made)
