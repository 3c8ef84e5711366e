"""The words of a finding as they are compared: stems, names from code, runs of characters."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from math import log

_WORD = re.compile(r"[a-z0-9]+")
_CAMEL = re.compile(r"([a-z0-9])([A-Z])")
_NAME = re.compile(
    r"`([^`]{2,60})`"
    r"|([A-Za-z_$][\w$]*(?:(?:\.|::|#|->)[A-Za-z_$][\w$]*)+|[a-z]+[A-Z]\w*|[A-Z][a-z0-9]+[A-Z]\w*|\w+_\w+|[A-Z]{2,}\w*"
    r"|[\w/-]+\.(?:c|cc|cpp|cs|css|erb|ex|go|hbs|html|java|js|jsx|kt|php|py|rb|rs|scss|sh|sql|swift|ts|tsx|ya?ml)\b)"
)
_NAME_PART = re.compile(r"[^\W\d][\w$]{2,}")
_STOP = frozenset(
    _WORD.findall(
        "the a an of to in is are be and or for on with that this it its as by at from not if when which can could may "
        "might should would will has have had was were but so than then into does do also only"
    )
)
_SUFFIXES = ("ations", "ation", "ingly", "ing", "edly", "ies", "ed", "es", "ly", "s", "e")
_LEAST_STEM = 3
_GRAM = 4


class Words:
    """One text, taken apart. Its grams are made when first asked for: most pairs are never compared."""

    def __init__(self, text: str, code: str = "") -> None:
        """Take apart `text`; from `code`, a quote, only names are taken."""
        words = _WORD.findall(_CAMEL.sub(r"\1 \2", text).lower())
        self._ordered = tuple(stem(word) for word in words if len(word) > 1 and word not in _STOP)
        self.stems = frozenset(self._ordered)
        names = (match[1] or match[2] for match in _NAME.finditer(text))
        self.names = frozenset(
            part.lower() for name in (*names, code) if name for part in _NAME_PART.findall(name)
        )  # parts of a dotted name count one by one: reviewers qualify them differently

    @cached_property
    def grams(self) -> frozenset[str]:
        """Runs of four characters, over the stems in their order."""
        joined = " ".join(self._ordered)
        return frozenset(joined[start : start + _GRAM] for start in range(len(joined) - _GRAM + 1))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without the commonest English endings, so that `leaks`, `leaked` and `leaking` are one."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _LEAST_STEM:
            word = word[: -len(suffix)]
            break
    return word[:-1] if len(word) > _LEAST_STEM and word[-1] == word[-2] else word


def rarity(texts: Iterable[Iterable[str]]) -> dict[str, float]:
    """Term -> log((n + 2) / (texts with it + 0.5)): a word that all findings of a change share tells none apart."""
    counts, total = Counter[str](), 0
    for terms in texts:
        counts.update(terms)
        total += 1
    return {term: log((total + 2) / (count + 0.5)) for term, count in counts.items()}


def weight(terms: Iterable[str], rare: Mapping[str, float]) -> float:
    """Sum of the squared rarities."""
    return sum(rare[term] ** 2 for term in terms)
