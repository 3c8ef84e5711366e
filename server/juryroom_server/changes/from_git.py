"""Reads what git compares: its raw listing for names, its patch for hunks, its blobs for contents."""

from pathlib import Path
from typing import NamedTuple

from juryroom_reviewers.change import FileChange, Status
from juryroom_reviewers.diff import parse_diff
from juryroom_reviewers.patch import Hunks, Patch, apply, compare, without_bom
from juryroom_reviewers.scope import BINARY, MODE_ONLY, SUBMODULE, SYMBOLIC_LINK

from .decoding import encoding_of
from .files import UnreadableError, read_regular, regular_size
from .from_paths import NOT_UTF8, printable, take_whole
from .intake import Intake
from .plumbing import Plumbing
from .sides import Sides

CHANGED_MEANWHILE = "changed while it was read; review again"
DIRTY_SUBMODULE = f"{SUBMODULE}: its own uncommitted changes are not read; review inside of it"
UNMERGED = "unmerged: resolve the conflict and add the file"
ARGUMENT_BYTES = 30_000
"""Of file names for one command: what the shortest command line of all systems (Windows) has room for."""
_LINK, _SUBMODULE, _NONE = "120000", "160000", "000000"
_COMPARE = ("--no-ext-diff", "--no-textconv", "--no-color", "-M", "--ignore-submodules=dirty", "--submodule=short")


class Entry(NamedTuple):
    """One line of git's raw listing."""

    old_mode: str
    new_mode: str
    old_id: str | None
    new_id: str | None
    """None for a deleted file, and for one whose content is in the work tree only."""
    letter: str
    origin: str
    path: str


def read_sides(git: Plumbing, sides: Sides, intake: Intake) -> None:
    """Take the files that differ between the two sides; with a work tree the untracked ones, too.

    Raises:
        GitError: when git fails.
    """
    selected = [*(["--cached"] if sides.index else []), sides.old, *([sides.new] if sides.new else [])]
    listed = entries(git.run("diff", "--raw", "-z", "--no-abbrev", *_COMPARE, *selected, "--"))
    kept = _triage(git, listed, intake)
    if kept:
        patches = _patches(git, selected, kept, everything=len(kept) == len(listed))
        ids = [blob for entry in kept for blob in (entry.old_id, entry.new_id) if blob]
        blobs = git.blobs(ids, intake.limits.max_file_bytes)
        for entry in kept:
            _take(git.root, entry, patches.get(entry.path), blobs, intake)
    if not sides.new and not sides.index:
        _list_dirty_submodules(git, sides, {entry.path for entry in listed}, intake)
        _take_untracked(git, intake)


def entries(raw: bytes) -> list[Entry]:
    """Read git's raw listing (`--raw -z --no-abbrev`)."""
    fields = iter(raw.decode(errors="surrogateescape").split("\0"))
    found = []
    for about in fields:
        if not about:
            break
        old_mode, new_mode, old_id, new_id, letter = about.removeprefix(":").split(" ")
        origin = next(fields)
        path = next(fields) if letter[0] in "RC" else origin
        ids = [blob if blob.strip("0") else None for blob in (old_id, new_id)]
        found.append(Entry(old_mode, new_mode, ids[0], ids[1], letter[0], origin, path))
    return found


def _triage(git: Plumbing, listed: list[Entry], intake: Intake) -> list[Entry]:
    """The entries whose content is to be read."""
    kept = []
    shown = {entry.path for entry in listed if entry.letter != "U"}
    for entry in listed:
        mode = entry.old_mode if entry.new_mode == _NONE else entry.new_mode
        if printable(entry.path) != entry.path or printable(entry.origin) != entry.origin:
            intake.skip(printable(entry.path), NOT_UTF8)
        elif entry.letter == "U":
            if entry.path not in shown:
                intake.skip(entry.path, UNMERGED)
        elif mode == _LINK:
            intake.skip(entry.path, SYMBOLIC_LINK)
        elif mode == _SUBMODULE:
            intake.skip(entry.path, SUBMODULE)
        elif entry.letter == "M" and entry.old_id == entry.new_id:
            intake.skip(entry.path, MODE_ONLY)
        elif intake.admits_path(entry.path):
            kept.append(entry if entry.old_mode not in (_LINK, _SUBMODULE) else entry._replace(old_id=None, letter="A"))
    sizes = git.sizes(blob for entry in kept for blob in (entry.old_id, entry.new_id) if blob)
    return [entry for entry in kept if _has_room(git.root, entry, sizes, intake)]


def _has_room(root: Path, entry: Entry, sizes: dict[str, int], intake: Intake) -> bool:
    known = [blob for blob in (entry.old_id, entry.new_id) if blob]
    if any(blob not in sizes for blob in known):
        intake.skip(entry.path, "its content is missing from this clone")
        return False
    size = max((sizes[blob] for blob in known), default=0)
    if entry.new_id is None and entry.letter != "D":
        try:
            size = max(size, regular_size(root, entry.path))
        except UnreadableError as error:
            intake.skip(entry.path, str(error))
            return False
    return intake.admits_size(entry.path, size)


def _patches(git: Plumbing, selected: list[str], kept: list[Entry], *, everything: bool) -> dict[str, Patch]:
    """Patches by path, their text one character a byte, since the files in it may have different encodings."""
    found: dict[str, Patch] = {}
    for names in [[]] if everything else _batches(kept):
        out = git.run("diff", "-p", "-U3", "--full-index", *_COMPARE, *selected, "--", *names)
        found |= {patch.path: patch for patch in parse_diff(out.decode("latin-1"))}
    return found


def _batches(kept: list[Entry]) -> list[list[str]]:
    """File names in portions that fit into a command line; both names of a renamed file in the same."""
    batches: list[list[str]] = [[]]
    used = 0
    for entry in kept:
        names = list(dict.fromkeys((entry.origin, entry.path)))
        size = sum(len(name.encode()) + 1 for name in names)
        if used + size > ARGUMENT_BYTES and batches[-1]:
            batches.append([])
            used = 0
        batches[-1] += names
        used += size
    return batches


def _take(root: Path, entry: Entry, patch: Patch | None, blobs: dict[str, bytes], intake: Intake) -> None:
    old = blobs.get(entry.old_id, b"") if entry.old_id else b""
    status = Status(entry.letter) if entry.letter in set(Status) else Status.modified
    if patch and not _agrees(patch, entry, status):
        patch = None
    try:
        new = blobs[entry.new_id] if entry.new_id else _work_tree_content(root, entry, patch, old, intake)
    except UnreadableError as error:
        intake.skip(entry.path, str(error))
        return
    if entry.letter == "M" and old == new:
        if entry.old_mode != entry.new_mode:
            intake.skip(entry.path, MODE_ONLY)
        return
    codecs = encoding_of(old), encoding_of(new)
    if None in codecs:
        intake.skip(entry.path, BINARY)
        return
    before, text = (data.decode(codec or "", "replace") for data, codec in zip((old, new), codecs, strict=True))
    if patch is None or "utf-16" in codecs or not patch.hunks:
        hunks = compare(before, text)
    else:
        hunks = without_bom(_decoded(patch.hunks, codecs[0] or "", codecs[1] or ""))
    intake.add(
        FileChange(
            path=entry.path,
            old_path=entry.origin if status is Status.renamed else None,
            status=status,
            hunks=tuple(hunk.hunk for hunk in hunks),
            text=None if status is Status.deleted else text,
            before=None if status is Status.added else before,
        )
    )


def _agrees(patch: Patch, entry: Entry, status: Status) -> bool:
    """Whether the patch is of the very contents that were listed: the index may have changed in between."""
    listed = entry.old_id, entry.new_id or patch.new_blob
    return (
        not patch.binary
        and (patch.status, patch.origin) == (status, entry.origin)
        and (not patch.hunks or (patch.old_blob, patch.new_blob) == listed)
    )


def _work_tree_content(root: Path, entry: Entry, patch: Patch | None, old: bytes, intake: Intake) -> bytes:
    """What git sees in the work tree: by its patch, which has passed its filters and can't have changed since."""
    if entry.letter == "D":
        return b""
    if patch is None:
        return read_regular(root, entry.path, intake.limits.max_file_bytes)
    text = apply(patch.hunks, old.decode("latin-1"))
    if text is None:
        raise UnreadableError(CHANGED_MEANWHILE)
    return text.encode("latin-1")


def _decoded(hunks: Hunks, old_codec: str, new_codec: str) -> Hunks:
    def row(text: str) -> str:
        codec = old_codec if text[0] == "-" else new_codec
        # a line has no byte order mark of its own, but for the first: `without_bom` removes that one
        codec = codec.removesuffix("-sig")
        return text if text.isascii() else text[0] + text[1:].encode("latin-1").decode(codec, "replace")

    return tuple(hunk.model_copy(update={"rows": tuple(row(text) for text in hunk.rows)}) for hunk in hunks)


def _list_dirty_submodules(git: Plumbing, sides: Sides, known: set[str], intake: Intake) -> None:
    """List those that are at the same commit, and hold changes of their own."""
    if not (git.root / ".gitmodules").exists():
        return  # what there is to find is not worth a look at each file of the index
    staged = git.run("ls-files", "-s", "-z").decode(errors="surrogateescape").split("\0")
    links = [path for about, _, path in (row.partition("\t") for row in staged) if about.startswith(_SUBMODULE)]
    links = [path for path in links if path not in known and printable(path) == path]
    if links:
        raw = git.run("diff", "--raw", "-z", "--no-abbrev", "--ignore-submodules=none", sides.old, "--", *links)
        for entry in entries(raw):
            intake.skip(entry.path, DIRTY_SUBMODULE)


def _take_untracked(git: Plumbing, intake: Intake) -> None:
    for name in git.run("ls-files", "-z", "--others", "--exclude-standard").split(b"\0")[:-1]:
        path = name.decode(errors="surrogateescape")
        take_whole(git.root, path, intake)
