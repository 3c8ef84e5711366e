"""What a finding's text and its reviewer's talkativeness say of its being true: weak evidence, measured."""

import math
import re
from collections.abc import Mapping, Sequence

from .cluster import Cluster
from .reviewer import Method, Review

_TESTS = re.compile(r"\b(?:tests?|coverage|specs?|mocks?|assert\w*|fixtures?)\b", re.IGNORECASE)
_STYLE = re.compile(
    r"\b(?:style|formatt?ing|comments?|docs?|documentation|readme|todo|readability|maintainab\w*|magic|unused|lint\w*"
    r"|redundan\w*|verbose|convention\w*|unnecessar\w*|simplif\w*|accessib\w*|whitespace|indentation|refactor\w*)\b",
    re.IGNORECASE,
)
_CONSEQUENCE = re.compile(
    r"\b(?:crash\w*|panic\w*|race|deadlock\w*|nil|null|undefined|throw\w*|never|always|wrong|incorrect\w*|fail\w*"
    r"|bypass\w*|inject\w*|leak\w*|inverted|overwrit\w*|lost|corrupt\w*|exception|silently|unawaited|break\w*|invalid\w*)\b",
    re.IGNORECASE,
)
_LONGEST = 600
NAMES = ("length", "tests", "style", "consequence", "volume")
"""Traits in the order in which they are fitted and told."""


def traits(merged: Cluster, reviews: Sequence[Review]) -> dict[str, float]:
    """Name -> value.

    length: log(1 + characters / 50) of the shown text; tests, style: 1 if it speaks of them; consequence: share of the
    models' texts that name one; volume: mean log of the number of findings that the models who made it made in all.
    """
    text = _text(merged.findings[0].finding.title, merged.findings[0].finding.rationale)
    models = [member for member in merged.findings if member.seat.method is Method.model]
    made = {review.seat.name: max(review.volume, 1) for review in reviews}
    told = [bool(_CONSEQUENCE.search(_text(m.finding.title, m.finding.rationale))) for m in models]
    seats = {member.seat.name for member in models}
    return {
        "length": math.log1p(min(len(text), _LONGEST) / 50),
        "tests": float(bool(_TESTS.search(text))),
        "style": float(bool(_STYLE.search(text))),
        "consequence": sum(told) / max(len(told), 1),
        "volume": sum(math.log(made.get(name, 1)) for name in seats) / max(len(seats), 1),
    }


WORDS: Mapping[str, tuple[str, str]] = {
    "length": ("its text is full", "its text is short"),
    "tests": ("it speaks of tests", "it does not speak of tests"),
    "style": ("it speaks of style, comments or tidiness", "it does not speak of style, comments or tidiness"),
    "consequence": ("it names what goes wrong", "it names no failure"),
    "volume": ("its reviewers say much in this change", "its reviewers say little in this change"),
}
"""How a trait above and below its mean is told."""


def _text(title: str, rationale: str) -> str:
    return f"{title} {rationale}".strip()
