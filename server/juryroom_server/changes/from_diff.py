"""Reads a change that is given as a diff, and finds the whole files that it is about, where they are at hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from juryroom_reviewers.change import FileChange, Status
from juryroom_reviewers.diff import parse_diff
from juryroom_reviewers.patch import Hunks, Patch, apply, new_side, turned, without_bom
from juryroom_reviewers.scope import BINARY, MODE_ONLY, SUBMODULE, SYMBOLIC_LINK, UNSAFE_PATH, unsafe_path

from .decoding import decode
from .files import UnreadableError, read_regular
from .intake import Intake
from .plumbing import Plumbing


class Versions(NamedTuple):
    """Old and new text of a file; None for what is not there or not known."""

    before: str | None
    text: str | None


def read_diff(root: Path, git: Plumbing | None, diff: str, intake: Intake) -> None:
    """Take the files of a unified diff.

    Each text comes from the first place whose content the hunks fit exactly: the diff itself (new and deleted files),
    the blobs that it names, the work tree (with or without the change), HEAD. Else the file is partial.

    Args:
        root: what the diff's names are relative to.
        git: the repository there, if there is one.
        diff: the text.
        intake: takes the files.

    Raises:
        DiffError: when the text is no unified diff.
    """
    wanted = [patch for patch in parse_diff(diff) if _is_wanted(patch, intake)]
    blobs = _blobs(git, wanted, intake.limits.max_file_bytes)
    for patch in wanted:
        hunks = without_bom(patch.hunks)
        versions = _own_versions(patch, hunks) or _found_versions(root, patch, hunks, blobs, intake)
        if versions is None and not hunks:
            intake.skip(patch.path, "renamed only, and its text is not at hand")
            continue
        known = versions or Versions(None, new_side(hunks))
        if not intake.admits_size(patch.path, len(known.text or known.before or "")):
            continue
        intake.add(
            FileChange(
                path=patch.path,
                old_path=patch.origin if patch.status is Status.renamed else None,
                status=patch.status,
                hunks=tuple(hunk.hunk for hunk in hunks),
                text=known.text,
                before=None if patch.status is Status.added else known.before,
                partial=versions is None,
            )
        )


def _is_wanted(patch: Patch, intake: Intake) -> bool:
    reason = None
    if unsafe_path(patch.path) or unsafe_path(patch.origin):
        reason = UNSAFE_PATH
    elif "120000" in patch.modes:
        reason = SYMBOLIC_LINK
    elif "160000" in patch.modes or _is_submodule(patch):
        reason = SUBMODULE
    elif patch.combined:
        reason = "combined diff of a merge: give one against a single parent"
    elif patch.binary:
        reason = BINARY
    elif not patch.hunks and patch.status is Status.modified:
        reason = MODE_ONLY
    if reason:
        intake.skip(patch.path.replace("\0", "\\0"), reason)
        return False
    return intake.admits_path(patch.path)


def _is_submodule(patch: Patch) -> bool:
    rows = [row[1:] for hunk in patch.hunks for row in hunk.rows]
    return 0 < len(rows) <= 2 and all(row.startswith("Subproject commit ") for row in rows)  # noqa: PLR2004 - old, new


def _own_versions(patch: Patch, hunks: Hunks) -> Versions | None:
    """What the diff alone tells: all of a new or a deleted file."""
    if patch.status is Status.deleted:
        return Versions(new_side(turned(hunks)), None)
    if patch.status is Status.added and patch.origin == patch.path:
        return Versions(None, new_side(hunks))
    return None


def _found_versions(root: Path, patch: Patch, hunks: Hunks, blobs: dict[str, bytes], intake: Intake) -> Versions | None:
    for content, side in _candidates(root, patch, blobs, intake.limits.max_file_bytes):
        text = decode(content)
        if text is None:
            continue
        after, before = apply(hunks, text), apply(turned(hunks), text)
        if side == "new":
            after = None
        elif side == "old":
            before = None
        elif after is not None and before is not None and _shows_more_of_old(hunks):
            before = None  # both fit: the side of which more lines were compared is the better evidence
        if before is not None:
            return Versions(before, text)
        if after is not None:
            return Versions(text, after)
    return None


def _shows_more_of_old(hunks: Hunks) -> bool:
    return sum(hunk.old_count - hunk.new_count for hunk in hunks) > 0


def _candidates(root: Path, patch: Patch, blobs: dict[str, bytes], max_bytes: int) -> Iterator[tuple[bytes, str]]:
    """Contents that may be the old or the new version, best evidence first, and which of the two if that is known."""
    for blob, side in ((patch.new_blob, "new"), (patch.old_blob, "old")):
        if blob and blob in blobs:
            yield blobs[blob], side
    paths = dict.fromkeys((patch.path, patch.origin))
    for path in paths:
        try:
            yield read_regular(root, path, max_bytes), "any"
        except UnreadableError:
            continue  # not in the work tree: the next place may have it
    yield from ((blobs[name], "any") for name in map(_at_head, paths) if name in blobs)


def _blobs(git: Plumbing | None, patches: list[Patch], max_bytes: int) -> dict[str, bytes]:
    if git is None:
        return {}
    ids = [blob for patch in patches for blob in (patch.old_blob, patch.new_blob) if blob]
    paths = [_at_head(path) for patch in patches for path in (patch.path, patch.origin)]
    return git.blobs([*ids, *paths], max_bytes)


def _at_head(path: str) -> str:
    return f"HEAD:{path}"
