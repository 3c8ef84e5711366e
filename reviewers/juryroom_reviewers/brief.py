"""What a model reads of a change, in parts that fit into one request each."""

from collections.abc import Iterable, Iterator, Sequence

from .change import FileChange, Skipped, Status
from .context import Excerpt, ReviewContext, Symbol
from .language import language_of
from .numbering import Row, Segment, cut, join, number, segments
from .reading import CHARS_PER_TOKEN, reading_order, tokens
from .value import Value

__all__ = ["CHARS_PER_TOKEN", "Packed", "Part", "number", "pack"]

MAX_HEADERS = 3
"""Lines of enclosing definitions that are repeated where a file had to be split inside of them."""
_HEADER_LENGTH = 160
_STATUS = {
    Status.added: "added",
    Status.modified: "modified",
    Status.deleted: "deleted",
    Status.renamed: "renamed",
}


class Part(Value):
    """The material of one request: plain text, not fenced."""

    files: tuple[str, ...]
    """Paths of the files that are in it at least in part."""
    text: str


class Packed(Value):
    """A change in parts, and what is in none of them."""

    parts: tuple[Part, ...]
    unread: tuple[Skipped, ...] = ()


class _Piece(Value):
    """Text that stays together, of one file."""

    path: str
    text: str
    lines: tuple[int, int] | None = None
    """First and last new-file line, of a file that had to be split."""


def pack(context: ReviewContext, token_budget: int, max_parts: int) -> Packed:
    """Distribute a change over requests: source code first, then tests, then documentation and configuration.

    Every touched line of a packed file is in exactly one part. A file is split only when it alone is over the budget:
    between hunks, or in windows of lines. Its excerpts stand beside it while there is room.

    Args:
        context: the change and its excerpts. Nothing else of it is shown: no titles, no commit messages.
        token_budget: of one part, estimated; a single line that is over it gets through.
        max_parts: how many.
    """
    bins: list[list[_Piece]] = []

    def place(piece: _Piece) -> bool:
        for pieces in bins:
            if tokens(_joined([*pieces, piece])) <= token_budget:
                pieces.append(piece)
                return True
        if len(bins) < max_parts:
            bins.append([piece])
            return True
        return False

    unread = []
    for file in sorted(context.change.files, key=lambda file: (reading_order(file.path), file.path)):
        fits = False
        for piece in _whole(file, context):
            if tokens(piece.text) <= token_budget:
                fits = True
                if place(piece):
                    break
        else:
            left = [] if fits else [piece for piece in _split(file, context.outline, token_budget) if not place(piece)]
            if fits or left:
                unread.append(Skipped(path=file.path, reason=_why(left, token_budget, max_parts)))
    parts = tuple(
        Part(files=tuple(dict.fromkeys(piece.path for piece in pieces)), text=_joined(pieces)) for pieces in bins
    )
    return Packed(parts=parts, unread=tuple(unread))


def _joined(pieces: Sequence[_Piece]) -> str:
    return "\n\n".join(piece.text for piece in pieces)


def _why(left: Sequence[_Piece], token_budget: int, max_parts: int) -> str:
    ranges = ", ".join(f"{piece.lines[0]}-{piece.lines[1]}" for piece in left if piece.lines)
    what = f"lines {ranges}: " if ranges else ""
    return f"{what}more than one model reads of a change ({max_parts} requests of about {token_budget} tokens)"


def _whole(file: FileChange, context: ReviewContext) -> Iterator[_Piece]:
    """The file in one piece, from the most to the least that may stand around its changes."""
    own = [one for one in context.excerpts if one.path == file.path == (one.beside or one.path) and not file.partial]
    also = [(excerpt.start_line, excerpt.start_line + excerpt.text.count("\n")) for excerpt in own]
    body = join(segments(file, also=also), len(file.lines)) or _empty(file)
    related = _related(file, context)
    if related:
        yield _Piece(path=file.path, text=f"{_header(file)}\n{body}\n\n{related}")
    yield _Piece(path=file.path, text=f"{_header(file)}\n{body}")
    if also:
        yield _Piece(path=file.path, text=f"{_header(file)}\n{number(file) or _empty(file)}")
    if len(file.changed_lines) < len(file.lines):
        yield _Piece(path=file.path, text=f"{_header(file)}\n{number(file, around=0)}")


def _header(file: FileChange, note: str = "") -> str:
    status = _STATUS[file.status] + (f" from {file.old_path}" if file.old_path else "")
    language = language_of(file.path, file.text)
    notes = [status, *filter(None, (language, "known only from the diff" if file.partial else "", note))]
    return f"### {file.path} ({', '.join(notes)})"


def _empty(file: FileChange) -> str:
    return "(content unchanged)" if file.status is Status.renamed else "(no lines)"


def _related(file: FileChange, context: ReviewContext) -> str:
    """Excerpts of other files that are there to explain this one."""
    shown = [
        f"#### {excerpt.relation.value} `{excerpt.symbol}` in {excerpt.path}\n{_numbered(excerpt)}"
        for excerpt in context.excerpts
        if excerpt.beside == file.path != excerpt.path and not _touched(excerpt, context)
    ]
    return "\n\n".join(shown)


def _touched(excerpt: Excerpt, context: ReviewContext) -> bool:
    """Whether it has lines that are to be read as part of the change, and once only."""
    file = context.change.file(excerpt.path)
    lines = range(excerpt.start_line, excerpt.start_line + excerpt.text.count("\n") + 1)
    return file is not None and not file.touched_lines.isdisjoint(lines)


def _numbered(excerpt: Excerpt) -> str:
    rows = [Row(line, " ", text) for line, text in enumerate(excerpt.text.split("\n"), excerpt.start_line)]
    return join([rows], rows[-1].number or 0)


def _split(file: FileChange, outline: Iterable[Symbol], token_budget: int) -> Iterator[_Piece]:
    symbols = sorted((s for s in outline if s.path == file.path), key=lambda s: (s.start_line, -s.end_line))
    overhead = tokens(_header(file, "lines 100000-100000 of 100000")) + MAX_HEADERS * tokens(
        " " * (_HEADER_LENGTH + 40)
    )
    starts = {symbol.start_line for symbol in symbols}
    rows = segments(file, around=0)
    if not rows:
        yield _Piece(path=file.path, text=f"{_header(file)}\n{_empty(file)}")
    for window in _windows(rows, starts, token_budget - overhead, len(file.lines)):
        numbers = [row.number for segment in window for row in segment if row.number is not None]
        lines = (numbers[0], numbers[-1]) if numbers else None
        note = f"lines {lines[0]}-{lines[1]} of {len(file.lines)}" if lines else ""
        above = _enclosing_headers(file, symbols, lines[0]) if lines else []
        text = join([above, *window] if above else window, len(file.lines))
        yield _Piece(path=file.path, text=f"{_header(file, note)}\n{text}", lines=lines)


def _windows(parts: list[Segment], starts: set[int], budget: int, last_line: int) -> Iterator[list[Segment]]:
    """Cut segments into windows within a budget: at the last gap, or where a definition begins, if not too early."""
    rows = [(row, index) for index, segment in enumerate(parts) for row in segment]
    costs = [len(join([[row]], last_line)) + 1 for row, _ in rows]
    limit = max(budget, 1) * CHARS_PER_TOKEN
    first = 0
    while first < len(rows):
        spent, at, good = 0, first, first
        while at < len(rows) and (spent + costs[at] <= limit or at == first):
            new_place = at > first and (rows[at][1] != rows[at - 1][1] or rows[at][0].number in starts)
            if new_place and spent >= limit / 2:
                good = at
            spent += costs[at]
            at += 1
        end = at if at == len(rows) or good == first else good
        yield _regroup(rows[first:end])
        first = end


def _regroup(rows: Sequence[tuple[Row, int]]) -> list[Segment]:
    found: dict[int, Segment] = {}
    for row, index in rows:
        found.setdefault(index, []).append(row)
    return list(found.values())


def _enclosing_headers(file: FileChange, symbols: Sequence[Symbol], line: int) -> Segment:
    """The lines that name the definitions in the middle of which a window begins; unnumbered, for they are repeated."""
    around = [symbol for symbol in symbols if symbol.start_line < line <= symbol.end_line]
    return [Row(None, " ", cut(_naming_line(file, symbol), _HEADER_LENGTH)) for symbol in around[-MAX_HEADERS:]]


def _naming_line(file: FileChange, symbol: Symbol) -> str:
    """The first line of a definition that has its name: decorators stand above."""
    own_name = symbol.name.rpartition(".")[2]
    lines = file.lines[symbol.start_line - 1 : min(symbol.end_line, symbol.start_line + 19)]
    return next((line for line in lines if own_name in line and not line.lstrip().startswith(("@", "#["))), symbol.name)
