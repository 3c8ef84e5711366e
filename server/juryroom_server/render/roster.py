"""The models as a table."""

from __future__ import annotations

from decimal import Decimal

from ..models.card import Price, Status
from ..setup.roster import Health, Roster, Row
from .clean import line
from .options import Options
from .page import Page

STYLES = {
    Health.answers: "green",
    Health.ready: "green",
    Health.found: "cyan",
    Health.missing: "yellow",
    Health.unusable: "yellow",
    Health.down: "bold red",
    Health.unknown: "",
}
COLUMNS = ("name", "model", "family", "tier", "$ in/out", "as of", "window", "privacy", "health", "seats")
NUMBERS = ("$ in/out", "window")
FOLDED = {"model": 24, "seats": 16}
"""Columns that give way to the others, and the room that they need all the same."""
GIVEN_UP = ("family", "as of", "privacy", "window")
"""Columns that a narrow page goes without, the first of them first; JSON has them all."""
GAP = 2
UNKNOWN = "?"
_NAME = 60
_DETAIL = 300


def table(roster: Roster, options: Options) -> str:
    """The models for a terminal, or for a pipe; under it what there is to say of them and of the seats."""
    page = Page(options)
    columns = _fitting(roster, options.width)
    page.table(
        columns,
        [
            [(cell(row, name), STYLES[row.health] if name == "health" else "") for name in columns]
            for row in roster.models
        ],
        right=NUMBERS,
        folded=tuple(FOLDED),
    )
    said = [f"{line(row.key or row.name, _NAME)}: {line(row.detail, _DETAIL)}" for row in roster.models if row.detail]
    said += [line(note, _DETAIL) for note in roster.notes]
    if roster.prices_of is not None:
        said.append(f"$ is USD per million tokens, from a list of {roster.prices_of.isoformat()} where a day is given")
    if said:
        page.add()
    for text in said:
        page.add(page.text(text))
    return page.finished()


def _fitting(roster: Roster, width: int) -> list[str]:
    """The columns in which something stands, as far as there is room for them."""
    widths: dict[str, int] = {}
    for name in COLUMNS:
        cells = [cell(row, name) for row in roster.models]
        if any(text.strip("-") for text in cells):
            longest = max(len(text) for text in (*cells, name))
            widths[name] = GAP + min(longest, FOLDED.get(name, longest))
    for name in GIVEN_UP:
        if sum(widths.values()) > width:
            widths.pop(name, None)
    return list(widths)


def cell(row: Row, column: str) -> str:
    """What stands in one column of a model's row."""
    price = row.price
    texts = {
        "name": row.key or "-",
        "model": line(row.name, _NAME),
        "family": line(row.family, _NAME),
        "tier": row.tier.value,
        "$ in/out": UNKNOWN if price is None else f"{_dollars(price.input)}/{_dollars(price.output)}",
        "as of": _origin(price) if price else "",
        "window": UNKNOWN if row.context_window is None else f"{row.context_window // 1000:,}k",
        "privacy": row.privacy.value if row.privacy else UNKNOWN,
        "health": _health(row),
        "seats": ", ".join(row.seats),
    }
    return texts[column]


def _health(row: Row) -> str:
    words = "" if row.health is Health.unknown else row.health.value
    if row.latency_ms is not None and row.health is Health.answers:
        words = f"{row.latency_ms:.0f} ms"
    life = "" if row.status is Status.active else row.status.value
    return ", ".join(word for word in (words, life) if word)


def _origin(price: Price) -> str:
    if price.read is not None:
        return price.read.isoformat()
    return UNKNOWN if price.source else "yours" if price.input or price.output else ""


def _dollars(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
