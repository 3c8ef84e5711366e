"""Python."""

from __future__ import annotations

from collections.abc import Iterator

from .. import ir
from .base import OPS, Lowering, Node, escapes, field, fields, first, line, once, operator_of, text
from .base import child as child_at

_SUMS = frozenset({"+"})
_BINARY = frozenset({"binary_operator"})


class Python(Lowering):
    """Lowers tree-sitter-python."""

    def string(self, node: Node) -> ir.Expr:
        """A string, with or without interpolations."""
        parts: list[ir.Expr] = []
        raw = "r" in text(first(node, "string_start")).lower()
        for child in node.named_children:
            if child.type == "string_content":
                parts.append(self.literal(child, text(child) if raw else escapes(text(child))))
            elif child.type == "interpolation":
                parts.append(self.expr(field(child, "expression")))
        if not any(child.type == "interpolation" for child in node.named_children):
            return self.literal(node, "".join(str(part.value) for part in parts if isinstance(part, ir.Const)))
        return self.at(node, ir.Text, tuple(parts))

    def joined(self, node: Node) -> ir.Expr:
        """Strings side by side."""
        return self.at(
            node, ir.Text, tuple(self.expr(child) for child in node.named_children if child.type == "string")
        )

    def binary(self, node: Node) -> ir.Expr:
        """An operation."""
        operator = operator_of(node)
        if operator == "+":
            return self.at(node, ir.Text, tuple(map(self.expr, self.chain(node, _SUMS, _BINARY))))
        left, right = self.expr(field(node, "left")), self.expr(field(node, "right"))
        if operator == "%" and not (isinstance(left, ir.Const) and not isinstance(left.value, str)):
            return self.at(node, ir.Text, (left, right))
        if operator == "/" and not isinstance(left, ir.Const):
            # a path in front of a slash makes a path
            return self.at(node, ir.Text, (left, right))
        if operator in ("|", "*"):
            return (
                self.at(node, ir.Group, (left, right)) if operator == "|" else self.at(node, ir.Arith, "*", left, right)
            )
        return self.at(node, ir.Arith, operator, left, right)

    def comparison(self, node: Node) -> ir.Expr:
        """A comparison of two; of more only that it is one."""
        operands = node.named_children
        operator = " ".join(text(child) for child in node.children if not child.is_named)
        if len(operands) != 2:  # noqa: PLR2004 - a pair
            return self.at(node, ir.Arith, "?", self.parts(node), ir.Const(1, 1, None))
        left, right = map(self.expr, operands)
        if operator in OPS or operator in ("is", "is not", "<>"):
            names = {"is": "==", "is not": "!=", "<>": "!="}
            return self.at(node, ir.Compare, names.get(operator, operator), left, right)
        found = self.at(node, ir.Compare, "in", left, right)
        return self.at(node, ir.Not, found) if operator == "not in" else found

    def logic(self, node: Node) -> ir.Expr:
        """`and`, `or`."""
        both = operator_of(node) == "and"
        return self.at(node, ir.Either, both, self.expr(field(node, "left")), self.expr(field(node, "right")))

    def call(self, node: Node) -> ir.Expr:
        """A call."""
        args: list[ir.Arg] = []
        given = field(node, "arguments")
        if given is not None and given.type == "generator_expression":
            args.append(ir.Arg(self.expr(given)))
        for child in given.named_children if given is not None and given.type == "argument_list" else ():
            if child.type == "keyword_argument":
                args.append(ir.Arg(self.expr(field(child, "value")), text(field(child, "name"))))
            elif child.type in ("list_splat", "dictionary_splat"):
                args.append(ir.Arg(self.expr(child_at(child, 0)), None, spread=True))
            elif child.type != "comment":
                args.append(ir.Arg(self.expr(child)))
        return self.at(node, ir.Call, self.expr(field(node, "function")), tuple(args))

    def attribute(self, node: Node) -> ir.Expr:
        """`a.b`."""
        return self.at(node, ir.Attr, self.expr(field(node, "object")), text(field(node, "attribute")))

    def subscript(self, node: Node) -> ir.Expr:
        """`a[b]`."""
        keys = fields(node, "subscript")
        key = self.expr(keys[0]) if len(keys) == 1 and keys[0].type != "slice" else None
        return self.at(node, ir.Index, self.expr(field(node, "value")), key)

    def sequence(self, node: Node) -> ir.Expr:
        """A list, tuple or set, or a pattern of one."""
        children = [child for child in node.named_children if child.type != "comment"]
        plain = tuple((None, self.expr(child)) for child in children if "splat" not in child.type)
        spreads = tuple(self.expr(child_at(child, 0)) for child in children if "splat" in child.type)
        return self.at(node, ir.Items, plain, spreads)

    def dictionary(self, node: Node) -> ir.Expr:
        """A dictionary."""
        pairs = tuple(
            (self.expr(field(child, "key")), self.expr(field(child, "value")))
            for child in node.named_children
            if child.type == "pair"
        )
        spreads = tuple(
            self.expr(child_at(child, 0)) for child in node.named_children if child.type == "dictionary_splat"
        )
        return self.at(node, ir.Items, pairs, spreads)

    def comprehension(self, node: Node) -> ir.Expr:
        """A comprehension: loops within loops become one within the other."""
        body = field(node, "body")
        result: ir.Expr = self.expr(body)
        clauses = [child for child in node.named_children if child.type in ("for_in_clause", "if_clause")]
        tests: list[ir.Expr] = []
        for clause in reversed(clauses):
            if clause.type == "if_clause":
                tests.insert(0, self.expr(child_at(clause, 0)))
                continue
            target, source = self.expr(field(clause, "left")), self.expr(field(clause, "right"))
            result = self.at(node, ir.Each, target, source, tuple(tests), result)
            tests = []
        return result

    def pair(self, node: Node) -> ir.Expr:
        """The body of a dictionary comprehension."""
        return self.at(node, ir.Items, ((self.expr(field(node, "key")), self.expr(field(node, "value"))),))

    def conditional(self, node: Node) -> ir.Expr:
        """`a if b else c`."""
        then, test, other = (self.expr(child_at(node, at)) for at in range(3))
        return self.at(node, ir.Choice, test, then, other)

    def named(self, node: Node) -> ir.Expr:
        """`a := b`."""
        return self.at(node, ir.Store, self.expr(field(node, "name")), self.expr(field(node, "value")))

    def function_of(self, node: Node, decorators: tuple[str, ...] = (), owner: str = "") -> ir.Function:
        """A function or lambda."""
        params = tuple(self.params(field(node, "parameters")))
        body = field(node, "body")
        is_lambda = node.type == "lambda"
        method = bool(owner) and not any(text.endswith("staticmethod") for text in decorators)
        receiver = params[0].target.name if method and params and isinstance(params[0].target, ir.Name) else ""

        def lower() -> ir.Block:
            inner = Python()
            if is_lambda:
                return (ir.Return(line(node), inner.expr(body)),)
            return inner.block(body)

        name = text(field(node, "name"))
        return self.at(
            node, ir.Function, name, params, once(lower), node.start_byte, node.end_byte, decorators, receiver, owner
        )

    def lambda_(self, node: Node) -> ir.Expr:
        """A lambda."""
        return self.function_of(node)

    def params(self, node: Node | None) -> Iterator[ir.Param]:
        """Parameters."""
        for child in node.named_children if node is not None else ():
            kind = child.type
            if kind in ("identifier", "tuple_pattern"):
                yield ir.Param(self.expr(child))
            elif kind in ("default_parameter", "typed_default_parameter"):
                default = self.expr(field(child, "value"))
                yield ir.Param(self.expr(field(child, "name")), type_of(field(child, "type")), default)
            elif kind == "typed_parameter":
                inner = child_at(child, 0)
                if inner is None:
                    continue
                rest = "splat" in inner.type
                target = self.expr(child_at(inner, 0) if rest else inner)
                yield ir.Param(target, type_of(field(child, "type")), rest=rest)
            elif "splat" in kind:
                yield ir.Param(self.expr(child_at(child, 0)), rest=True)

    # ---- statements

    def define(self, node: Node) -> Iterator[ir.Statement]:
        """A function."""
        yield from self._define(node, ())

    def _define(self, node: Node, decorators: tuple[str, ...]) -> Iterator[ir.Statement]:
        function = self.function_of(node, decorators)
        name = self.at(node, ir.Name, function.name)
        yield ir.Assign(line(node), name, function, declares=True)

    def decorated(self, node: Node) -> Iterator[ir.Statement]:
        """A definition with its decorators."""
        inner = field(node, "definition")
        decorators = tuple(text(child)[1:].strip() for child in node.named_children if child.type == "decorator")
        if inner is None:
            return
        yield from self._define(inner, decorators) if inner.type == "function_definition" else self.class_(inner)

    def class_(self, node: Node) -> Iterator[ir.Statement]:
        """A class."""
        name = text(field(node, "name"))
        bases = field(node, "superclasses")
        methods, assigned, inner = [], [], []
        body = field(node, "body")
        for child in body.named_children if body is not None else ():
            definition = child
            decorators: tuple[str, ...] = ()
            if child.type == "decorated_definition":
                definition = field(child, "definition")
                decorators = tuple(text(one)[1:].strip() for one in child.named_children if one.type == "decorator")
            if definition is None:
                continue
            if definition.type == "function_definition":
                methods.append(self.function_of(definition, decorators, name))
            elif definition.type == "class_definition":
                inner += [one for one in self.class_(definition) if isinstance(one, ir.Class)]
            else:
                assigned += [one for one in self.each(child) if isinstance(one, ir.Assign)]
        named = tuple(text(child) for child in bases.named_children) if bases is not None else ()
        yield ir.Class(line(node), name, named, tuple(methods), tuple(assigned), tuple(inner))

    def import_(self, node: Node) -> Iterator[ir.Statement]:
        """`import a.b as c`."""
        for child in fields(node, "name"):
            if child.type == "aliased_import":
                yield ir.Import(line(node), text(field(child, "alias")), text(field(child, "name")))
            else:
                top = text(child).split(".")[0]
                yield ir.Import(line(node), top, top)

    def import_from(self, node: Node) -> Iterator[ir.Statement]:
        """`from a import b as c`."""
        module = text(field(node, "module_name"))
        for child in fields(node, "name"):
            alias = field(child, "alias") if child.type == "aliased_import" else child
            name = field(child, "name") if child.type == "aliased_import" else child
            yield ir.Import(line(node), text(alias), f"{module}.{text(name)}")

    def expression_statement(self, node: Node) -> Iterator[ir.Statement]:
        """An assignment, or an expression."""
        for child in node.named_children:
            if child.type in ("assignment", "augmented_assignment"):
                yield from self.assignment(child)
            elif child.type != "comment":
                yield ir.Do(line(child), self.expr(child))

    def assignment(self, node: Node) -> Iterator[ir.Statement]:
        """`a = b = c`, `a: T = b`, `a += b`."""
        right, left = field(node, "right"), field(node, "left")
        if right is None or left is None:
            return
        targets = [left]
        while right.type == "assignment":
            targets.append(field(right, "left"))
            right = field(right, "right")
            if right is None:
                return
        value = self.expr(right)
        adds = node.type == "augmented_assignment"
        if adds and operator_of(node) not in ("+=", "|=", "/="):
            value, adds = self.at(node, ir.Arith, "?", value, value), False
        for target in targets:
            yield ir.Assign(line(node), self.expr(target), value, adds=adds, type=type_of(field(node, "type")))

    def if_(self, node: Node) -> Iterator[ir.Statement]:
        """`if`, with its `elif`s one within the other."""
        other: ir.Block = ()
        for clause in reversed(fields(node, "alternative")):
            if clause.type == "else_clause":
                other = self.block(field(clause, "body"))
            else:
                test = self.expr(field(clause, "condition"))
                other = (ir.If(line(clause), test, self.block(field(clause, "consequence")), other),)
        yield ir.If(line(node), self.expr(field(node, "condition")), self.block(field(node, "consequence")), other)

    def for_(self, node: Node) -> Iterator[ir.Statement]:
        """`for`."""
        target, source = self.expr(field(node, "left")), self.expr(field(node, "right"))
        yield ir.Loop(line(node), target, source, None, self.block(field(node, "body")))
        yield from self.otherwise(node)

    def while_(self, node: Node) -> Iterator[ir.Statement]:
        """`while`."""
        test = self.expr(field(node, "condition"))
        yield ir.Loop(line(node), None, None, test, self.block(field(node, "body")))
        yield from self.otherwise(node)

    def otherwise(self, node: Node) -> Iterator[ir.Statement]:
        """`else` of a loop."""
        clause = field(node, "alternative")
        if clause is not None:
            yield from self.block(field(clause, "body"))

    def try_(self, node: Node) -> Iterator[ir.Statement]:
        """`try`."""
        handlers: list[tuple[str, ir.Block]] = []
        final: ir.Block = ()
        body = self.block(field(node, "body"))
        for clause in node.named_children:
            block = first(clause, "block")
            if clause.type.startswith("except"):
                value = field(clause, "value")
                alias = field(value, "alias") if value is not None and value.type == "as_pattern" else None
                handlers.append((text(alias), self.block(block)))
            elif clause.type == "else_clause":
                body = (*body, *self.block(field(clause, "body")))
            elif clause.type == "finally_clause":
                final = self.block(block)
        yield ir.Try(line(node), body, tuple(handlers), final)

    def with_(self, node: Node) -> Iterator[ir.Statement]:
        """`with`."""
        clause = first(node, "with_clause")
        for item in clause.named_children if clause is not None else ():
            value = field(item, "value")
            if value is None:
                continue
            if value.type == "as_pattern":
                alias = field(value, "alias")
                target = child_at(alias, 0) if alias is not None and alias.named_child_count else alias
                yield ir.Assign(line(item), self.expr(target), self.expr(child_at(value, 0)))
            else:
                yield ir.Do(line(item), self.expr(value))
        yield from self.block(field(node, "body"))

    def return_(self, node: Node) -> Iterator[ir.Statement]:
        """`return`."""
        value = child_at(node, 0)
        yield ir.Return(line(node), self.expr(value) if value is not None else None)

    def raise_(self, node: Node) -> Iterator[ir.Statement]:
        """`raise`."""
        value = child_at(node, 0)
        yield ir.Leave(line(node), self.expr(value) if value is not None else None)

    def leave(self, node: Node) -> Iterator[ir.Statement]:
        """`break`, `continue`."""
        yield ir.Leave(line(node), loop=True)

    def assert_(self, node: Node) -> Iterator[ir.Statement]:
        """`assert`."""
        yield ir.If(line(node), self.expr(child_at(node, 0)), (), (ir.Leave(line(node)),))

    def match(self, node: Node) -> Iterator[ir.Statement]:
        """`match`; patterns other than literals are like a default."""
        cases = []
        body = field(node, "body")
        for clause in body.named_children if body is not None else ():
            patterns = [child_at(child, 0) for child in clause.named_children if child.type == "case_pattern"]
            literal = [one for one in patterns if one is not None and one.type in ("string", "integer", "none")]
            tests = tuple(map(self.expr, literal)) if len(literal) == len(patterns) else ()
            cases.append((tests, self.block(field(clause, "consequence"))))
        yield ir.Switch(line(node), self.expr(field(node, "subject")), tuple(cases))

    def nothing(self, _: Node) -> Iterator[ir.Statement]:
        """What has no effect on data."""
        yield from ()


def type_of(node: Node | None) -> str:
    """The declared type: `Request` of `Annotated[Request, ...]` too, the inner one of `Optional[int]`."""
    if node is None:
        return ""
    written = text(node).strip("\"' ")
    head, _, rest = written.partition("[")
    if head.rpartition(".")[2] in ("Optional", "Annotated", "Final", "ClassVar"):
        written = rest.rstrip("]").split(",")[0].strip()
    elif "|" in written:
        written = written.split("|")[0].strip()
    else:
        written = head
    return written


Python.expressions = {
    "identifier": Python.name,
    "string": Python.string,
    "concatenated_string": Python.joined,
    "integer": Python.number,
    "float": Python.number,
    "true": lambda self, node: self.literal(node, True),  # noqa: FBT003 - the value itself
    "false": lambda self, node: self.literal(node, False),  # noqa: FBT003 - as above
    "none": lambda self, node: self.literal(node, None),
    "binary_operator": Python.binary,
    "comparison_operator": Python.comparison,
    "boolean_operator": Python.logic,
    "not_operator": lambda self, node: self.at(node, ir.Not, self.expr(field(node, "argument"))),
    "unary_operator": lambda self, node: self.at(
        node, ir.Arith, "-", self.literal(node, 0), self.expr(field(node, "argument"))
    ),
    "call": Python.call,
    "attribute": Python.attribute,
    "subscript": Python.subscript,
    "list": Python.sequence,
    "tuple": Python.sequence,
    "set": Python.sequence,
    "expression_list": Python.sequence,
    "pattern_list": Python.sequence,
    "tuple_pattern": Python.sequence,
    "list_pattern": Python.sequence,
    "dictionary": Python.dictionary,
    "list_comprehension": Python.comprehension,
    "set_comprehension": Python.comprehension,
    "generator_expression": Python.comprehension,
    "dictionary_comprehension": Python.comprehension,
    "pair": Python.pair,
    "conditional_expression": Python.conditional,
    "named_expression": Python.named,
    "lambda": Python.lambda_,
}
Python.statements = {
    "module": Python.body,
    "block": Python.body,
    "function_definition": Python.define,
    "decorated_definition": Python.decorated,
    "class_definition": Python.class_,
    "import_statement": Python.import_,
    "import_from_statement": Python.import_from,
    "expression_statement": Python.expression_statement,
    "if_statement": Python.if_,
    "for_statement": Python.for_,
    "while_statement": Python.while_,
    "try_statement": Python.try_,
    "with_statement": Python.with_,
    "return_statement": Python.return_,
    "raise_statement": Python.raise_,
    "break_statement": Python.leave,
    "continue_statement": Python.leave,
    "assert_statement": Python.assert_,
    "match_statement": Python.match,
    "pass_statement": Python.nothing,
    "global_statement": Python.nothing,
    "nonlocal_statement": Python.nothing,
    "comment": Python.nothing,
    "future_import_statement": Python.nothing,
}
