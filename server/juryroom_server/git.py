"""What the program asks of git.

The only importer of GitPython, which finds and opens repositories; contents come through `plumbing`, faster by far.
"""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from juryroom_reviewers.scope import unsafe_path

from .changes.decoding import decode
from .changes.files import UnreadableError, read_regular
from .changes.intake import Limits
from .changes.plumbing import GitError, NotARepositoryError, Plumbing
from .changes.reader import base_revision, read_change

if TYPE_CHECKING:
    import git

__all__ = [
    "GitError",
    "Limits",
    "NotARepositoryError",
    "base_revision",
    "busy",
    "files_with",
    "folder_at",
    "read_change",
    "repository_root",
    "text_at",
]

MAX_TEXT_BYTES = 1_000_000
"""Of a persona or a page of conventions; a larger one is no such thing."""
_UNDER_WAY = {
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "BISECT_LOG": "bisect",
}
"""Files in the git folder that tell what goes on; a rebase first, since it leaves CHERRY_PICK_HEAD, too."""
_REGULAR = (b"100644", b"100755")


def repository_root(start: Path) -> Path | None:
    """The top of the work tree around a file or folder; None outside of any repository.

    Raises:
        GitError: for a bare repository, which has no work tree, and where git is not installed.
    """
    repo = _open(start)
    if repo is None:
        return None
    with repo:
        if repo.bare or not repo.working_tree_dir:
            raise GitError(f"{str(repo.git_dir)!r} is a bare repository: it has no work tree; run in a clone of it")
        return Path(repo.working_tree_dir)


def busy(root: Path) -> str | None:
    """What is under way in this work tree: merge, rebase, cherry-pick, revert or bisect; None when nothing is."""
    repo = _open(root)
    if repo is None:
        return None
    with repo:
        folder = Path(repo.git_dir)  # the work tree's own one: another work tree's merge is none of ours
    return next((word for name, word in _UNDER_WAY.items() if (folder / name).exists()), None)


def text_at(root: Path, revision: str | None, path: str) -> str | None:
    """The text of a file at a revision, or in the work tree (None).

    None for what is not there, is no regular file (symbolic links are not followed), no text, or over MAX_TEXT_BYTES.

    Raises:
        GitError: when the revision doesn't exist.
    """
    if unsafe_path(path):
        return None
    if revision is None:
        try:
            return decode(read_regular(root, path, MAX_TEXT_BYTES))
        except UnreadableError:
            return None
    return _texts(root, revision, path).get(path)


def folder_at(root: Path, revision: str | None, folder: str) -> dict[str, str]:
    """Text by name of all regular files directly in a folder, at a revision or in the work tree (None).

    Empty when there is no such folder; the same files are left out as `text_at` has None for.

    Raises:
        GitError: when the revision doesn't exist.
    """
    folder = folder.rstrip("/")
    if unsafe_path(folder):
        return {}
    if revision is not None:
        return {path.rpartition("/")[2]: text for path, text in _texts(root, revision, f"{folder}/").items()}
    try:
        names = sorted(entry.name for entry in (root / folder).iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    texts = {name: text_at(root, None, f"{folder}/{name}") for name in names}
    return {name: text for name, text in texts.items() if text is not None}


def files_with(root: Path, revision: str, word: str) -> tuple[str, ...]:
    """Paths of the text files that have a whole word in them, at a revision, in the order of the tree.

    Raises:
        GitError: when the revision doesn't exist.
    """
    git_ = Plumbing(root)
    commit = git_.resolve(revision)
    if commit is None:
        raise GitError(f"there is no commit {revision!r} in {str(root)!r}")
    # a user's configuration may ask for colours and for submodules, which are not ours to read
    plain = ("--no-color", "--no-recurse-submodules", "--full-name")
    found = git_.run("grep", "-I", "-l", "-z", "-w", "-F", *plain, "-e", word, commit, may_fail=True)
    prefix = f"{commit}:".encode()
    return tuple(name.removeprefix(prefix).decode(errors="replace") for name in found.split(b"\0")[:-1])


def _texts(root: Path, revision: str, pathspec: str) -> dict[str, str]:
    """Text by path of the regular files that a literal path means, or a folder with a slash behind it."""
    git_ = Plumbing(root)
    commit = git_.resolve(revision)
    if commit is None:
        raise GitError(f"there is no commit {revision!r} in {str(root)!r}; 'git log --all' shows those that there are")
    ids: dict[str, str] = {}
    for entry in git_.run("ls-tree", "-z", commit, "--", pathspec).split(b"\0")[:-1]:
        about, _, path = entry.partition(b"\t")
        mode, _, blob = about.split(b" ")
        if mode in _REGULAR:
            ids[path.decode(errors="replace")] = blob.decode()
    contents = git_.blobs(ids.values(), MAX_TEXT_BYTES)
    texts = {path: decode(contents[blob]) for path, blob in ids.items() if blob in contents}
    return {path: text for path, text in texts.items() if text is not None}


def _open(start: Path) -> "git.Repo | None":
    start = start.absolute()
    if shutil.which("git") is None:  # GitPython's import would fail with a page of advice
        if any((folder / ".git").exists() for folder in (start, *start.parents)):
            raise GitError("git is not installed, or not on PATH; install git 2.30 or newer")
        return None
    import git  # noqa: PLC0415 - 0.1 s that nobody pays who reviews no repository

    try:
        return git.Repo(start, search_parent_directories=True, expand_vars=False)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError):
        return None
