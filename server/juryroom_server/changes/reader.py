"""From the name of a change to the change: what git compares, a diff, or whole files."""

from pathlib import Path

from juryroom_reviewers.change import ChangeSet

from ..source import Kind, Source
from .from_diff import read_diff
from .from_git import read_sides
from .from_paths import read_paths
from .intake import DEFAULT_LIMITS, Intake, Limits
from .plumbing import NotARepositoryError, Plumbing
from .sides import sides_of


def read_change(
    root: Path,
    source: Source,
    limits: Limits = DEFAULT_LIMITS,
    *,
    repository: bool = True,
    exclude: tuple[str, ...] = (),
) -> ChangeSet:
    """Read a change, with the old and new text of each file.

    Args:
        root: the top of the work tree; without a repository any folder, which all names are relative to.
        source: which change.
        limits: how much of it.
        repository: False where there is none: then only a diff or paths can be read.
        exclude: patterns as in .gitignore; what they match is skipped.

    Raises:
        GitError: when git can't give it, or a path is not there.
        DiffError: when the text of a diff is none.
    """
    intake = Intake(limits, exclude)
    git = Plumbing(root) if repository else None
    match source.kind:
        case Kind.diff:
            read_diff(root, git, source.diff or "", intake)
            label = "a diff"
        case Kind.paths:
            read_paths(root, git, source.paths, intake)
            label = f"whole files: {', '.join(source.paths)}"
        case _ if git is None:
            raise NotARepositoryError(
                f"{str(root)!r} is in no git repository; name files to review, or give a diff with --diff"
            )
        case _:
            sides = sides_of(git, source)
            read_sides(git, sides, intake)
            return intake.change(sides.source, sides.base, sides.new)
    return intake.change(label, git.resolve("HEAD") if git else None, None)


def base_revision(root: Path, source: Source) -> str | None:
    """Id of the commit from which personas and configuration come: the old side, HEAD for a diff and for paths.

    None before the first commit, for a root commit, and outside of a repository.

    Raises:
        GitError: as `read_change`.
    """
    try:
        return sides_of(Plumbing(root), source).base
    except NotARepositoryError:
        return None
