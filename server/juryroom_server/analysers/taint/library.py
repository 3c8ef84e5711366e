"""What calls into libraries give back, and what they leave behind, by what the models say of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import ir
from .expressions import Expressions, elements
from .machine import MAX_DEPTH
from .scope import Scope
from .value import CLEAN, UNKNOWN, Marks, Value, join, safer, union

_GETTERS = frozenset(
    {"get", "getOrDefault", "fetch", "getProperty", "getAttribute", "getString", "dig", "at", "elementAt"}
)
_ADDERS = frozenset({"append", "add", "push", "unshift", "insert", "addLast", "addElement", "<<"})
_KEYED = frozenset({"put", "set", "setProperty", "setAttribute", "setdefault", "Set", "Add", "Store", "putIfAbsent"})
_MIXERS = frozenset({"extend", "update", "write", "writelines", "addAll", "putAll", "concat", "WriteString", "merge!"})
_PREDICATE = re.compile(r"(?:is|has|are|can|should)_?[A-Z]\w*|(?:is|has|are|can|should)_\w+|\w+\?")
"""Calls that answer yes or no."""
_CLEANER = re.compile(
    r"(?i)\w*(?:sanit|escape(?!d)|purif|clean_?(?:html|path|input|name|url|text)|whitelist|allow_?list)\w*|(?:html|url|uri)_?encode\w*"
)
"""Names of functions that nobody writes for another purpose; only for those that are defined elsewhere."""
_ALLOW_LIST = re.compile(r"/?\(?\[\^")
"""A pattern of all but certain characters."""


_CONTENT = re.compile(r"(?:text|application|image|audio|video|font)/|(?:json|text|txt|html)$")
_RENDERED = re.compile(r"(?i)html|xml|svg")


_KEEPS_START = frozenset({"trim", "strip", "toString", "append", "concat"})


@dataclass(frozen=True)
class Passed:
    """An argument and its value."""

    arg: ir.Arg
    value: Value


class Library(Expressions):
    """Interprets calls of what the file does not define."""

    def library(
        self, path: str, expr: ir.Call, target: Value, obj: Value | None, passed: list[Passed], scope: Scope
    ) -> Value:
        """What a call into a library gives back, and what it leaves in its object and arguments."""
        name = path.rpartition(".")[2]
        exact = self._exact(name, obj, passed)
        marks: Marks = union(target.marks, obj.all_marks() if obj is not None else ())
        given: Marks = ()
        for one in passed:
            given = union(given, one.value.all_marks())
        returned = self._callbacks(path, obj, passed, expr.line)
        held = name in _ADDERS or name in _KEYED or bool(given)
        if obj is not None and passed and held and isinstance(expr.callee, ir.Attr):
            self._keep(name, expr.callee.obj, obj, passed, scope)
        for positions in self.model.fills.get(path):
            self._fill(positions, marks, passed, scope, expr.line)
        if isinstance(expr.callee, ir.Attr) and self.model.plain.get(path):
            self._settle(expr.callee.obj, passed, scope)
        if exact is None:
            exact = self._itself(path, name, obj, passed)
        if exact is not None:
            return exact
        made = path if expr.new or (self.model.bare_calls and not passed) else f"{path}()"
        if self.model.clean.get(path) or _PREDICATE.fullmatch(name):
            return self.resolved(made, expr.line)
        marks = self._sanitized(path, name, union(union(marks, given), returned.all_marks()), passed)
        result = self.resolved(made, expr.line, Value(marks)).at(expr.line)
        if name in _KEEPS_START and obj is not None and obj.fields and "^" in obj.fields:
            return Value(result.marks, result.path, fields={"^": obj.fields["^"]})
        return result

    def _itself(self, path: str, name: str, obj: Value | None, passed: list[Passed]) -> Value | None:
        """The result of a call that gives back what it was given."""
        pattern = self.model.same_named
        if passed and (self.model.same.get(path) or (pattern is not None and pattern.search(name))):
            return passed[0].value
        return obj if name == "bind" and obj is not None and obj.path else None

    def _sanitized(self, path: str, name: str, marks: Marks, passed: list[Passed]) -> Marks:
        """Marks after a call that may make data harmless."""
        masks = self.model.sanitizers.get(path)
        for mask in masks:
            marks = safer(marks, mask)
        if masks or not marks:
            return marks
        if _CLEANER.fullmatch(name):
            return safer(marks, sum(self.bits.values()))
        return self._replaced(path, marks, passed)

    def _exact(self, name: str, obj: Value | None, passed: list[Passed]) -> Value | None:
        """Results that are exact: elements by a constant key, characters of constants, lists without an element."""
        if obj is None:
            return None
        key = passed[0].value.const if passed else UNKNOWN
        if isinstance(obj.const, str) and name == "charAt" and isinstance(key, int):
            return Value(const=obj.const[key : key + 1])
        if obj.fields and name in _GETTERS and key is not UNKNOWN and "^" not in obj.fields:
            found = obj.fields.get(key)
            default = passed[1].value if len(passed) > 1 else CLEAN
            return (
                join(found, default)
                if found is not None and default.marks
                else found or Value(union(obj.marks, default.marks))
            )
        return None

    def _keep(self, name: str, target: ir.Expr, obj: Value, passed: list[Passed], scope: Scope) -> None:
        """Let an object hold what was put into it."""
        if isinstance(target, ir.Call):
            return
        first, last = passed[0].value, passed[-1].value
        numbers = [key for key in obj.fields or () if isinstance(key, int)]
        path = obj.path
        if name in _ADDERS and len(passed) == 1 and (numbers or not obj.marks):
            self.rebind(target, obj.having(max(numbers, default=-1) + 1, last), scope)
        elif name in _KEYED and len(passed) >= 2 and isinstance(first.const, str):  # noqa: PLR2004 - a key and a value
            self.rebind(target, obj.having(first.const, last), scope)
        elif name in _ADDERS or name in _KEYED or name in _MIXERS:
            marks = obj.marks
            for one in passed:
                marks = union(marks, one.value.all_marks())
            self.rebind(target, Value(marks, path, UNKNOWN, obj.fields), scope)

    def _fill(self, positions: tuple[int, ...], marks: Marks, passed: list[Passed], scope: Scope, line: int) -> None:
        """Let arguments hold what a call has read: `Decode(&order)`, `Scan(&name)`, `io.Copy(buffer, body)`."""
        start = positions[0]
        for number, one in enumerate(passed):
            if number not in positions and not marks:
                marks = union(marks, one.value.all_marks())
        chosen = (
            passed[start:]
            if (len(positions) == 1 and start > 0) or positions == (0, -1)
            else [passed[at] for at in positions if 0 <= at < len(passed)]
        )
        for one in chosen if marks else ():
            if not isinstance(one.arg.value, ir.Call) and one.value.path != "HttpResponse":
                kept = Value(union(one.value.marks, marks), one.value.path, UNKNOWN, None).at(line)
                self.rebind(one.arg.value, kept, scope)

    def _callbacks(self, path: str, obj: Value | None, passed: list[Passed], line: int) -> Value:
        """Run the functions that a library is given."""
        result = CLEAN
        if self.progress.depth > MAX_DEPTH:
            return result
        gets: list[Value] = []
        for row in self.model.handlers.get(path):
            gets = [self.resolved(text, line) if text else CLEAN for text in row]
        if not gets and obj is not None and (obj.marks or obj.fields):
            gets = [elements(obj)]
        for one in passed:
            for closure in one.value.functions:
                result = join(result, self.invoke(closure, gets, {}, None))
        return result if obj is not None else CLEAN

    def _settle(self, target: ir.Expr, passed: list[Passed], scope: Scope) -> None:
        """Note that a response is none that a browser renders."""
        texts = [one.value.const for one in passed]
        texts += [inner.const for one in passed for inner in (one.value.fields or {}).values()]
        plain = [text for text in texts if isinstance(text, str) and _CONTENT.match(text)]
        while isinstance(target, ir.Attr | ir.Call):
            target = target.obj if isinstance(target, ir.Attr) else target.callee
        if plain and isinstance(target, ir.Name):
            made = "HttpResponse" if any(_RENDERED.search(text) for text in plain) else "PlainResponse"
            scope.variables[target.name] = Value(path=made)

    def _replaced(self, path: str, marks: Marks, passed: list[Passed]) -> Marks:
        """What replacing a constant pattern takes away."""
        for position in self.model.replacers.get(path):
            if position >= len(passed):
                continue
            pattern = passed[position].value.const
            if not isinstance(pattern, str):
                continue
            whole = not path.endswith((".replaceFirst", ".sub!")) and not (
                pattern.startswith("/") and not pattern.rpartition("/")[2].startswith("g") and path.endswith(".replace")
            )
            if whole and _ALLOW_LIST.match(pattern):
                return safer(marks, sum(self.bits.values()))
            taken = (
                ("<", "html"),
                ("\n", "log"),
                ("\\n", "log"),
                ("\r", "header"),
                ("\\r", "header"),
                ("\\n", "header"),
            )
            for text, kind in taken:
                if whole and text in pattern:
                    marks = safer(marks, self.bits[kind])
        return marks
