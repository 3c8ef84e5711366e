"""A persona: the eyes with which a model reads. One Markdown file each."""

import hashlib
import re
from enum import StrEnum

from pydantic import Field, ValidationError

from .failure import Failure
from .value import Value


class PersonaError(Failure):
    """A persona's file can't be used; the message says which, why and what to write instead."""


class Tier(StrEnum):
    """How strong a model: mechanical, typical and hard work."""

    economy = "economy"
    workhorse = "workhorse"
    frontier = "frontier"


class Persona(Value):
    """Front matter and charter of one Markdown file."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    charter: str = Field(min_length=1)
    """What to look for and what to leave alone, in the second person: goes into the system prompt."""
    categories: tuple[str, ...] = Field(min_length=1)
    """The categories it may report in; the first is the default."""
    weight: float = Field(default=1.0, gt=0, le=1)
    """Share of a full vote."""
    tier: Tier = Tier.workhorse
    """The tier of model it needs."""
    edition: int = Field(default=1, ge=1)
    """`version` in the front matter: for people, who count their changes."""

    @property
    def version(self) -> str:
        """Edition and eight hex digits of its content: what was learnt about another version doesn't hold for it."""
        return f"{self.edition}.{hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:8]}"


_FIELDS = {"version": "edition"}
_WORDS = {field: word for word, field in _FIELDS.items()}
_FILE = re.compile(r"\A---[ \t]*\r?\n(?P<front>.*?)^---[ \t]*\r?\n(?P<body>.*)\Z", re.DOTALL | re.MULTILINE)


def parse_persona(name: str, text: str) -> Persona:
    """Read a persona from its Markdown file; `name` is the file's name without `.md`.

    Raises:
        PersonaError: when the front matter or the charter is missing or wrong.
    """
    import yaml  # noqa: PLC0415 - 15 ms that the editor's start need not wait for

    match = _FILE.match(text.removeprefix("\ufeff"))
    if not match:
        raise PersonaError(
            f"persona {name!r}: no front matter; begin the file with the lines '---', 'categories: [{name}]', '---', "
            "then write the charter"
        )
    try:
        front = yaml.safe_load(match["front"]) or {}
    except yaml.YAMLError as error:
        raise PersonaError(f"persona {name!r}: the front matter is no YAML: {error}") from error
    if not isinstance(front, dict):
        raise PersonaError(
            f"persona {name!r}: the front matter must be keys and values, such as 'categories: [{name}]'"
        )
    try:
        front = {_FIELDS.get(key, key): value for key, value in front.items()}
        return Persona.model_validate({"name": name, "categories": (name,), **front, "charter": match["body"].strip()})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(_WORDS.get(str(part), str(part)) for part in first["loc"])
        known = ", ".join(_WORDS.get(f, f) for f in Persona.model_fields if f != "charter")
        raise PersonaError(f"persona {name!r}: {where}: {first['msg']} (known keys: {known})") from error
