"""Runs statements and functions, and decides where to begin."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from . import ir
from .expressions import elements, truth
from .guards import Guards
from .machine import MAX_CALLS, MAX_DEPTH, MAX_FUNCTION_STEPS, EnoughError, Hit
from .scope import Closure, Owner, Scope
from .value import CLEAN, UNKNOWN, Mark, Marks, Origin, Value, join, union

_STARTS = ("__init__", "constructor", "initialize")
_MAX_LOOPS = 2
"""Loops within loops beyond this are run once, and not twice."""
MAX_QUEUE = 5_000
_SMALL = 1_500
"""Bytes of a function that is looked into although no outside data goes in."""


class Interpreter(Guards):
    """Interprets a file: its top level, then each function that nothing in the file has called."""

    too_long: int = 0
    """Functions that took too many steps."""

    def run(self, block: ir.Block) -> list[Hit]:
        """All hits of a file, by line."""
        scope = Scope(None)
        self._bounded(lambda: self.execute(block, scope), MAX_FUNCTION_STEPS)
        self._drain()
        for _ in range(2):
            news = [owner for owner in list(self.owners.values()) if self._methods(owner)]
            self._drain()
            if not news:
                break
            self.progress.memo.clear()
        return sorted(self.progress.hits.values(), key=lambda hit: (hit.line, hit.kind))

    def _bounded(self, action: Callable[[], object], steps: int) -> None:
        progress = self.progress
        progress.limit = min(progress.steps + steps, self.most_steps)
        try:
            action()
        except EnoughError:
            self.too_long += 1
        progress.depth = 0
        progress.calls.clear()
        self.frames.clear()
        self.loops = 0

    def _drain(self) -> None:
        """Interpret the functions that were made and not called."""
        pending = self.progress.pending
        done = 0
        while pending and done < MAX_QUEUE and self.progress.steps < self.most_steps:
            closure = pending.pop(0)
            done += 1
            function = closure.function
            if id(function) in self.progress.seen and not function.decorators:
                continue
            if not self.has_sink(function):
                continue
            self._bounded(lambda c=closure: self._enter(c, None), MAX_FUNCTION_STEPS)  # type: ignore[misc]  # bound now, on purpose

    def _methods(self, owner: Owner) -> bool:
        """Interpret the methods of a class, its constructor first; true when its fields have got new data."""
        before = {name: value.all_marks() for name, value in owner.fields.items()}
        names = sorted(owner.methods, key=lambda name: name not in (*_STARTS, owner.name))
        for name in names:
            function = owner.methods[name]
            if self.has_sink(function) or self.has_source(function):
                closure = Closure(function, owner.scope, owner)
                this = Value(path=owner.name, fields=dict(owner.fields) or None)
                self._bounded(lambda c=closure, t=this: self._enter(c, t), MAX_FUNCTION_STEPS)  # type: ignore[misc]  # bound now, on purpose
        return any(set(value.all_marks()) - set(before.get(name, ())) for name, value in owner.fields.items())

    def _enter(self, closure: Closure, this: Value | None) -> None:
        """Interpret a function as somebody outside of the file calls it."""
        function = closure.function
        routed = self._routed(function, closure.owner)
        values = [self._outside(param, closure, routed) for param in function.params]
        results: list[tuple[int, Value]] = []
        self._body(closure, values, {}, this, results)
        if self._is_page(function, closure.owner):
            for line, value in results:
                # what a call has made is a response of its own, unless it belongs to the request
                made = value.path.endswith("()") or value.path[:1].isupper()
                made = made and not value.path.startswith(("HttpRe", "Response"))
                if not made and value.path != "PlainResponse" and not (value.fields and "^" not in value.fields):
                    self.reach("html", value.marks, (), ir.Expr(line, line), "the page")

    def _is_page(self, function: ir.Function, owner: Owner | None) -> bool:
        pages, excluded = self.model.pages, self.model.no_pages
        if pages is None:
            return False
        notes = function.decorators
        if owner is not None and owner.definition is not None:
            notes = (*notes, *owner.definition.decorators)
        said = "\n".join(notes)
        return pages.search(said) is not None and not (excluded is not None and excluded.search(said))

    def _routed(self, function: ir.Function, owner: Owner | None) -> bool:
        pattern = self.model.routes
        if pattern is None:
            return False
        texts = function.decorators
        if owner is not None and owner.definition is not None:
            texts = (*texts, *(f"{base}.{function.name}" for base in owner.bases))
        return any(pattern.search(text) for text in texts)

    def _outside(self, param: ir.Param, closure: Closure, routed: bool) -> Value:  # noqa: FBT001 - internal
        """What a parameter may hold when nothing is known of the caller."""
        model, function = self.model, closure.function
        name = param.target.name if isinstance(param.target, ir.Name) else ""
        if name and name == function.receiver:
            return Value()
        if function.name == "main" and name == "args":
            return self.resolved("args", param.target.line)
        if param.type:
            if param.type in model.scalars:
                return CLEAN
            typed = self.resolved(self.typed(param.type, closure.scope), param.target.line)
        else:
            typed = self.resolved(model.parameters[name], param.target.line) if name in model.parameters else CLEAN
        annotated = (
            any(model.route_parameters.search(text) for text in param.annotations) if model.route_parameters else False
        )
        if annotated or (routed and not typed.path.startswith("HttpRe") and not self._injected(param)):
            label = "a parameter of the route"
            return typed.with_marks((Mark(Origin(param.target.line, label, "remote")),))
        if model.open_parameters and not typed.marks and name and not typed.path.startswith("HttpRe"):
            return typed.with_marks((Mark(Origin(param.target.line, f"the parameter {name!r}", "parameter")),))
        return typed

    def _injected(self, param: ir.Param) -> bool:
        return (
            isinstance(param.default, ir.Call)
            and isinstance(param.default.callee, ir.Name)
            and (param.default.callee.name in ("Depends", "Security", "BackgroundTasks"))
        )

    def invoke(self, closure: Closure, values: list[Value], named: dict[str, Value], this: Value | None) -> Value:
        """What a function of the file returns for these arguments."""
        function, progress = closure.function, self.progress
        progress.seen.add(id(function))
        arguments = [*values, *named.values()]
        if len(progress.calls) >= MAX_CALLS or id(function) in progress.calls or progress.depth > MAX_DEPTH - 10:
            return Value(reduce(union, (value.all_marks() for value in arguments), ()))
        marks: Marks = reduce(union, (value.all_marks() for value in arguments), ())
        if not self._worthwhile(function, marks, this):
            return Value(marks)
        key = _signature(function, closure, values, named, this)
        if key is not None and key in progress.memo:
            return progress.memo[key]
        progress.calls.append(id(function))
        try:
            result = self._body(closure, values, named, this)
        finally:
            progress.calls.pop()
        if key is not None:
            progress.memo[key] = result
        return result

    def _worthwhile(self, function: ir.Function, marks: Marks, this: Value | None) -> bool:
        """Whether to look into a function for what it returns: not if that is clear, or matters little."""
        if self.has_sink(function) or self.has_source(function):
            return True
        if any(mark.origin.group != "parameter" for mark in marks):
            return True
        small = function.end_byte - function.start_byte < _SMALL and len(self.progress.calls) == 0
        return small or (this is not None and any(mark.origin.group != "parameter" for mark in this.all_marks()))

    def _body(
        self,
        closure: Closure,
        values: list[Value],
        named: dict[str, Value],
        this: Value | None,
        results: list[tuple[int, Value]] | None = None,
    ) -> Value:
        function, owner = closure.function, closure.owner
        scope = Scope(closure.scope, owner)
        if owner is None and closure.scope.owner is not None:
            scope.owner = closure.scope.owner
        params = list(function.params)
        if owner is not None and owner is not closure.scope.owner:
            held = (
                this
                if this is not None and self.owner_of(this)
                else Value(path=owner.name, fields=dict(owner.fields) or None)
            )
            scope.variables["this"] = held
            if function.receiver:
                scope.variables[function.receiver] = held
                if params and isinstance(params[0].target, ir.Name) and params[0].target.name == function.receiver:
                    params = params[1:]
                    if len(values) > len(params):
                        values = values[1:]
        for position, param in enumerate(params):
            self._give(param, position, values, named, scope)
        frames, self.frames = self.frames, []
        try:
            self.execute(function.lower(), scope)
        finally:
            self.frames = frames
        if owner is not None and "this" in scope.variables:
            held = scope.variables[function.receiver] if function.receiver else scope.variables["this"]
            owner.learn(held)
        if results is not None:
            results += scope.results
        return scope.returned or CLEAN

    def _give(self, param: ir.Param, position: int, values: list[Value], named: dict[str, Value], scope: Scope) -> None:
        target, line = param.target, param.target.line
        if param.rest:
            rest = values[position:]
            value = Value(fields=dict(enumerate(rest))) if rest else Value(fields=dict(named) or None)
        elif position < len(values):
            value = values[position]
        elif isinstance(target, ir.Name) and target.name in named:
            value = named[target.name]
        elif param.default is not None:
            value = self.evaluate(param.default, scope)
        else:
            value = CLEAN
        if param.type in self.model.scalars:
            value = CLEAN
        elif param.type and not value.path:
            path = self.typed(param.type, scope)
            value = Value(value.marks, path, value.const, value.fields, value.functions)
        self.bind(target, value, scope, line)

    # ---- statements

    def execute(self, block: ir.Block, scope: Scope) -> bool:
        """Run statements; false when they never come to their end."""
        progress = self.progress
        if progress.depth > MAX_DEPTH:
            return True
        progress.depth += 1
        try:
            for statement in block:
                self.spend()
                if not _EXECUTE[type(statement)](self, statement, scope):
                    return False
            return True
        finally:
            progress.depth -= 1

    def _assign(self, statement: ir.Assign, scope: Scope) -> bool:
        if statement.adds:
            both = ir.Text(statement.line, statement.value.end, (statement.target, statement.value))
            value = self.text(both, scope)
        else:
            value = self.evaluate(statement.value, scope)
        if statement.type:
            if statement.type in self.model.scalars:
                value = Value(const=value.const)
            else:
                path = self.typed(statement.type, scope)
                typed = self.resolved(
                    path, statement.line, Value(value.marks, "", value.const, value.fields, value.functions)
                )
                value = typed
        self.assign(statement.target, value, scope, statement.line, declares=statement.declares)
        if isinstance(statement.target, ir.Name):
            if isinstance(statement.value, ir.Call | ir.Compare | ir.Not | ir.Either):
                scope.tests[statement.target.name] = statement.value
            else:
                scope.tests.pop(statement.target.name, None)
        return True

    def _do(self, statement: ir.Do, scope: Scope) -> bool:
        value = statement.value
        self.evaluate(value, scope)
        if isinstance(value, ir.Call):
            self._checked(value, scope)
            return not self._ends(value)
        return True

    def _ends(self, call: ir.Call) -> bool:
        callee = call.callee
        name = callee.name if isinstance(callee, ir.Name | ir.Attr) else ""
        return name in _ENDS and (
            not isinstance(callee, ir.Attr) or (isinstance(callee.obj, ir.Name) and callee.obj.name in _ENDERS)
        )

    def _checked(self, call: ir.Call, scope: Scope) -> None:
        """A call that raises unless its argument is harmless."""
        if not call.args:
            return
        callee = call.callee
        path = (
            self.member(self.evaluate(callee.obj, scope), callee.name, call.line).path
            if isinstance(callee, ir.Attr)
            else self.evaluate(callee, scope).path
        )
        for mask in self.model.checks.get(self.model.canonical(path)):
            self.learn(call.args[0].value, scope, mask)

    def _if(self, statement: ir.If, scope: Scope) -> bool:
        known = truth(self.evaluate(statement.test, scope))
        before = scope.variables
        ends: list[dict[str, Value] | None] = []
        for outcome, block in ((True, statement.then), (False, statement.other)):
            if known is not None and known is not outcome:
                ends.append(None)
                continue
            scope.variables = dict(before)
            self._share(scope)
            self.narrow(statement.test, scope, outcome=outcome)
            ends.append(scope.variables if self.execute(block, scope) else None)
        return scope.joined(*ends)

    def _share(self, scope: Scope) -> None:
        """See the variables of the function around as one's own, so that what a branch learns of them ends with it."""
        parent = scope.parent
        if parent is not None and parent.parent is not None:
            for name, value in parent.variables.items():
                if value.marks and name not in scope.variables:
                    scope.variables[name] = value

    def _switch(self, statement: ir.Switch, scope: Scope) -> bool:
        subject = self.evaluate(statement.subject, scope) if statement.subject is not None else None
        before = scope.variables
        self.frames.append([])
        ends: list[dict[str, Value]] = []
        falling: dict[str, Value] | None = None
        matched, has_default = False, False
        for tests, block in statement.cases:
            scope.variables = dict(before)
            values = [self.evaluate(test, scope) for test in tests]
            has_default = has_default or not tests
            if subject is not None and subject.const is not UNKNOWN and falling is None:
                if matched or (tests and all(v.const is not UNKNOWN and v.const != subject.const for v in values)):
                    continue
                matched = bool(tests)
            if subject is not None and tests and all(not value.all_marks() for value in values):
                self.learn(statement.subject, scope, 0)  # type: ignore[arg-type]  # it is there when its value is
            elif subject is None and len(tests) == 1:
                self.narrow(tests[0], scope, outcome=True)
            if falling is not None and statement.falls:
                scope.joined(scope.variables, falling)
            alive = self.execute(block, scope)
            falling = scope.variables if alive and statement.falls else None
            if alive and not statement.falls:
                ends.append(scope.variables)
        if falling is not None:
            ends.append(falling)
        if not matched and not has_default:
            ends.append(before)
        ends += self.frames.pop()
        return _meet(ends, scope)

    def _loop(self, statement: ir.Loop, scope: Scope) -> bool:
        source = self.evaluate(statement.source, scope) if statement.source is not None else CLEAN
        if statement.test is not None and truth(self.evaluate(statement.test, scope)) is False:
            return True
        self.frames.append([])
        self.loops += 1
        exits = [scope.variables]
        for _ in range(2 if self.loops <= _MAX_LOOPS else 1):
            scope.variables = dict(scope.variables)
            if statement.target is not None:
                self.assign(statement.target, elements(source), scope, statement.line)
            if statement.test is not None:
                self.evaluate(statement.test, scope)
                self.narrow(statement.test, scope, outcome=True)
            alive = self.execute(statement.body, scope)
            left = [*self.frames[-1], *([scope.variables] if alive else [])]
            exits += left
            self.frames[-1] = []
            if not _meet([exits[0], *left], scope):
                break
        self.loops -= 1
        self.frames.pop()
        return _meet(exits, scope)

    def _try(self, statement: ir.Try, scope: Scope) -> bool:
        before = scope.variables
        scope.variables = dict(before)
        ends = []
        alive = self.execute(statement.body, scope)
        after = scope.variables
        if alive:
            ends.append(after)
        for name, block in statement.handlers:
            scope.joined(dict(before), dict(after))
            if name:
                scope.variables[name] = self.resolved("exception", statement.line)
            if self.execute(block, scope):
                ends.append(scope.variables)
        if not ends:
            scope.variables = dict(after)
            self.execute(statement.final, scope)
            return False
        _meet(ends, scope)
        return self.execute(statement.final, scope)

    def _return(self, statement: ir.Return, scope: Scope) -> bool:
        value = self.evaluate(statement.value, scope).at(statement.line) if statement.value is not None else CLEAN
        scope.results.append((statement.line, value))
        scope.returned = value if scope.returned is None else join(scope.returned, value)
        return False

    def _leave(self, statement: ir.Leave, scope: Scope) -> bool:
        if statement.value is not None:
            self.evaluate(statement.value, scope)
        if statement.loop and self.frames:
            self.frames[-1].append(dict(scope.variables))
        return False

    def _import(self, statement: ir.Import, scope: Scope) -> bool:
        path = self.model.canonical(statement.path)
        if path == statement.path and "." in path:
            module, _, name = path.rpartition(".")
            path = self.model.canonical(f"{self.model.canonical(module)}.{name}")
        scope.variables[statement.name] = self.resolved(path, statement.line)
        return True

    def _class(self, statement: ir.Class, scope: Scope, outer: Owner | None = None) -> bool:
        methods = {method.name: method for method in statement.methods}
        owner = Owner(statement, statement.name, methods, scope, statement.bases, outer=outer)
        self.owners[statement.name] = owner
        inside = Scope(scope, owner)
        for assignment in statement.fields:
            self._assign(assignment, inside)
        owner.fields.update(inside.variables)
        for inner in statement.inner:
            self._class(inner, scope, owner)
        self.execute(statement.body, inside)
        return True


_ENDS = frozenset({"exit", "_exit", "abort", "fatal", "Fatal", "Fatalf", "Fatalln", "Exit", "panic", "die", "raise"})
_ENDERS = frozenset({"sys", "os", "process", "log", "System", "flask", "Kernel"})


def _meet(ends: list[dict[str, Value]], scope: Scope) -> bool:
    if not ends:
        return False
    merged: Any = ends[0]
    for other in ends[1:]:
        if other is not merged:
            scope.joined(merged, other)
            merged = scope.variables
    scope.variables = dict(merged)
    return True


def _signature(
    function: ir.Function, closure: Closure, values: list[Value], named: dict[str, Value], this: Value | None
) -> tuple[object, ...] | None:
    """What the result depends on; None where that is too much to compare."""
    if closure.scope.parent is not None or (this is not None and this.fields):
        return None
    parts: list[object] = [id(function)]
    for name, value in (*enumerate(values), *named.items()):
        if value.functions or (value.fields and set(value.fields) != {"^"}):
            return None
        const = value.const if isinstance(value.const, str | int | float | bool | None) else None
        start = value.fields["^"].const if value.fields else None
        parts.append((name, value.marks, value.path, value.const is UNKNOWN, const, start))
    return tuple(parts)


_EXECUTE: dict[type[Any], Callable[[Interpreter, Any, Scope], bool]] = {
    ir.Assign: Interpreter._assign,  # noqa: SLF001 - the table belongs to the class
    ir.Do: Interpreter._do,  # noqa: SLF001 - as above
    ir.If: Interpreter._if,  # noqa: SLF001 - as above
    ir.Switch: Interpreter._switch,  # noqa: SLF001 - as above
    ir.Loop: Interpreter._loop,  # noqa: SLF001 - as above
    ir.Try: Interpreter._try,  # noqa: SLF001 - as above
    ir.Return: Interpreter._return,  # noqa: SLF001 - as above
    ir.Leave: Interpreter._leave,  # noqa: SLF001 - as above
    ir.Import: Interpreter._import,  # noqa: SLF001 - as above
    ir.Class: Interpreter._class,  # noqa: SLF001 - as above
}
