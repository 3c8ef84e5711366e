"""Who calls whom within a change, by name: no types, no imports, but only among the changed files."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from juryroom_reviewers.change import FileChange
from juryroom_reviewers.context import Relation

from .outline import Definition, Outline

MAX_AMBIGUITY = 3
"""Definitions of one name among which a call may choose; with more, the name says nothing."""

_FAMILIES = {"typescript": "javascript", "tsx": "javascript", "cpp": "c"}
"""Languages that call each other."""
CONSTRUCTORS = frozenset({"__init__", "__new__", "__post_init__", "constructor", "initialize", "__construct"})
COMMON = frozenset(
    re.findall(
        r"\w+",
        """
        add append apply call clear close copy create decode delete encode execute exists extend filter find first flush
        format get has init insert into items join keys len length list load lock log main map max min new next open
        parse pop print println push put query read remove replace reset run send set size sort split start stop str sum
        then to toString unwrap update values wait with write
        """,
    )
)
"""Names that any library has, too: across files they say nothing."""


@dataclass(frozen=True)
class Sheet:
    """A changed file of which the definitions are known."""

    index: int
    """Its place in the change."""
    file: FileChange
    outline: Outline

    @cached_property
    def seen(self) -> frozenset[int]:
        """Lines that stand in the hunks."""
        hunks = (range(hunk.new_start, hunk.new_start + hunk.new_count) for hunk in self.file.hunks)
        return frozenset(chain.from_iterable(hunks))

    @cached_property
    def shown_whole(self) -> bool:
        """Whether the hunks are the whole file: then nothing is around them."""
        return len(self.file.changed_lines) >= len(self.file.lines)

    @cached_property
    def touched(self) -> dict[int, int]:
        """Touched lines to the index of the innermost definition around each."""
        return self.outline.innermost(self.file.touched_lines)

    @cached_property
    def touched_definitions(self) -> frozenset[int]:
        """Indexes of definitions with touched lines outside of their inner definitions."""
        return frozenset(self.touched.values())

    @property
    def family(self) -> str:
        """One name for languages that call each other."""
        return _FAMILIES.get(self.outline.language, self.outline.language)


@dataclass(frozen=True)
class Lead:
    """A definition that the change calls, or that calls into the change; itself untouched."""

    sheet: Sheet
    definition: Definition
    relation: Relation
    line: int
    """Of a caller the line of its first call."""
    tier: int
    """From 1, the best."""
    ambiguity: int
    """How many definitions have the name in question."""
    beside: str
    """The touched file that it explains."""


_Known = dict[tuple[str, str], list[tuple[Sheet, int]]]
"""(family, name) to definitions."""


def leads(sheets: Sequence[Sheet]) -> Iterator[Lead]:
    """All callees and callers of what a change touches.

    Tiers: 1 callees of changed lines in the same file, 2 callers in the same file, 3 and 4 the same in other files,
    5 what touched definitions call on lines that did not change.
    """
    known: _Known = {}
    for sheet in sheets:
        for index, one in enumerate(sheet.outline.definitions):
            known.setdefault((sheet.family, one.own_name), []).append((sheet, index))
    for sheet in sheets:
        yield from _callees(sheet, known)
    yield from _callers(sheets, known)


def _callees(sheet: Sheet, known: _Known) -> Iterator[Lead]:
    changed = sheet.file.touched_lines
    inside = (call for index in sorted(sheet.touched_definitions) for call in sheet.outline.definitions[index].calls)
    outside = (call for call in sheet.outline.calls if call.line in changed)
    called: dict[str, bool] = {}
    for call in chain(outside, inside):
        called[call.name] = called.get(call.name, False) or call.line in changed
    for name, on_changed_line in called.items():
        everywhere = known.get((sheet.family, name), [])
        near = [place for place in everywhere if place[0] is sheet]
        if not near and (name in COMMON or len(everywhere) > MAX_AMBIGUITY):
            continue
        for other, index in near or everywhere:
            meant = constructor(other, index)
            if meant in other.touched_definitions or index in other.touched_definitions:
                continue
            tier = (1 if near else 3) if on_changed_line else 5
            one = other.outline.definitions[meant]
            yield Lead(other, one, Relation.callee, one.line, tier, len(near or everywhere), sheet.file.path)


def constructor(sheet: Sheet, index: int) -> int:
    """What runs when a type is called: its constructor, if it has one."""
    definitions = sheet.outline.definitions
    one = definitions[index]
    if not one.is_type:
        return index
    for inner in range(index + 1, len(definitions)):
        parent = definitions[inner].parent
        if parent is None or parent < index:
            break
        if parent == index and definitions[inner].own_name in (*CONSTRUCTORS, one.own_name):
            return inner
    return index


def _callers(sheets: Sequence[Sheet], known: _Known) -> Iterator[Lead]:
    calling: dict[tuple[str, str], dict[tuple[int, int], int]] = {}
    for place, sheet in enumerate(sheets):
        for index, one in enumerate(sheet.outline.definitions):
            if index not in sheet.touched_definitions:
                for call in one.calls:
                    calling.setdefault((sheet.family, call.name), {}).setdefault((place, index), call.line)
    for sheet in sheets:
        for name in _names(sheet):
            ambiguity = len(known.get((sheet.family, name), ()))
            for (place, index), line in calling.get((sheet.family, name), {}).items():
                other = sheets[place]
                if other is sheet or (name not in COMMON and ambiguity <= MAX_AMBIGUITY):
                    one = other.outline.definitions[index]
                    tier = 2 if other is sheet else 4
                    yield Lead(other, one, Relation.caller, line, tier, ambiguity, sheet.file.path)


def _names(sheet: Sheet) -> list[str]:
    """What a caller of the touched definitions writes: the type's name for a constructor."""
    definitions = sheet.outline.definitions
    names: dict[str, None] = {}
    for index in sorted(sheet.touched_definitions):
        one = definitions[index]
        if one.own_name in CONSTRUCTORS and one.parent is not None:
            one = definitions[one.parent]
        names[one.own_name] = None
    return list(names)
