"""What a task's text says about itself: hashed words and counts, from one pass of a tokenizer."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import log1p
from typing import NamedTuple
from zlib import crc32

BUCKETS = 1 << 13
"""Words and pairs of neighbours share so many weights."""
_LAST = BUCKETS - 1
LONGEST = 4_000
"""Characters that are read, two thirds of them from the beginning: this bounds the time of a decision."""
STATEMENT = 320
"""Tokens whose words are hashed; samples and what follows are counted only."""
MOST_POWER = 18
MOST_DIGITS = 20
COUNT_SCALE = 0.1
"""Counts weigh so much beside the words, which together have length 1. By cross-validation."""
_TOKEN = re.compile(r"[a-z]+|[0-9]+|\^")
_MARKS = ("\n", "$", "\\", "_", "^", "`", "{", ">>>", "?", ":", ". ", "/", ";")
_SAMPLES = ("example", "sample")
_COUNTED = (
    ("example", "sample"), ("explanation",), ("query", "queries"), ("modulo", "mod"), ("minimum", "maximum"),
    ("return",), ("integer", "integers"), ("string", "strings"),
    ("tree", "graph", "vertex", "vertices", "edge", "edges", "node", "nodes"), ("expected", "probability"),
    ("number",), ("if",), ("choose", "select"), ("operation", "operations"), ("index", "indices"),
    ("all", "each", "every"), ("substring", "subarray", "subsequence"), ("such",), ("non", "not", "never"),
    ("input", "stdin"), ("le", "leq"), ("def", "class", "function"), ("error", "exception", "traceback"),
)  # fmt: skip
"""Counted together: how often they stand there says more than that they do."""
_GROUP_OF = {word: place for place, group in enumerate(_COUNTED) for word in group}
_SHAPES = 14
NUMBERS = _SHAPES + len(_MARKS) + len(_COUNTED)


class Features(NamedTuple):
    """A text as a sparse vector: ones in `slots`, scaled to length 1, and `NUMBERS` dense values beside them."""

    slots: Sequence[int]
    """Each from 0 to `BUCKETS` - 1, at most once."""
    numbers: Sequence[float]


class Tokens(NamedTuple):
    """The one pass: what is derived from it reads no text again."""

    text: str
    """In lower case, shortened."""
    listed: Sequence[str]
    counts: Counter[str]


def tokenize(text: str) -> Tokens:
    """Words, numbers and `^` of a text in their order; the middle of a long text is left out."""
    if len(text) > LONGEST:
        text = f"{text[: LONGEST * 2 // 3]}\n{text[-LONGEST // 3 :]}"
    lower = text.lower()
    listed = _TOKEN.findall(lower)
    return Tokens(lower, listed, Counter(listed))


def features(tokens: Tokens) -> Features:
    """The vector of a text; the same text gives the same vector on every machine."""
    text, listed, counts = tokens
    end = _statement(listed)
    statement = [*map(_hashed, listed[:end])]
    slots = {*statement, *[(a * 31 ^ b) & _LAST for a, b in pairwise(statement)]}
    groups = [0] * len(_COUNTED)
    for word in counts.keys() & _GROUP_OF.keys():
        groups[_GROUP_OF[word]] += counts[word]
    numerals = [one for one in counts if one[0] <= "9"]
    powers = _powers(tokens)
    numbers = [
        1.0,
        # shifts bring the usual text near 0, so that one ridge suits all
        log1p(len(text)) - 7,
        log1p(len(listed)) - 6,
        log1p(len(counts)) - 5,
        (len(counts) / (len(listed) or 1) - 0.4) * 5,
        log1p(end) - 5,
        log1p(len(listed) - end) - 5,
        (max(powers, default=0) - 5) / 4,
        (min(powers, default=0) - 3) / 3,
        log1p(len(powers)) - 1,
        log1p(text.count("<=") + text.count("\\le")) - 1.5,
        log1p(min(max(map(len, numerals), default=0), MOST_DIGITS)) - 1.5,
        log1p(len(numerals)) - 2.5,
        log1p(sum(map(counts.__getitem__, numerals))) - 3.5,
        *[log1p(text.count(mark)) - 1.5 for mark in _MARKS],
        *map(log1p, groups),
    ]
    return Features(tuple(slots), [COUNT_SCALE * one for one in numbers])


@lru_cache(maxsize=1 << 15)
def _hashed(token: str) -> int:
    return crc32(token.encode()) & _LAST  # `hash` is salted by the process


def _statement(listed: Sequence[str]) -> int:
    """Where the samples begin, or where enough has been read."""
    end = min(len(listed), STATEMENT)
    for mark in _SAMPLES:
        place = -1
        while True:
            try:
                place = listed.index(mark, place + 1, end)
            except ValueError:
                break
            following = listed[place + 1] if place + 1 < len(listed) else ""
            if following.isdigit() or following in ("input", "output"):
                end = place
                break
    return end


def _powers(tokens: Tokens) -> list[int]:
    """Exponents of the powers of ten: how large the input can be."""
    listed, found, place = tokens.listed, [], 0
    for _ in range(tokens.counts["^"]):
        place = listed.index("^", place) + 1
        after = listed[place] if place < len(listed) else ""
        if place > 1 and listed[place - 2] == "10" and after.isdigit():
            found.append(MOST_POWER if len(after) > 2 else min(int(after), MOST_POWER))  # noqa: PLR2004 - digits of it
    return found
