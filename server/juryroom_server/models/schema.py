"""JSON schemas in the subset that providers enforce: closed objects, everything required, few words."""

from collections.abc import Iterable, Mapping
from typing import Any

_KEPT = frozenset({"description", "enum", "const", "$ref"})
_DROPPED = frozenset({
    "default", "title", "examples", "format", "pattern", "minLength", "maxLength", "minItems", "maxItems",
    "uniqueItems", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
})  # fmt: skip  # words, not a list to read down
"""Words that narrow a value, and that not every provider takes: whoever reads the answer checks it anyway."""
_STRUCTURE = frozenset({"type", "properties", "required", "additionalProperties", "items", "anyOf", "oneOf", "$defs"})


class _Inexpressible(Exception):  # noqa: N818 - control flow of this file
    pass


def enforceable(schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """The same schema in the subset; None when it can't be said there.

    Every property becomes required, so what fits the result fits the original in its structure too. The root must be an
    object. Source: "Structured outputs" in the documentation of OpenAI and of Anthropic.
    """
    try:
        return _narrow(schema) if schema.get("type") == "object" else None
    except _Inexpressible:
        return None


def _narrow(schema: Any) -> dict[str, Any]:
    if not isinstance(schema, Mapping) or schema.keys() - _STRUCTURE - _DROPPED - _KEPT:
        raise _Inexpressible
    result: dict[str, Any] = {word: value for word, value in schema.items() if word in _KEPT}
    kind = schema.get("type")
    if isinstance(kind, list):
        result["anyOf"] = _each({**schema, "type": one} for one in kind)
    elif kind is not None:
        result["type"] = kind
    if kind == "object":
        result |= _object(schema)
    if kind == "array":
        result["items"] = _narrow(schema.get("items"))
    if variants := schema.get("anyOf") or schema.get("oneOf"):
        result["anyOf"] = _each(variants)
    if "$defs" in schema:
        result["$defs"] = {name: _narrow(part) for name, part in schema["$defs"].items()}
    return result


def _object(schema: Mapping[str, Any]) -> dict[str, Any]:
    properties = schema.get("properties")
    if not properties or schema.get("additionalProperties", False) is not False:
        raise _Inexpressible  # a map with free keys
    narrowed = {name: _narrow(part) for name, part in properties.items()}
    return {"properties": narrowed, "required": list(properties), "additionalProperties": False}


def _each(schemas: Iterable[Any]) -> list[dict[str, Any]]:
    return [_narrow(schema) for schema in schemas]
