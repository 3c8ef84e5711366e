"""Where a change comes from."""

from enum import StrEnum

from juryroom_reviewers.value import Value


class Kind(StrEnum):
    """The ways to name a change."""

    work_tree = "work_tree"
    """Everything that differs from HEAD, untracked files included."""
    staged = "staged"
    """The index against HEAD."""
    base = "base"
    """From the merge base with a ref to HEAD."""
    commit = "commit"
    """One commit against its first parent."""
    range = "range"
    """From one revision to another, as a push hook is told."""
    diff = "diff"
    """A unified diff as text."""
    paths = "paths"
    """Whole files, as an audit."""


class Source(Value):
    """A change, by name."""

    kind: Kind = Kind.work_tree
    revision: str | None = None
    """The ref of `base`, the revision of `commit`, the old side of `range`."""
    until: str | None = None
    """The new side of `range`."""
    diff: str | None = None
    paths: tuple[str, ...] = ()
    """Repository-relative; files, or folders with all that git tracks or would track below them."""
