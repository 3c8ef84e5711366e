"""From a quote to lines: code, and never a reviewer, says where a finding is."""

import difflib
import hashlib
import re
from collections.abc import Iterable, Sequence

from .change import FileChange
from .context import ReviewContext
from .finding import Finding, Location
from .reviewer import Method, Review, Seat
from .value import Value

FUZZY = 0.9
"""Least similarity (difflib ratio, 0 to 1) of a quote that was not copied exactly."""
_MAX_QUOTE_LINES = 12
_FUZZY_WINDOWS = 4_000
_GUTTER = re.compile(r"^\s*(?:\d+\s*)?[-+]?\s*\|(?: {1,2}|$)")
_TOKEN = re.compile(r"\w+|[^\w\s]")


class Anchored(Value):
    """A finding, who made it, and what code found out about its place."""

    seat: Seat
    finding: Finding
    location: Location | None
    """Where it really is; None when it could not be anchored."""
    in_file: bool = False
    """True when it names a file of the change, wherever in it."""
    in_change: bool = False
    symbol: str | None = None
    fingerprint: str

    @property
    def anchored(self) -> bool:
        """True when its code stands in the reviewed version of the file."""
        return self.location is not None


def anchor(reviews: Iterable[Review], context: ReviewContext) -> tuple[Anchored, ...]:
    """Find the place of every finding, in the order of the reviews."""
    return tuple(_anchor(review.seat, finding, context) for review in reviews for finding in review.findings)


def _anchor(seat: Seat, finding: Finding, context: ReviewContext) -> Anchored:
    file = _file(finding, context) or _private(seat, finding, context)
    lines = _place(seat, finding, file) if file else None
    if file is None or lines is None:
        mark = fingerprint(finding, finding.quote)
        return Anchored(seat=seat, finding=finding, location=None, in_file=file is not None, fingerprint=mark)
    start, end = lines
    touched = file.touched_lines
    code = finding.quote or finding.rule or "\n".join(file.lines[start - 1 : min(end, start + 4)])
    symbol = context.symbol_at(file.path, start)
    return Anchored(
        seat=seat,
        finding=finding,
        location=Location(path=file.path, start_line=start, end_line=end),
        in_file=True,
        in_change=any(number in touched for number in range(start, end + 1)),
        symbol=symbol,
        fingerprint=fingerprint(finding, code, path=file.path, symbol=symbol),
    )


def _file(finding: Finding, context: ReviewContext) -> FileChange | None:
    if finding.location is None:
        return None
    path = finding.location.path.removeprefix("./")
    exact = context.change.file(path) or context.change.file(re.sub(r"^[ab]/", "", path))
    if exact:
        return exact
    # models drop or invent leading folders; the quote must still be found in the one file that can be meant
    alike = [file for file in context.change.files if _same_end(file.path, path)]
    return alike[0] if len(alike) == 1 else None


def _private(seat: Seat, finding: Finding, context: ReviewContext) -> FileChange | None:
    """A file of secrets. Models have not seen it: what one says of it has no place."""
    if seat.method is Method.model or finding.location is None:
        return None
    return next((file for file in context.change.private if file.path == finding.location.path), None)


def _same_end(a: str, b: str) -> bool:
    return f"/{a}".endswith(f"/{b}") or f"/{b}".endswith(f"/{a}")


def _place(seat: Seat, finding: Finding, file: FileChange) -> tuple[int, int] | None:
    hint = finding.location
    if seat.method is not Method.model and hint is not None:
        # an analyser read the very text, so its lines are facts, as far as the file goes
        return (hint.start_line, min(hint.end_line, len(file.lines))) if hint.start_line <= len(file.lines) else None
    near = hint.start_line if hint else 1
    return find_quote(file.lines, finding.quote, near) or find_removed(file, finding.quote, near)


def find_quote(lines: Sequence[str], quote: str, near: int = 1) -> tuple[int, int] | None:
    """Lines of a file (from 1, both included) that a quote stands on, or None.

    Exact text is tried first, then text equal but for white space, then similar text (FUZZY); among several places the
    one closest to line `near` is taken. A quote of one line may be a part of it.
    """
    wanted = _clean(quote)
    if not wanted:
        return None
    starts = range(len(lines) - len(wanted) + 1)
    spans = [(start + 1, start + len(wanted)) for start in starts if _equal(lines, start, wanted)]
    if not spans:
        folded = [_fold(line) for line in lines]
        target = [_fold(line) for line in wanted]
        spans = [(start + 1, start + len(wanted)) for start in starts if _equal(folded, start, target)]
        spans = spans or _without_blank_lines(folded, target) or _similar(folded, target, near)
    # a scrap such as `}` stands everywhere: it says something only where the reviewer says it is
    if len("".join(wanted).strip()) < _SCRAP:
        spans = [span for span in spans if span[0] == near]
    return min(spans, key=lambda span: (abs(span[0] - near), span)) if spans else None


_SCRAP = 4


def _clean(quote: str) -> list[str]:
    """The quote's lines, without the numbers and marks of the listing and blank lines around."""
    lines = quote.strip("\r\n").splitlines()[:_MAX_QUOTE_LINES]
    if lines and all(_GUTTER.match(line) for line in lines if line.strip()):
        lines = [_GUTTER.sub("", line) for line in lines]
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return [line.rstrip() for line in lines]


def _fold(line: str) -> str:
    return " ".join(line.split())


def _equal(lines: Sequence[str], start: int, wanted: Sequence[str]) -> bool:
    if len(wanted) == 1:
        return wanted[0].strip() in lines[start]
    # the first and the last line of a quote are often cut in the middle
    first, *middle, last = wanted
    return (
        lines[start].rstrip().endswith(first.strip())
        and lines[start + len(wanted) - 1].strip().startswith(last.strip())
        and all(lines[start + 1 + offset].strip() == line.strip() for offset, line in enumerate(middle))
    )


def _without_blank_lines(folded: Sequence[str], target: Sequence[str]) -> list[tuple[int, int]]:
    kept = [(number, line) for number, line in enumerate(folded, 1) if line]
    wanted = [line for line in target if line]
    texts = [line for _, line in kept]
    return [
        (kept[start][0], kept[start + len(wanted) - 1][0])
        for start in range(len(kept) - len(wanted) + 1)
        if _equal(texts, start, wanted)
    ]


def _similar(folded: Sequence[str], target: Sequence[str], near: int) -> list[tuple[int, int]]:
    wanted = "\n".join(target)
    matcher = difflib.SequenceMatcher(autojunk=False, b=wanted)
    starts = sorted(range(len(folded) - len(target) + 1), key=lambda start: abs(start + 1 - near))
    best: list[tuple[float, tuple[int, int]]] = []
    for start in starts[:_FUZZY_WINDOWS]:
        matcher.set_seq1("\n".join(folded[start : start + len(target)]))
        if matcher.real_quick_ratio() < FUZZY or matcher.quick_ratio() < FUZZY:
            continue
        if (ratio := matcher.ratio()) >= FUZZY:
            best.append((ratio, (start + 1, start + len(target))))
    top = max((ratio for ratio, _ in best), default=0.0)
    return [span for ratio, span in best if ratio == top]


def find_removed(file: FileChange, quote: str, near: int) -> tuple[int, int] | None:
    """The line that now stands where quoted lines were removed: a defect can be that something is gone."""
    wanted = [_fold(line) for line in _clean(quote)]
    if not wanted or len("".join(wanted)) < _SCRAP or not file.lines:
        return None
    spots = [
        min(spot, len(file.lines))
        for hunk in file.hunks
        for spot, removed in hunk.removals
        if any(
            _equal([_fold(line) for line in removed], start, wanted) for start in range(len(removed) - len(wanted) + 1)
        )
    ]
    return min(((spot, spot) for spot in spots), key=lambda span: abs(span[0] - near), default=None)


def fingerprint(finding: Finding, code: str, *, path: str = "", symbol: str | None = None) -> str:
    """SHA-256 (hex) of what stays when lines move: category, path, the code's tokens, the definition around it."""
    where = path or (finding.location.path if finding.location else "")
    parts = (finding.category, where, " ".join(_TOKEN.findall(code)), symbol or "")
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
