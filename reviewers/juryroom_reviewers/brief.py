"""What a model reads: the change with new-file line numbers, and the definitions around it, in parts that fit."""

from .change import FileChange, Skipped
from .context import Excerpt, ReviewContext
from .value import Value

CHARS_PER_TOKEN = 3.5


class Part(Value):
    """Material of one request."""

    files: tuple[str, ...]
    text: str


class Packed(Value):
    """The change in parts, and what did not fit."""

    parts: tuple[Part, ...]
    unread: tuple[Skipped, ...] = ()


def number(file: FileChange) -> str:
    """The hunks with new-file line numbers."""
    rows = [f"### {file.path} ({file.status.name})"]
    for hunk in file.hunks:
        line = hunk.new_start
        for row in hunk.lines:
            mark, text = row[:1], row[1:]
            rows.append(f"{'' if mark == '-' else line:>6} {mark} |  {text}")
            line += mark != "-"
        rows.append("")
    return "\n".join(rows)


def _excerpt(excerpt: Excerpt) -> str:
    rows = [f"#### {excerpt.relation}: {excerpt.symbol}"]
    rows += [f"{excerpt.start_line + i:>6}   |  {text}" for i, text in enumerate(excerpt.text.splitlines())]
    return "\n".join(rows)


def pack(context: ReviewContext, token_budget: int, max_parts: int) -> Packed:
    """Files in parts."""
    budget = int(token_budget * CHARS_PER_TOKEN)
    parts: list[Part] = []
    unread = []
    files: list[str] = []
    text = ""
    for file in context.change.files:
        excerpts = [_excerpt(e) for e in context.excerpts if e.path == file.path]
        piece = "\n\n".join([number(file), *excerpts]) + "\n\n"
        if len(piece) > budget or len(parts) == max_parts:
            unread.append(Skipped(path=file.path, reason="too large"))
            continue
        if len(text) + len(piece) > budget:
            parts.append(Part(files=tuple(files), text=text))
            files, text = [], ""
        files.append(file.path)
        text += piece
    if files and len(parts) < max_parts:
        parts.append(Part(files=tuple(files), text=text))
    return Packed(parts=tuple(parts), unread=tuple(unread))
