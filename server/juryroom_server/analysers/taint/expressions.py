"""The values of expressions."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import reduce
from typing import Any

from . import ir
from .machine import MAX_DEPTH, Machine
from .scope import Closure, Owner, Scope
from .value import CLEAN, UNKNOWN, Marks, Value, join, safer, union

_FIXED_START = re.compile(r"\s*(?:\w+:)?//[^/?#\s]+[/?#]|/[^/\\]|[?#]")
"""Text that begins like this keeps its host, or stays on this site."""
_QUERY = re.compile(r"^\0?[^\s<>]*[?#]")
"""What follows is a part of the query, whatever the host is."""
MAX_TEXT = 2_000
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
    "==": operator.eq,
    "===": operator.eq,
    "!=": operator.ne,
    "!==": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Expressions(Machine):
    """Interprets expressions other than calls."""

    def evaluate(self, expr: ir.Expr, scope: Scope) -> Value:
        """The value of an expression; nothing is known of one that is nested too deeply."""
        progress = self.progress
        if progress.depth > MAX_DEPTH:
            return CLEAN
        self.spend()
        progress.depth += 1
        try:
            return _EVALUATE[type(expr)](self, expr, scope)
        finally:
            progress.depth -= 1

    def call(self, expr: ir.Call, scope: Scope) -> Value:
        """The value of a call."""
        raise NotImplementedError

    def const(self, expr: ir.Const, _: Scope) -> Value:
        """A literal."""
        return Value(const=expr.value)

    def name(self, expr: ir.Name, scope: Scope) -> Value:
        """A variable; or a field where `this` needs no mention; or something from outside of the file."""
        found = scope.get(expr.name)
        if found is not None:
            return found
        if self.model.implicit_self and scope.owner is not None:
            this = scope.get("this")
            if this is not None and this.fields and expr.name in this.fields:
                return this.fields[expr.name]
            owner: Owner | None = scope.owner
            while owner is not None:
                if expr.name in owner.fields:
                    return owner.fields[expr.name]
                owner = owner.outer
        return self.resolved(expr.name, expr.line)

    def attr(self, expr: ir.Attr, scope: Scope) -> Value:
        """An attribute."""
        return self.member(self.evaluate(expr.obj, scope), expr.name, expr.line)

    def member(self, obj: Value, name: str, line: int) -> Value:
        """An attribute of a value."""
        if obj.fields and ("=", name) in obj.fields:
            return obj.fields["=", name]
        if obj.fields and name in obj.fields:
            found = obj.fields[name]
            return found.with_marks(union(found.marks, obj.marks)) if obj.marks else found
        owner = self.owner_of(obj)
        if owner is not None:
            if name in owner.fields:
                found = owner.fields[name]
                return found.with_marks(union(found.marks, obj.marks)) if obj.marks else found
            closure = self.method(owner, name)
            if closure is not None:
                return Value(functions=(closure,))
            return self.resolved(f"self.{name}", line, Value(obj.marks))
        return self.resolved(f"{obj.path or '?'}.{name}", line, Value(obj.marks))

    def index(self, expr: ir.Index, scope: Scope) -> Value:
        """An element."""
        obj = self.evaluate(expr.obj, scope)
        key = self.evaluate(expr.key, scope) if expr.key is not None else CLEAN
        return self.element(obj, key, expr.line)

    def element(self, obj: Value, key: Value, line: int) -> Value:
        """An element of a value: exact for a constant key that is known to be there."""
        at = key.const
        if isinstance(obj.const, str) and isinstance(at, int):
            return Value(const=obj.const[at : at + 1])
        constant = at is not UNKNOWN and _hashable(at)
        if obj.fields and not constant:
            inner = reduce(join, obj.fields.values())
            return inner.with_marks(union(obj.all_marks(), inner.marks))
        if obj.fields and ("=", at) in obj.fields:
            return obj.fields["=", at]
        if obj.fields and at in obj.fields:
            found = obj.fields[at]
            return found.with_marks(union(found.marks, obj.marks))
        if isinstance(at, str) and at:
            return self.resolved(f"{obj.path or '?'}.{at}", line, Value(obj.marks))
        return Value(obj.marks, f"{obj.path}[]" if obj.path and not obj.fields else "")

    def text(self, expr: ir.Text, scope: Scope) -> Value:
        """Text made of parts."""
        values = [self.evaluate(part, scope) for part in expr.parts]
        if all(value.const is not UNKNOWN for value in values) and values:
            return Value(const=_sum([value.const for value in values]))
        marks: Marks = ()
        start = _start(values)
        before = ""
        for value in values:
            inner = value.all_marks()
            if inner and self.model.prefix_mask and (_FIXED_START.match(before) or _QUERY.search(before)):
                inner = safer(inner, self.model.prefix_mask)
            marks = union(marks, inner)
            before += _begins(value)
        if self.model.text_mask and marks:
            marks = safer(marks, self.model.text_mask)
        if any(mark.origin.group == "parameter" for mark in marks) and _worded(values):
            marks = safer(marks, self.bits["built"])
        result = Value(marks).at(expr.line)
        # the beginning stays known, so that what is appended later is judged by it
        return Value(result.marks, fields={"^": Value(const=start)}) if start else result

    def items(self, expr: ir.Items, scope: Scope) -> Value:
        """A literal list, map or object."""
        fields: dict[Any, Value] = {}
        marks: Marks = ()
        for position, (key, inner) in enumerate(expr.entries):
            value = self.evaluate(inner, scope)
            at: Any = position if key is None else self.evaluate(key, scope).const
            if at is UNKNOWN or not _hashable(at):
                marks = union(marks, value.all_marks())
            else:
                fields[at] = value
        for spread in expr.spreads:
            value = self.evaluate(spread, scope)
            if value.fields and expr.entries[:1] and expr.entries[0][0] is None:
                marks = union(marks, value.all_marks())
            else:
                marks = union(marks, value.marks)
                fields = {**(value.fields or {}), **fields}
        return Value(marks, self.typed(expr.type, scope), fields=fields)

    def typed(self, name: str, scope: Scope) -> str:
        """A declared type in the words of the models, with its import resolved."""
        head, dot, rest = name.partition(".")
        found = scope.get(head) if head else None
        path = f"{found.path}{dot}{rest}" if found is not None and found.path else name
        return self.model.canonical(path)

    def choice(self, expr: ir.Choice, scope: Scope) -> Value:
        """`test ? then : other`."""
        test = self.evaluate(expr.test, scope)
        branches = [
            (outcome, branch)
            for outcome, branch in ((True, expr.then), (False, expr.other))
            if truth(test) in (None, outcome)
        ]
        before = scope.variables
        values = []
        for outcome, branch in branches:
            scope.variables = dict(before)
            self.narrow(expr.test, scope, outcome=outcome)
            values.append(self.evaluate(branch, scope))
        scope.variables = before
        return reduce(join, values)

    def either(self, expr: ir.Either, scope: Scope) -> Value:
        """`a and b`, `a or b`."""
        left = self.evaluate(expr.left, scope)
        before = scope.variables
        scope.variables = dict(before)
        self.narrow(expr.left, scope, outcome=expr.both)
        right = self.evaluate(expr.right, scope)
        scope.variables = before
        known = truth(left)
        if known is not None:
            return right if known is expr.both else left
        if left.const is None:
            return right
        return join(left, right) if right.const is UNKNOWN or not expr.both else Value(left.marks)

    def compare(self, expr: ir.Compare, scope: Scope) -> Value:
        """A comparison: known for constants, harmless always."""
        return self.combine(expr.op, expr.left, expr.right, scope)

    def arith(self, expr: ir.Arith, scope: Scope) -> Value:
        """An operation on numbers: known for constants, harmless always."""
        return self.combine(expr.op, expr.left, expr.right, scope)

    def combine(self, op: str, left: ir.Expr, right: ir.Expr, scope: Scope) -> Value:
        """The outcome of an operation where both sides are constants."""
        a, b = self.evaluate(left, scope).const, self.evaluate(right, scope).const
        run = _ARITHMETIC.get(op)
        if run is None or a is UNKNOWN or b is UNKNOWN:
            return CLEAN
        numbers = isinstance(a, int | float) and isinstance(b, int | float) and max(abs(a), abs(b)) < 1e9  # noqa: PLR2004 - so that no power of a number of the tree takes long
        if op in ("==", "===", "!=", "!=="):
            return Value(const=run(a, b))
        if not numbers or (op in ("/", "%") and not b):
            return CLEAN
        return Value(const=run(a, b))

    def negation(self, expr: ir.Not, scope: Scope) -> Value:
        """`not value`."""
        known = truth(self.evaluate(expr.value, scope))
        return CLEAN if known is None else Value(const=not known)

    def group(self, expr: ir.Group, scope: Scope) -> Value:
        """An operation of which nothing is known but what goes in."""
        if len(expr.values) == 1:
            return self.evaluate(expr.values[0], scope)
        marks: Marks = ()
        for inner in expr.values:
            marks = union(marks, self.evaluate(inner, scope).all_marks())
        return Value(marks)

    def cast(self, expr: ir.Cast, scope: Scope) -> Value:
        """A value of a declared type."""
        value = self.evaluate(expr.value, scope)
        if expr.type in self.model.scalars:
            return Value(const=value.const)
        return Value(value.marks, self.typed(expr.type, scope), value.const, value.fields, value.functions)

    def store(self, expr: ir.Store, scope: Scope) -> Value:
        """An assignment within an expression."""
        value = self.evaluate(expr.value, scope)
        self.assign(expr.target, value, scope, expr.line)
        return value

    def each(self, expr: ir.Each, scope: Scope) -> Value:
        """A comprehension."""
        source = self.evaluate(expr.source, scope)
        inner = Scope(scope, scope.owner)
        self.bind(expr.target, elements(source), inner, expr.line)
        for test in expr.tests:
            self.evaluate(test, inner)
            self.narrow(test, inner, outcome=True)
        return Value(self.evaluate(expr.value, inner).all_marks())

    def function(self, expr: ir.Function, scope: Scope) -> Value:
        """A function as a value."""
        closure = Closure(expr, scope, scope.owner)
        self.progress.pending.append(closure)
        return Value(functions=(closure,))

    def bind(self, target: ir.Expr, value: Value, scope: Scope, line: int) -> None:
        """Declare the names of a pattern."""
        if isinstance(target, ir.Name):
            scope.variables[target.name] = value.at(line)
        else:
            self.assign(target, value, scope, line, declares=True)

    def assign(self, target: ir.Expr, value: Value, scope: Scope, line: int, *, declares: bool = False) -> None:
        """Assign to a variable, an attribute, an element or a pattern."""
        if isinstance(target, ir.Name):
            value = value.at(line)
            owner = scope.owner
            if declares:
                scope.variables[target.name] = value
            elif (
                self.model.implicit_self
                and owner is not None
                and target.name in owner.fields
                and scope.get(target.name) is None
            ):
                place = ir.Attr(target.line, target.end, ir.Name(target.line, target.end, "this"), target.name)
                self.rebind(place, value, scope)
            else:
                scope.set(target.name, value)
        elif isinstance(target, ir.Items):
            self._unpack(target, value, scope, line)
        elif isinstance(target, ir.Attr):
            obj = self.evaluate(target.obj, scope)
            self.written(f"{obj.path or '?'}.{target.name}", value, target, line)
            self.rebind(target.obj, obj.having(target.name, value.at(line)), scope)
        elif isinstance(target, ir.Index):
            self._polluted(target, scope)
            obj = self.evaluate(target.obj, scope)
            key = self.evaluate(target.key, scope) if target.key is not None else CLEAN
            if key.const is not UNKNOWN and _hashable(key.const):
                changed = obj.having(key.const, value.at(line))
            else:
                changed = Value(union(obj.marks, value.at(line).all_marks()), obj.path, UNKNOWN, obj.fields)
            self.rebind(target.obj, changed, scope)

    def _polluted(self, target: ir.Index, scope: Scope) -> None:
        """Report `object[outside][name] = value`, where prototypes are objects too."""
        if self.model.text_mask and isinstance(target.obj, ir.Index) and target.obj.key is not None:
            marks = self.evaluate(target.obj.key, scope).marks
            self.reach("prototype", marks, (), ir.Expr(target.line, target.end), "a property")

    def _unpack(self, target: ir.Items, value: Value, scope: Scope, line: int) -> None:
        taken: set[Any] = set()
        for position, (key, inner) in enumerate(target.entries):
            at = Value(const=position) if key is None else self.evaluate(key, scope)
            default = inner.value if isinstance(inner, ir.Store) else None
            place = inner.target if isinstance(inner, ir.Store) else inner
            part = self.element(value, at, line)
            if default is not None and not part.marks:
                part = join(self.evaluate(default, scope), part)
            taken.add(at.const if _hashable(at.const) else UNKNOWN)
            self.assign(place, part, scope, line, declares=True)
        for spread in target.spreads:
            fields = {key: inner for key, inner in (value.fields or {}).items() if key not in taken}
            self.assign(spread, Value(value.marks, value.path, fields=fields or None), scope, line, declares=True)

    def rebind(self, target: ir.Expr, value: Value, scope: Scope) -> None:
        """Let a variable hold a changed object."""
        if isinstance(target, ir.Name):
            scope.set(target.name, value)
        elif isinstance(target, ir.Attr) and not isinstance(target.obj, ir.Call):
            obj = self.evaluate(target.obj, scope)
            self.rebind(target.obj, obj.having(target.name, value), scope)
        elif isinstance(target, ir.Index) and target.key is not None and not isinstance(target.obj, ir.Call):
            key = self.evaluate(target.key, scope).const
            if key is not UNKNOWN and _hashable(key):
                obj = self.evaluate(target.obj, scope)
                self.rebind(target.obj, obj.having(key, value), scope)

    def written(self, path: str, value: Value, target: ir.Expr, line: int) -> None:
        """Report data that is assigned to where it does harm."""
        path = self.model.canonical(path)
        for sink in self.model.writes.get(path):
            at = ir.Expr(target.line, max(line, target.end))
            for place in sink.places:
                inner = value
                if place.key is not UNKNOWN and value.fields:
                    inner = value.fields.get(place.key, CLEAN)
                self.reach(sink.kind, inner.all_marks(), sink.groups, at, path)


def truth(value: Value) -> bool | None:
    """Whether a constant counts as true; None where it is not known."""
    return None if value.const is UNKNOWN else bool(value.const)


def elements(value: Value) -> Value:
    """What a loop over a value yields."""
    if value.fields:
        joined = reduce(join, value.fields.values())
        return Value(union(value.all_marks(), joined.marks), joined.path, joined.const, joined.fields)
    return Value(value.marks, f"{value.path}[]" if value.path else "")


def _hashable(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _sum(parts: list[Any]) -> Any:
    if all(isinstance(part, int | float) and not isinstance(part, bool) for part in parts):
        return sum(parts)
    text = "".join("" if part is None else str(part) for part in parts)
    return text if len(text) <= MAX_TEXT else UNKNOWN


def _worded(values: list[Value]) -> bool:
    """Whether some part is a constant with a word in it."""
    return any(isinstance(value.const, str) and value.const.strip() for value in values) or any(
        value.fields and "^" in value.fields for value in values
    )


def _begins(value: Value) -> str:
    """A value as far as it is known, then a mark for the rest."""
    if isinstance(value.const, str | int):
        return str(value.const)[:200]
    return f"{value.fields['^'].const}\0" if value.fields and "^" in value.fields else "\0"


def _start(values: list[Value]) -> str:
    """The constant beginning of a text."""
    start = ""
    for value in values:
        if isinstance(value.const, str | int):
            start += str(value.const)
            continue
        if value.fields and "^" in value.fields:
            start += str(value.fields["^"].const)
        break
    return start[:200]


_EVALUATE: dict[type[ir.Expr], Callable[[Expressions, Any, Scope], Value]] = {
    ir.Const: Expressions.const,
    ir.Name: Expressions.name,
    ir.Attr: Expressions.attr,
    ir.Index: Expressions.index,
    ir.Text: Expressions.text,
    ir.Items: Expressions.items,
    ir.Choice: Expressions.choice,
    ir.Either: Expressions.either,
    ir.Compare: Expressions.compare,
    ir.Arith: Expressions.arith,
    ir.Not: Expressions.negation,
    ir.Group: Expressions.group,
    ir.Cast: Expressions.cast,
    ir.Store: Expressions.store,
    ir.Each: Expressions.each,
    ir.Function: Expressions.function,
    ir.Call: lambda machine, expr, scope: machine.call(expr, scope),
}
