"""The statements of the transactions, as constants, so that SQLAlchemy keeps their text."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, select, update

from .rows import Sum
from .schema import CALL, TOTAL

OPEN: Select[Any] = select(CALL.c.id, CALL.c.day, CALL.c.run, CALL.c.project, CALL.c.ceiling, CALL.c.held).where(
    CALL.c.outcome.is_(None)
)
_CLOSE = (
    update(CALL)
    .where(CALL.c.id == bindparam("call"), CALL.c.outcome.is_(None))
    .values(
        held=bindparam("new_held"),
        outcome=bindparam("new_outcome"),
        settled_at=bindparam("now"),
        answered_by=bindparam("new_answered_by"),
        input_tokens=bindparam("new_input_tokens"),
        cached_tokens=bindparam("new_cached_tokens"),
        output_tokens=bindparam("new_output_tokens"),
        cost=bindparam("new_cost"),
        saved=bindparam("new_saved"),
        attempts=bindparam("new_attempts"),
        queue_s=bindparam("new_queue_s"),
        first_token_s=bindparam("new_first_token_s"),
        total_s=bindparam("new_total_s"),
        error=bindparam("new_error"),
    )
)
_OPEN_AMONG = OPEN.where(CALL.c.id.in_(bindparam("ids", expanding=True)))
_INSERT_CALL = insert(CALL)
_SUMS = select(TOTAL.c.scope, TOTAL.c.name, TOTAL.c.held).where(TOTAL.c.name.in_(bindparam("names", expanding=True)))
_INSERT_SUM = insert(TOTAL)
_CHANGE_SUM = (
    update(TOTAL)
    .where(TOTAL.c.scope == bindparam("a_scope"), TOTAL.c.name == bindparam("a_name"))
    .values(held=TOTAL.c.held + bindparam("change"))
)


def open_calls(connection: Connection, ids: Collection[str]) -> Sequence[Row[Any]]:
    """Those of the calls that are not settled yet."""
    return connection.execute(_OPEN_AMONG, {"ids": list(ids)}).all() if ids else ()


def sums(connection: Connection, names: Collection[Sum]) -> Counter[Sum]:
    """What each holds; one that has no row yet is left out."""
    if not names:
        return Counter()
    rows = connection.execute(_SUMS, {"names": sorted({name for _, name in names})})
    return Counter({(row.scope, row.name): row.held for row in rows if (row.scope, row.name) in names})


def write(
    connection: Connection,
    opened: Sequence[Mapping[str, Any]],
    closed: Sequence[Mapping[str, Any]],
    changes: Mapping[Sum, int],
    fresh: Collection[Sum] = (),
) -> None:
    """Write what changes.

    Args:
        connection: in a transaction of the only writer.
        opened: rows of new calls.
        closed: what is written to the rows of open ones.
        changes: what each sum changes by.
        fresh: those of them that have no row yet.
    """
    if opened:
        connection.execute(_INSERT_CALL, opened)
    if closed:
        connection.execute(_CLOSE, closed)
    if new := [{"scope": one[0], "name": one[1], "held": changes[one]} for one in fresh if one in changes]:
        connection.execute(_INSERT_SUM, new)
    if changed := [
        {"a_scope": one[0], "a_name": one[1], "change": by} for one, by in changes.items() if by and one not in fresh
    ]:
        connection.execute(_CHANGE_SUM, changed)
