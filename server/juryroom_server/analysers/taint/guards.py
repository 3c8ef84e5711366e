"""What a test tells of the values that it looks at."""

from __future__ import annotations

import re

from . import ir
from .calls import Calls, places
from .expressions import truth
from .library import Passed
from .model import Place
from .scope import Scope
from .value import UNKNOWN, Value

_PATH_PARTS = ("..", "/", "\\")
_VALIDATOR = re.compile(
    r"(?i)_*(?:is|has|check|validate|ensure|verify)?_*(?:valid|safe|allowed|trusted|permitted|white_?listed|allow_?listed|local_?ur[li]|known)(?!_?json)\w*\??"
)
"""Names of tests that are made for outside data; only for those that are defined elsewhere."""
_CONTAINS = frozenset({"contains", "includes", "include?", "has", "containsKey", "Contains", "member?"})
_ORDER = frozenset({"==", "===", "!=", "!=="})


class Guards(Calls):
    """Learns from tests."""

    def narrow(self, test: ir.Expr, scope: Scope, *, outcome: bool) -> None:
        """Note in the scope what holds when the test came out this way."""
        if isinstance(test, ir.Group) and len(test.values) == 1:
            self.narrow(test.values[0], scope, outcome=outcome)
        elif isinstance(test, ir.Not):
            self.narrow(test.value, scope, outcome=not outcome)
        elif isinstance(test, ir.Either):
            if test.both is outcome:
                self.narrow(test.left, scope, outcome=outcome)
                self.narrow(test.right, scope, outcome=outcome)
            else:
                self._either(test, scope, outcome=outcome)
        elif isinstance(test, ir.Compare):
            self._compare(test, scope, outcome=outcome)
        elif isinstance(test, ir.Call):
            self._call(test, scope, outcome=outcome)
        elif isinstance(test, ir.Name) and test.name in scope.tests:
            # `ok = allowed(x)` and `if ok`; taken out meanwhile, since a test may name itself
            known = scope.tests.pop(test.name)
            self.narrow(known, scope, outcome=outcome)
            scope.tests[test.name] = known
        elif isinstance(test, ir.Store) and isinstance(test.value, ir.Call):
            self._call(test.value, scope, outcome=outcome)

    def _either(self, test: ir.Either, scope: Scope, *, outcome: bool) -> None:
        """Only what both sides tell is known."""
        before = scope.variables
        found = []
        for side in (test.left, test.right):
            scope.variables = dict(before)
            self.narrow(side, scope, outcome=outcome)
            found.append(scope.variables)
        scope.variables = dict(before)
        for name, value in found[0].items():
            other = found[1].get(name)
            if other is None or value is before.get(name) or other is before.get(name):
                continue
            safe = {mark.origin: mark.safe for mark in other.marks}
            masks = [mark.safe & safe.get(mark.origin, 0) for mark in value.marks]
            if masks:
                scope.variables[name] = before.get(name, value).safer(min(masks))

    def _compare(self, test: ir.Compare, scope: Scope, *, outcome: bool) -> None:
        if test.op in _ORDER:
            equal = (test.op in ("==", "===")) is outcome
            for side, other in ((test.left, test.right), (test.right, test.left)):
                if isinstance(other, ir.Const) and isinstance(side, ir.Call | ir.Index | ir.Attr) and _boolean(other):
                    self.narrow(side, scope, outcome=equal is bool(other.value))
                self._type_test(side, other, scope, equal=equal)
                if equal and not self.evaluate(other, scope).all_marks():
                    self.learn(side, scope, 0)
        elif test.op == "in":
            self._membership(test.left, test.right, scope, outcome=outcome)

    def _type_test(self, side: ir.Expr, other: ir.Expr, scope: Scope, *, equal: bool) -> None:
        """`typeof x === "string"`."""
        if isinstance(side, ir.Call) and isinstance(side.callee, ir.Name) and side.callee.name == "typeof":
            if equal and isinstance(other, ir.Const):
                self.learn(side.args[0].value, scope, self.bits["nosql"] if other.value == "string" else 0)
        elif isinstance(side, ir.Call) and isinstance(side.callee, ir.Attr) and isinstance(other, ir.Const):
            # such as the index of ".." in a path, compared with -1
            name = side.callee.name.lower()
            if name in ("indexof", "index", "find") and other.value in (-1, 0):
                absent = equal if other.value == -1 else not equal
                args = side.args
                if args and other.value == -1:
                    needle = args[-1].value
                    hay = args[0].value if len(args) > 1 else side.callee.obj
                    self._membership(needle, hay, scope, outcome=not absent)

    def _membership(self, item: ir.Expr, container: ir.Expr, scope: Scope, *, outcome: bool) -> None:
        inner, outer = self.evaluate(item, scope), self.evaluate(container, scope)
        if outcome and not outer.all_marks():
            self.learn(item, scope, 0)
        if not outcome and isinstance(inner.const, str):
            mask = 0
            if inner.const in _PATH_PARTS:
                mask |= self.bits["path"]
            if inner.const in ("\n", "\r", "\r\n"):
                mask |= self.bits["log"] | self.bits["header"]
            if "//" in inner.const or inner.const == ":":
                mask |= self.bits["redirect"]
            if inner.const == "__proto__":
                mask |= self.bits["prototype"]
            if mask:
                self.learn(container, scope, mask)

    def _call(self, test: ir.Call, scope: Scope, *, outcome: bool) -> None:
        """A predicate of a library, or one of the file that consists of one test."""
        callee = test.callee
        if isinstance(callee, ir.Attr):
            obj = self.evaluate(callee.obj, scope)
            target = self.member(obj, callee.name, callee.line)
        else:
            obj, target = None, self.evaluate(callee, scope)
            if not target.functions and isinstance(callee, ir.Name):
                target = self._unqualified(callee.name, target, scope)
        if target.functions:
            self._local_predicate(test, target, scope, outcome=outcome)
            return
        path = self.model.canonical(target.path)
        name = path.rpartition(".")[2]
        if name in _CONTAINS:
            self._contains(test, scope, outcome=outcome)
        if outcome and _VALIDATOR.fullmatch(name):
            for arg in test.args:
                self.learn(arg.value, scope, 0)
        self._guards(path, test, obj, scope, outcome=outcome)

    def _guards(self, path: str, test: ir.Call, obj: Value | None, scope: Scope, *, outcome: bool) -> None:
        for guard in self.model.guards.get(path):
            if guard.outcome is not outcome:
                continue
            if guard.argument is None or self._compared(guard.argument, test, scope):
                for expr in self._at(guard.place, test, obj, scope):
                    self.learn(expr, scope, guard.mask, guard.requires)

    def _contains(self, test: ir.Call, scope: Scope, *, outcome: bool) -> None:
        """`list.contains(x)`, or `contains(list, x)` and the other way round."""
        if len(test.args) > 1:
            first, second = test.args[0].value, test.args[1].value
            self._membership(second, first, scope, outcome=outcome)
            self._membership(first, second, scope, outcome=outcome)
        elif test.args and isinstance(test.callee, ir.Attr):
            self._membership(test.args[0].value, test.callee.obj, scope, outcome=outcome)

    def _compared(self, pattern: re.Pattern[str], test: ir.Call, scope: Scope) -> bool:
        texts = [self.evaluate(arg.value, scope).const for arg in test.args]
        return any(isinstance(text, str) and pattern.search(text) for text in texts)

    def _at(self, place: Place, test: ir.Call, obj: Value | None, scope: Scope) -> list[ir.Expr]:
        """What a guard says something of."""
        if place.receiver:
            return [test.callee.obj] if isinstance(test.callee, ir.Attr) else []
        passed = [Passed(arg, self.evaluate(arg.value, scope)) for arg in test.args]
        return [expr for _, expr in places(place, test, obj, passed)]

    def _local_predicate(self, test: ir.Call, target: Value, scope: Scope, *, outcome: bool) -> None:
        """`if allowed(x)`, where `allowed` returns one test of its parameter."""
        for closure in target.functions[:1]:
            body = closure.function.lower()
            if len(body) != 1 or not isinstance(body[0], ir.Return) or body[0].value is None:
                continue
            inner = Scope(closure.scope, closure.owner)
            pairs = []
            for param, arg in zip(closure.function.params, test.args, strict=False):
                if isinstance(param.target, ir.Name):
                    inner.variables[param.target.name] = self.evaluate(arg.value, scope)
                    pairs.append((param.target.name, arg.value))
            before = dict(inner.variables)
            if truth(self.evaluate(body[0].value, inner)) is None:
                self.narrow(body[0].value, inner, outcome=outcome)
            for name, expr in pairs:
                if inner.variables[name] is not before[name]:
                    self._replace(expr, inner.variables[name], scope)

    def learn(self, expr: ir.Expr, scope: Scope, mask: int, requires: int = 0) -> None:
        """Mark what an expression stands for as harmless: for these uses, or for all of them with 0."""
        expr = _bare(expr)
        value = self.evaluate(expr, scope) if isinstance(expr, ir.Name | ir.Attr | ir.Index) else None
        if value is None:
            if isinstance(expr, ir.Call) and isinstance(expr.callee, ir.Attr) and expr.callee.name in _VIEWS:
                self.learn(expr.callee.obj, scope, mask, requires)
            elif isinstance(expr, ir.Call) and len(expr.args) == 1:
                # what is said of str(x), len(x) or x.lower() is said of x
                self.learn(expr.args[0].value, scope, mask, requires)
            return
        if not value.all_marks():
            return
        self._replace(expr, value.safer(mask or sum(self.bits.values()), requires), scope)

    def _replace(self, expr: ir.Expr, value: Value, scope: Scope) -> None:
        expr = _bare(expr)
        if isinstance(expr, ir.Name):
            scope.variables[expr.name] = value
        elif isinstance(expr, ir.Attr) and not isinstance(expr.obj, ir.Call):
            obj = self.evaluate(expr.obj, scope)
            self._replace(expr.obj, _with(obj, expr.name, value), scope)
        elif isinstance(expr, ir.Index) and expr.key is not None and not isinstance(expr.obj, ir.Call):
            key = self.evaluate(expr.key, scope).const
            if isinstance(key, str | int):
                self._replace(expr.obj, _with(self.evaluate(expr.obj, scope), key, value), scope)


_VIEWS = frozenset(
    {"lower", "upper", "strip", "toLowerCase", "toUpperCase", "trim", "toString", "Hostname", "getHost", "normalize"}
)


def _with(obj: Value, key: object, value: Value) -> Value:
    """The object with one element known to be harmless, although the object as such is not."""
    return obj.having(("=", key) if obj.marks else key, value)


def _bare(expr: ir.Expr) -> ir.Expr:
    while isinstance(expr, ir.Group) and len(expr.values) == 1:
        expr = expr.values[0]
    return expr.target if isinstance(expr, ir.Store) else expr


def _boolean(expr: ir.Const) -> bool:
    return expr.value is True or expr.value is False or expr.value is UNKNOWN
