"""The statements of the transactions. SQLAlchemy writes their text, once, and the driver is given it as it is.

That is a third of what it takes to let SQLAlchemy handle each, and allowed by columns that need no conversion.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ClauseElement,
    Column,
    Connection,
    Dialect,
    Insert,
    Row,
    Select,
    bindparam,
    insert,
    select,
    update,
)

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
_INSERT_CALL = insert(CALL)
_SUMS = select(TOTAL.c.scope, TOTAL.c.name, TOTAL.c.held)
_INSERT_SUM = insert(TOTAL)
_CHANGE_SUM = (
    update(TOTAL)
    .where(TOTAL.c.scope == bindparam("a_scope"), TOTAL.c.name == bindparam("a_name"))
    .values(held=TOTAL.c.held + bindparam("change"))
)


@lru_cache(maxsize=512)  # batches have up to 200 sizes
def _among(statement: Select[Any], column: Column[Any], number: int) -> Select[Any]:
    """Those of a statement's rows where a column is one of so many values, named `among0` and on."""
    return statement.where(column.in_([bindparam(f"among{place}") for place in range(number)]))


@lru_cache(maxsize=512)
def _text(statement: ClauseElement, dialect: Dialect, columns: tuple[str, ...] | None = None) -> str:
    """A statement in the words of a database; of an insertion, with these columns."""
    return str(statement.compile(dialect=dialect, column_keys=columns))


def _find(
    connection: Connection, statement: Select[Any], column: Column[Any], values: Collection[str]
) -> Sequence[Row[Any]]:
    text = _text(_among(statement, column, len(values)), connection.dialect)
    return connection.exec_driver_sql(text, {f"among{place}": value for place, value in enumerate(values)}).all()


def _change(connection: Connection, statement: ClauseElement, rows: Iterable[Mapping[str, Any]]) -> None:
    if changes := [dict(row) for row in rows]:
        columns = tuple(changes[0]) if isinstance(statement, Insert) else None
        connection.exec_driver_sql(_text(statement, connection.dialect, columns), changes)


def open_calls(connection: Connection, ids: Collection[str]) -> Sequence[Row[Any]]:
    """Those of the calls that are not settled yet."""
    return _find(connection, OPEN, CALL.c.id, ids) if ids else ()


def sums(connection: Connection, names: Collection[Sum]) -> Counter[Sum]:
    """What each holds; one that has no row yet is left out."""
    if not names:
        return Counter()
    rows = _find(connection, _SUMS, TOTAL.c.name, sorted({name for _, name in names}))
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
    _change(connection, _INSERT_CALL, opened)
    _change(connection, _CLOSE, closed)
    new = [{"scope": one[0], "name": one[1], "held": changes[one]} for one in fresh if one in changes]
    _change(connection, _INSERT_SUM, new)
    by = {one: by for one, by in changes.items() if by and one not in fresh}
    _change(connection, _CHANGE_SUM, [{"a_scope": one[0], "a_name": one[1], "change": by[one]} for one in by])
