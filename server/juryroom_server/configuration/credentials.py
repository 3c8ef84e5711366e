"""API keys: which variable holds one, and where it was found. No message here ever holds a value."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from juryroom_reviewers.value import Value

from ..models.card import ModelCard
from ..settings import SettingsError
from .files import parse_toml, read_text

CREDENTIALS_FILE = "credentials.toml"
"""In the user's configuration folder: lines such as `OPENAI_API_KEY = "..."`, mode 0600. For editors that don't pass
the environment on."""
OTHERS_BITS = stat.S_IRWXG | stat.S_IRWXO


class Key(Value):
    """An API key."""

    variable: str
    secret: SecretStr
    file: str | None = None
    """The credentials file that it stands in; None: it is in the environment."""

    @property
    def origin(self) -> str:
        """`environment OPENAI_API_KEY`, or `credentials file /home/me/.config/juryroom/credentials.toml`."""
        return f"credentials file {self.file}" if self.file else f"environment {self.variable}"


class Keyring(Value):
    """The keys that are at hand, by the name of their variable."""

    keys: dict[str, Key]

    def find(self, variable: str | None) -> Key | None:
        """The key of that variable; None where there is none, or where a model needs none."""
        return self.keys.get(variable) if variable else None


def read_keyring(environ: Mapping[str, str], config_dir: Path) -> Keyring:
    """All keys that are at hand; the environment goes before the credentials file.

    Raises:
        SettingsError: when the credentials file is readable by others, or is not what it should be.
    """
    path = config_dir / CREDENTIALS_FILE
    filed = {name: Key(variable=name, secret=key, file=str(path)) for name, key in _read_file(path).items()}
    # not every variable is a secret, but which of them are keys is for the models' cards to say
    present = {
        name: Key(variable=name, secret=SecretStr(value.strip())) for name, value in environ.items() if value.strip()
    }
    return Keyring(keys={**filed, **present})


def find_key(card: ModelCard, keyring: Keyring) -> Key | None:
    """The key of a model: of its own variable, else of the first of its provider's usual ones that is at hand."""
    variables = (card.key_variable,) if card.key_variable else card.preset.key_variables
    return next((key for variable in variables if (key := keyring.find(variable))), None)


def _read_file(path: Path) -> dict[str, SecretStr]:
    text = read_text(path)
    if text is None:
        return {}
    if os.name == "posix" and path.stat().st_mode & OTHERS_BITS:
        raise SettingsError(f"{path}: others can read it, so it is not used; run: chmod 600 {path}")
    found: dict[str, SecretStr] = {}
    for name, value in parse_toml(text, str(path)).items():
        if not isinstance(value, str) or not value.strip():
            raise SettingsError(f'{path}: {name}: should be a key in quotes: {name} = "..."')
        found[name] = SecretStr(value.strip())
    return found
