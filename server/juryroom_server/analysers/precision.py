"""How often each engine was right on labelled code: the confidence that its findings start with.

The numbers are in precision.toml, which `juryroom bench analysers --fit` writes. A small sample says little, so each
is drawn towards its parent's mean by PSEUDO_COUNTS alerts (Beta-binomial shrinkage): a family of weaknesses to the
engine's category, that to what any analyser reaches. The rules were written with these records at hand, which flatters
them: only half of what they gain over any lone analyser on records that nobody had seen (BASE), in log-odds, is kept.

Outside of security the labels are answers to single queries. So it is single rules that are measured there, and what
one reaches says nothing of another.
"""

import math
import tomllib
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("precision.toml")
PSEUDO_COUNTS = 8
BASE = 0.61
"""Precision of a lone analyser on security, whichever it is. Nobody has measured that of the rest: taken for it too."""
SECURITY = "security"
LEAST_ALERTS = 10
"""Below this many alerts an engine counts as not measured in a category, and a family as a part of its category."""

FAMILIES = {
    "command": (77, 78, 88, 155, 214),
    "code": (74, 94, 95, 96, 470, 913, 1336),
    "query": (89, 90, 91, 564, 643, 652, 943),
    "html": (79, 80, 87, 116, 159),
    "path": (22, 23, 29, 36, 73, 99, 641, 706),
    "deserialisation": (502,),
    "xml": (112, 611, 776, 827),
    "crypto": (261, 310, 323, 325, 326, 327, 328, 329, 347, 696, 757, 759, 760, 780, 818, 916, 1204, 1240),
    "random": (330, 331, 335, 338, 339, 340, 1241),
    "secret": (256, 257, 259, 260, 312, 313, 315, 321, 359, 521, 522, 532, 540, 547, 798),
    "transport": (295, 296, 297, 300, 311, 319, 322, 345, 346, 353, 494, 523),
    "temporary": (377, 378, 379),
    "permission": (250, 266, 269, 276, 277, 278, 279, 281, 283, 284, 285, 306, 639, 732, 862, 863),
    "redirect": (601,),
    "request": (441, 918),
    "cookie": (352, 384, 539, 565, 614, 1004, 1275),
    "exhaustion": (185, 400, 407, 409, 606, 730, 770, 834, 1050, 1333),
    "log": (93, 113, 117, 150, 644),
    "exposure": (11, 200, 201, 209, 210, 213, 215, 489, 497, 538, 548),
    "bind": (605, 668, 1327),
    "origin": (183, 942),
    "prototype": (471, 915, 1321),
    "error": (252, 253, 390, 391, 396, 397, 703, 754, 755),
    "trust": (501,),
}
"""Weaknesses that analysers find by the same means, as CWE numbers."""
_FAMILY = {f"CWE-{number}": family for family, numbers in FAMILIES.items() for number in numbers}


def family_of(cwe: str) -> str:
    """The family of a weakness; one that is in none is a family of its own."""
    return _FAMILY.get(cwe, cwe)


def prior(seat_name: str, category: str, cwe: str | None, rule: str | None = None) -> float | None:
    """The probability that such a finding of this engine is right, before anybody else has looked.

    Args:
        seat_name: the engine.
        category: what it is about.
        cwe: its weakness, `CWE-89`, where it has one.
        rule: the engine's own name for it.

    Returns:
        0 to 1, or None where nothing was measured.
    """
    counts = _counts().get(seat_name, {}).get(category, {})
    part, mean = rule or "", BASE
    if category == SECURITY:
        right, alerts = counts.get("all", (0, 0))
        if alerts < LEAST_ALERTS:
            return None
        part, mean = _FAMILY.get(cwe or "", ""), _shrunk(right, alerts, BASE)
    right, alerts = counts.get(part, (0, 0))
    if alerts >= LEAST_ALERTS:
        mean = _shrunk(right, alerts, mean)
    elif category != SECURITY:
        return None
    return round(_sigmoid((_logit(mean) + _logit(BASE)) / 2), 3)


def _logit(p: float) -> float:
    return math.log(p / (1 - p))


def _sigmoid(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def _shrunk(right: int, alerts: int, mean: float) -> float:
    return (right + PSEUDO_COUNTS * mean) / (alerts + PSEUDO_COUNTS)


@cache
def _counts() -> dict[str, dict[str, dict[str, tuple[int, int]]]]:
    """Engine -> category -> family or rule, or `all` -> (right, alerts)."""
    table = tomllib.loads(TABLE.read_text("utf-8"))
    return {
        engine: {
            category: {name: (row[0], row[1]) for name, row in rows.items()} for category, rows in categories.items()
        }
        for engine, categories in table.items()
    }
