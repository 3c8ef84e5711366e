"""The units of a change, and their keys: what a judgement of each depends on, layout and line numbers apart."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from juryroom_reviewers.change import ChangeSet, FileChange, Hunk
from juryroom_reviewers.memory import Unit

from ..leaves import Leaf
from ..related import COMMON, CONSTRUCTORS, MAX_AMBIGUITY, Sheet, constructor
from .regions import Region, Side, digest, digest_of, sides_of, words

MAX_CHARS = 2_000_000
"""Characters of a change whose syntax is looked at, several times what models read of it; the rest goes by hunks."""


@dataclass(frozen=True)
class _Page:
    """A changed file whose syntax is known."""

    sheet: Sheet
    new: Side
    old: Side | None


def units_of(change: ChangeSet) -> tuple[Unit, ...]:
    """The parts of a change that are judged one by one; at least one of each file. Takes time: call it in a thread.

    The key of a definition holds its tokens in both versions; those of what it calls and of what calls it, as far as
    that is in the changed files; and what stands around it: the body of its type, and the statements at the top of the
    file that share a word with it. Of a file without known syntax a unit is a hunk, and its key holds the hunk's lines.
    """
    pages: dict[str, _Page] = {}
    room = MAX_CHARS
    for index, file in enumerate(change.files):
        room -= len(file.text or "") + len(file.before or "")
        sides = sides_of(file) if room >= 0 else None
        if sides is not None:
            pages[file.path] = _Page(Sheet(index, file, sides[0].outline), *sides)
    names = _Names(list(pages.values()))
    units: list[Unit] = []
    for file in change.files:
        page = pages.get(file.path)
        units += _of_hunks(file) if page is None else _of_regions(page, names)
    return tuple(units)


def _of_regions(page: _Page, names: "_Names") -> Iterator[Unit]:
    new, old = page.new, page.old
    gone = sorted(name for name in old.by_symbol if name not in new.by_symbol) if old else []
    changed = [
        name for name in new.by_symbol if old is None or new.digest(name) != old.digest(name) or (gone and not name)
    ]
    if old is None and len(changed) > 1 and not new.tokens_in(new.by_symbol[""][0].spans):
        changed.remove("")  # a new file with nothing but definitions
    if not changed:
        # white space, comments, or the order of definitions: still something that was to be read once
        yield _unit(page.sheet.file, "", [digest_of(new.tokens)], ((1, new.lines),), new.tokens)
        return
    for name in changed:
        regions = new.by_symbol[name]
        spans = tuple(span for region in regions for span in region.spans)
        parts = [new.digest(name), old.digest(name) if old else ""]
        if old and not name:
            parts += [f"{one}:{old.digest(one)}" for one in gone]
        parts += sorted(_surroundings(page, name, regions))
        parts += sorted(names.around(page, regions))
        if new.broken(spans):
            parts += page.sheet.file.lines[min(spans)[0] - 1 : max(spans)[1]]
        yield _unit(page.sheet.file, name, parts, spans, new.tokens_in(spans))


def _unit(
    file: FileChange, name: str, parts: Sequence[str], spans: tuple[tuple[int, int], ...], tokens: Iterable[Leaf]
) -> Unit:
    key = digest("definition", file.path, file.old_path or "", file.status, name, *parts)
    return Unit(path=file.path, symbol=name, key=key, spans=spans, tokens=tuple(leaf.line for leaf in tokens))


def _surroundings(page: _Page, name: str, regions: Sequence[Region]) -> Iterator[str]:
    """Digests of what the code of a region stands in, besides other definitions."""
    if not name:
        return
    definitions = page.new.outline.definitions
    for region in regions:
        parent = definitions[region.definitions[0]].parent
        while parent is not None:
            outer = definitions[parent].name
            yield f"{outer}:{page.new.digest(outer)}"
            parent = definitions[parent].parent
    used = words(leaf for region in regions for leaf in page.new.tokens_in(region.spans))
    yield from (told for named, told in page.new.statements if not used.isdisjoint(named))


class _Names:
    """Who calls whom in the changed files, by name, as in `related`, but with the touched definitions."""

    def __init__(self, pages: Sequence[_Page]) -> None:
        self._defined: dict[tuple[str, str], list[tuple[_Page, int]]] = {}
        self._calling: dict[tuple[str, str], list[tuple[_Page, int]]] = {}
        for page in pages:
            for index, one in enumerate(page.new.outline.definitions):
                self._defined.setdefault((page.sheet.family, one.own_name), []).append((page, index))
                for name in {call.name for call in one.calls}:
                    self._calling.setdefault((page.sheet.family, name), []).append((page, index))

    def around(self, page: _Page, regions: Sequence[Region]) -> set[str]:
        """Digests of what some regions of one file call, and of what calls them."""
        own = {index for region in regions for index in region.definitions}
        definitions, family = page.new.outline.definitions, page.sheet.family
        called = {call.name for index in own for call in definitions[index].calls}
        if not own:
            called = {call.name for call in page.new.outline.calls}
        found: set[str] = set()
        for name in called:
            for other, index in self._near(page, family, name, self._defined):
                found |= self._told("callee", page, own, other, constructor(other.sheet, index))
        for index in own:
            one = definitions[index]
            if one.own_name in CONSTRUCTORS and one.parent is not None:
                one = definitions[one.parent]
            for other, caller in self._near(page, family, one.own_name, self._calling):
                found |= self._told("caller", page, own, other, caller)
        return found

    def _near(
        self, page: _Page, family: str, name: str, where: dict[tuple[str, str], list[tuple[_Page, int]]]
    ) -> list[tuple[_Page, int]]:
        """Those that a name can mean: in the same file; elsewhere, if the name says enough."""
        everywhere = where.get((family, name), [])
        vague = name in COMMON or len(self._defined.get((family, name), ())) > MAX_AMBIGUITY
        return [one for one in everywhere if one[0] is page] if vague else everywhere

    @staticmethod
    def _told(how: str, page: _Page, own: set[int], other: _Page, index: int) -> set[str]:
        if other is page and index in own:
            return set()
        one = other.new.outline.definitions[index]
        return {f"{how}:{other.sheet.file.path}:{one.name}:{other.new.whole(index)}"}


def _of_hunks(file: FileChange) -> Iterator[Unit]:
    """One unit for each hunk: its lines without numbers, blank ones, and white space that can't mean anything."""
    hunks = file.hunks or (Hunk(old_start=0, old_count=0, new_start=0, new_count=0, lines=()),)
    for hunk in hunks:
        shown = [row.rstrip() for row in hunk.lines if row[1:].strip()]
        margin = min((len(row[1:]) - len(row[1:].lstrip(" ")) for row in shown), default=0)
        lines = [row[0] + row[1 + margin :] for row in shown]
        key = digest("hunk", file.path, file.old_path or "", file.status, str(file.partial), *lines)
        first = max(hunk.new_start, 1)
        last = max(hunk.new_start + hunk.new_count - 1, first)
        numbers = [
            number for number in range(first, last + 1) if number <= len(file.lines) and file.lines[number - 1].strip()
        ]
        yield Unit(path=file.path, key=key, spans=((first, last),), tokens=tuple(numbers))
