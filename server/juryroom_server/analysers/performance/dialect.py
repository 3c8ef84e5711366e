"""How each grammar spells loops, calls and assignments. Data: only `lower` reads it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LoopShape:
    """The fields of a loop's node. Without an iterable it goes on for as long as a condition holds."""

    target: str = ""
    iterable: str = ""
    body: str = "body"
    clause: str = ""
    """The type of the child that has target and iterable, if not the loop itself."""


@dataclass(frozen=True, slots=True)
class CallShape:
    """The fields of a call's node: either the callee whole, or receiver and name."""

    callee: str = ""
    receiver: str = ""
    name: str = ""
    arguments: str = "arguments"


@dataclass(frozen=True, slots=True)
class Dialect:
    """One grammar."""

    functions: frozenset[str]
    lambdas: frozenset[str]
    """Functions without a name; they run where they stand when a call in `each` takes them."""
    loops: dict[str, LoopShape]
    calls: dict[str, CallShape]
    assigns: dict[str, tuple[str, str]]
    """Node type -> fields of target and value."""
    augmented: dict[str, tuple[str, str]]
    each: frozenset[str] = frozenset()
    """Names of calls that run a function or a block for each element of their receiver."""
    comprehensions: frozenset[str] = frozenset()
    awaits: frozenset[str] = frozenset()
    tries: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    """Nodes of classes."""
    contains: frozenset[str] = frozenset()
    """Names of calls that ask whether something is in their receiver."""


PYTHON = Dialect(
    functions=frozenset({"function_definition"}),
    lambdas=frozenset({"lambda"}),
    loops={
        "for_statement": LoopShape("left", "right"),
        "while_statement": LoopShape(),
    },
    calls={"call": CallShape("function")},
    assigns={"assignment": ("left", "right"), "named_expression": ("name", "value")},
    augmented={"augmented_assignment": ("left", "right")},
    comprehensions=frozenset(
        {"list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"}
    ),
    awaits=frozenset({"await"}),
    tries=frozenset({"try_statement"}),
    types=frozenset({"class_definition"}),
)
ECMASCRIPT = Dialect(
    functions=frozenset({"function_declaration", "method_definition", "generator_function_declaration"}),
    lambdas=frozenset({"arrow_function", "function_expression", "generator_function"}),
    loops={
        "for_in_statement": LoopShape("left", "right"),
        "for_statement": LoopShape(),
        "while_statement": LoopShape(),
        "do_statement": LoopShape(),
    },
    calls={"call_expression": CallShape("function"), "new_expression": CallShape("constructor")},
    assigns={"assignment_expression": ("left", "right"), "variable_declarator": ("name", "value")},
    augmented={"augmented_assignment_expression": ("left", "right")},
    each=frozenset({"forEach", "map", "filter", "reduce", "flatMap", "some", "every", "find"}),
    awaits=frozenset({"await_expression"}),
    tries=frozenset({"try_statement"}),
    types=frozenset({"class_declaration", "class"}),
    contains=frozenset({"includes", "indexOf"}),
)
GO = Dialect(
    functions=frozenset({"function_declaration", "method_declaration"}),
    lambdas=frozenset({"func_literal"}),
    loops={"for_statement": LoopShape("left", "right", clause="range_clause")},
    calls={"call_expression": CallShape("function")},
    assigns={
        "short_var_declaration": ("left", "right"),
        "assignment_statement": ("left", "right"),
        "var_spec": ("name", "value"),
    },
    augmented={},
)
JAVA = Dialect(
    functions=frozenset({"method_declaration", "constructor_declaration"}),
    lambdas=frozenset({"lambda_expression"}),
    loops={
        "enhanced_for_statement": LoopShape("name", "value"),
        "for_statement": LoopShape(),
        "while_statement": LoopShape(),
        "do_statement": LoopShape(),
    },
    calls={
        "method_invocation": CallShape(receiver="object", name="name"),
        "object_creation_expression": CallShape("type"),
    },
    assigns={"variable_declarator": ("name", "value"), "assignment_expression": ("left", "right")},
    augmented={},
    each=frozenset({"forEach", "map", "filter", "flatMap", "anyMatch", "allMatch", "noneMatch"}),
    tries=frozenset({"try_statement"}),
    types=frozenset({"class_declaration", "record_declaration", "enum_declaration", "interface_declaration"}),
    contains=frozenset({"contains", "indexOf"}),
)
RUBY = Dialect(
    functions=frozenset({"method", "singleton_method"}),
    lambdas=frozenset({"lambda"}),
    loops={
        "for": LoopShape("pattern", "value"),
        "while": LoopShape(),
        "until": LoopShape(),
    },
    calls={"call": CallShape(receiver="receiver", name="method")},
    assigns={"assignment": ("left", "right")},
    augmented={"operator_assignment": ("left", "right")},
    each=frozenset(
        [
            "each",
            "map",
            "collect",
            "flat_map",
            "select",
            "filter",
            "reject",
            "find",
            "detect",
            "each_with_index",
            "each_with_object",
            "inject",
            "reduce",
            "times",
            "any?",
            "all?",
            "none?",
            "sum",
        ]
    ),
    tries=frozenset({"begin"}),
    types=frozenset({"class", "module"}),
    contains=frozenset({"include?", "index"}),
)
DIALECTS = {"python": PYTHON, "javascript": ECMASCRIPT, "typescript": ECMASCRIPT, "go": GO, "java": JAVA, "ruby": RUBY}
"""By the language as engines name it."""
