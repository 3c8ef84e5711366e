"""git's plumbing: fixed arguments in, bytes out, and nothing of the repository that could run or redirect anything."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from juryroom_reviewers.failure import Failure

TIMEOUT_S = 120.0
"""For one command: a hung network file system must not hang the editor."""
_CONFIG = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "protocol.ext.allow": "never",
    "core.safecrlf": "false",
    "diff.suppressBlankEmpty": "false",
    "diff.noprefix": "false",
    "diff.mnemonicPrefix": "false",
    "diff.relative": "false",
    "diff.interHunkContext": "0",
    "diff.algorithm": "default",
    # names in patches in plain ASCII: the readable ones come from `-z` output
    "core.quotePath": "true",
}
_OPTIONS = [part for key, value in _CONFIG.items() for part in ("-c", f"{key}={value}")]
_ENVIRONMENT = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_LITERAL_PATHSPECS": "1"}
_REDIRECTS = frozenset(
    f"GIT_{name}"
    for name in (
        *("DIR", "WORK_TREE", "COMMON_DIR", "PREFIX", "NAMESPACE", "INDEX_FILE", "ATTR_SOURCE"),
        *("EXTERNAL_DIFF", "DIFF_OPTS", "GLOB_PATHSPECS", "NOGLOB_PATHSPECS", "ICASE_PATHSPECS", "TRACE"),
    )
)
"""What a hook's environment says about its own repository, which may be another one than that of the change."""
_BLOB = re.compile(rb"[0-9a-f]{40,64} blob ([0-9]+)")


class GitError(Failure):
    """git can't give what was asked for; the message says what, and what to do next."""


class NotARepositoryError(GitError):
    """There is no work tree of a repository at that folder."""


class Plumbing:
    """git, run at the top of one work tree. Stores the folder and nothing else."""

    def __init__(self, root: Path) -> None:
        """Take the top of a work tree.

        Raises:
            NotARepositoryError: for a folder that is none (or a bare repository).
            GitError: when git is not installed.
        """
        if not (root / ".git").exists():
            raise NotARepositoryError(
                f"{str(root)!r} is not the top of a git work tree; run in a clone, or review files or a diff"
            )
        command = shutil.which("git")
        if command is None:
            raise GitError("git is not installed, or not on PATH; install git 2.30 or newer")
        self.root = root
        self._command = command

    def run(self, *arguments: str, stdin: bytes = b"", may_fail: bool = False) -> bytes:
        """Standard output of one git command.

        Args:
            arguments: the command and its arguments.
            stdin: what it reads.
            may_fail: exit code 1 is an answer.

        Raises:
            GitError: when it fails or takes longer than TIMEOUT_S.
        """
        try:
            done = subprocess.run(  # noqa: S603 - no shell; the arguments are ours, revisions are resolved to ids first
                [self._command, "--no-pager", *_OPTIONS, *arguments],
                cwd=self.root,
                env=self._environment(),
                input=stdin,
                capture_output=True,
                timeout=TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise GitError(f"git {arguments[0]} took longer than {TIMEOUT_S:g} s in {str(self.root)!r}") from error
        if done.returncode and not (may_fail and done.returncode == 1):
            raise _explained(arguments[0], self.root, done.stderr.decode(errors="replace"))
        return done.stdout

    def resolve(self, revision: str, kind: str = "commit") -> str | None:
        """The full id of the commit (or `kind` of object) that a revision names; None where there is none.

        Raises:
            GitError: for what is no revision: empty, with a line break, or with a dash in front.
        """
        if not revision or revision.startswith("-") or any(char in revision for char in "\n\r\0"):
            raise GitError(f"{revision!r} is no revision; give a branch, a tag or a commit id")
        line = self.run("cat-file", "--batch-check", stdin=f"{revision}^{{{kind}}}\n".encode())
        words = line.decode(errors="replace").split()
        return words[0] if len(words) == 3 and words[1] == kind else None  # noqa: PLR2004 - id, type, size

    def blobs(self, names: Iterable[str], max_bytes: int) -> dict[str, bytes]:
        """Contents of blobs, by the names given: an id, an abbreviated id, or `REVISION:PATH`.

        Missing are those that don't exist, are no blobs, or are larger than `max_bytes`.
        """
        sizes = self.sizes(names)
        wanted = [name for name, size in sizes.items() if size <= max_bytes]
        if not wanted:
            return {}
        out = self.run("cat-file", "--batch", stdin="".join(f"{name}\n" for name in wanted).encode())
        found: dict[str, bytes] = {}
        at = 0
        for name in wanted:
            start = out.index(b"\n", at) + 1
            header = _BLOB.fullmatch(out[at : start - 1])
            at = start
            if header:
                at = start + int(header[1])
                found[name] = out[start:at]
                at += 1
        return found

    def sizes(self, names: Iterable[str]) -> dict[str, int]:
        """Bytes of each blob; without those that don't exist or are something else."""
        asked = [name for name in dict.fromkeys(names) if "\n" not in name]
        if not asked:
            return {}
        lines = self.run("cat-file", "--batch-check", stdin="".join(f"{name}\n" for name in asked).encode()).split(
            b"\n"
        )
        headers = {name: _BLOB.fullmatch(line) for name, line in zip(asked, lines, strict=False)}
        return {name: int(header[1]) for name, header in headers.items() if header}

    def empty_tree(self) -> str:
        """The id of the tree with nothing in it, in the repository's own hash."""
        return self.run("hash-object", "-t", "tree", "--stdin").decode().strip()

    def _environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if key not in _REDIRECTS}
        # a folder whose `.git` is broken must not pass for a part of the repository around it
        kept["GIT_CEILING_DIRECTORIES"] = str(self.root.parent)
        index = os.environ.get("GIT_INDEX_FILE")
        if index and self._is_ours(self.root / index):
            kept["GIT_INDEX_FILE"] = str(self.root / index)  # `git commit -a` shows its hooks an index of its own
        return kept | _ENVIRONMENT

    def _is_ours(self, index: Path) -> bool:
        dot_git = self.root / ".git"
        folder = dot_git
        if dot_git.is_file():
            folder = self.root / dot_git.read_text(errors="replace").removeprefix("gitdir:").strip()
        return index.parent.resolve() == folder.resolve()


def _explained(command: str, root: Path, stderr: str) -> GitError:
    first = next((line for line in stderr.splitlines() if line.startswith(("fatal:", "error:"))), stderr.strip()[:300])
    if "safe.directory" in stderr or "dubious ownership" in stderr:
        return GitError(
            f"git refuses {str(root)!r}, which belongs to another user; if you trust it, run "
            f"'git config --global --add safe.directory {root}'"
        )
    if "no upstream configured" in stderr:
        return GitError(f"the branch in {str(root)!r} has no upstream; 'git push -u' gives it one, or name a base")
    if "not a git repository" in stderr:
        return NotARepositoryError(f"{str(root)!r} is not a usable git repository ({first})")
    return GitError(f"git {command} failed in {str(root)!r}: {first or 'no reason given'}")
