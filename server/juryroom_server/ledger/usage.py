"""What calls took and cost, grouped. What is unknown is counted, and never added up as nothing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from math import ceil
from typing import Any

from sqlalchemy import Row, and_, case, func, select, text

from juryroom_reviewers.value import Value

from ..models.accounting import Outcome
from . import money
from .database import Database
from .rows import LOST
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
    """By our own cache and the providers', less what writing into those cost; None: nobody said."""
    saved_unknown: int = 0
    """Calls from our own cache of which it is not known what they saved."""
    p50_s: float | None = None
    """Of the answered calls that were asked of a server, from the request to the end of the answer."""
    p95_s: float | None = None


class Usage(Value):
    """The lines, and their sum."""

    lines: tuple[Line, ...]
    total: Line
    accepted: int = 0
    """Findings that were accepted in that time, by people or by a commit that fixed them."""
    review_usd: Decimal = Decimal(0)
    """What reviews cost, their ballots and refutations included, of the total."""

    @property
    def usd_per_accepted(self) -> Decimal | None:
        """What an accepted finding cost; None where none was."""
        return self.review_usd / self.accepted if self.accepted else None


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
    group = CALL.c[by.value].label("name")
    wanted = []
    if since is not None:
        wanted.append(CALL.c.made_at >= int(since.timestamp() * 1000))
    if project is not None:
        wanted.append(CALL.c.project == project)
    sums = select(group, *_SUMS).where(*wanted).group_by(group)
    answered = (CALL.c.outcome == Outcome.ok.value, CALL.c.total_s.is_not(None))
    times = select(group, CALL.c.total_s).where(*wanted, *answered).order_by(CALL.c.total_s)
    took: dict[str | None, list[float]] = defaultdict(list)
    everything: list[float] = []
    reviews = select(func.sum(CALL.c.cost)).where(*wanted, CALL.c.task.in_(_OF_REVIEWS))
    with database.reading() as connection:
        rows = connection.execute(sums).all()
        reviewing = connection.execute(reviews).scalar() or 0
        accepted = connection.execute(text(_ACCEPTED), _period(since, project)).scalar() or 0
        for name, seconds in connection.execute(times):
            took[name].append(seconds)
            everything.append(seconds)
    rows = sorted(rows, key=lambda row: (row.name is None, row.name or ""))
    lines = tuple(_line(row.name, [row], took[row.name]) for row in rows)
    total = _line(None, rows, everything)
    return Usage(lines=lines, total=total, accepted=accepted, review_usd=money.usd(int(reviewing)))


_OF_REVIEWS = ("review", "ballot", "refute")
_ACCEPTED = """SELECT count(*) FROM feedback AS one
WHERE judgement = 'accepted' AND undone_at IS NULL AND made_at >= :since AND (:every = 1 OR project = :project)
AND NOT EXISTS (
    SELECT 1 FROM feedback AS later WHERE later.project = one.project AND later.finding = one.finding
    AND later.undone_at IS NULL AND later.made_at > one.made_at
)"""
"""Of each finding the newest word counts that was not taken back."""


def _period(since: datetime | None, project: str | None) -> dict[str, int | str]:
    return {
        "since": int(since.timestamp() * 1000) if since else 0,
        "every": int(project is None),
        "project": project or "",
    }


_SUMS = (
    func.count().label("calls"),
    func.sum(case((CALL.c.outcome.in_((Outcome.failed.value, LOST)), 1), else_=0)).label("failed"),
    func.sum(case((CALL.c.outcome == Outcome.cached.value, 1), else_=0)).label("from_cache"),
    *(func.sum(CALL.c[name]).label(name) for name in ("input_tokens", "cached_tokens", "output_tokens")),
    func.sum(CALL.c.cost).label("cost"),
    func.sum(case((CALL.c.cost.is_(None), 1), else_=0)).label("unknown"),
    func.sum(case((CALL.c.cost.is_(None), CALL.c.held), else_=0)).label("held"),
    func.sum(CALL.c.saved).label("saved"),
    func.sum(case((and_(CALL.c.outcome == Outcome.cached.value, CALL.c.saved.is_(None)), 1), else_=0)).label(
        "saved_unknown"
    ),
)


def _line(group: str | None, rows: Sequence[Row[Any]], took: list[float]) -> Line:
    saved = _sum(row.saved for row in rows)
    return Line(
        group=group,
        calls=sum(row.calls for row in rows),
        failed=sum(row.failed for row in rows),
        from_cache=sum(row.from_cache for row in rows),
        input_tokens=_sum(row.input_tokens for row in rows),
        cached_tokens=_sum(row.cached_tokens for row in rows),
        output_tokens=_sum(row.output_tokens for row in rows),
        cost_usd=money.usd(_sum(row.cost for row in rows) or 0),
        unknown=sum(row.unknown for row in rows),
        held_usd=money.usd(_sum(row.held for row in rows) or 0),
        saved_usd=None if saved is None else money.usd(saved),
        saved_unknown=sum(row.saved_unknown for row in rows),
        p50_s=_percentile(took, 0.50),
        p95_s=_percentile(took, 0.95),
    )


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = [int(number) for number in numbers if number is not None]  # Postgres adds up to a Decimal
    return sum(known) if known else None


def _percentile(ordered: list[float], share: float) -> float | None:
    """By nearest rank: a value that occurred."""
    return ordered[ceil(share * len(ordered)) - 1] if ordered else None
