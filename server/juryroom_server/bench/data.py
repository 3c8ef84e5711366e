"""Recorded reviews with ground truth: one pull request a line, and the panels to seat beside it."""

import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from .lines import DataError, read_lines


class _Row(BaseModel):
    """A recorded line has more fields than are needed here."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Golden(_Row):
    """A bug that people agreed on."""

    id: int


class Recorded(_Row):
    """One finding of one reviewer."""

    id: str
    body: str
    file: str | None = None
    line: int | None = None
    match: tuple[int, ...] = ()
    """Golden bugs that the judge says it is about."""


class PullRequest(_Row):
    """One line of the file."""

    pr: str
    repo: str
    title: str = ""
    language: str = ""
    source: str = ""
    golden: tuple[Golden, ...]
    reviews: dict[str, tuple[Recorded, ...]]
    recorded_counts: dict[str, tuple[int, int, int]] = {}
    """Reviewer -> true positives, false positives and misses, as its own benchmark counted them."""

    @cached_property
    def truth(self) -> dict[str, frozenset[int]]:
        """Finding's id -> golden bugs."""
        return {item.id: frozenset(item.match) for items in self.reviews.values() for item in items}

    def said(self, panel: Iterable[str]) -> list[dict[str, object]]:
        """What the panel's members said, without any label."""
        return [
            {"id": item.id, "tool": tool, "body": item.body, "file": item.file, "line": item.line}
            for tool in panel
            for item in self.reviews.get(tool, ())
        ]

    def about(self, panel: Iterable[str]) -> dict[str, object]:
        """What an aggregator may know of it."""
        return {
            "pr": self.pr,
            "repo": self.repo,
            "title": self.title,
            "language": self.language,
            "panel": list(panel),
        }


Panel = tuple[str, ...]


class PanelSet(BaseModel):
    """Panels that are measured together."""

    name: str
    panels: tuple[Panel, ...]
    only_source: str | None = None
    """Only pull requests of this source have been reviewed by all of them."""

    def covers(self, case: PullRequest) -> bool:
        """Whether its panels have reviewed this one."""
        return self.only_source is None or case.source == self.only_source


_EXTENDED = "devzyai"


def read_cases(path: Path) -> tuple[PullRequest, ...]:
    """Read a file of pull requests, in its order.

    Raises:
        DataError: when it can't be read, is empty, or a line is not in the format.
    """
    return read_lines(path, PullRequest, "pull request", "--data wants a file of recorded reviews (JSON lines)")


def read_panels(data: Path, cases: Sequence[PullRequest]) -> tuple[PanelSet, ...]:
    """The panels in panels.json beside the data; without it, one panel of all reviewers.

    Raises:
        DataError: when panels.json is there and is not in the format.
    """
    path = data.with_name("panels.json")
    if not path.exists():
        return (PanelSet(name="all", panels=(tuple(sorted({tool for case in cases for tool in case.reviews})),)),)
    try:
        document = json.loads(path.read_text("utf-8"))
        sets = [
            PanelSet(name=name, panels=rows, only_source=_EXTENDED if name.startswith("ext") else None)
            for name, rows in document.items()
            if isinstance(rows, list) and rows and isinstance(rows[0], list)
        ]
    except (OSError, ValueError, AttributeError) as error:
        raise DataError(f"{path}: {error}; it wants a name -> [[reviewer, ...], ...] for each set") from error
    return tuple(one for one in sets if any(one.covers(case) for case in cases))
