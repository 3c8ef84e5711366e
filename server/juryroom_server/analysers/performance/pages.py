"""All rows of a table in memory, where the database could have filtered or counted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .alert import Alert, at
from .facts import MAX_CODE, Function, Loop
from .unit import Unit

_ALL = re.compile(
    r"(?:\.objects\.all\(\)|(?:\bquery\(.*\)|\.scalars\(.*\)|\.query)\.all\(\)|\.fetchall\(\)|\.findMany\(\)|\.findAll\(\)|\b[A-Z]\w*\.find\(\)|\b[A-Z]\w*\.all)$",
    re.DOTALL,
)


def pages(function: Function, unit: Unit) -> Iterator[Alert]:
    """Passes over a whole table that keep a part of it, or only its length."""
    del unit  # the names of these calls are told apart by their form
    fetched = {
        one.left: one.right_text
        for one in function.assigns
        if one.left.isidentifier() and _ALL.search(_bare(one.right_text))
    }
    for loop in function.loops:
        over = fetched.get(loop.over, loop.over) if len(function.made(loop.over)) <= 1 else loop.over
        if _ALL.search(_bare(over)) and not over.endswith(".fetchall()") and _drops(function, loop):
            yield at("filtered-after-fetch", loop.iterable or loop.node, over)
    for call in function.calls:
        if call.path == "len" and len(call.args) == 1:
            text = function.source.text(call.args[0], MAX_CODE)
            if _ALL.search(_bare(fetched.get(text, text))) and (
                text not in fetched or text not in {loop.over for loop in function.loops}
            ):
                uses = (
                    len(re.findall(rf"\b{re.escape(text)}\b", function.source.text(function.node)))
                    if text in fetched
                    else 0
                )
                if uses <= 2:  # noqa: PLR2004 - where it gets its name and where it is measured
                    yield at("counted-after-fetch", call.node, fetched.get(text, text))


def _bare(text: str) -> str:
    return re.sub(r"^\(?await\s+", "", text).removesuffix(")" if text.startswith("(await") else "")


def _drops(function: Function, loop: Loop) -> bool:
    if loop.kind == "comprehension":
        return loop.filtered
    if loop.kind == "callback":
        return bool(
            re.search(r"\.(?:filter|select|reject|find)\b\W", function.source.text(loop.node)[len(loop.over) :][:12])
        )
    body = [c for c in loop.body.named_children if c.type != "comment"] if loop.body is not None else []
    if not body or body[0].type not in ("if_statement", "if"):
        return False
    return len(body) == 1 or bool(re.search(r"\bcontinue\b|\bnext\b", function.source.text(body[0])))
