"""Settings for people: what holds and where it comes from, and the JSON Schema of the file."""

import ast
import inspect
import json
from functools import cache
from typing import Any

from juryroom_reviewers.decision import THRESHOLDS

from ..models.card import ModelCard
from ..settings import NEVER, Loaded, Settings
from .cards import CARD_KEYS
from .load import TABLES


def show(loaded: Loaded, *, origin: bool = False) -> str:
    """The settings in force, as a file would say them. There is no key in it, since settings hold none.

    Args:
        loaded: what `settings_load.load` returned.
        origin: write behind each setting where it comes from.
    """
    settings = loaded.settings
    where = {name: f"  # {source}" if origin else "" for name, source in loaded.origins.items()}
    lines = [f"{field} = {toml_value(getattr(settings, field))}{where.get(field, '')}" for field in plain_fields()]
    lines += ["", "[thresholds]"]
    lines += [f"{name} = {toml_value(p)}{where[f'thresholds.{name}']}" for name, p in settings.thresholds.items()]
    if settings.seats:
        lines += ["", "[seats]"]
        seats = settings.seats.items()
        lines += [f"{_key(persona)} = {toml_value(model)}{where[f'seats.{persona}']}" for persona, model in seats]
    for card in settings.models:
        lines += ["", f"[models.{_key(card.key)}]{where[f'models.{card.key}']}"]
        table = card.model_dump(mode="json", exclude={"key"}, exclude_unset=True, exclude_none=True)
        lines += [f"{name} = {toml_value(value)}" for name, value in table.items()]
    lines += ["", *(f"# {warning}" for warning in loaded.warnings)] if loaded.warnings else []
    return "\n".join(lines) + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `juryroom.toml`, `[tool.juryroom]` and the user's `config.toml`."""
    whole = Settings.model_json_schema(by_alias=True)
    properties, definitions = whole["properties"], whole["$defs"]
    card = definitions["ModelCard"]
    del card["properties"]["key"]
    card["required"] = ["provider"]
    for part in card["properties"].values():
        _without_null(part)
    _describe(card["properties"], descriptions(ModelCard))
    _describe(properties, descriptions(Settings))
    properties["fail_on"]["anyOf"] = [{"$ref": "#/$defs/Severity"}, {"const": NEVER}]
    bar = {"type": "number", "minimum": 0, "maximum": 1}
    properties["thresholds"] = {
        "type": "object",
        "properties": {str(severity): bar | {"default": usual} for severity, usual in THRESHOLDS.items()},
        "additionalProperties": False,
        "description": properties["thresholds"]["description"],
    }
    properties["models"] = {
        "type": "object",
        "additionalProperties": {"$ref": "#/$defs/ModelCard"},
        "description": f"{properties['models']['description']} A table [models.NAME] each: {', '.join(CARD_KEYS)}.",
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole, "title": "juryroom.toml"}


def plain_fields() -> tuple[str, ...]:
    """The settings that are one line in a file: all but the tables."""
    return tuple(field for field in Settings.model_fields if field not in TABLES)


def toml_value(value: object) -> str:
    """A setting's value as TOML: numbers without a needless fraction, None as the word that stands for it."""
    if value is None:
        return json.dumps(NEVER)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(name)} = {toml_value(part)}" for name, part in value.items()) + " }"
    # TOML forbids control characters and terminals obey some; JSON's escapes are TOML's up to here
    return "".join(
        char if char.isprintable() else f"\\U{ord(char):08x}" for char in json.dumps(value, ensure_ascii=False)
    )


@cache
def descriptions(model: type[Settings | ModelCard]) -> dict[str, str]:
    """The docstring under each field. Read from the source, when asked for: at import it would cost every start."""
    (definition,) = ast.parse(inspect.getsource(model)).body
    assert isinstance(definition, ast.ClassDef)  # noqa: S101 - the source of a class
    found: dict[str, str] = {}
    for field, text in zip(definition.body, definition.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
        ):
            name = model.model_fields[field.target.id].alias or field.target.id
            found[name] = inspect.cleandoc(str(text.value.value)).replace("\n", " ")
    return found


def _without_null(part: dict[str, Any]) -> None:
    """TOML has none: what is not said is left out."""
    options = [option for option in part.get("anyOf", ()) if option != {"type": "null"}]
    if part.get("default", ...) is None:
        del part["default"]
    if len(options) == 1:
        del part["anyOf"]
        part.update(options[0])


def _describe(properties: dict[str, Any], words: dict[str, str]) -> None:
    for name, text in words.items():
        if name in properties:
            properties[name]["description"] = text


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if bare else toml_value(name)
