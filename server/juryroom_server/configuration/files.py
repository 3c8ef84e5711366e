"""Configuration files: where they are, and what stands in them as plain values. Nothing is judged here but the form."""

import os
import stat
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import Field

from juryroom_reviewers.value import Value

from ..settings import Layer, Origin, SettingsError

MAX_BYTES = 1_000_000
"""A configuration file larger than this is no configuration file."""
REPOSITORY_FILE = "juryroom.toml"
USER_FILE = "config.toml"

ReadText = Callable[[str], str | None]
"""From a repository-relative path to the file's text, or None where there is no such file."""


class Sheet(Value):
    """One configuration file."""

    origin: Origin
    """With no name where there is no such file."""
    values: dict[str, Any] = Field(default_factory=dict)


def user_config_dir() -> Path:
    """The user's folder for juryroom's configuration, in the platform's place (`~/.config/juryroom` on Linux)."""
    import platformdirs  # noqa: PLC0415 - only the outermost caller needs it

    return platformdirs.user_config_path("juryroom", appauthor=False)


def user_sheet(config_dir: Path) -> Sheet:
    """The user's own file; empty where there is none.

    Raises:
        SettingsError: when it can't be read or is no TOML.
    """
    path = config_dir / USER_FILE
    text = read_text(path)
    if text is None:
        return Sheet(origin=Origin(layer=Layer.user))
    return Sheet(origin=Origin(layer=Layer.user, name=str(path)), values=parse_toml(text, str(path)))


def repository_sheet(root: Path, cwd: Path, read: ReadText | None = None) -> tuple[Sheet, tuple[str, ...]]:
    """The repository's configuration that is closest to the working directory, and warnings.

    In one folder `juryroom.toml` goes before `[tool.juryroom]` of `pyproject.toml`.

    Args:
        root: the repository's top folder; nothing above it is looked at.
        cwd: where to begin; outside of `root` it counts as `root`.
        read: reads a file of another revision; None reads the work tree.

    Raises:
        SettingsError: when the file can't be read or is no TOML.
    """
    root, cwd = root.resolve(), cwd.resolve()
    read = read or (lambda path: _read_below(root, path))
    below = cwd.relative_to(root) if cwd.is_relative_to(root) else Path()
    for folder in (below, *below.parents):
        own, shared = ((folder / name).as_posix() for name in (REPOSITORY_FILE, "pyproject.toml"))
        table = _tool_table(read(shared), shared)
        text = read(own)
        if text is not None:
            warning = f"{shared}: [tool.juryroom] is ignored, because {own} stands beside it"
            sheet = Sheet(origin=Origin(layer=Layer.repository, name=own), values=parse_toml(text, own))
            return sheet, (warning,) if table is not None else ()
        if table is not None:
            return Sheet(origin=Origin(layer=Layer.repository, name=shared), values=table), ()
    return Sheet(origin=Origin(layer=Layer.repository)), ()


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """The values of a TOML text.

    Raises:
        SettingsError: with the file's name and the line.
    """
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except RecursionError as error:
        raise SettingsError(f"{name}: no valid TOML: nested too deeply") from error
    except ValueError as error:  # TOMLDecodeError, and what int() says of 5,000 digits
        raise SettingsError(f"{name}: no valid TOML: {error}") from error


def read_text(path: Path) -> str | None:
    """The text of a regular file of the user's, or None where there is none.

    Raises:
        SettingsError: when it is something else, too large, not UTF-8 or not readable.
    """
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise SettingsError(f"{path}: not a regular file")
            content = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise SettingsError(f"{path}: can't be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise SettingsError(f"{path}: larger than {MAX_BYTES:,} bytes; this is no configuration file")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8") from error


def _open_at_once(path: str, flags: int) -> int:
    """Open without waiting for a FIFO's other end."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _read_below(root: Path, relative: str) -> str | None:
    path = root / relative
    if not path.resolve().is_relative_to(root):
        raise SettingsError(f"{relative}: a link that leaves the repository is not followed; put a file in its place")
    return read_text(path)


def _tool_table(text: str | None, name: str) -> dict[str, Any] | None:
    """`[tool.juryroom]`; a pyproject.toml that doesn't speak of juryroom is not even parsed, so it may be broken."""
    if text is None or "juryroom" not in text:
        return None
    tool = parse_toml(text, name).get("tool", {})
    table = tool.get("juryroom") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise SettingsError(f"{name}: tool.juryroom should be a table: [tool.juryroom]")
    return table
