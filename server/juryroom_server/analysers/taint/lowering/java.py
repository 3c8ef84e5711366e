"""Java."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import ir
from .base import Lowering, Node, escapes, field, fields, first, line, once, operator_of, text
from .base import child as child_at

_PACKAGE = re.compile(r"(?:com|org|java|javax|jakarta|net|io)(?:\.[a-z]\w*)+")
_CLASSES = frozenset({"class_declaration", "interface_declaration", "enum_declaration", "record_declaration"})
_FUNCTIONS = frozenset({"method_declaration", "constructor_declaration", "compact_constructor_declaration"})


class Java(Lowering):
    """Lowers tree-sitter-java."""

    def string(self, node: Node) -> ir.Expr:
        """A string or character."""
        written = text(node)
        return self.literal(node, written[3:-3] if written.startswith('"""') else escapes(written[1:-1]))

    def unary(self, node: Node) -> ir.Expr:
        """`!a`, `-a`."""
        operator, value = operator_of(node), self.expr(field(node, "operand"))
        if operator == "!":
            return self.at(node, ir.Not, value)
        return self.at(node, ir.Arith, "-", self.literal(node, 0), value)

    def access(self, node: Node) -> ir.Expr:
        """`a.b`; a class goes by its own name, whatever package is in front."""
        if _PACKAGE.fullmatch(text(field(node, "object"))) and text(field(node, "field"))[:1].isupper():
            return self.at(node, ir.Name, text(field(node, "field")))
        return self.at(node, ir.Attr, self.expr(field(node, "object")), text(field(node, "field")))

    def index(self, node: Node) -> ir.Expr:
        """`a[b]`."""
        return self.at(node, ir.Index, self.expr(field(node, "array")), self.expr(field(node, "index")))

    def call(self, node: Node) -> ir.Expr:
        """`a.b(c)`, `b(c)`; a text's `equals` is a comparison."""
        obj, name = field(node, "object"), text(field(node, "name"))
        args = self.args(field(node, "arguments"))
        if obj is None:
            return self.at(node, ir.Call, self.at(node, ir.Name, name), args)
        target = self.expr(obj)
        if name in ("equals", "equalsIgnoreCase", "contentEquals") and len(args) == 1:
            return self.at(node, ir.Compare, "==", target, args[0].value)
        place = field(node, "name")
        callee = self.at(place if place is not None else node, ir.Attr, target, name)
        return self.at(node, ir.Call, callee, args)

    def new(self, node: Node) -> ir.Expr:
        """`new A(b)`; the methods of an anonymous class are run as its functions."""
        callee = self.at(node, ir.Name, type_of(field(node, "type")))
        args = self.args(field(node, "arguments"))
        body = first(node, "class_body")
        if body is not None:
            inner = [one for one in body.named_children if one.type == "method_declaration"]
            args = (*args, *(ir.Arg(self.function_of(one)) for one in inner))
        return self.at(node, ir.Call, callee, args, True)  # noqa: FBT003 - `new`

    def args(self, node: Node | None) -> tuple[ir.Arg, ...]:
        """Arguments."""
        found = node.named_children if node is not None else ()
        return tuple(ir.Arg(self.expr(child)) for child in found if child.type not in self.comments)

    def array(self, node: Node) -> ir.Expr:
        """`{a, b}`, `new T[] {a, b}`."""
        listed = field(node, "value") if node.type == "array_creation_expression" else node
        if listed is None:
            return self.at(node, ir.Items, ())
        inner = [child for child in listed.named_children if child.type not in self.comments]
        return self.at(node, ir.Items, tuple((None, self.expr(child)) for child in inner))

    def assignment(self, node: Node) -> ir.Expr:
        """`a = b`."""
        left, right = self.expr(field(node, "left")), self.expr(field(node, "right"))
        if operator_of(node) == "+=":
            right = self.at(node, ir.Text, (left, right))
        return self.at(node, ir.Store, left, right)

    def ternary(self, node: Node) -> ir.Expr:
        """`a ? b : c`."""
        parts = (self.expr(field(node, name)) for name in ("condition", "consequence", "alternative"))
        return self.at(node, ir.Choice, *parts)

    def inner(self, node: Node) -> ir.Expr:
        """What stands in parentheses."""
        return self.at(node, ir.Group, (self.expr(child_at(node)),))

    def cast(self, node: Node) -> ir.Expr:
        """`(T) a`."""
        value, kind = self.expr(field(node, "value")), type_of(field(node, "type"))
        if kind in ("Object", "T", "String", "CharSequence"):
            return self.at(node, ir.Group, (value,))
        return self.at(node, ir.Cast, value, kind)

    def instance(self, node: Node) -> ir.Expr:
        """`a instanceof T`."""
        return self.at(node, ir.Arith, "?", self.expr(field(node, "left")), self.literal(node, 0))

    def lambda_(self, node: Node) -> ir.Expr:
        """`a -> b`."""
        given = field(node, "parameters")
        if given is not None and given.type == "identifier":
            params: tuple[ir.Param, ...] = (ir.Param(self.name(given)),)
        elif given is not None and given.type == "inferred_parameters":
            params = tuple(ir.Param(self.name(one)) for one in given.named_children)
        else:
            params = tuple(self.params(given))
        body = field(node, "body")

        def lower() -> ir.Block:
            inner = Java()
            if body is not None and body.type != "block":
                return (ir.Return(line(body), inner.expr(body)),)
            return inner.block(body)

        return self.at(node, ir.Function, "", params, once(lower), node.start_byte, node.end_byte)

    def switch_value(self, node: Node) -> ir.Expr:
        """A switch as an expression: any of its results."""
        values: list[ir.Expr] = []
        body = field(node, "body")
        for clause in body.named_children if body is not None else ():
            values += [self.expr(child_at(one)) for one in clause.named_children if one.type == "expression_statement"]
        result: ir.Expr = self.at(node, ir.Group, ())
        for value in values:
            result = self.at(node, ir.Choice, self.at(node, ir.Group, ()), value, result)
        return result

    def function_of(self, node: Node, owner: str = "") -> ir.Function:
        """A method or constructor."""
        body = field(node, "body")
        params = tuple(self.params(field(node, "parameters")))
        modifiers = first(node, "modifiers")
        notes = tuple(text(one)[1:] for one in modifiers.named_children) if modifiers is not None else ()
        name = text(field(node, "name"))
        notes = (*notes, f"->{text(field(node, 'type'))}")

        def lower() -> ir.Block:
            return Java().block(body)

        return self.at(
            node,
            ir.Function,
            name,
            params,
            once(lower),
            node.start_byte,
            node.end_byte,
            notes,
            "",
            owner,
        )

    def params(self, node: Node | None) -> Iterator[ir.Param]:
        """Parameters."""
        for child in node.named_children if node is not None else ():
            if child.type not in ("formal_parameter", "spread_parameter"):
                continue
            modifiers = first(child, "modifiers")
            notes = tuple(text(one)[1:] for one in modifiers.named_children) if modifiers is not None else ()
            name = field(child, "name")
            if name is None:
                declarator = first(child, "variable_declarator")
                name = field(declarator, "name") if declarator is not None else None
            if name is not None:
                typed = type_of(field(child, "type") or child_at(child))
                yield ir.Param(self.name(name), typed, None, notes, child.type == "spread_parameter")

    # ---- statements

    def imports(self, _: Node) -> Iterator[ir.Statement]:
        """`import`: a class goes by its own name, which it has without an import too."""
        yield from ()

    def class_(self, node: Node) -> Iterator[ir.Statement]:
        """A class."""
        name = text(field(node, "name"))
        methods: list[ir.Function] = []
        assigned: list[ir.Assign] = []
        inner: list[ir.Class] = []
        body = field(node, "body")
        loose: list[Node] = []
        members = list(body.named_children) if body is not None else []
        members += [one for part in members if part.type == "enum_body_declarations" for one in part.named_children]
        for child in members:
            if child.type in _FUNCTIONS:
                function = self.function_of(child, name)
                known = {one.name for one in methods}
                if function.name in known:
                    # methods of one name are told apart by what they take; each is run, the first is the one called
                    function.name = f"{function.name}/{len(methods)}"
                methods.append(function)
            elif child.type in ("field_declaration", "constant_declaration"):
                assigned += [one for one in self.declare(child) if isinstance(one, ir.Assign)]
            elif child.type in _CLASSES:
                inner += [one for one in self.class_(child) if isinstance(one, ir.Class)]
            elif child.type in ("static_initializer", "block"):
                loose.append(child)
        parents = [field(node, "superclass"), field(node, "interfaces")]
        bases = tuple(type_of(one) for part in parents if part is not None for one in _types(part))
        modifiers = first(node, "modifiers")
        notes = tuple(text(one)[1:] for one in modifiers.named_children) if modifiers is not None else ()
        static = tuple(one for part in loose for one in self.block(first(part, "block") or part))
        yield ir.Class(line(node), name, bases, tuple(methods), tuple(assigned), tuple(inner), notes, static)

    def declare(self, node: Node) -> Iterator[ir.Statement]:
        """`T a = b`."""
        typed = type_of(field(node, "type"))
        for child in fields(node, "declarator"):
            value = field(child, "value")
            given = self.expr(value) if value is not None else self.at(child, ir.Group, ())
            kind = "" if typed == "var" else typed
            name = field(child, "name")
            if name is not None:
                yield ir.Assign(line(child), self.name(name), given, declares=True, type=kind)

    def expression_statement(self, node: Node) -> Iterator[ir.Statement]:
        """An assignment, or an expression."""
        inner = child_at(node)
        if inner is None:
            return
        if inner.type == "assignment_expression":
            adds = operator_of(inner) == "+="
            yield ir.Assign(line(inner), self.expr(field(inner, "left")), self.expr(field(inner, "right")), adds=adds)
        else:
            yield ir.Do(line(inner), self.expr(inner))

    def if_(self, node: Node) -> Iterator[ir.Statement]:
        """`if`."""
        other = self.block(field(node, "alternative"))
        yield ir.If(line(node), self.expr(field(node, "condition")), self.block(field(node, "consequence")), other)

    def for_each(self, node: Node) -> Iterator[ir.Statement]:
        """`for (T a : b)`."""
        name, source = field(node, "name"), self.expr(field(node, "value"))
        target = self.name(name) if name is not None else None
        yield ir.Loop(line(node), target, source, None, self.block(field(node, "body")))

    def for_(self, node: Node) -> Iterator[ir.Statement]:
        """`for (a; b; c)`."""
        for start in fields(node, "init"):
            yield from self.each(start)
        yield ir.Loop(line(node), None, None, None, self.block(field(node, "body")))

    def while_(self, node: Node) -> Iterator[ir.Statement]:
        """`while`."""
        yield ir.Loop(line(node), None, None, self.expr(field(node, "condition")), self.block(field(node, "body")))

    def do(self, node: Node) -> Iterator[ir.Statement]:
        """`do`."""
        yield ir.Loop(line(node), None, None, None, self.block(field(node, "body")))

    def try_(self, node: Node) -> Iterator[ir.Statement]:
        """`try`."""
        resources = field(node, "resources")
        for one in resources.named_children if resources is not None else ():
            name, value = field(one, "name"), field(one, "value")
            if name is not None and value is not None:
                yield ir.Assign(
                    line(one),
                    self.name(name),
                    self.expr(value),
                    declares=True,
                    type=type_of(field(one, "type")).replace("var", ""),
                )
        handlers = []
        final: ir.Block = ()
        for clause in node.named_children:
            if clause.type == "catch_clause":
                caught = first(clause, "catch_formal_parameter")
                name = text(field(caught, "name")) if caught is not None else ""
                handlers.append((name, self.block(field(clause, "body"))))
            elif clause.type == "finally_clause":
                final = self.block(first(clause, "block"))
        yield ir.Try(line(node), self.block(field(node, "body")), tuple(handlers), final)

    def switch(self, node: Node) -> Iterator[ir.Statement]:
        """`switch`."""
        cases = []
        falls = True
        body = field(node, "body")
        for clause in body.named_children if body is not None else ():
            tests: list[ir.Expr] = []
            inner: list[ir.Statement] = []
            falls = falls and clause.type == "switch_block_statement_group"
            for child in clause.named_children:
                if child.type == "switch_label":
                    tests += [self.expr(one) for one in child.named_children]
                elif child.type not in self.comments:
                    inner += self.each(child)
            cases.append((tuple(tests), tuple(inner)))
        yield ir.Switch(line(node), self.expr(field(node, "condition")), tuple(cases), falls)

    def return_(self, node: Node) -> Iterator[ir.Statement]:
        """`return`."""
        value = child_at(node)
        yield ir.Return(line(node), self.expr(value) if value is not None else None)

    def throw(self, node: Node) -> Iterator[ir.Statement]:
        """`throw`."""
        yield ir.Leave(line(node), self.expr(child_at(node)))

    def leave(self, node: Node) -> Iterator[ir.Statement]:
        """`break`, `continue`."""
        yield ir.Leave(line(node), loop=True)

    def synchronized(self, node: Node) -> Iterator[ir.Statement]:
        """`synchronized`."""
        yield from self.block(field(node, "body"))

    def nothing(self, _: Node) -> Iterator[ir.Statement]:
        """What has no effect on data."""
        yield from ()


def type_of(node: Node | None) -> str:
    """A type without its package, parameters and brackets."""
    if node is None:
        return ""
    written = text(node).split("<")[0]
    brackets = "[]" if node.type == "array_type" else ""
    return written.rstrip("[] ").rpartition(".")[2] + brackets


def _types(node: Node) -> list[Node]:
    listed = first(node, "type_list", "interface_type_list")
    return list((listed or node).named_children)


Java.expressions = {
    "identifier": Java.name,
    "type_identifier": Java.name,
    "scoped_type_identifier": Java.name,
    "this": lambda self, node: self.at(node, ir.Name, "this"),
    "super": lambda self, node: self.at(node, ir.Name, "super"),
    "string_literal": Java.string,
    "character_literal": Java.string,
    "decimal_integer_literal": Java.number,
    "hex_integer_literal": Java.number,
    "decimal_floating_point_literal": Java.number,
    "true": lambda self, node: self.literal(node, True),  # noqa: FBT003 - the value itself
    "false": lambda self, node: self.literal(node, False),  # noqa: FBT003 - as above
    "null_literal": lambda self, node: self.literal(node, None),
    "class_literal": lambda self, node: self.literal(node, text(node)),
    "binary_expression": Java.binary,
    "unary_expression": Java.unary,
    "update_expression": lambda self, node: self.at(
        node, ir.Arith, "?", self.expr(child_at(node)), self.literal(node, 1)
    ),
    "field_access": Java.access,
    "array_access": Java.index,
    "method_invocation": Java.call,
    "object_creation_expression": Java.new,
    "array_creation_expression": Java.array,
    "array_initializer": Java.array,
    "assignment_expression": Java.assignment,
    "ternary_expression": Java.ternary,
    "parenthesized_expression": Java.inner,
    "cast_expression": Java.cast,
    "instanceof_expression": Java.instance,
    "lambda_expression": Java.lambda_,
    "switch_expression": Java.switch_value,
    "method_reference": lambda self, node: self.at(node, ir.Group, ()),
}
Java.statements = {
    "program": Java.body,
    "block": Java.body,
    "constructor_body": Java.body,
    "class_declaration": Java.class_,
    "interface_declaration": Java.class_,
    "enum_declaration": Java.class_,
    "record_declaration": Java.class_,
    "import_declaration": Java.imports,
    "local_variable_declaration": Java.declare,
    "expression_statement": Java.expression_statement,
    "explicit_constructor_invocation": Java.nothing,
    "if_statement": Java.if_,
    "enhanced_for_statement": Java.for_each,
    "for_statement": Java.for_,
    "while_statement": Java.while_,
    "do_statement": Java.do,
    "try_statement": Java.try_,
    "try_with_resources_statement": Java.try_,
    "switch_expression": Java.switch,
    "switch_statement": Java.switch,
    "return_statement": Java.return_,
    "yield_statement": Java.nothing,
    "throw_statement": Java.throw,
    "break_statement": Java.leave,
    "continue_statement": Java.leave,
    "synchronized_statement": Java.synchronized,
    "labeled_statement": lambda self, node: self.each(child_at(node, 1)) if child_at(node, 1) is not None else (),
    "package_declaration": Java.nothing,
    "line_comment": Java.nothing,
    "block_comment": Java.nothing,
    "annotation_type_declaration": Java.nothing,
    "assert_statement": Java.nothing,
    ";": Java.nothing,
}
