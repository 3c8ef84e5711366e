"""What is wrong with a configuration, in one line: the place, the key, what was expected, what to write instead."""

import difflib
import re
from collections.abc import Iterable

from pydantic import ValidationError

from ..settings import SettingsError

_KEYS = "keys belong in the environment, or in credentials.toml beside your own config.toml"
_MODELS = "it belongs in a table [models.NAME] of your own config.toml"
NEVER_HERE = {
    "api_key": _KEYS,
    "key": _KEYS,
    "token": _KEYS,
    "secret": _KEYS,
    "credentials": _KEYS,
    "output": "say it on the command line: --output FILE",
    "format": "say it on the command line: --format NAME",
    "base_url": _MODELS,
    "key_variable": _MODELS,
}
"""Keys that people try, and where what they want is said. The message must not repeat what they wrote."""
_UNSHOWN = ("base_url", "key_variable")
"""Where a secret may stand by mistake."""
_ROOM = 60
_NAME = re.compile(r"[\w.-]+")


def known_key(key: str, known: Iterable[str], where: str) -> None:
    """See that a key may stand there.

    Raises:
        SettingsError: saying where it belongs, or which key comes nearest.
    """
    known = tuple(known)
    if key in known:
        return
    if key.replace("-", "_") in NEVER_HERE:
        raise SettingsError(f"{where}: {key} can't stand here; {NEVER_HERE[key.replace('-', '_')]}")
    near = difflib.get_close_matches(key.replace("-", "_"), known, n=1)
    advice = f"did you mean {near[0]!r}?" if near else listed("keys", known)
    raise SettingsError(f"{where}: unknown key {key!r}; {advice}")


def explain(error: ValidationError, where: str) -> str:
    """The first problem of a validation."""
    first = error.errors(include_url=False)[0]
    key = ".".join(plain(str(part)) for part in first["loc"])
    if first["type"] == "missing":
        return f'{where}: {key} is missing; add {key} = "..."'
    expected = first["msg"].removeprefix("Value error, ").replace("Input should be", "should be")
    found = "" if key in _UNSHOWN else f", not {shown(first['input'])}"
    # a flag and a variable are named after the one setting that they set
    named = where.removeprefix("--").removeprefix("JURYROOM_").replace("-", "_").lower() == key.removesuffix("_s")
    return f"{where}: {expected}{found}" if named else f"{where}: {key}: {expected}{found}"


def plain(name: str) -> str:
    """A name as it is written, or, where it is none, with what a terminal might obey spelt out."""
    return name if _NAME.fullmatch(name) else ascii(name)


def listed(what: str, names: Iterable[str]) -> str:
    """`known keys: a, b`."""
    return f"known {what}: {', '.join(map(plain, names)) or 'none'}"


def shown(value: object) -> str:
    """A value, short enough for a message."""
    text = repr(value)
    return text if len(text) <= _ROOM else f"{text[: _ROOM - 3]}..."
