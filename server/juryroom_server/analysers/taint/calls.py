"""The values of calls, and the harm that they do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import reduce

from . import ir
from .library import Library, Passed
from .model import Place, Sink
from .scope import Scope
from .value import CLEAN, UNKNOWN, Marks, Value, join, union

_APPLY = frozenset({"accept", "apply", "call", "run", "get", "test", "invoke", "yield", "applyAsLong", "execute"})
"""Methods that call the function they are called on."""
_ESCAPER = re.compile(
    r"(?i)_*(?:html_?escape|escape_?(?:html|xml|attr(?:ibute)?)|html_?encode|encode_?html|sanitize_?html)\w*"
)


class Calls(Library):
    """Interprets calls."""

    def call(self, expr: ir.Call, scope: Scope) -> Value:
        """The value of a call."""
        callee = expr.callee
        obj: Value | None = None
        if isinstance(callee, ir.Attr):
            obj = self.evaluate(callee.obj, scope)
            target = self.member(obj, callee.name, callee.line)
            if obj.functions and callee.name in _APPLY and not target.functions:
                target = Value(functions=obj.functions)
        else:
            target = self.evaluate(callee, scope)
        passed = [Passed(arg, self.evaluate(arg.value, scope)) for arg in expr.args]
        if not target.functions and isinstance(callee, ir.Name):
            target = self._unqualified(callee.name, target, scope)
        if target.functions:
            return self._local(target, obj, expr, passed, scope)
        path = self.model.canonical(target.path)
        owner = self.owners.get(path)
        if owner is not None:
            return self._construct(path, passed, expr.line)
        self._sinks(path, expr, obj, passed)
        result = self.library(path, expr, target, obj, passed, scope)
        return Value(result.marks, result.path, result.const, result.fields, result.functions)

    def _unqualified(self, name: str, target: Value, scope: Scope) -> Value:
        """A method that is called without its object, where the language allows that."""
        owner = scope.owner if self.model.implicit_self else None
        while owner is not None:
            closure = self.method(owner, name)
            if closure is not None:
                return Value(functions=(closure,))
            owner = owner.outer
        return target

    def _local(self, target: Value, obj: Value | None, expr: ir.Call, passed: list[Passed], scope: Scope) -> Value:
        values = [one.value.at(one.arg.value.line) for one in passed if one.arg.name is None and not one.arg.spread]
        named = {one.arg.name: one.value for one in passed if one.arg.name is not None}
        for one in passed:
            if one.arg.spread:
                inner = one.value.fields or {}
                values += [inner[key] for key in sorted(key for key in inner if isinstance(key, int))]
                named.update({key: value for key, value in inner.items() if isinstance(key, str) and key != "^"})
                values += [Value(one.value.marks)] * (3 if one.value.marks and not inner else 0)
        this = obj if obj is not None and self.owner_of(obj) is not None else scope.get("this")
        results = [self.invoke(closure, values, named, this) for closure in target.functions]
        self._refresh(expr.callee, obj, scope)
        result = reduce(join, results).at(expr.line)
        if result.marks and all(_ESCAPER.fullmatch(closure.function.name) for closure in target.functions):
            # what such a function does to each character can't be followed
            return result.safer(self.bits["html"])
        return result

    def _refresh(self, callee: ir.Expr, obj: Value | None, scope: Scope) -> None:
        """See what a method has left in the fields of its object."""
        owner = self.owner_of(obj) if obj is not None else None
        if owner is None or obj is None or not owner.fields or not isinstance(callee, ir.Attr):
            return
        fields = {**(obj.fields or {})}
        for name, value in owner.fields.items():
            fields[name] = join(fields[name], value) if name in fields else value
        if isinstance(callee.obj, ir.Name):
            scope.set(callee.obj.name, Value(obj.marks, obj.path, obj.const, fields, obj.functions))

    def _construct(self, name: str, passed: list[Passed], line: int) -> Value:
        owner = self.owners[name]
        made = Value(path=name, fields=dict(owner.fields) or None)
        for start in ("__init__", "constructor", "initialize", name):
            closure = self.method(owner, start)
            if closure is not None:
                named = {one.arg.name: one.value for one in passed if one.arg.name is not None}
                scope = Scope(None)
                scope.variables["this"] = made
                self.invoke(closure, [one.value for one in passed if one.arg.name is None], named, made)
                made = Value(path=name, fields=dict(owner.fields) or None)
                return made.at(line)
        marks: Marks = ()
        for one in passed:
            marks = union(marks, one.value.all_marks())
        return Value(marks, name, fields=made.fields)

    def _sinks(self, path: str, expr: ir.Call, obj: Value | None, passed: list[Passed]) -> None:
        for sink in self.model.sinks_of(path):
            if not _applies(sink, passed):
                continue
            if sink.receiver and sink.receiver not in (obj.path if obj else "", passed[0].value.path if passed else ""):
                continue
            if self.model.sniffs and sink.kind == "html" and _plain_start(passed):
                continue
            for place in sink.places:
                for value, at in places(place, expr, obj, passed):
                    inner = value
                    if place.key is not UNKNOWN and value.fields and "^" not in value.fields:
                        inner = value.fields.get(place.key, Value(value.marks))
                    marks = inner.marks if sink.whole else inner.all_marks()
                    if marks:
                        line = expr.callee.end if place.receiver else at.line
                        self.reach(sink.kind, marks, sink.groups, ir.Expr(line, max(line, at.end)), path)


def places(place: Place, expr: ir.Call, obj: Value | None, passed: list[Passed]) -> list[tuple[Value, ir.Expr]]:
    """The values that a place of a call means, and where they are written."""
    if place.receiver:
        return [(obj, expr)] if obj is not None else []
    if place.name is not None:
        found = [one for one in passed if one.arg.name == place.name]
    else:
        at = place.position or 0
        positional = [one for one in passed if one.arg.name is None]
        found = positional[at:] if place.rest else positional[at : at + 1]
        found += [one for one in positional[:at] if one.arg.spread]
    return [(one.value, one.arg.value) for one in found]


def _option(name: str, passed: list[Passed]) -> Value | None:
    """A named argument, or a property of an object that is passed."""
    for one in passed:
        if one.arg.name == name:
            return one.value
        if one.value.fields and name in one.value.fields:
            return one.value.fields[name]
    return None


def _plain_start(passed: list[Passed]) -> bool:
    for one in passed:
        fields = one.value.fields or {}
        start = fields["^"].const if "^" in fields else one.value.const
        if isinstance(start, str) and start.strip():
            return not start.lstrip().startswith(("<", "%"))
        if one.value.marks:
            return False
    return False


def _applies(sink: Sink, passed: list[Passed]) -> bool:
    if len(passed) < sink.least:
        return False
    for name, wanted in sink.when:
        value = _option(name, passed)
        if value is None and sink.required:
            return False
        if (value.const if value is not None else None) not in (UNKNOWN, wanted):
            return False
    if sink.says is not None:
        said = list(_constants([one.value for one in passed]))
        if not any(sink.says.search(text) for text in said):
            return False
    if sink.first is not None:
        first = passed[0].value if passed else CLEAN
        if first.fields and 0 in first.fields:
            first = first.fields[0]
        return isinstance(first.const, str) and sink.first.search(first.const) is not None
    return True


def _constants(values: Iterable[Value], depth: int = 3) -> Iterator[str]:
    """The constant texts in values and in what they hold."""
    for value in values:
        if isinstance(value.const, str):
            yield value.const
        if value.fields and depth:
            yield from _constants(value.fields.values(), depth - 1)
