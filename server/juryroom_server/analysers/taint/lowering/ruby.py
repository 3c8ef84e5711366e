"""Ruby."""

from __future__ import annotations

from collections.abc import Iterator

from .. import ir
from .base import OPS, Lowering, Node, escapes, field, fields, first, line, once, operator_of, text
from .base import child as child_at

_SUMS = frozenset({"+"})
_BINARY = frozenset({"binary"})
_BODIES = frozenset(
    {"body_statement", "block_body", "then", "do", "else", "ensure", "program", "begin", "parenthesized_statements"}
)


class Ruby(Lowering):
    """Lowers tree-sitter-ruby."""

    heredocs: tuple[Node, ...] = ()

    def string(self, node: Node) -> ir.Expr:
        """A string, symbol or command with interpolations."""
        parts: list[ir.Expr] = []
        for child in node.named_children:
            if child.type == "interpolation":
                parts += [self.expr(one) for one in child.named_children]
            elif child.type in ("string_content", "heredoc_content"):
                parts.append(self.literal(child, text(child)))
            elif child.type == "escape_sequence":
                parts.append(self.literal(child, escapes(text(child))))
        if all(isinstance(part, ir.Const) for part in parts):
            return self.literal(node, "".join(str(part.value) for part in parts if isinstance(part, ir.Const)))
        return self.at(node, ir.Text, tuple(parts))

    def shell(self, node: Node) -> ir.Expr:
        """`` `command` ``."""
        return self.at(node, ir.Call, self.at(node, ir.Name, "`"), (ir.Arg(self.string(node)),))

    def heredoc(self, node: Node) -> ir.Expr:
        """`<<~SQL`: its text stands after the statement."""
        following = node.parent
        for _ in range(12):
            if following is None:
                break
            body = next(
                (
                    one
                    for one in following.named_children
                    if one.type == "heredoc_body" and one.start_byte > node.start_byte
                ),
                None,
            )
            if body is not None:
                found = self.string(body)
                found.line, found.end = line(node), line(node)
                return found
            following = following.parent
        return self.at(node, ir.Group, ())

    def binary(self, node: Node) -> ir.Expr:  # noqa: PLR0911 - one operator after the other
        """An operation."""
        operator = operator_of(node)
        if operator == "+":
            return self.at(node, ir.Text, tuple(map(self.expr, self.chain(node, _SUMS, _BINARY))))
        left, right = self.expr(field(node, "left")), self.expr(field(node, "right"))
        if operator in ("&&", "||", "and", "or"):
            return self.at(node, ir.Either, operator in ("&&", "and"), left, right)
        if operator in OPS:
            return self.at(node, ir.Compare, operator, left, right)
        if operator == "%":
            return self.at(node, ir.Text, (left, right))
        if operator == "=~":
            return self.at(node, ir.Call, self.at(node, ir.Attr, left, "match?"), (ir.Arg(right),))
        if operator == "<<":
            return self.at(node, ir.Call, self.at(node, ir.Attr, left, "<<"), (ir.Arg(right),))
        return self.at(node, ir.Arith, operator, left, right)

    def unary(self, node: Node) -> ir.Expr:
        """`!a`, `not a`, `-a`."""
        operator, value = operator_of(node), self.expr(field(node, "operand"))
        if operator in ("!", "not"):
            return self.at(node, ir.Not, value)
        if operator == "defined?":
            return self.at(node, ir.Group, ())
        return self.at(node, ir.Arith, "-", self.literal(node, 0), value)

    def call(self, node: Node) -> ir.Expr:
        """A call with its block; without arguments it may be an attribute."""
        receiver, method = field(node, "receiver"), text(field(node, "method"))
        given, block = field(node, "arguments"), field(node, "block")
        args = self.args(given)
        if receiver is None and method in ("lambda", "proc") and block is not None:
            return self.block_of(block)
        if block is not None:
            args = (*args, ir.Arg(self.block_of(block)))
        if receiver is None:
            if method in ("raise", "fail"):
                return self.at(node, ir.Call, self.at(node, ir.Name, "raise"), args)
            return self.at(node, ir.Call, self.at(node, ir.Name, method), args)
        target = self.expr(receiver)
        if method == "new":
            return self.at(node, ir.Call, target, args, True)  # noqa: FBT003 - `new`
        if method == "nil?":
            return self.at(node, ir.Compare, "==", target, self.literal(node, None))
        place = field(node, "method")
        callee = self.at(place if place is not None else node, ir.Attr, target, method or "call")
        return self.at(node, ir.Call, callee, args)

    def args(self, node: Node | None) -> tuple[ir.Arg, ...]:
        """Arguments; pairs are named ones."""
        found = []
        for child in node.named_children if node is not None else ():
            kind = child.type
            if kind == "pair":
                key = field(child, "key")
                value = field(child, "value")
                name = (
                    text(key).strip(":\"'")
                    if key is not None and key.type in ("hash_key_symbol", "simple_symbol", "string")
                    else None
                )
                inner = self.expr(value) if value is not None else self.at(child, ir.Name, text(key))
                found.append(ir.Arg(inner, name))
            elif kind in ("splat_argument", "hash_splat_argument"):
                found.append(ir.Arg(self.expr(child_at(child)), None, spread=True))
            elif kind == "block_argument":
                continue
            elif kind not in ("comment", "heredoc_body"):
                found.append(ir.Arg(self.expr(child)))
        return tuple(found)

    def index(self, node: Node) -> ir.Expr:
        """`a[b]`."""
        keys = [child for child in node.named_children[1:] if child.type != "comment"]
        key = self.expr(keys[0]) if len(keys) == 1 else None
        return self.at(node, ir.Index, self.expr(field(node, "object")), key)

    def scope(self, node: Node) -> ir.Expr:
        """`A::B`: one name."""
        return self.at(node, ir.Name, text(node).removeprefix("::").replace("::", "."))

    def array(self, node: Node) -> ir.Expr:
        """An array or a pattern of one."""
        inner = [child for child in node.named_children if child.type != "comment"]
        plain = tuple((None, self.expr(child)) for child in inner if "splat" not in child.type)
        return self.at(
            node, ir.Items, plain, tuple(self.expr(child_at(child)) for child in inner if "splat" in child.type)
        )

    def words(self, node: Node) -> ir.Expr:
        """`%w[a b]`."""
        return self.at(node, ir.Items, tuple((None, self.literal(child, text(child))) for child in node.named_children))

    def hash(self, node: Node) -> ir.Expr:
        """A hash."""
        entries = []
        for child in node.named_children:
            if child.type == "pair":
                key, value = field(child, "key"), field(child, "value")
                named = key is not None and key.type == "hash_key_symbol"
                at = self.literal(child, text(key)) if named else self.expr(key)
                entries.append((at, self.expr(value) if value is not None else self.at(child, ir.Name, text(key))))
        spreads = tuple(
            self.expr(child_at(child)) for child in node.named_children if child.type == "hash_splat_argument"
        )
        return self.at(node, ir.Items, tuple(entries), spreads)

    def symbol(self, node: Node) -> ir.Expr:
        """`:a`."""
        return self.literal(node, text(node).lstrip(":").strip("\"'"))

    def instance(self, node: Node) -> ir.Expr:
        """`@a`."""
        return self.at(node, ir.Attr, self.at(node, ir.Name, "this"), text(node))

    def ternary(self, node: Node) -> ir.Expr:
        """`a ? b : c`, and `if` as a value."""
        test = self.expr(field(node, "condition"))
        then, other = field(node, "consequence"), field(node, "alternative")
        return self.at(node, ir.Choice, test, self.value(then), self.value(other))

    def value(self, node: Node | None) -> ir.Expr:
        """The last expression of a branch."""
        if node is None:
            return ir.Const(1, 1, None)
        if node.type in _BODIES:
            inner = [child for child in node.named_children if child.type != "comment"]
            return self.expr(inner[-1]) if inner else self.literal(node, None)
        return self.expr(node)

    def inner(self, node: Node) -> ir.Expr:
        """What stands in parentheses."""
        return self.at(node, ir.Group, (self.expr(child_at(node)),))

    def assign(self, node: Node) -> ir.Expr:
        """An assignment as a value."""
        return self.at(node, ir.Store, self.expr(field(node, "left")), self.expr(field(node, "right")))

    def block_of(self, node: Node) -> ir.Function:
        """A block or lambda."""
        return self.function_of(node)

    def function_of(self, node: Node, owner: str = "") -> ir.Function:
        """A method, block or lambda."""
        params = tuple(self.params(field(node, "parameters")))
        body = field(node, "body")

        def lower() -> ir.Block:
            return _returning(Ruby().block(body)) if body is not None else ()

        return self.at(
            node,
            ir.Function,
            text(field(node, "name")),
            params,
            once(lower),
            node.start_byte,
            node.end_byte,
            (),
            owner=owner,
        )

    def params(self, node: Node | None) -> Iterator[ir.Param]:
        """Parameters."""
        for child in node.named_children if node is not None else ():
            name = field(child, "name")
            default = field(child, "value")
            if child.type == "identifier":
                yield ir.Param(self.name(child))
            elif child.type == "destructured_parameter":
                yield ir.Param(self.array(child))
            elif name is not None and child.type != "block_parameter":
                yield ir.Param(
                    self.name(name), "", self.expr(default) if default is not None else None, (), "splat" in child.type
                )

    # ---- statements

    def define(self, node: Node) -> Iterator[ir.Statement]:
        """A method outside of a class."""
        function = self.function_of(node)
        yield ir.Assign(line(node), self.at(node, ir.Name, function.name), function, declares=True)

    def class_(self, node: Node) -> Iterator[ir.Statement]:
        """A class or module."""
        name = text(field(node, "name")).replace("::", ".")
        parent = field(node, "superclass")
        methods: list[ir.Function] = []
        inner: list[ir.Class] = []
        rest: list[ir.Statement] = []
        body = field(node, "body")
        for child in body.named_children if body is not None else ():
            if child.type in ("method", "singleton_method"):
                function = self.function_of(child, name)
                if function.name in {one.name for one in methods}:
                    function.name = f"{function.name}/{len(methods)}"
                methods.append(function)
            elif child.type in ("class", "module", "singleton_class"):
                inner += [one for one in self.class_(child) if isinstance(one, ir.Class)]
            elif child.type != "comment":
                rest += self.each(child)
        bases = (text(child_at(parent)).replace("::", "."),) if parent is not None else ()
        yield ir.Class(line(node), name, bases, tuple(methods), (), tuple(inner), (), tuple(rest))

    def assignment(self, node: Node) -> Iterator[ir.Statement]:
        """`a = b`, `a, b = c`."""
        left, right = field(node, "left"), field(node, "right")
        if left is None or right is None:
            return
        target = self.array(left) if left.type == "left_assignment_list" else self.target(left)
        yield ir.Assign(line(node), target, self.expr(right))

    def target(self, node: Node) -> ir.Expr:
        """What is assigned to: `a.b = c` writes an attribute."""
        if node.type == "call":
            receiver = field(node, "receiver")
            if receiver is not None:
                return self.at(node, ir.Attr, self.expr(receiver), text(field(node, "method")))
        return self.expr(node)

    def augmented(self, node: Node) -> Iterator[ir.Statement]:
        """`a += b`, `a ||= b`."""
        left, right = field(node, "left"), self.expr(field(node, "right"))
        target = self.target(left) if left is not None else right
        operator = operator_of(node)
        if operator in ("||=", "&&="):
            right = self.at(node, ir.Either, operator == "&&=", target, right)
        elif operator not in ("+=", "<<="):
            right = self.at(node, ir.Arith, operator, target, right)
        yield ir.Assign(line(node), target, right, adds=operator in ("+=", "<<="))

    def if_(self, node: Node) -> Iterator[ir.Statement]:
        """`if`, `unless`, `elsif`."""
        test = self.expr(field(node, "condition"))
        if node.type == "unless":
            test = self.at(node, ir.Not, test)
        other = field(node, "alternative")
        yield ir.If(line(node), test, self.block(field(node, "consequence")), self.block(other))

    def modifier(self, node: Node) -> Iterator[ir.Statement]:
        """`a if b`, `a unless b`."""
        test = self.expr(field(node, "condition"))
        if node.type == "unless_modifier":
            test = self.at(node, ir.Not, test)
        yield ir.If(line(node), test, self.block(field(node, "body")))

    def rescue_modifier(self, node: Node) -> Iterator[ir.Statement]:
        """`a rescue b`."""
        yield from self.block(field(node, "body"))

    def while_(self, node: Node) -> Iterator[ir.Statement]:
        """`while`, `until`."""
        test = self.expr(field(node, "condition"))
        if node.type.startswith("until"):
            test = self.at(node, ir.Not, test)
        yield ir.Loop(line(node), None, None, test, self.block(field(node, "body")))

    def for_(self, node: Node) -> Iterator[ir.Statement]:
        """`for`."""
        value = field(node, "value")
        source = self.expr(child_at(value) if value is not None and value.type == "in" else value)
        pattern = field(node, "pattern")
        yield ir.Loop(line(node), self.expr(pattern), source, None, self.block(field(node, "body")))

    def case(self, node: Node) -> Iterator[ir.Statement]:
        """`case`."""
        subject = field(node, "value")
        cases: list[tuple[tuple[ir.Expr, ...], ir.Block]] = []
        for clause in node.named_children:
            if clause.type == "when":
                tests = tuple(self.expr(child_at(one)) for one in fields(clause, "pattern"))
                cases.append((tests, self.block(field(clause, "body"))))
            elif clause.type == "else":
                cases.append(((), self.block(clause)))
        yield ir.Switch(line(node), self.expr(subject) if subject is not None else None, tuple(cases))

    def sequence(self, node: Node) -> Iterator[ir.Statement]:
        """A body; with `rescue` or `ensure` it is a try."""
        plain: list[ir.Statement] = []
        handlers: list[tuple[str, ir.Block]] = []
        final: ir.Block = ()
        for child in node.named_children:
            if child.type == "rescue":
                name = field(child, "variable")
                caught = text(child_at(name)) if name is not None else ""
                handlers.append((caught, self.block(field(child, "body"))))
            elif child.type == "ensure":
                final = tuple(self.body(child))
            elif child.type not in ("comment", "heredoc_body", "empty_statement"):
                plain += self.each(child)
        if handlers or final:
            yield ir.Try(line(node), tuple(plain), tuple(handlers), final)
        else:
            yield from plain

    def return_(self, node: Node) -> Iterator[ir.Statement]:
        """`return`."""
        listed = first(node, "argument_list")
        inner = child_at(listed)
        yield ir.Return(line(node), self.expr(inner) if inner is not None else None)

    def leave(self, node: Node) -> Iterator[ir.Statement]:
        """`break`, `next`."""
        yield ir.Leave(line(node), loop=True)

    def nothing(self, _: Node) -> Iterator[ir.Statement]:
        """What has no effect on data."""
        yield from ()


def _returning(block: ir.Block) -> ir.Block:
    """The last expression of a body is its result."""
    if block and isinstance(block[-1], ir.Do):
        return (*block[:-1], ir.Return(block[-1].line, block[-1].value))
    if block and isinstance(block[-1], ir.If):
        end = block[-1]
        return (*block[:-1], ir.If(end.line, end.test, _returning(end.then), _returning(end.other)))
    return block


Ruby.expressions = {
    "identifier": Ruby.name,
    "constant": Ruby.name,
    "global_variable": Ruby.name,
    "class_variable": Ruby.instance,
    "instance_variable": Ruby.instance,
    "self": lambda self, node: self.at(node, ir.Name, "this"),
    "string": Ruby.string,
    "bare_string": Ruby.string,
    "delimited_symbol": Ruby.string,
    "simple_symbol": Ruby.symbol,
    "hash_key_symbol": Ruby.symbol,
    "subshell": Ruby.shell,
    "heredoc_beginning": Ruby.heredoc,
    "chained_string": lambda self, node: self.at(node, ir.Text, tuple(self.expr(one) for one in node.named_children)),
    "regex": lambda self, node: (
        self.at(node, ir.Call, self.at(node, ir.Name, "Regexp.literal"), (ir.Arg(self.string(node)),))
        if first(node, "interpolation")
        else self.literal(node, text(node))
    ),
    "integer": Ruby.number,
    "float": Ruby.number,
    "true": lambda self, node: self.literal(node, True),  # noqa: FBT003 - the value itself
    "false": lambda self, node: self.literal(node, False),  # noqa: FBT003 - as above
    "nil": lambda self, node: self.literal(node, None),
    "binary": Ruby.binary,
    "unary": Ruby.unary,
    "call": Ruby.call,
    "element_reference": Ruby.index,
    "scope_resolution": Ruby.scope,
    "array": Ruby.array,
    "left_assignment_list": Ruby.array,
    "right_assignment_list": Ruby.array,
    "string_array": Ruby.words,
    "symbol_array": Ruby.words,
    "hash": Ruby.hash,
    "conditional": Ruby.ternary,
    "if": Ruby.ternary,
    "parenthesized_statements": Ruby.inner,
    "assignment": Ruby.assign,
    "lambda": Ruby.block_of,
    "begin": Ruby.value,
}
Ruby.statements = {
    **dict.fromkeys(_BODIES, Ruby.sequence),
    "method": Ruby.define,
    "singleton_method": Ruby.define,
    "class": Ruby.class_,
    "module": Ruby.class_,
    "assignment": Ruby.assignment,
    "operator_assignment": Ruby.augmented,
    "if": Ruby.if_,
    "unless": Ruby.if_,
    "elsif": Ruby.if_,
    "if_modifier": Ruby.modifier,
    "unless_modifier": Ruby.modifier,
    "rescue_modifier": Ruby.rescue_modifier,
    "while": Ruby.while_,
    "until": Ruby.while_,
    "while_modifier": Ruby.while_,
    "until_modifier": Ruby.while_,
    "for": Ruby.for_,
    "case": Ruby.case,
    "return": Ruby.return_,
    "break": Ruby.leave,
    "next": Ruby.leave,
    "comment": Ruby.nothing,
    "heredoc_body": Ruby.nothing,
    "empty_statement": Ruby.nothing,
}
