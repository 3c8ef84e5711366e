"""Go."""

from __future__ import annotations

from collections.abc import Iterator

from .. import ir
from .base import Lowering, Node, escapes, field, fields, first, line, once, operator_of, text
from .base import child as child_at


class Go(Lowering):
    """Lowers tree-sitter-go."""

    def file(self, node: Node) -> Iterator[ir.Statement]:
        """A file; methods join their type."""
        methods: dict[str, list[ir.Function]] = {}
        for child in node.named_children:
            if child.type == "method_declaration":
                function = self.function_of(child)
                methods.setdefault(function.owner, []).append(function)
        for child in node.named_children:
            if child.type != "method_declaration":
                for statement in self.each(child):
                    if isinstance(statement, ir.Class):
                        statement.methods = tuple(methods.pop(statement.name, ()))
                    yield statement
        for name, functions in methods.items():
            yield ir.Class(1, name, (), tuple(functions), ())

    def string(self, node: Node) -> ir.Expr:
        """A string."""
        written = text(node)[1:-1]
        return self.literal(node, written if node.type == "raw_string_literal" else escapes(written))

    def unary(self, node: Node) -> ir.Expr:
        """`!a`, `&a`, `*a`, `<-a`."""
        operator, value = operator_of(node), self.expr(field(node, "operand"))
        if operator == "!":
            return self.at(node, ir.Not, value)
        if operator in ("&", "*", "<-"):
            return value
        return self.at(node, ir.Arith, "-", self.literal(node, 0), value)

    def selector(self, node: Node) -> ir.Expr:
        """`a.b`."""
        return self.at(node, ir.Attr, self.expr(field(node, "operand")), text(field(node, "field")))

    def index(self, node: Node) -> ir.Expr:
        """`a[b]`, `a[b:c]`."""
        key = field(node, "index")
        return self.at(node, ir.Index, self.expr(field(node, "operand")), self.expr(key) if key is not None else None)

    def call(self, node: Node) -> ir.Expr:
        """A call, or a conversion."""
        args = []
        given = field(node, "arguments")
        for child in given.named_children if given is not None else ():
            if child.type == "variadic_argument":
                args.append(ir.Arg(self.expr(child_at(child)), None, spread=True))
            elif child.type != "comment":
                args.append(ir.Arg(self.expr(child)))
        return self.at(node, ir.Call, self.expr(field(node, "function")), tuple(args))

    def composite(self, node: Node) -> ir.Expr:
        """`T{a: b}`, `[]T{a, b}`."""
        entries: list[tuple[ir.Expr | None, ir.Expr]] = []
        body = field(node, "body")
        kind = field(node, "type")
        for child in body.named_children if body is not None else ():
            if child.type == "keyed_element":
                key, value = (
                    child_at(field(child, "key") or child_at(child)),
                    field(child, "value") or child_at(child, 1),
                )
                named = key is not None and key.type == "identifier"
                entries.append((self.literal(child, text(key)) if named else self.expr(key), self.element(value)))
            elif child.type != "comment":
                entries.append((None, self.element(child)))
        return self.at(node, ir.Items, tuple(entries), (), type_of(kind))

    def element(self, node: Node | None) -> ir.Expr:
        """A value in a literal."""
        if node is not None and node.type == "literal_element":
            node = child_at(node)
        return self.expr(node)

    def sequence(self, node: Node) -> ir.Expr:
        """`a, b`; one alone is itself."""
        inner = [child for child in node.named_children if child.type != "comment"]
        if len(inner) == 1:
            return self.expr(inner[0])
        return self.at(node, ir.Items, tuple((None, self.expr(child)) for child in inner))

    def inner(self, node: Node) -> ir.Expr:
        """What stands in parentheses."""
        return self.at(node, ir.Group, (self.expr(child_at(node)),))

    def asserted(self, node: Node) -> ir.Expr:
        """`a.(T)`."""
        return self.at(node, ir.Group, (self.expr(field(node, "operand")),))

    def function_of(self, node: Node) -> ir.Function:
        """A function, method or literal."""
        params = tuple(self.params(field(node, "parameters")))
        receiver, owner = "", ""
        given = field(node, "receiver")
        declared = child_at(given) if given is not None else None
        if declared is not None:
            receiver = text(field(declared, "name")) or "_"
            owner = type_of(field(declared, "type"))
        body = field(node, "body")
        # results that have names are returned by a bare `return`
        results = field(node, "result")
        named = [
            text(one)
            for part in (results.named_children if results is not None else ())
            for one in fields(part, "name")
        ]

        def lower() -> ir.Block:
            inner = Go()
            inner.results = named
            return inner.block(body)

        return self.at(
            node,
            ir.Function,
            text(field(node, "name")),
            params,
            once(lower),
            node.start_byte,
            node.end_byte,
            (),
            receiver,
            owner,
        )

    results: list[str] = []  # noqa: RUF012 - replaced, never changed

    def params(self, node: Node | None) -> Iterator[ir.Param]:
        """Parameters."""
        for child in node.named_children if node is not None else ():
            if child.type not in ("parameter_declaration", "variadic_parameter_declaration"):
                continue
            typed = type_of(field(child, "type"))
            names = fields(child, "name")
            for name in names:
                yield ir.Param(self.name(name), typed, rest=child.type.startswith("variadic"))
            if not names:
                yield ir.Param(self.at(child, ir.Name, "_"), typed)

    # ---- statements

    def define(self, node: Node) -> Iterator[ir.Statement]:
        """A function."""
        function = self.function_of(node)
        yield ir.Assign(line(node), self.at(node, ir.Name, function.name), function, declares=True)

    def imports(self, node: Node) -> Iterator[ir.Statement]:
        """`import`: a package goes by the last part of its path."""
        specs = [node] if node.type == "import_spec" else [one for one in _below(node) if one.type == "import_spec"]
        for spec in specs:
            path = text(field(spec, "path")).strip('"`')
            parts = [part for part in path.split("/") if not (part.startswith("v") and part[1:].isdigit())]
            last = parts[-1].split(".v")[0] if parts else path
            name = text(field(spec, "name")) or last
            yield ir.Import(line(spec), name, last)

    def types(self, node: Node) -> Iterator[ir.Statement]:
        """`type`: a struct with its fields' types."""
        for spec in node.named_children:
            if spec.type != "type_spec":
                continue
            struct = field(spec, "type")
            listed = first(struct, "field_declaration_list") if struct is not None else None
            assigned = []
            for one in listed.named_children if listed is not None else ():
                for name in fields(one, "name"):
                    nothing = self.at(one, ir.Group, ())
                    assigned.append(
                        ir.Assign(line(one), self.name(name), nothing, declares=True, type=type_of(field(one, "type")))
                    )
            yield ir.Class(line(spec), text(field(spec, "name")), (), (), tuple(assigned))

    def short(self, node: Node) -> Iterator[ir.Statement]:
        """`a, b := c`."""
        yield from self.unpacked(node, field(node, "left"), field(node, "right"), declares=True)

    def assignment(self, node: Node) -> Iterator[ir.Statement]:
        """`a = b`, `a += b`."""
        operator = operator_of(node)
        left, right = field(node, "left"), field(node, "right")
        if operator not in ("", "="):
            value = self.expr(right)
            if operator != "+=":
                value = self.at(node, ir.Arith, operator, value, value)
            yield ir.Assign(line(node), self.expr(left), value, adds=operator == "+=")
            return
        yield from self.unpacked(node, left, right, declares=False)

    def unpacked(self, node: Node, left: Node | None, right: Node | None, *, declares: bool) -> Iterator[ir.Statement]:
        """Several values on the left: of a call the first one is the result, the others tell whether it worked."""
        if left is None or right is None:
            return
        targets = (
            [child for child in left.named_children if child.type != "comment"]
            if left.type == "expression_list"
            else [left]
        )
        values = (
            [child for child in right.named_children if child.type != "comment"]
            if right.type == "expression_list"
            else [right]
        )
        if len(values) == 1 and len(targets) > 1:
            source = self.expr(values[0])
            if isinstance(source, ir.Call) and not isinstance(source.callee, ir.Function) and _library(source):
                yield ir.Assign(line(node), self.expr(targets[0]), source, declares)
                return
            if not isinstance(source, ir.Call):
                yield ir.Assign(line(node), self.expr(targets[0]), source, declares)
                return
            pattern = self.at(left, ir.Items, tuple((None, self.expr(one)) for one in targets))
            yield ir.Assign(line(node), pattern, source, declares)
            return
        for target, value in zip(targets, values, strict=False):
            yield ir.Assign(line(node), self.expr(target), self.expr(value), declares)

    def var(self, node: Node) -> Iterator[ir.Statement]:
        """`var a T = b`."""
        for spec in _below(node):
            if spec.type not in ("var_spec", "const_spec"):
                continue
            values = field(spec, "value")
            given = values.named_children if values is not None else []
            for position, name in enumerate(fields(spec, "name")):
                value = self.expr(given[position]) if position < len(given) else self.at(spec, ir.Group, ())
                yield ir.Assign(line(spec), self.name(name), value, declares=True, type=type_of(field(spec, "type")))

    def if_(self, node: Node) -> Iterator[ir.Statement]:
        """`if a := b; c`."""
        start = field(node, "initializer")
        if start is not None:
            yield from self.each(start)
        other = self.block(field(node, "alternative"))
        yield ir.If(line(node), self.expr(field(node, "condition")), self.block(field(node, "consequence")), other)

    def for_(self, node: Node) -> Iterator[ir.Statement]:
        """`for`."""
        body = self.block(field(node, "body"))
        ranged, counted = first(node, "range_clause"), first(node, "for_clause")
        if ranged is not None:
            left = field(ranged, "left")
            names = left.named_children if left is not None else []
            target = self.expr(names[1]) if len(names) > 1 else self.expr(names[0]) if names else None
            source = self.expr(field(ranged, "right"))
            yield ir.Loop(line(node), target, source, None, body)
            return
        test = None
        if counted is not None:
            start = field(counted, "initializer")
            if start is not None:
                yield from self.each(start)
        elif node.named_child_count > 1:
            test = self.expr(child_at(node))
        yield ir.Loop(line(node), None, None, test, body)

    def switch(self, node: Node) -> Iterator[ir.Statement]:
        """`switch`; without a value its cases are tests."""
        start = field(node, "initializer")
        if start is not None:
            yield from self.each(start)
        subject = field(node, "value")
        cases = []
        for clause in node.named_children:
            if clause.type not in ("expression_case", "default_case", "type_case", "communication_case"):
                continue
            value = field(clause, "value")
            tests = tuple(self.expr(one) for one in value.named_children) if value is not None else ()
            inner: list[ir.Statement] = []
            said = field(clause, "communication")
            if said is not None:
                inner += self.each(said)
            for child in clause.named_children:
                if child.type == "statement_list":
                    inner += self.body(child)
            cases.append((tests, tuple(inner)))
        if node.type == "type_switch_statement":
            alias = field(node, "alias")
            if alias is not None:
                yield ir.Assign(line(node), self.expr(alias), self.expr(subject), declares=True)
            subject = None
        yield ir.Switch(line(node), self.expr(subject) if subject is not None else None, tuple(cases))

    def return_(self, node: Node) -> Iterator[ir.Statement]:
        """`return`."""
        value = child_at(node)
        if value is None and self.results:
            named = tuple((None, self.at(node, ir.Name, name)) for name in self.results)
            yield ir.Return(line(node), named[0][1] if len(named) == 1 else self.at(node, ir.Items, named))
            return
        yield ir.Return(line(node), self.expr(value) if value is not None else None)

    def expression_statement(self, node: Node) -> Iterator[ir.Statement]:
        """An expression; also what is deferred or runs beside."""
        inner = child_at(node)
        if inner is not None:
            yield ir.Do(line(inner), self.expr(inner))

    def send(self, node: Node) -> Iterator[ir.Statement]:
        """`channel <- value`."""
        yield ir.Assign(line(node), self.expr(field(node, "channel")), self.expr(field(node, "value")))

    def leave(self, node: Node) -> Iterator[ir.Statement]:
        """`break`, `continue`."""
        yield ir.Leave(line(node), loop=True)

    def nothing(self, _: Node) -> Iterator[ir.Statement]:
        """What has no effect on data."""
        yield from ()


def type_of(node: Node | None) -> str:
    """A type without pointers and arrays."""
    return text(node).lstrip("*[]&.") if node is not None else ""


def _below(node: Node) -> Iterator[Node]:
    for child in node.named_children:
        yield child
        if child.type.endswith("_list"):
            yield from child.named_children


def _library(call: ir.Call) -> bool:
    return isinstance(call.callee, ir.Attr)


Go.expressions = {
    "identifier": Go.name,
    "package_identifier": Go.name,
    "interpreted_string_literal": Go.string,
    "raw_string_literal": Go.string,
    "rune_literal": Go.string,
    "int_literal": Go.number,
    "float_literal": Go.number,
    "true": lambda self, node: self.literal(node, True),  # noqa: FBT003 - the value itself
    "false": lambda self, node: self.literal(node, False),  # noqa: FBT003 - as above
    "nil": lambda self, node: self.literal(node, None),
    "binary_expression": Go.binary,
    "unary_expression": Go.unary,
    "selector_expression": Go.selector,
    "index_expression": Go.index,
    "slice_expression": Go.index,
    "call_expression": Go.call,
    "composite_literal": Go.composite,
    "literal_value": lambda self, node: self.at(
        node, ir.Items, tuple((None, self.element(one)) for one in node.named_children)
    ),
    "expression_list": Go.sequence,
    "parenthesized_expression": Go.inner,
    "type_assertion_expression": Go.asserted,
    "type_conversion_expression": lambda self, node: self.at(node, ir.Group, (self.expr(field(node, "operand")),)),
    "func_literal": Go.function_of,
}
Go.statements = {
    "source_file": Go.file,
    "block": Go.body,
    "statement_list": Go.body,
    "function_declaration": Go.define,
    "import_declaration": Go.imports,
    "type_declaration": Go.types,
    "short_var_declaration": Go.short,
    "receive_statement": Go.short,
    "assignment_statement": Go.assignment,
    "var_declaration": Go.var,
    "const_declaration": Go.var,
    "if_statement": Go.if_,
    "for_statement": Go.for_,
    "expression_switch_statement": Go.switch,
    "type_switch_statement": Go.switch,
    "select_statement": Go.switch,
    "return_statement": Go.return_,
    "expression_statement": Go.expression_statement,
    "go_statement": Go.expression_statement,
    "defer_statement": Go.expression_statement,
    "send_statement": Go.send,
    "break_statement": Go.leave,
    "continue_statement": Go.leave,
    "labeled_statement": lambda self, node: self.each(child_at(node, 1)) if child_at(node, 1) is not None else (),
    "package_clause": Go.nothing,
    "inc_statement": Go.nothing,
    "dec_statement": Go.nothing,
    "empty_statement": Go.nothing,
    "comment": Go.nothing,
}
