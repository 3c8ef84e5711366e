"""From a syntax tree to the facts of its functions: one walk for all languages."""

from __future__ import annotations

import re
from collections.abc import Callable

from .dialect import CallShape, Dialect, LoopShape
from .facts import MAX_CODE, Assign, Call, Function, Loop, Member, Node, Source, names

_MUTATORS = frozenset(
    [
        "append",
        "add",
        "extend",
        "insert",
        "pop",
        "popleft",
        "appendleft",
        "push",
        "put",
        "remove",
        "discard",
        "update",
        "clear",
        "sort",
        "reverse",
        "setdefault",
        "shift",
        "unshift",
        "splice",
        "delete",
        "set",
        "write",
        "next",
        "send",
        "addAll",
        "removeAll",
        "retainAll",
        "shuffle",
        "concat",
    ]
)
_BRACKETS = re.compile(r"\((?:[^()]|\([^()]*\))*\)|\[(?:[^\[\]]|\[[^\[\]]*\])*\]|\s+")
_MAX_CALLEE = 400
"""Characters of a callee that are looked at; of a longer chain of calls the end tells what is called."""


class Lowering:
    """Reads one tree. An object lives for one file."""

    def __init__(self, dialect: Dialect, source: Source) -> None:
        self._dialect = dialect
        self._source = source
        self._function: Function
        self._loop: Loop | None = None
        self._awaited = self._guarded = False
        self._in_type = False
        self.functions: list[Function] = []
        self._handlers: dict[str, Callable[[Node], None]] = {
            **dict.fromkeys(dialect.functions, self._define),
            **dict.fromkeys(dialect.lambdas, self._anonymous),
            **dict.fromkeys(dialect.loops, self._repeat),
            **dict.fromkeys(dialect.comprehensions, self._comprehension),
            **dict.fromkeys(dialect.calls, self._call),
            **dict.fromkeys(dialect.assigns, self._assign),
            **dict.fromkeys(dialect.augmented, self._augment),
            **dict.fromkeys(dialect.awaits, self._await),
            **dict.fromkeys(dialect.tries, self._try),
            **dict.fromkeys(dialect.types, self._type),
            "decorated_definition": self._decorated,
            "comparison_operator": self._compare,
            "if_statement": self._if,
        }

    def run(self, root: Node) -> list[Function]:
        """All functions of a file, and the module as the first of them.

        Raises:
            RecursionError: for code that is nested too deeply.
        """
        self._function = Function("", root, self._source)
        self.functions.append(self._function)
        self._children(root)
        for function in self.functions:
            _bind(function)
            function.call_at.update((one.node.id, one) for one in function.calls)
            for one in function.assigns:
                if not one.grows:
                    function.set_by_name.setdefault(one.left, []).append(one)
        return self.functions

    def _visit(self, node: Node) -> None:
        handler = self._handlers.get(node.type)
        if handler is None:
            for child in node.named_children:
                self._visit(child)
        else:
            handler(node)

    def _children(self, node: Node) -> None:
        for child in node.named_children:
            self._visit(child)

    def _define(self, node: Node, decorators: str = "") -> None:
        name = self._source.text(node.child_by_field_name("name"))
        outer, loop, in_type = self._function, self._loop, self._in_type
        awaited, guarded = self._awaited, self._guarded
        self._function = Function(
            name,
            node,
            self._source,
            is_async=_is_async(node),
            is_method=in_type,
            parameters=self._parameters(node),
            decorators=decorators,
        )
        self.functions.append(self._function)
        self._loop, self._in_type, self._awaited, self._guarded = None, False, False, False
        self._children(node)
        self._function, self._loop, self._in_type = outer, loop, in_type
        self._awaited, self._guarded = awaited, guarded

    def _decorated(self, node: Node) -> None:
        decorators = " ".join(self._source.text(c) for c in node.named_children if c.type == "decorator")
        inner = node.child_by_field_name("definition")
        if inner is not None and inner.type in self._dialect.functions:
            self._define(inner, decorators)
        else:
            self._children(node)

    def _type(self, node: Node) -> None:
        in_type, self._in_type = self._in_type, True
        self._children(node)
        self._in_type = in_type

    def _anonymous(self, node: Node) -> None:
        """A lambda of Python is a part of its function; a closure of other languages is one of its own."""
        if node.type == "lambda" and self._dialect.comprehensions:
            self._children(node)
        else:
            self._define(node)

    def _parameters(self, node: Node) -> dict[str, str]:
        listed = node.child_by_field_name("parameters") or node.child_by_field_name("parameter")
        found: dict[str, str] = {}
        for one in listed.named_children if listed is not None else ():
            declared = self._source.text(one.child_by_field_name("type")).lstrip(": ")
            inner = one.child_by_field_name("name") or one.child_by_field_name("pattern")
            if inner is None:
                inner = one.named_child(0) if one.named_child_count else one
            found[self._source.text(inner)] = declared
        return found

    def _repeat(self, node: Node) -> None:
        shape: LoopShape = self._dialect.loops[node.type]
        holder = node
        if shape.clause:
            holder = next((c for c in node.named_children if c.type == shape.clause), None)
        iterable = holder.child_by_field_name(shape.iterable) if holder is not None and shape.iterable else None
        target = holder.child_by_field_name(shape.target) if holder is not None and shape.target else None
        if iterable is not None:
            self._visit(iterable)
        kind = "for" if iterable is not None else "while"
        body = node.child_by_field_name(shape.body)
        loop = self._enter(node, kind, target, iterable, body)
        skipped = {one.id for one in (iterable, target) if one is not None}
        for child in node.named_children:
            if child.id not in skipped and (holder is None or child.id != holder.id or holder is node):
                self._visit(child)
        self._loop = loop.outer

    def _enter(self, node: Node, kind: str, target: Node | None, iterable: Node | None, body: Node | None) -> Loop:
        over = self._source.text(iterable, MAX_CODE).strip()
        loop = Loop(node, kind, names(self._source.text(target)), iterable, over, self._loop, body)
        loop.bound |= loop.targets
        self._function.loops.append(loop)
        self._loop = loop
        return loop

    def _comprehension(self, node: Node) -> None:
        outer = self._loop
        clauses = [c for c in node.named_children if c.type in ("for_in_clause", "if_clause")]
        for clause in clauses:
            if clause.type == "if_clause":
                if self._loop is not None:
                    self._loop.filtered = True
                self._children(clause)
                continue
            iterable = clause.child_by_field_name("right")
            if iterable is not None:
                self._visit(iterable)
            self._enter(node, "comprehension", clause.child_by_field_name("left"), iterable, node)
        for child in node.named_children:
            if child.type not in ("for_in_clause", "if_clause"):
                self._visit(child)
        self._loop = outer

    def _call(self, node: Node) -> None:
        shape: CallShape = self._dialect.calls[node.type]
        text = self._source.text
        receiver = node.child_by_field_name(shape.receiver) if shape.receiver else None
        callee = node.child_by_field_name(shape.callee) if shape.callee else None
        if callee is not None:
            path = _path(text(callee))
        else:
            name = text(node.child_by_field_name(shape.name)) if shape.name else ""
            path = f"{_path(text(receiver))}.{name}" if receiver is not None else name
        listed = node.child_by_field_name(shape.arguments)
        args = []
        if listed is not None:
            args = [listed] if listed.type == "generator_expression" else list(listed.named_children)
        args = [one for one in args if one.type != "comment"]
        name = path.rpartition(".")[2]
        call = Call(node, path, name, args, self._loop, self._awaited, self._guarded)
        self._awaited = False
        self._function.calls.append(call)
        if name in self._dialect.contains and args and "." in path:
            self._function.members.append(Member(node, text(args[0]), call.receiver, self._loop))
        for one in (callee, receiver):
            if one is not None and one.named_child_count:
                self._visit(one)
        if name in self._dialect.each and call.receiver:
            self._callbacks(node, args, call.receiver, receiver or callee)
        else:
            for one in args:
                self._visit(one)
            block = node.child_by_field_name("block")
            if block is not None:
                self._children(block)

    def _callbacks(self, node: Node, args: list[Node], over: str, iterable: Node) -> None:
        """Functions that run for each element where they stand."""
        block = node.child_by_field_name("block")
        for one in (*args, *((block,) if block is not None else ())):
            if one is not block and one.type not in self._dialect.lambdas:
                self._visit(one)
                continue
            loop = self._enter(
                node, "callback", one.child_by_field_name("parameters") or one.child_by_field_name("parameter"),
                iterable, one.child_by_field_name("body"),
            )  # fmt: skip
            loop.over = over
            was_async = self._function.is_async
            self._function.is_async = was_async or _is_async(one)
            self._children(one)
            self._function.is_async = was_async
            self._loop = loop.outer

    def _assign(self, node: Node) -> None:
        left, right = (node.child_by_field_name(name) for name in self._dialect.assigns[node.type])
        text = self._source.text(right, MAX_CODE)
        self._function.assigns.append(Assign(node, self._source.text(left, MAX_CODE), right, text, self._loop))
        if self._loop is not None and self._source.data[node.start_byte : node.end_byte].find(b"+=") > 0:
            # Go and Java have no node of its own for it
            between = self._source.data[left.end_byte : right.start_byte] if left and right else b""
            self._function.assigns[-1].grows = between.strip() == b"+="
        self._children(node)

    def _augment(self, node: Node) -> None:
        left, right = (node.child_by_field_name(name) for name in self._dialect.augmented[node.type])
        self._function.assigns.append(
            Assign(
                node,
                self._source.text(left, MAX_CODE),
                right,
                self._source.text(right, MAX_CODE),
                self._loop,
                grows=True,
            )
        )
        self._children(node)

    def _await(self, node: Node) -> None:
        self._awaited = True
        self._children(node)
        self._awaited = False

    def _try(self, node: Node) -> None:
        if self._loop is not None:
            self._function.tries.append((node, self._loop))
        self._children(node)

    def _if(self, node: Node) -> None:
        condition = node.child_by_field_name("condition")
        guarded = self._guarded
        self._guarded = guarded or bool(_GUARD.search(self._source.text(condition, MAX_CODE)))
        self._children(node)
        self._guarded = guarded

    def _compare(self, node: Node) -> None:
        parts = node.children
        if len(parts) >= 3 and parts[1].type in ("in", "not in"):  # noqa: PLR2004 - left, operator, right
            needle, haystack = self._source.text(parts[0], MAX_CODE), self._source.text(parts[2], MAX_CODE)
            self._function.members.append(Member(node, needle, haystack, self._loop))
        self._children(node)


_GUARD = re.compile(
    r"\bnot in\b|\bis None\b|!\w[\w.]*\.(?:has|includes|contains\w*)\(|=== undefined|== nil|== null|\.nil\?|!ok\b"
)


def _is_async(node: Node) -> bool:
    return any(child.type == "async" for child in node.children[:3])


def _path(text: str) -> str:
    """A callee without what it is called with: `a(1).b[2].c` is `a().b[].c`."""
    if len(text) > _MAX_CALLEE:
        text = text[-_MAX_CALLEE:]
    if "(" not in text and "[" not in text and " " not in text and "\n" not in text:
        return text
    return _BRACKETS.sub(lambda m: {"(": "()", "[": "[]"}.get(m[0][0], ""), text).replace("?.", ".")


def _bind(function: Function) -> None:
    """Tell each loop which names change while it runs."""
    changes = [
        (one.loop, names(one.left) if "." not in one.left and "[" not in one.left else {one.root})
        for one in function.assigns
    ]
    changes += [
        (one.loop, {re.split(r"[.\[(]", one.path, maxsplit=1)[0]})
        for one in function.calls
        if one.name in _MUTATORS and one.loop is not None
    ]
    changes += [(one.outer, one.targets) for one in function.loops if one.outer is not None]
    for inner, changed in changes:
        loop = inner
        while loop is not None:
            loop.bound |= changed
            loop = loop.outer
