"""Whole files, as an audit: as if all of their lines were new."""

import os
from collections.abc import Iterator
from pathlib import Path

from juryroom_reviewers.change import FileChange, Status
from juryroom_reviewers.patch import whole
from juryroom_reviewers.scope import BINARY, SYMBOLIC_LINK, skip_path, unsafe_path

from .decoding import encoding_of
from .files import UnreadableError, read_regular
from .intake import Intake
from .plumbing import GitError, Plumbing

NOT_UTF8 = "its name is not UTF-8"
IGNORED = "nothing in it that git tracks or would track"
_VERSION_CONTROL = (".git", ".hg", ".svn", ".jj")


def read_paths(root: Path, git: Plumbing | None, paths: tuple[str, ...], intake: Intake) -> None:
    """Take whole files, and all files below folders.

    Args:
        root: what the paths are relative to, and what they can't lead out of.
        git: says what is ignored; without it all regular files count.
        paths: files and folders; absolute ones must lie below `root`.
        intake: takes the files.

    Raises:
        GitError: for a path that doesn't exist or leads out of `root`; names it.
    """
    names = list(dict.fromkeys(_relative(root, path) for path in paths))
    for path in _tracked(git, names, intake) if git else _walked(root, names, intake):
        take_whole(root, path, intake)


def _relative(root: Path, path: str) -> str:
    if not path or "\0" in path:
        raise GitError(f"{path!r} is no path; give files or folders of the repository")
    top = os.path.realpath(root)
    # the folder is followed and the name itself is not: a link is listed as one, and not read
    spot = Path(os.path.normpath(root / path))
    real = Path(os.path.realpath(spot.parent), spot.name) if spot != root else Path(top)
    if not os.path.lexists(real):
        raise GitError(f"there is no {path!r} in {str(root)!r}; give paths relative to it")
    if not real.is_relative_to(top):
        raise GitError(f"{path!r} is outside of {str(root)!r}; only files in it are reviewed")
    relative = real.relative_to(top).as_posix()
    if relative != "." and unsafe_path(relative):
        raise GitError(f"{path!r} belongs to git itself; only files of the work tree are reviewed")
    return relative


def _tracked(git: Plumbing, names: list[str], intake: Intake) -> list[str]:
    found: dict[str, None] = {}
    for name in names:
        listed = git.run("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", name).split(b"\0")[:-1]
        if not listed:
            intake.skip(printable(name), IGNORED)
        found |= dict.fromkeys(path.decode(errors="surrogateescape") for path in listed)
    return [path for path in found if os.path.lexists(git.root / path)]  # a deleted file is still in the index


def _walked(root: Path, names: list[str], intake: Intake) -> Iterator[str]:
    for name in names:
        if (root / name).is_symlink() or not (root / name).is_dir():
            yield name
            continue
        for top, folders, files in os.walk(root / name):
            inside = Path(top).relative_to(root)
            folders[:] = sorted(set(folders).difference(_VERSION_CONTROL))
            for folder in tuple(folders):
                path = (inside / folder).as_posix()
                reason = SYMBOLIC_LINK if (root / path).is_symlink() else skip_path(f"{path}/file")
                if reason:  # one line for all of node_modules
                    intake.skip(printable(path), reason)
                    folders.remove(folder)
            yield from ((inside / file).as_posix() for file in sorted(files))


def take_whole(root: Path, path: str, intake: Intake) -> None:
    """Take a file of the work tree as if all of it were new."""
    if printable(path) != path:
        intake.skip(printable(path), NOT_UTF8)
        return
    if path.endswith("/"):
        intake.skip(path, "another repository")
        return
    if not intake.admits_path(path):
        return
    try:
        data = read_regular(root, path, intake.limits.max_file_bytes)
    except UnreadableError as error:
        intake.skip(path, str(error))
        return
    if not intake.admits_size(path, len(data)):
        return
    codec = encoding_of(data)
    if codec is None:
        intake.skip(path, BINARY)
        return
    text = data.decode(codec, "replace")
    hunks = tuple(hunk.hunk for hunk in whole(text))
    intake.add(FileChange(path=path, status=Status.added, hunks=hunks, text=text))


def printable(path: str) -> str:
    """The path with bytes that are no UTF-8 escaped."""
    return path.encode(errors="surrogateescape").decode(errors="backslashreplace")
