"""JavaScript and TypeScript, with JSX."""

from __future__ import annotations

from collections.abc import Iterator

from .. import ir
from .base import OPS, Lowering, Node, escapes, field, fields, first, line, once, operator_of, text
from .base import child as child_at

_SUMS = frozenset({"+"})
_BINARY = frozenset({"binary_expression"})
_FUNCTIONS = frozenset(
    {"function_declaration", "generator_function_declaration", "function_expression", "arrow_function"}
    | {"generator_function", "method_definition", "function"}
)


class EcmaScript(Lowering):
    """Lowers tree-sitter-javascript and tree-sitter-typescript."""

    def string(self, node: Node) -> ir.Expr:
        """A string."""
        return self.literal(node, escapes(text(node)[1:-1]))

    def template(self, node: Node) -> ir.Expr:
        """A template string."""
        parts: list[ir.Expr] = []
        for child in node.named_children:
            if child.type == "template_substitution":
                parts.append(self.expr(child_at(child)))
            else:
                parts.append(self.literal(child, escapes(text(child))))
        if all(isinstance(part, ir.Const) for part in parts):
            return self.literal(node, "".join(str(part.value) for part in parts if isinstance(part, ir.Const)))
        return self.at(node, ir.Text, tuple(parts))

    def binary(self, node: Node) -> ir.Expr:
        """An operation."""
        operator = operator_of(node)
        if operator == "+":
            return self.at(node, ir.Text, tuple(map(self.expr, self.chain(node, _SUMS, _BINARY))))
        left, right = self.expr(field(node, "left")), self.expr(field(node, "right"))
        if operator in ("&&", "||", "??"):
            return self.at(node, ir.Either, operator == "&&", left, right)
        if operator in OPS:
            return self.at(node, ir.Compare, operator, left, right)
        if operator == "in":
            return self.at(node, ir.Compare, "in", left, right)
        return self.at(node, ir.Arith, operator, left, right)

    def unary(self, node: Node) -> ir.Expr:
        """`!a`, `typeof a`, `-a`."""
        operator, value = operator_of(node), self.expr(field(node, "argument"))
        if operator == "!":
            return self.at(node, ir.Not, value)
        if operator == "typeof":
            return self.at(node, ir.Call, self.at(node, ir.Name, "typeof"), (ir.Arg(value),))
        if operator == "void":
            return self.literal(node, None)
        return self.at(node, ir.Arith, "-", self.literal(node, 0), value)

    def member(self, node: Node) -> ir.Expr:
        """`a.b`."""
        name = text(field(node, "property")).lstrip("#")
        return self.at(node, ir.Attr, self.expr(field(node, "object")), name)

    def subscript(self, node: Node) -> ir.Expr:
        """`a[b]`."""
        return self.at(node, ir.Index, self.expr(field(node, "object")), self.expr(field(node, "index")))

    def call(self, node: Node) -> ir.Expr:
        """A call; `require` names what it brings in, and `import()` too."""
        callee, given = field(node, "function"), field(node, "arguments")
        if given is not None and given.type == "template_string":
            return self.at(node, ir.Call, self.expr(callee), (ir.Arg(self.expr(given)),))
        args = self.args(given)
        brings = (
            callee is not None and callee.type in ("identifier", "import") and text(callee) in ("require", "import")
        )
        if brings and args and isinstance(args[0].value, ir.Const):
            return self.at(node, ir.Name, module(str(args[0].value.value)))
        return self.at(node, ir.Call, self.expr(callee), args)

    def new(self, node: Node) -> ir.Expr:
        """`new A(b)`."""
        callee = self.expr(field(node, "constructor"))
        return self.at(node, ir.Call, callee, self.args(field(node, "arguments")), True)  # noqa: FBT003 - `new`

    def args(self, node: Node | None) -> tuple[ir.Arg, ...]:
        """Arguments."""
        found = []
        for child in node.named_children if node is not None else ():
            if child.type == "spread_element":
                found.append(ir.Arg(self.expr(child_at(child)), None, spread=True))
            elif child.type != "comment":
                found.append(ir.Arg(self.expr(child)))
        return tuple(found)

    def array(self, node: Node) -> ir.Expr:
        """An array or a pattern of one."""
        plain: list[tuple[ir.Expr | None, ir.Expr]] = []
        spreads: list[ir.Expr] = []
        for child in node.named_children:
            if child.type in ("spread_element", "rest_pattern"):
                spreads.append(self.expr(child_at(child)))
            elif child.type != "comment":
                plain.append((None, self.expr(child)))
        return self.at(node, ir.Items, tuple(plain), tuple(spreads))

    def object(self, node: Node) -> ir.Expr:
        """An object or a pattern of one."""
        entries: list[tuple[ir.Expr | None, ir.Expr]] = []
        spreads: list[ir.Expr] = []
        for child in node.named_children:
            kind = child.type
            if kind in ("pair", "pair_pattern"):
                entries.append((self.key(field(child, "key")), self.expr(field(child, "value"))))
            elif kind in ("shorthand_property_identifier", "shorthand_property_identifier_pattern"):
                entries.append((self.literal(child, text(child)), self.name(child)))
            elif kind == "object_assignment_pattern":
                left = field(child, "left")
                stored = self.at(child, ir.Store, self.name(left), self.expr(field(child, "right"))) if left else None
                if stored is not None:
                    entries.append((self.literal(left, text(left)), stored))
            elif kind == "method_definition":
                entries.append((self.literal(child, text(field(child, "name"))), self.function_of(child)))
            elif kind in ("spread_element", "rest_pattern"):
                spreads.append(self.expr(child_at(child)))
        return self.at(node, ir.Items, tuple(entries), tuple(spreads))

    def key(self, node: Node | None) -> ir.Expr:
        """The key of a property."""
        if node is None:
            return ir.Const(1, 1, "")
        if node.type == "computed_property_name":
            return self.expr(child_at(node))
        return self.literal(node, text(node).strip("\"'`"))

    def default(self, node: Node) -> ir.Expr:
        """`a = b` in a pattern."""
        return self.at(node, ir.Store, self.expr(field(node, "left")), self.expr(field(node, "right")))

    def assignment(self, node: Node) -> ir.Expr:
        """`a = b`."""
        return self.at(node, ir.Store, self.expr(field(node, "left")), self.expr(field(node, "right")))

    def augmented(self, node: Node) -> ir.Expr:
        """`a += b` as an expression."""
        left, right = self.expr(field(node, "left")), self.expr(field(node, "right"))
        operator = operator_of(node)
        if operator == "+=":
            return self.at(node, ir.Store, left, self.at(node, ir.Text, (left, right)))
        if operator in ("||=", "??=", "&&="):
            return self.at(node, ir.Store, left, self.at(node, ir.Either, False, left, right))  # noqa: FBT003 - `or`
        return self.at(node, ir.Store, left, self.at(node, ir.Arith, operator, left, right))

    def ternary(self, node: Node) -> ir.Expr:
        """`a ? b : c`."""
        parts = (self.expr(field(node, name)) for name in ("condition", "consequence", "alternative"))
        return self.at(node, ir.Choice, *parts)

    def sequence(self, node: Node) -> ir.Expr:
        """`a, b`: the last one."""
        return self.at(node, ir.Index, self.array(node), self.literal(node, max(0, node.named_child_count - 1)))

    def inner(self, node: Node) -> ir.Expr:
        """What stands in parentheses, or after `await`, or before `as T` or `!`."""
        return self.at(node, ir.Group, (self.expr(child_at(node)),))

    def regex(self, node: Node) -> ir.Expr:
        """A regular expression, as the text that it is."""
        return self.literal(node, text(node))

    def class_expression(self, node: Node) -> ir.Expr:
        """A class without a name of its own is not followed."""
        return self.at(node, ir.Group, ())

    def jsx(self, node: Node) -> ir.Expr:
        """An element: attributes are calls of `jsx.<attribute>`."""
        opening = field(node, "open_tag") or node
        found: list[ir.Expr] = []
        for child in opening.named_children:
            if child.type == "jsx_attribute":
                name, value = child_at(child), child_at(child, 1)
                if value is not None:
                    callee = self.at(child, ir.Attr, self.at(child, ir.Name, "jsx"), text(name))
                    found.append(self.at(child, ir.Call, callee, (ir.Arg(self.expr(value)),)))
            elif child.type == "jsx_expression":
                found.append(self.expr(child))
        if opening is not node:
            found += [
                self.expr(child)
                for child in node.named_children
                if child.type.startswith("jsx_") and child not in (opening, field(node, "close_tag"))
            ]
        callee = self.at(node, ir.Attr, self.at(node, ir.Name, "jsx"), "element")
        return self.at(node, ir.Call, callee, tuple(ir.Arg(one) for one in found))

    def function_of(self, node: Node, owner: str = "", decorators: tuple[str, ...] = ()) -> ir.Function:
        """A function."""
        single = field(node, "parameter")
        given = field(node, "parameters")
        params = (ir.Param(self.expr(single)),) if single is not None else tuple(self.params(given))
        body = field(node, "body")

        def lower() -> ir.Block:
            inner = EcmaScript()
            if body is not None and body.type != "statement_block":
                return (ir.Return(line(body), inner.expr(body)),)
            return inner.block(body)

        return self.at(
            node,
            ir.Function,
            text(field(node, "name")),
            params,
            once(lower),
            node.start_byte,
            node.end_byte,
            decorators,
            "",
            owner,
        )

    def params(self, node: Node | None) -> Iterator[ir.Param]:
        """Parameters, in JavaScript's and in TypeScript's tree."""
        for child in node.named_children if node is not None else ():
            kind = child.type
            if kind == "comment":
                continue
            target, default, typed = child, None, ""
            notes: tuple[str, ...] = ()
            if kind in ("required_parameter", "optional_parameter"):
                target, default = field(child, "pattern"), field(child, "value")
                typed = type_of(field(child, "type"))
                notes = tuple(text(one)[1:] for one in child.named_children if one.type == "decorator")
            elif kind == "assignment_pattern":
                target, default = field(child, "left"), field(child, "right")
            if target is None:
                continue
            rest = target.type == "rest_pattern"
            place = self.expr(child_at(target) if rest else target)
            yield ir.Param(place, typed, self.expr(default) if default is not None else None, notes, rest)

    # ---- statements

    def hoisted(self, node: Node) -> Iterator[ir.Statement]:
        """A block: functions are there before the first statement."""
        later = []
        for child in node.named_children:
            inner = field(child, "declaration") if child.type == "export_statement" else child
            if inner is not None and inner.type in ("function_declaration", "generator_function_declaration"):
                yield from self.each(inner)
            elif child.type not in self.comments:
                later.append(child)
        for child in later:
            yield from self.each(child)

    def define(self, node: Node) -> Iterator[ir.Statement]:
        """A function."""
        function = self.function_of(node)
        yield ir.Assign(line(node), self.at(node, ir.Name, function.name), function, declares=True)

    def declare(self, node: Node) -> Iterator[ir.Statement]:
        """`const a = b`."""
        for child in node.named_children:
            if child.type != "variable_declarator":
                continue
            target, value = field(child, "name"), field(child, "value")
            if target is not None and (value is not None or target.type == "identifier"):
                typed = type_of(field(child, "type"))
                given = self.expr(value) if value is not None else self.at(child, ir.Group, ())
                yield ir.Assign(line(child), self.expr(target), given, declares=True, type=typed)

    def export(self, node: Node) -> Iterator[ir.Statement]:
        """`export`."""
        for name in ("declaration", "value"):
            inner = field(node, name)
            if inner is not None:
                yield from self.each(inner)

    def import_(self, node: Node) -> Iterator[ir.Statement]:
        """`import a, { b as c } from "d"`."""
        path = module(text(field(node, "source")).strip("\"'"))
        required = first(node, "import_require_clause")
        if required is not None:
            path = module(text(field(required, "source")).strip("\"'"))
            yield ir.Import(line(node), text(child_at(required)), path)
        clause = first(node, "import_clause")
        for child in clause.named_children if clause is not None else ():
            if child.type == "identifier":
                yield ir.Import(line(node), text(child), path)
            elif child.type == "namespace_import":
                yield ir.Import(line(node), text(child_at(child)), path)
            elif child.type == "named_imports":
                for one in child.named_children:
                    name = field(one, "name")
                    yield ir.Import(line(node), text(field(one, "alias") or name), f"{path}.{text(name)}")

    def class_(self, node: Node) -> Iterator[ir.Statement]:
        """A class."""
        name = text(field(node, "name"))
        methods: list[ir.Function] = []
        assigned: list[ir.Assign] = []
        body = field(node, "body")
        decorators: list[str] = []
        for child in body.named_children if body is not None else ():
            if child.type == "decorator":
                decorators.append(text(child)[1:])
                continue
            if child.type == "method_definition":
                own = [text(one)[1:] for one in child.named_children if one.type == "decorator"]
                methods.append(self.function_of(child, name, (*decorators, *own)))
            elif child.type in ("public_field_definition", "field_definition"):
                target, value = field(child, "name") or field(child, "property"), field(child, "value")
                if target is not None and value is not None and value.type in _FUNCTIONS:
                    function = self.function_of(value, name)
                    function.name = text(target)
                    methods.append(function)
                elif target is not None:
                    given = self.expr(value) if value is not None else self.at(child, ir.Group, ())
                    place = self.at(target, ir.Name, text(target).lstrip("#"))
                    assigned.append(
                        ir.Assign(line(child), place, given, declares=True, type=type_of(field(child, "type")))
                    )
            decorators = []
        heritage = first(node, "class_heritage")
        bases = (
            tuple(text(one) for one in fields(first(heritage, "extends_clause") or heritage, "value"))
            if heritage
            else ()
        )
        if heritage is not None and not bases:
            bases = (text(child_at(heritage)),)
        notes = tuple(text(one)[1:] for one in node.named_children if one.type == "decorator")
        yield ir.Class(line(node), name, bases, tuple(methods), tuple(assigned), (), notes)

    def expression_statement(self, node: Node) -> Iterator[ir.Statement]:
        """An assignment, or an expression."""
        inner = child_at(node)
        if inner is None:
            return
        if inner.type == "assignment_expression":
            yield ir.Assign(line(inner), self.expr(field(inner, "left")), self.expr(field(inner, "right")))
        elif inner.type == "augmented_assignment_expression" and operator_of(inner) == "+=":
            yield ir.Assign(line(inner), self.expr(field(inner, "left")), self.expr(field(inner, "right")), adds=True)
        elif inner.type == "await_expression" and child_at(inner) is not None:
            yield ir.Do(line(inner), self.expr(child_at(inner)))
        else:
            yield ir.Do(line(inner), self.expr(inner))

    def if_(self, node: Node) -> Iterator[ir.Statement]:
        """`if`."""
        clause = field(node, "alternative")
        other = self.block(child_at(clause)) if clause is not None else ()
        yield ir.If(line(node), self.expr(field(node, "condition")), self.block(field(node, "consequence")), other)

    def for_in(self, node: Node) -> Iterator[ir.Statement]:
        """`for (const a of b)`."""
        target = self.expr(field(node, "left"))
        source = self.expr(field(node, "right"))
        yield ir.Loop(line(node), target, source, None, self.block(field(node, "body")))

    def for_(self, node: Node) -> Iterator[ir.Statement]:
        """`for (a; b; c)`."""
        start = field(node, "initializer")
        if start is not None:
            yield from self.each(start)
        test, step = field(node, "condition"), field(node, "increment")
        body = self.block(field(node, "body"))
        if step is not None:
            body = (*body, ir.Do(line(step), self.expr(step)))
        known = test is not None and test.type != "empty_statement"
        yield ir.Loop(
            line(node),
            None,
            None,
            self.at(node, ir.Group, (self.expr(test), self.at(node, ir.Group, ()))) if known else None,
            body,
        )

    def while_(self, node: Node) -> Iterator[ir.Statement]:
        """`while`."""
        yield ir.Loop(line(node), None, None, self.expr(field(node, "condition")), self.block(field(node, "body")))

    def do(self, node: Node) -> Iterator[ir.Statement]:
        """`do`."""
        yield ir.Loop(line(node), None, None, None, self.block(field(node, "body")))

    def try_(self, node: Node) -> Iterator[ir.Statement]:
        """`try`."""
        handler, final = field(node, "handler"), field(node, "finalizer")
        handlers: tuple[tuple[str, ir.Block], ...] = ()
        if handler is not None:
            handlers = ((text(field(handler, "parameter")), self.block(field(handler, "body"))),)
        last = self.block(field(final, "body")) if final is not None else ()
        yield ir.Try(line(node), self.block(field(node, "body")), handlers, last)

    def switch(self, node: Node) -> Iterator[ir.Statement]:
        """`switch`."""
        cases = []
        body = field(node, "body")
        for clause in body.named_children if body is not None else ():
            if clause.type not in ("switch_case", "switch_default"):
                continue
            value = field(clause, "value")
            inner = [one for child in fields(clause, "body") for one in self.each(child)]
            cases.append(((self.expr(value),) if value is not None else (), tuple(inner)))
        yield ir.Switch(line(node), self.expr(field(node, "value")), tuple(cases), True)  # noqa: FBT003 - falls through

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

    def nothing(self, _: Node) -> Iterator[ir.Statement]:
        """What has no effect on data."""
        yield from ()


def module(path: str) -> str:
    """The name of a module as the models write it: `node:fs/promises` is `fs/promises`."""
    return path.removeprefix("node:")


def type_of(node: Node | None) -> str:
    """The declared type without its parameters."""
    if node is None:
        return ""
    written = text(node).lstrip(": ").strip()
    return written.split("<")[0].split("|")[0].strip()


EcmaScript.expressions = {
    "identifier": EcmaScript.name,
    "property_identifier": EcmaScript.name,
    "type_identifier": EcmaScript.name,
    "shorthand_property_identifier_pattern": EcmaScript.name,
    "this": lambda self, node: self.at(node, ir.Name, "this"),
    "super": lambda self, node: self.at(node, ir.Name, "super"),
    "undefined": lambda self, node: self.literal(node, None),
    "null": lambda self, node: self.literal(node, None),
    "true": lambda self, node: self.literal(node, True),  # noqa: FBT003 - the value itself
    "false": lambda self, node: self.literal(node, False),  # noqa: FBT003 - as above
    "number": EcmaScript.number,
    "string": EcmaScript.string,
    "template_string": EcmaScript.template,
    "regex": EcmaScript.regex,
    "binary_expression": EcmaScript.binary,
    "unary_expression": EcmaScript.unary,
    "member_expression": EcmaScript.member,
    "subscript_expression": EcmaScript.subscript,
    "call_expression": EcmaScript.call,
    "new_expression": EcmaScript.new,
    "array": EcmaScript.array,
    "array_pattern": EcmaScript.array,
    "object": EcmaScript.object,
    "object_pattern": EcmaScript.object,
    "assignment_pattern": EcmaScript.default,
    "assignment_expression": EcmaScript.assignment,
    "augmented_assignment_expression": EcmaScript.augmented,
    "ternary_expression": EcmaScript.ternary,
    "sequence_expression": EcmaScript.sequence,
    "parenthesized_expression": EcmaScript.inner,
    "await_expression": EcmaScript.inner,
    "as_expression": EcmaScript.inner,
    "satisfies_expression": EcmaScript.inner,
    "non_null_expression": EcmaScript.inner,
    "type_assertion": lambda self, node: self.expr(child_at(node, 1)),
    "update_expression": lambda self, node: self.at(
        node, ir.Arith, "?", self.expr(field(node, "argument")), self.literal(node, 1)
    ),
    "arrow_function": EcmaScript.function_of,
    "function_expression": EcmaScript.function_of,
    "generator_function": EcmaScript.function_of,
    "class": EcmaScript.class_expression,
    "jsx_element": EcmaScript.jsx,
    "jsx_self_closing_element": EcmaScript.jsx,
    "jsx_expression": EcmaScript.inner,
}
EcmaScript.statements = {
    "program": EcmaScript.hoisted,
    "statement_block": EcmaScript.hoisted,
    "else_clause": EcmaScript.body,
    "function_declaration": EcmaScript.define,
    "generator_function_declaration": EcmaScript.define,
    "lexical_declaration": EcmaScript.declare,
    "variable_declaration": EcmaScript.declare,
    "export_statement": EcmaScript.export,
    "import_statement": EcmaScript.import_,
    "class_declaration": EcmaScript.class_,
    "abstract_class_declaration": EcmaScript.class_,
    "expression_statement": EcmaScript.expression_statement,
    "if_statement": EcmaScript.if_,
    "for_in_statement": EcmaScript.for_in,
    "for_statement": EcmaScript.for_,
    "while_statement": EcmaScript.while_,
    "do_statement": EcmaScript.do,
    "try_statement": EcmaScript.try_,
    "switch_statement": EcmaScript.switch,
    "return_statement": EcmaScript.return_,
    "throw_statement": EcmaScript.throw,
    "break_statement": EcmaScript.leave,
    "continue_statement": EcmaScript.leave,
    "labeled_statement": lambda self, node: self.each(field(node, "body")) if field(node, "body") else (),
    "empty_statement": EcmaScript.nothing,
    "comment": EcmaScript.nothing,
    "interface_declaration": EcmaScript.nothing,
    "type_alias_declaration": EcmaScript.nothing,
    "enum_declaration": EcmaScript.nothing,
    "ambient_declaration": EcmaScript.nothing,
}
