"""The port to the rest of the code base: what a refuter may look up, in the version under review."""

from typing import Protocol

from .value import Value


class Passage(Value):
    """Lines of one file, without its secrets."""

    path: str
    start_line: int
    """From 1."""
    lines: tuple[str, ...]
    symbol: str | None = None
    """The definition it is, where one was asked for."""


class Repository(Protocol):
    """The code base at the version under review. Reads only; asks nobody's leave, so it decides what may be seen."""

    async def definition(self, symbol: str, path: str | None = None) -> tuple[Passage, ...]:
        """The definitions of that name, in one file or anywhere; empty where there is none to be shown."""
        ...

    async def lines(self, path: str, start: int, end: int) -> tuple[Passage, ...]:
        """Those lines of a file (both ends included), as far as they exist; empty where it may not be seen."""
        ...

    async def search(self, identifier: str) -> tuple[Passage, ...]:
        """Places where that whole word stands, each with a few lines around it."""
        ...


class Elsewhere:
    """No repository at hand, as when only a diff is reviewed: there is nothing to look up."""

    async def definition(self, symbol: str, path: str | None = None) -> tuple[Passage, ...]:  # noqa: ARG002 - nothing is there
        """Nothing."""
        return ()

    async def lines(self, path: str, start: int, end: int) -> tuple[Passage, ...]:  # noqa: ARG002 - as above
        """Nothing."""
        return ()

    async def search(self, identifier: str) -> tuple[Passage, ...]:  # noqa: ARG002 - as above
        """Nothing."""
        return ()


NOWHERE = Elsewhere()
