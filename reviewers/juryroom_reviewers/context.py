"""What a reviewer is shown besides the change itself."""

from enum import StrEnum
from functools import cached_property

from .change import ChangeSet
from .redaction import Redaction
from .value import Value


class Relation(StrEnum):
    """Why an excerpt is shown."""

    enclosing = "enclosing"
    """The definition around a hunk."""
    caller = "caller"
    """A definition that calls one that the change touches."""
    callee = "callee"
    """A definition that the changed lines call."""


class Symbol(Value):
    """A definition in the new version of a changed file."""

    path: str
    name: str
    """Qualified by its nesting: `Shop.checkout`."""
    start_line: int
    """First line, decorators included, from 1."""
    end_line: int
    is_type: bool = False
    """A class, an interface, a module; otherwise a function."""


class Excerpt(Value):
    """A piece of a changed file, in its new version (SARIF calls it a context region)."""

    path: str
    symbol: str
    start_line: int
    text: str
    relation: Relation
    beside: str | None = None
    """Path of another changed file that it is to be read with; None: it belongs to its own."""


class ReviewContext(Value):
    """The change, what surrounds it, and what the repository says of itself."""

    change: ChangeSet
    excerpts: tuple[Excerpt, ...] = ()
    outline: tuple[Symbol, ...] = ()
    """All definitions of the changed files, for naming the place of a finding."""
    conventions: str = ""
    """The repository's own rules for reviewers (AGENTS.md and its like, from the base revision)."""
    secrets: tuple[str, ...] = ()
    """Strings in the material that no model and no report may show."""

    def symbol_at(self, path: str, line: int) -> str | None:
        """The innermost definition around a line of the new version, or None at the top level."""
        around = [s for s in self._symbols.get(path, ()) if s.start_line <= line <= s.end_line]
        return min(around, key=lambda s: s.end_line - s.start_line).name if around else None

    @cached_property
    def redaction(self) -> Redaction:
        """Hides the secrets."""
        return Redaction(self.secrets)

    @cached_property
    def _symbols(self) -> dict[str, list[Symbol]]:
        found: dict[str, list[Symbol]] = {}
        for symbol in self.outline:
            found.setdefault(symbol.path, []).append(symbol)
        return found
