"""Files of recorded truth: one JSON object a line."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from juryroom_reviewers.failure import Failure

T = TypeVar("T", bound=BaseModel)


class DataError(Failure):
    """Data that can't be measured on. The message says which file and line, and what is wanted."""


def read_lines(path: Path, shape: type[T], unit: str, hint: str) -> tuple[T, ...]:
    """Read such a file, in its order; empty lines are passed over.

    Args:
        path: the file.
        shape: of each line.
        unit: what a line is, for messages: `pull request`.
        hint: what to name instead of a file that can't be read.

    Raises:
        DataError: when it can't be read, is empty, or a line is not in the format.
    """
    try:
        # not splitlines(): JSON may hold other ends of lines, such as U+2028, within a text
        lines = path.read_text("utf-8").split("\n")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; {hint}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: {error}; {hint}") from error
    found = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                found.append(shape.model_validate_json(line))
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"]))
                raise DataError(f"{path}:{number}: {where}: {first['msg']}; each line is one {unit}") from error
    if not found:
        raise DataError(f"{path}: no {unit} in it; each line is one, as JSON")
    return tuple(found)
