"""From a change to what reviewers see besides it: the definitions around each hunk, and who calls whom."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from juryroom_reviewers.change import ChangeSet
from juryroom_reviewers.context import Excerpt, Relation, ReviewContext, Symbol
from juryroom_reviewers.reading import reading_order, tokens

from .outline import Definition
from .related import Lead, Sheet, leads

MAX_WHOLE = 80
"""Lines of a definition around a hunk that is shown whole; of a longer one its name and what is near the hunk."""
NEAR = 15
"""Lines above and below the touched ones that are shown of a long definition."""
MAX_RELATED = 60
"""Lines of a caller or callee that is shown whole."""
NEAR_CALL = 8
MAX_HEAD = 40
"""Lines shown of a long callee, from its first on."""


@dataclass(frozen=True)
class _Wish:
    """Lines that would be good to show."""

    rank: tuple[int, ...]
    sheet: Sheet
    symbol: str
    spans: tuple[tuple[int, int], ...]
    relation: Relation
    beside: str | None = None


def gather(change: ChangeSet, *, token_budget: int = 6000, conventions: str = "") -> ReviewContext:
    """Find the definitions that a reader of the change needs, best first, within a budget.

    First what is around each hunk (the first hunks of all files before the second ones, source before tests), then what
    the touched definitions call and what calls them: in the same file before other changed files, unambiguous names
    before others. A file that is shown whole needs nothing around it; one of which only the diff is known has no
    outline.

    Args:
        change: what is reviewed; only its own files are searched.
        token_budget: of all excerpts together, at 3.5 characters a token.
        conventions: the repository's rules for reviewers, passed on.
    """
    from .syntax import outline  # noqa: PLC0415 - tree-sitter, which only who gathers a context needs

    sheets = [
        Sheet(index, file, found)
        for index, file in enumerate(change.files)
        if file.text and not file.partial and (found := outline(file.path, file.text))
    ]
    symbols = tuple(
        Symbol.model_construct(  # checked already, and there are ten thousands of them
            path=sheet.file.path,
            name=one.name,
            start_line=one.start_line,
            end_line=one.end_line,
            is_type=one.is_type,
        )
        for sheet in sheets
        for one in sheet.outline.definitions
    )
    wishes: list[_Wish] = []
    if not all(sheet.shown_whole for sheet in sheets):
        for sheet in sheets:
            wishes += _around(sheet)
        wishes += [_related(lead) for lead in leads(sheets)]
    excerpts = _choose(sorted(wishes, key=lambda wish: wish.rank), token_budget)
    return ReviewContext(change=change, excerpts=excerpts, outline=symbols, conventions=conventions)


def _around(sheet: Sheet) -> Iterator[_Wish]:
    """The definitions around the hunks of a file."""
    if sheet.shown_whole:
        return
    definitions = sheet.outline.definitions
    ordinal = 0
    for group in _hunk_lines(sheet):
        by_definition: dict[int, list[int]] = {}
        for line in group:
            inner = _not_yet_seen(sheet, sheet.touched.get(line))
            if inner is not None:
                by_definition.setdefault(inner, []).append(line)
        for index, lines in by_definition.items():
            one = definitions[index]
            spans = _part(one, lines[0], lines[-1], whole=MAX_WHOLE, near=NEAR)
            rank = (0, reading_order(sheet.file.path), ordinal, sheet.index, one.start_line)
            yield _Wish(rank, sheet, one.name, spans, Relation.enclosing)
        ordinal += bool(by_definition)


def _hunk_lines(sheet: Sheet) -> Iterator[list[int]]:
    """The touched lines of each hunk."""
    last = max(len(sheet.file.lines), 1)
    for hunk in sheet.file.hunks:
        yield sorted({*hunk.changed_lines, *(min(spot, last) for spot, _ in hunk.removals)})


def _not_yet_seen(sheet: Sheet, index: int | None) -> int | None:
    """The innermost definition from there on outwards that the hunks don't show whole."""
    definitions = sheet.outline.definitions
    while index is not None:
        one = definitions[index]
        if not sheet.seen.issuperset(range(one.start_line, one.end_line + 1)):
            return index
        index = one.parent
    return None


def _related(lead: Lead) -> _Wish:
    one = lead.definition
    if lead.relation is Relation.caller:
        spans = _part(one, lead.line, lead.line, whole=MAX_RELATED, near=NEAR_CALL)
    else:
        whole = one.end_line - one.start_line < MAX_RELATED
        spans = ((one.start_line, one.end_line if whole else one.start_line + MAX_HEAD - 1),)
    path = lead.sheet.file.path
    rank = (lead.tier, reading_order(path), lead.ambiguity, lead.sheet.index, one.start_line)
    beside = None if lead.beside == path else lead.beside
    return _Wish(rank, lead.sheet, one.name, spans, lead.relation, beside)


def _part(one: Definition, first: int, last: int, *, whole: int, near: int) -> tuple[tuple[int, int], ...]:
    """A definition whole, or, of a long one, the line of its name and the lines around a place."""
    if one.end_line - one.start_line < whole:
        return ((one.start_line, one.end_line),)
    start, end = max(first - near, one.start_line), min(last + near, one.end_line)
    return ((start, end),) if start <= one.line <= end else ((one.line, one.line), (start, end))


def _choose(wishes: Sequence[_Wish], token_budget: int) -> tuple[Excerpt, ...]:
    """As many wishes as fit, best first; no line twice, and nothing that the hunks show anyway."""
    chosen: dict[str, set[int]] = {}
    excerpts: list[Excerpt] = []
    left = token_budget
    for wish in wishes:
        path = wish.sheet.file.path
        taken = chosen.setdefault(path, set())
        made = []
        for start, end in wish.spans:
            for first, last in _runs(line for line in range(start, end + 1) if line not in taken):
                if not wish.sheet.seen.issuperset(range(first, last + 1)):
                    text = "\n".join(wish.sheet.file.lines[first - 1 : last])
                    made.append(
                        Excerpt(
                            path=path,
                            symbol=wish.symbol,
                            start_line=first,
                            text=text,
                            relation=wish.relation,
                            beside=wish.beside,
                        )
                    )
        cost = sum(tokens(excerpt.text) for excerpt in made)
        if made and cost <= left:
            left -= cost
            excerpts += made
            taken.update(line for start, end in wish.spans for line in range(start, end + 1))
    return tuple(excerpts)


def _runs(lines: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ascending numbers as (first, last) of each run without a gap."""
    first = last = None
    for line in lines:
        if first is None or last is None:
            first = last = line
        elif line == last + 1:
            last = line
        else:
            yield first, last
            first = last = line
    if first is not None and last is not None:
        yield first, last
