"""Recorded outcomes of many models on the same tasks: one task a line."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from juryroom_reviewers.failure import Failure


class RoutingDataError(Failure):
    """A data file can't be used; the message says which line and what is expected there."""


class _Row(BaseModel):
    """A recorded line has more fields than are needed here."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Recorded(_Row):
    """What became of one model's answers to one task."""

    correct: bool
    p: float | None = None
    """Share of several samples that were right."""
    cost_usd: float | None = None
    visible_pass: bool | None = None
    """Did the answer pass the tests that can be seen? Known only after the attempt."""

    @property
    def quality(self) -> float:
        """0 to 1."""
        return float(self.correct) if self.p is None else self.p


class RecordedTask(_Row):
    """One line of the file."""

    id: str
    source: str
    domain: str
    prompt: str
    platform: str | None = None
    outcomes: Mapping[str, Recorded]

    @property
    def group(self) -> str:
        """Tasks that a router could not tell apart by their form alone."""
        return self.platform or self.source

    def has(self, *models: str) -> bool:
        """Did all of these try it?"""
        return all(model in self.outcomes for model in models)


def read_tasks(path: Path) -> tuple[RecordedTask, ...]:
    """All tasks of a file.

    Raises:
        RoutingDataError: when it can't be read, is empty, or a line is not in the format.
    """
    tasks = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RoutingDataError(f"{path}: {error}; name a file with one task a line, as JSON") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                tasks.append(RecordedTask.model_validate_json(line))
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"]))
                raise RoutingDataError(f"{path}:{number}: {where}: {first['msg']}; each line is one task") from error
    if not tasks:
        raise RoutingDataError(f"{path}: no task in it; each line is one, as JSON")
    return tuple(tasks)


def folds(tasks: Sequence[RecordedTask], number: int, seed: int) -> list[list[int]]:
    """Places of the tasks in each fold, drawn at random; the same seed draws the same."""
    from random import Random  # noqa: PLC0415 - for measuring only

    order = list(range(len(tasks)))
    Random(seed).shuffle(order)  # noqa: S311 - no secret
    return [order[k::number] for k in range(number)]
