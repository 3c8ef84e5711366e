"""What is compared with what: from the name of a change to two trees."""

from juryroom_reviewers.value import Value

from ..source import Kind, Source
from .plumbing import GitError, Plumbing

_SHORT = 12


class Sides(Value):
    """The old and the new side of a change in a repository."""

    source: str
    """For people."""
    old: str
    """Id of a commit or tree."""
    new: str | None = None
    """Id of a commit; None for the index or the work tree."""
    index: bool = False
    base: str | None = None
    """Commit id of the old side; None where it is the empty tree."""


def sides_of(git: Plumbing, source: Source) -> Sides:
    """Look up both sides of a change that git knows; for a diff and for paths, what they are judged against (HEAD).

    Raises:
        GitError: when a revision doesn't exist, or two have no common ancestor.
    """
    match source.kind:
        case Kind.base:
            return _since_fork(git, source.revision or "")
        case Kind.commit:
            return _one_commit(git, source.revision or "HEAD")
        case Kind.range:
            return _range(git, source.revision or "", source.until or "HEAD")
    head = git.resolve("HEAD")
    staged = source.kind is Kind.staged
    label = "index" if staged else "work tree"
    label += " against HEAD" if head else ", before the first commit"
    return Sides(source=label, old=head or git.empty_tree(), index=staged, base=head)


def _since_fork(git: Plumbing, ref: str) -> Sides:
    there, head = _commit(git, ref), _commit(git, "HEAD")
    # exit code 1 without a word means that there is none; --all would list rivals, of which git takes the first, too
    common = git.run("merge-base", there, head, may_fail=True).decode().strip()
    if not common:
        raise GitError(
            f"{ref!r} and HEAD have no common ancestor here; in a shallow clone run 'git fetch --unshallow', "
            "else compare with another branch"
        )
    return Sides(source=f"{ref}...HEAD", old=common, new=head, base=common)


def _one_commit(git: Plumbing, revision: str) -> Sides:
    commit = _commit(git, revision)
    parent = _first_parent(git, commit)
    return Sides(source=f"commit {commit[:_SHORT]}", old=parent or git.empty_tree(), new=commit, base=parent)


def _range(git: Plumbing, revision: str, until: str) -> Sides:
    if _is_null(until):  # a push that deletes a branch
        empty = git.empty_tree()
        return Sides(source="the deletion of a branch", old=empty, new=empty)
    last = _commit(git, until)
    if not _is_null(revision):
        first = _commit(git, revision)
        return Sides(source=f"{_short(revision)}..{_short(until)}", old=first, new=last, base=first)
    # a push of a new branch: all that no remote has yet
    unknown = git.run("rev-list", "--topo-order", "--reverse", last, "--not", "--remotes").decode().split()
    base = _first_parent(git, unknown[0]) if unknown else last
    return Sides(source=f"new commits up to {_short(until)}", old=base or git.empty_tree(), new=last, base=base)


def _commit(git: Plumbing, revision: str) -> str:
    found = git.resolve(revision)
    if found is None:
        advice = (
            "there is no commit yet; review the work tree or the index"
            if revision == "HEAD"
            else "'git branch --all' and 'git log' show what there is, 'git fetch' gets what is missing"
        )
        raise GitError(f"there is no commit {revision!r} in {str(git.root)!r}: {advice}")
    return found


def _first_parent(git: Plumbing, commit: str) -> str | None:
    header = git.run("cat-file", "commit", commit).partition(b"\n\n")[0]
    parents = [line.split()[1].decode() for line in header.split(b"\n") if line.startswith(b"parent ")]
    if parents and git.resolve(parents[0]) is None:
        raise GitError(
            f"the parent of commit {commit[:_SHORT]} is missing, since this clone is shallow; "
            "run 'git fetch --deepen=1' (in a CI checkout: fetch-depth: 2)"
        )
    return parents[0] if parents else None


def _is_null(revision: str) -> bool:
    return len(revision) >= 40 and not revision.strip("0")  # noqa: PLR2004 - the all-zero id of a push hook


def _short(revision: str) -> str:
    return revision[:_SHORT] if len(revision) in (40, 64) and revision.isalnum() else revision
