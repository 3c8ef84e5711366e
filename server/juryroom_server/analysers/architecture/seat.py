"""The seat of architecture by delta on the panel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version

import anyio.to_thread

from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.reviewer import Method, Review, Seat

from ...changes.plumbing import GitError
from ..claim import broken, claim, reviewed
from ..tree import Workspace
from .claims import Claim
from .duplicates import duplicates
from .edges import cycles, directions
from .imports import graph_of
from .names import left_behind, removed
from .repository import Repository, TooLargeError, production
from .signatures import signatures

MAX_CLAIMS = 50
"""Of one rule; more are a restructuring, of which its author knows."""


@dataclass(frozen=True)
class Architecture:
    """The seat of our own rules over base and head."""

    workspace: Workspace

    @cached_property
    def seat(self) -> Seat:
        """Who this is."""
        return Seat(name="delta", method=Method.metric, categories=("architecture",), version=version("juryroom"))

    async def review(self, context: ReviewContext) -> Review:
        """Compare the repository before and after the change."""
        del context  # the workspace holds the same change
        tree, change = self.workspace, self.workspace.change
        if tree.repository is None or change.base is None:
            return Review(seat=self.seat, abstained="there is no earlier version of the repository to compare with")
        if not any(production(file.path) and file.hunks for file in change.files):
            return Review(seat=self.seat, abstained="no change to source code that it reads")
        repository = Repository(tree.repository, change, change.base)
        try:
            claims, notes = await anyio.to_thread.run_sync(_claims, repository)
        except GitError as error:
            return broken(self.seat, str(error))
        found = []
        for one in claims:
            file = change.file(one.path)
            if file and (made := claim(self.seat, file, (one.first, one.last), one.rule, one.note)):
                found.append(made)
        return reviewed(self.seat, found, notes=notes)


def _claims(repository: Repository) -> tuple[list[Claim], tuple[str, ...]]:
    rules: dict[str, Callable[[], Iterator[Claim]]] = {
        "imports": lambda: _imports(repository),
        "removed names": lambda: removed(repository),
        "signatures": lambda: signatures(repository),
        "functions left behind": lambda: left_behind(repository),
        "duplicates": lambda: duplicates(repository),
    }
    claims, notes = [], []
    for name, rule in rules.items():
        try:
            found = list(rule())
        except TooLargeError as error:
            notes.append(f"{name} were not looked at: {error}")
            continue
        claims += found[:MAX_CLAIMS]
        if len(found) > MAX_CLAIMS:
            notes.append(f"{name}: {len(found) - MAX_CLAIMS} more of the same were left out")
    return claims, tuple(notes)


def _imports(repository: Repository) -> Iterator[Claim]:
    graph = graph_of(repository)
    if graph is not None:
        yield from cycles(graph)
        yield from directions(graph)
