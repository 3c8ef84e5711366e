"""Recorded outcomes of many models on the same tasks: one task a line."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from .lines import read_lines


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
        DataError: when it can't be read, is empty, or a line is not in the format.
    """
    return read_lines(path, RecordedTask, "task", "name a file with one task a line, as JSON")


def folds(tasks: Sequence[RecordedTask], number: int, seed: int) -> list[list[int]]:
    """Places of the tasks in each fold, drawn at random; the same seed draws the same."""
    from random import Random  # noqa: PLC0415 - for measuring only

    order = list(range(len(tasks)))
    Random(seed).shuffle(order)  # noqa: S311 - no secret
    return [order[k::number] for k in range(number)]
