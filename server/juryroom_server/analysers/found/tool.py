"""What there is to know of one found engine: how it is run, and what its output means."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from juryroom_reviewers.finding import Severity
from juryroom_reviewers.reviewer import Method
from juryroom_reviewers.value import Value

Environ = Mapping[str, str]


class Row(Value):
    """One alert, in its engine's words."""

    file: str
    """As the engine names it; its last part is a sheet's name."""
    line: int
    end_line: int
    rule: str
    title: str
    category: str = "security"
    severity: Severity
    cwe: str | None = None
    secret: bool = False
    """Its line must not be repeated."""


@dataclass(frozen=True)
class Tool:
    """One engine."""

    name: str
    """Also of the command."""
    method: Method
    category: str
    languages: frozenset[str] | None
    """What it reads; None: text in any of the languages."""
    arguments: Callable[[Path, Environ], Sequence[str]]
    """After the command, by the workspace's root and the environment."""
    rows: Callable[[bytes], Iterable[Row]]
    """From its standard output.

    Raises:
        ValueError, KeyError, TypeError: it is of another shape.
    """
    exits: frozenset[int]
    """Exit codes of a run that was complete."""
    needs: Callable[[Environ], str | None] = lambda _: None
    """What it lacks for joining, beside being there; None: nothing."""
    version: tuple[str, ...] = ("--version",)

    def lacks(self, environ: Environ) -> str | None:
        """What it lacks for joining, in words for the user."""
        return self.needs(environ)
