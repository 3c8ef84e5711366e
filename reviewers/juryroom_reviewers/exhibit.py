"""The code that jurors and refuters are shown: what stands around a claim, with the lines that the change took out."""

from .change import FileChange
from .cluster import Cluster
from .context import ReviewContext
from .finding import Location
from .numbering import Segment, join, segments

MAX_DEFINITION = 120
"""Lines of the definition around a claim that is shown whole."""


def exhibit(merged: Cluster, file: FileChange, context: ReviewContext, around: int) -> str:
    """The file around a claim, numbered as reviewers see it: the definition it stands in, and so many lines around.

    Args:
        merged: the claim; where it has no place, the file's beginning is shown.
        file: where it stands.
        context: knows the definitions.
        around: lines before and after the claimed ones that are shown in any case.
    """
    place = merged.representative.location or Location(path=file.path, start_line=1, end_line=1)
    first, last = place.start_line - around, place.end_line + around
    for symbol in context.outline:
        inside = symbol.start_line <= place.start_line <= symbol.end_line
        if symbol.path == file.path and inside and symbol.end_line - symbol.start_line < MAX_DEFINITION:
            first, last = min(first, symbol.start_line), max(last, symbol.end_line)
    found = segments(file, also=((first, last),), around=0)
    return join(filter(None, (_within(segment, first, last) for segment in found)), len(file.lines))


def _within(segment: Segment, first: int, last: int) -> Segment:
    """The rows of these lines, and the removed ones that stood between them."""
    kept: Segment = []
    spot = next((row.number for row in segment if row.number is not None), first)
    for row in segment:
        spot = spot if row.number is None else row.number + 1
        if first <= (row.number if row.number is not None else spot) <= last:
            kept.append(row)
    return kept
