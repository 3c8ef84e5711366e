"""What calls took and cost, grouped. What is unknown is counted, and never added up as nothing."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from math import ceil
from typing import Any

from sqlalchemy import Row, select

from juryroom_reviewers.value import Value

from ..models.accounting import Outcome
from . import money
from .database import Database
from .schema import CALL


class By(StrEnum):
    """What calls can be grouped by."""

    day = "day"
    """In UTC."""
    model = "model"
    """As asked."""
    tier = "tier"
    persona = "persona"
    task = "task"


class Line(Value):
    """The calls of one group."""

    group: str | None
    """The day, the model and so on; None for calls that have none, and for the sum of all."""
    calls: int = 0
    """Those that were answered from our own cache included."""
    failed: int = 0
    """Those that gave no answer, the ones whose process died included; not those that were cancelled."""
    from_cache: int = 0
    """Those that were answered from our own cache."""
    input_tokens: int | None = None
    """None: no server said."""
    cached_tokens: int | None = None
    """Of the input, those that providers had in their caches."""
    output_tokens: int | None = None
    cost_usd: Decimal = Decimal(0)
    """Of the calls whose cost is known."""
    unknown: int = 0
    """Calls whose cost is not known: no price, no word from the server, under way, or lost."""
    held_usd: Decimal = Decimal(0)
    """What budgets count for those."""
    saved_usd: Decimal | None = None
    """By caches; None: nobody said."""
    p50_s: float | None = None
    """Of the answered calls that were asked of a server, from the request to the end of the answer."""
    p95_s: float | None = None


class Usage(Value):
    """The lines, and their sum."""

    lines: tuple[Line, ...]
    total: Line


def read_usage(database: Database, by: By, *, since: datetime | None = None, project: str | None = None) -> Usage:
    """Add up the calls.

    Args:
        database: the ledger.
        by: what to group by; the lines come in the order of its names.
        since: only those made from then on.
        project: only those of this project (see `project_of`); None: of all.

    Raises:
        LedgerError: when the database fails.
    """
    what = select(
        CALL.c[by.value].label("name"),
        *(CALL.c[name] for name in ("outcome", "input_tokens", "cached_tokens", "output_tokens")),
        *(CALL.c[name] for name in ("cost", "held", "saved", "total_s")),
    )
    if since is not None:
        what = what.where(CALL.c.made_at >= int(since.timestamp() * 1000))
    if project is not None:
        what = what.where(CALL.c.project == project)
    groups: dict[str | None, list[Row[Any]]] = defaultdict(list)
    with database.reading() as connection:
        for row in connection.execute(what):
            groups[row.name].append(row)
    lines = tuple(_line(name, groups[name]) for name in sorted(groups, key=lambda name: (name is None, name or "")))
    return Usage(lines=lines, total=_line(None, [row for rows in groups.values() for row in rows]))


def _line(group: str | None, rows: list[Row[Any]]) -> Line:
    known = [row for row in rows if row.cost is not None]
    saved = _sum(row.saved for row in rows)
    took = sorted(row.total_s for row in rows if row.outcome == Outcome.ok and row.total_s is not None)
    return Line(
        group=group,
        calls=len(rows),
        failed=sum(row.outcome in (Outcome.failed, "lost") for row in rows),
        from_cache=sum(row.outcome == Outcome.cached for row in rows),
        input_tokens=_sum(row.input_tokens for row in rows),
        cached_tokens=_sum(row.cached_tokens for row in rows),
        output_tokens=_sum(row.output_tokens for row in rows),
        cost_usd=money.usd(sum(row.cost for row in known)),
        unknown=len(rows) - len(known),
        held_usd=money.usd(sum(row.held for row in rows if row.cost is None)),
        saved_usd=None if saved is None else money.usd(saved),
        p50_s=_percentile(took, 0.50),
        p95_s=_percentile(took, 0.95),
    )


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _percentile(ordered: list[float], share: float) -> float | None:
    """By nearest rank: a value that occurred."""
    return ordered[ceil(share * len(ordered)) - 1] if ordered else None
