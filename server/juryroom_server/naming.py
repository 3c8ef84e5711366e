"""Short names for definitions, whatever the language calls them."""

import re

_MAX_NAME = 80
_RECEIVER = re.compile(r"\(\s*(?:\w+\s+)?\*?\s*(\w+)")
_OPERATOR = re.compile(r"(?P<scope>.*?)\boperator\b\s*(?P<sign>\(\)|[^(]*)", re.DOTALL)
_GENERICS = re.compile(r"<[^<>]*>")
_HOLDER = re.compile(r"^(?:(?:module\.)?exports|this|self|window|globalThis|\$?this)\.|\.prototype\b")
_PLAIN = re.compile(r"[\w$#.~!?=-]+")
_WORD = re.compile(r"[\w$]+")


def short_name(kind: str, raw: str, beside: str = "") -> str:
    """A name with dots and without type parameters: `Cart.total` for `crate::Cart<T>::total`.

    Args:
        kind: type of the syntax node that defines it.
        raw: the text of its name, or of what a function is assigned to.
        beside: what the name also depends on: a Go method's receiver, the sign of a C# operator.

    Returns:
        Empty when there is none to be had.
    """
    name = _plain(raw)
    match kind:
        case "export_statement":
            name = "default"
        case "indexer_declaration":
            name = "this[]"
        case "operator_declaration":
            name = f"operator{beside}"
        case "destructor_declaration":
            name = f"~{name}"
        case "impl_item":
            name = name.rpartition(".")[2]
        case "method_declaration" if found := _RECEIVER.match(beside):
            name = f"{found[1]}.{name}"
        case "function_definition" if found := _OPERATOR.match(raw):
            sign = found["sign"].strip()
            name = f"{_plain(found['scope'])}.operator{' ' if sign[:1].isalpha() else ''}{sign}".lstrip(".")
    return name[:_MAX_NAME]


def _plain(raw: str) -> str:
    if not _WORD.search(raw):
        return raw.strip()  # Ruby's `+`, `<=>`, `[]`
    name = raw.strip("\"'`[]:$ \t\r\n")
    for _ in range(4):
        name = _GENERICS.sub("", name)
    name = name.replace("::", ".").replace("->", ".").replace("\\", ".").strip(".")
    name = _HOLDER.sub("", name)
    if not _PLAIN.fullmatch(name) or len(name) > _MAX_NAME:
        words = _WORD.findall(name)
        name = words[-1] if words else ""
    return name
