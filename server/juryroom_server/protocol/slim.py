"""JSON schemas without what costs a client's model tokens and tells it nothing."""

from typing import Any

_NAMES = ("properties", "$defs")
"""Keywords whose keys are names and not keywords."""


def slim(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that accepts what a model would write, at a fraction of the length.

    Titles and defaults of null go; `X or null` of an optional field becomes `X`: leaving it out means the same. (Null
    itself is still accepted by the tool.) Definitions that are used are kept.
    """
    short: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _NAMES:
            short[key] = {name: slim(part) for name, part in value.items()}
        elif key == "title" or (key == "default" and value in (None, [], {}, "")):
            continue
        elif key == "anyOf" and "default" in schema and schema["default"] is None:
            short.update(_without_null(value))
        elif isinstance(value, dict):
            short[key] = slim(value)
        elif isinstance(value, list):
            short[key] = [slim(part) if isinstance(part, dict) else part for part in value]
        else:
            short[key] = value
    return short


def _without_null(options: list[dict[str, Any]]) -> dict[str, Any]:
    some = [slim(option) for option in options if option.get("type") != "null"]
    return some[0] if len(some) == 1 else {"anyOf": some}


def outline(schema: dict[str, Any]) -> dict[str, Any]:
    """The fields that an object always has, and their JSON types.

    Every tool's output schema is in the list that clients load into their model's context: whole ones would take three
    times what the rest of the list takes. The reply itself shows what else is in it.
    """
    definitions, required = schema.get("$defs", {}), schema.get("required", [])
    fields = {name: _types(schema["properties"][name], definitions) for name in required}
    return {"type": "object", "properties": fields, "required": required}


def _types(part: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    options = part.get("anyOf", [part])
    targets = (definitions[o["$ref"].removeprefix("#/$defs/")] if "$ref" in o else o for o in options)
    names = [target["type"] for target in targets]
    if "enum" in part:
        return {"enum": part["enum"]}
    return {"type": names[0] if len(names) == 1 else names}
