"""Where a finding's code is in the history, and whether a later commit has changed it."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import Field

from juryroom_reviewers.change import ChangeSet, FileChange, Hunk
from juryroom_reviewers.diff import parse_diff
from juryroom_reviewers.report import ReportedFinding
from juryroom_reviewers.value import Value

from .changes.decoding import decode
from .changes.files import UnreadableError, read_regular
from .changes.from_git import entries
from .changes.plumbing import Plumbing
from .ledger.stored import Anchor, StoredFinding

MAX_LINES = 12
MAX_BYTES = 1_000_000
"""A larger file is not looked into."""
_BINARY = b"\0"
_DIFF = ("--no-ext-diff", "--no-textconv", "--no-color", "-M")


class Traced(Value):
    """What became of findings' lines up to a commit."""

    seen: tuple[str, ...] = ()
    """Ids of the findings that were looked at."""
    changed: tuple[str, ...] = ()
    """Of those, the ones whose lines a later commit has changed."""
    moved: dict[str, Anchor] = Field(default_factory=dict)
    """Of those, the ones that stand in the commit, and where: what was uncommitted may be committed by now."""


def anchor_of(finding: ReportedFinding, change: ChangeSet) -> Anchor | None:
    """Where a finding is in the history; None for what can't be followed.

    That is what has no place, what is not in a repository, and what no report may quote, since it holds a secret.
    """
    file = change.file(finding.path) if finding.path else None
    revision = change.head or change.base
    start, end = finding.start_line, finding.end_line
    if file is None or revision is None or start is None or end is None or file.partial or not finding.excerpt:
        return None
    lines = [mark for _, mark in _marks(file.lines[start - 1 : end])][:MAX_LINES]
    if not lines:
        return None
    if change.head is None:
        start, end = _before(file, start, end)
    return Anchor(
        revision=revision, path=file.old_path or file.path, start_line=start, end_line=end, lines=tuple(lines)
    )


def trace(root: Path, findings: Sequence[StoredFinding], head: str, *, most_revisions: int | None = None) -> Traced:
    """Follow findings' lines through the commits that came after their review.

    They are changed when a commit has touched them (or the place where they were to be), and they stand nowhere in the
    file any more, neither in that commit nor in the work tree. What was moved, indented, deleted with its whole file,
    or lies on another branch says nothing; nor does a change that was given up before it was committed.

    Args:
        root: the top of the work tree.
        findings: with an anchor; newest first.
        head: the commit to compare with.
        most_revisions: look at those of so many revisions, the newest first; None: at all.

    Raises:
        GitError: when git fails.
    """
    git = Plumbing(root)
    groups: dict[str, list[tuple[str, Anchor]]] = {}
    for finding in findings:
        if finding.anchor is not None:
            groups.setdefault(finding.anchor.revision, []).append((finding.id, finding.anchor))
    traced = Traced()
    for revision, group in list(groups.items())[:most_revisions]:
        changed, moved = _compared(git, revision, head, group)
        traced = Traced(
            seen=(*traced.seen, *(one for one, _ in group)),
            changed=(*traced.changed, *changed),
            moved=traced.moved | moved,
        )
    return traced


def _compared(
    git: Plumbing, revision: str, head: str, group: Sequence[tuple[str, Anchor]]
) -> tuple[list[str], dict[str, Anchor]]:
    if git.resolve(revision) is None:
        return [], {}  # pruned, or of a shallow clone
    if git.run("merge-base", "--all", revision, head, may_fail=True).decode().split() != [revision]:
        return [], {}
    listed = git.run("diff", "--raw", "-z", "--no-abbrev", *_DIFF, revision, head, "--")
    now = {entry.origin: entry for entry in entries(listed) if entry.new_id}
    touched = [(one, anchor, now[anchor.path]) for one, anchor in group if anchor.path in now]
    if not touched:
        return [], {}
    paths = sorted({name for _, _, entry in touched for name in (entry.origin, entry.path)})
    out = git.run("diff", "-p", "-U0", "--full-index", *_DIFF, revision, head, "--", *paths)
    patches = {patch.origin: patch for patch in parse_diff(out.decode("latin-1"))}
    blobs = git.blobs([entry.new_id for _, _, entry in touched if entry.new_id], MAX_BYTES)
    gone: list[str] = []
    moved: dict[str, Anchor] = {}
    for one, anchor, entry in touched:
        text, patch = decode(blobs.get(entry.new_id or "", _BINARY)), patches.get(anchor.path)
        if text is None or patch is None:  # no text, or nothing but its mode has changed
            continue
        if lines := _stands(anchor, text):
            moved[one] = anchor.model_copy(
                update={"revision": head, "path": entry.path, "start_line": lines[0], "end_line": lines[1]}
            )
        elif any(_touches(hunk.hunk, anchor) for hunk in patch.hunks) and not _stands(
            anchor, _work_tree(git.root, entry.path) or ""
        ):
            gone.append(one)
    return gone, moved


def _before(file: FileChange, start: int, end: int) -> tuple[int, int]:
    """The old file's lines that lines of the new one stand for: themselves, what they replace, or their neighbours."""
    if file.before is None:
        return 0, 0
    spots: list[int] = []
    old = new = 1
    for hunk in file.hunks:
        at = hunk.new_start + (hunk.new_count == 0)
        spots += [number + old - new for number in range(max(start, new), min(end + 1, at))]
        spots += _in_hunk(hunk, start, end)
        old, new = hunk.old_start + (hunk.old_count == 0) + hunk.old_count, at + hunk.new_count
    spots += [number + old - new for number in range(max(start, new), end + 1)]
    return (min(spots), max(spots)) if spots else (0, 0)


def _in_hunk(hunk: Hunk, start: int, end: int) -> list[int]:
    """Old lines of the unchanged ones, and of each run of changed ones that the new lines are in."""
    spots: list[int] = []
    old, new = hunk.old_start + (hunk.old_count == 0), hunk.new_start + (hunk.new_count == 0)
    old_run, new_run = old, new
    for line in (*hunk.lines, " "):
        if line.startswith("-"):
            old += 1
        elif line.startswith("+"):
            new += 1
        else:
            if new_run <= end and start < new and new_run < new:
                spots += (old_run, old - 1) if old_run < old else (old - 1, old)
            if start <= new <= end:
                spots.append(old)
            old, new = old + 1, new + 1
            old_run, new_run = old, new
    return spots


def _touches(hunk: Hunk, anchor: Anchor) -> bool:
    """Whether a hunk without context takes or adds lines where the finding was."""
    if hunk.old_count == 0:
        return anchor.start_line <= hunk.old_start + 1 and hunk.old_start <= anchor.end_line
    return hunk.old_start <= anchor.end_line and anchor.start_line < hunk.old_start + hunk.old_count


def _marks(lines: Iterable[str]) -> list[tuple[int, str]]:
    """Number (from 1) and mark of each line that is not blank."""
    rows = ((number, " ".join(line.split())) for number, line in enumerate(lines, 1))
    return [(n, hashlib.sha256(row.encode("utf-8", "surrogatepass")).hexdigest()[:8]) for n, row in rows if row]


def _stands(anchor: Anchor, text: str) -> tuple[int, int] | None:
    """The lines of a file, both included, on which the finding's stand; None when they don't."""
    marks, size = _marks(text.splitlines()), len(anchor.lines)
    words = tuple(mark for _, mark in marks)
    starts = (at for at in range(len(words) - size + 1) if words[at : at + size] == anchor.lines)
    at = next(starts, None)
    return None if at is None else (marks[at][0], marks[at + size - 1][0])


def _work_tree(root: Path, path: str) -> str | None:
    try:
        return decode(read_regular(root, path, MAX_BYTES))
    except UnreadableError:
        return None
