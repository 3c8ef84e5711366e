"""Reads models/*.toml. A field that is wrong there raises on first use, which the tests make of every file."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Any

from .kinds import MODELS, kinds, mask_of
from .model import Guard, Model, Place, Sink, Source, expand
from .value import UNKNOWN

FILES = {
    "python": ("python",),
    "javascript": ("javascript",),
    "typescript": ("javascript",),
    "go": ("go",),
    "java": ("java",),
    "ruby": ("ruby",),
}
"""The model files of a language."""


@cache
def model(language: str) -> Model:
    """The model of a language, read on first use.

    Raises:
        KeyError: there is none.
    """
    result = Model()
    for name in FILES[language]:
        _read(result, tomllib.loads((MODELS / f"{name}.toml").read_text("utf-8")))
    return result


def _read(into: Model, table: dict[str, Any]) -> None:
    for row in table.get("source", ()):
        into.sources.add(row["paths"], Source(row["label"], row.get("group", "remote"), _mask(row, "safe")))
    for row in table.get("sink", ()):
        _read_sink(into, row)
    for row in table.get("sanitizer", ()):
        into.sanitizers.add(row["calls"], mask_of(row.get("kinds", [])))
    for row in table.get("check", ()):
        into.checks.add(row["calls"], mask_of(row.get("kinds", [])))
    for row in table.get("guard", ()):
        into.guards.add(row["calls"], _guard(row))
    _read_flow(into, table)
    for alias, path in table.get("aliases", {}).items():
        into.aliases.update(dict.fromkeys(expand(alias), path))
    into.parameters.update(table.get("parameters", {}))
    _read_language(into, table.get("language", {}))


def _read_flow(into: Model, table: dict[str, Any]) -> None:
    for row in table.get("replacer", ()):
        into.replacers.add(row["calls"], row.get("pattern", 0))
    for row in table.get("fill", ()):
        into.fills.add(row["calls"], tuple(row["args"]))
    for row in table.get("handler", ()):
        into.handlers.add(row["calls"], tuple(row["gets"]))
    for name in ("clean", "same", "plain"):
        getattr(into, name).add(table.get("flow", {}).get(name, ()), True)  # noqa: FBT003 - the table holds no more


def _read_language(into: Model, row: dict[str, Any]) -> None:
    into.scalars |= frozenset(row.get("scalars", ()))
    into.prefix_mask |= _mask(row, "prefix_protects")
    into.text_mask |= _mask(row, "text_protects")
    for name in ("bare_calls", "sniffs", "implicit_self", "open_parameters"):
        setattr(into, name, row.get(name, False))
    for name in ("hints", "same_named", "factories", "pages", "no_pages", "routes", "route_parameters"):
        setattr(into, name, _pattern(row, name))


def _mask(row: dict[str, Any], name: str) -> int:
    return mask_of(row[name]) if name in row else 0


def _pattern(row: dict[str, Any], name: str) -> re.Pattern[str] | None:
    return re.compile(row[name]) if name in row else None


def _guard(row: dict[str, Any]) -> Guard:
    return Guard(
        mask=mask_of(row.get("kinds", [])),
        place=_place(row.get("on", 0)),
        outcome=row.get("outcome", True),
        requires=_mask(row, "requires"),
        argument=_pattern(row, "argument"),
    )


def _read_sink(into: Model, row: dict[str, Any]) -> None:
    kinds()[row["kind"]]  # a KeyError names a kind that does not exist
    sink = Sink(
        kind=row["kind"],
        places=tuple(map(_place, row.get("args", [0]))),
        when=tuple(row.get("when", {}).items()),
        first=_pattern(row, "first"),
        groups=tuple(row.get("groups", ())),
        required=row.get("required", False),
        says=_pattern(row, "says"),
        receiver=row.get("receiver", ""),
        whole=row.get("whole", False),
        least=row.get("least", 0),
    )
    into.sinks.add(row.get("calls", ()), sink)
    if "named" in row:
        into.named.append((re.compile(row["named"]), sink))
    into.writes.add(row.get("writes", ()), sink)


_PLACE = re.compile(r"(?P<at>\d+)(?P<rest>\+)?(?:\[(?P<index>\d+)\]|\.(?P<key>\w+))?|(?P<name>\w+)")


def _place(text: str | int) -> Place:
    """`0`, `url`, `1+`, `self`, `0[0]` or `0.url`."""
    match = _PLACE.fullmatch(str(text))
    if match is None:
        raise ValueError(f"{text!r} is no argument: write a position, a name, '1+', 'self', '0[0]' or '0.key'")
    if match["name"]:
        return Place(receiver=True) if match["name"] == "self" else Place(name=match["name"])
    key: object = int(match["index"]) if match["index"] else match["key"] or UNKNOWN
    return Place(position=int(match["at"]), rest=bool(match["rest"]), key=key)
