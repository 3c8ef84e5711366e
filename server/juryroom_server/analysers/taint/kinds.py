"""The weaknesses that are looked for: their words, and which outside data makes them one."""

import tomllib
from functools import cache
from pathlib import Path

from juryroom_reviewers.value import Value

from ..claim import Note

MODELS = Path(__file__).parent / "models"


class Kind(Value):
    """One weakness."""

    name: str
    note: Note
    groups: tuple[str, ...]
    """Groups of sources that make it one."""


@cache
def kinds() -> dict[str, Kind]:
    """All weaknesses by name, from models/kinds.toml."""
    table = tomllib.loads((MODELS / "kinds.toml").read_text("utf-8"))
    found = {}
    for name, row in table.items():
        groups = tuple(row.pop("groups", ("remote",)))
        found[name] = Kind(name=name, note=Note(category="security", **row), groups=groups)
    return found


@cache
def bits() -> dict[str, int]:
    """The bit of each weakness in `Mark.safe`, and of two states.

    `normalised` is a path without `..` that is not yet compared with anything; `built` a part of a longer text.
    """
    return {name: 1 << number for number, name in enumerate((*kinds(), "normalised", "built"))}


def mask_of(names: tuple[str, ...] | list[str]) -> int:
    """The bits of these weaknesses together; of all of them for no names.

    Raises:
        KeyError: for a name that models/kinds.toml does not have.
    """
    chosen = names or bits().keys()
    return sum(bits()[name] for name in set(chosen))
