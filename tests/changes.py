"""Changes built from two versions of each file."""

from difflib import SequenceMatcher

from juryroom_reviewers.change import ChangeSet, FileChange, Hunk, Status


def edited(path: str, before: str, after: str, *, around: int = 3) -> FileChange:
    """A modified file, with hunks as git makes them."""
    old, new = before.split("\n"), after.split("\n")
    if old[-1] == "" == new[-1]:
        old.pop()
        new.pop()
    hunks = []
    for group in SequenceMatcher(a=old, b=new, autojunk=False).get_grouped_opcodes(around):
        lines: list[str] = []
        for tag, i, j, k, m in group:
            if tag == "equal":
                lines += [f" {line}" for line in new[k:m]]
            else:
                lines += [f"-{line}" for line in old[i:j]] + [f"+{line}" for line in new[k:m]]
        old_count, new_count = group[-1][2] - group[0][1], group[-1][4] - group[0][3]
        hunks.append(
            Hunk(
                old_start=group[0][1] + (old_count > 0),
                old_count=old_count,
                new_start=group[0][3] + (new_count > 0),
                new_count=new_count,
                lines=tuple(line.removesuffix("\r") for line in lines),
            )
        )
    return FileChange(path=path, status=Status.modified, hunks=tuple(hunks), text=after, before=before)


def added(path: str, text: str) -> FileChange:
    """A new file: every line of it is changed."""
    rows = text.split("\n")[:-1] if text.endswith("\n") else text.split("\n")
    lines = tuple(f"+{row.removesuffix(chr(13))}" for row in rows) if text else ()
    hunks = (Hunk(old_start=0, old_count=0, new_start=1, new_count=len(lines), lines=lines),) if lines else ()
    return FileChange(path=path, status=Status.added, hunks=hunks, text=text)


def deleted(path: str, text: str) -> FileChange:
    """A file that is gone."""
    lines = tuple(f"-{row}" for row in text.removesuffix("\n").split("\n"))
    hunk = Hunk(old_start=1, old_count=len(lines), new_start=0, new_count=0, lines=lines)
    return FileChange(path=path, status=Status.deleted, hunks=(hunk,), before=text)


def change(*files: FileChange) -> ChangeSet:
    """A change of these files."""
    return ChangeSet(source="a test", files=files)
