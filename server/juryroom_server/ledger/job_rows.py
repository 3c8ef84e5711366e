"""The rows of batch jobs: blocking, like all that talks to the database."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ..models.waiting import Item, Job, State
from .database import Database
from .schema import BATCH_CALL, BATCH_JOB

_OPEN = tuple(state.value for state in State if state.open)


def find(database: Database, digests: Collection[str]) -> tuple[Job, ...]:
    """Open jobs that hold one of these calls.

    Raises:
        LedgerError: when the database fails.
    """
    with database.reading() as connection:
        return _holding(connection, digests)


def claim(database: Database, job: Job) -> bool:
    """Write down a job that is about to be handed in; False if another open one holds one of its calls.

    Raises:
        LedgerError: when the database fails.
    """
    with database.writing() as connection:
        if _holding(connection, [item.digest for item in job.items]):
            return False
        connection.execute(
            insert(BATCH_JOB).values(
                id=job.id,
                name=job.name,
                card=job.card,
                model=job.model,
                project=job.project,
                state=job.state.value,
                made_at=int(job.made_at.timestamp() * 1000),
            )
        )
        rows = [{"job": job.id, "digest": item.digest, "reservation": item.reservation} for item in job.items]
        connection.execute(insert(BATCH_CALL), rows)
        return True


def change(database: Database, job: Job) -> None:
    """Write down a job's name and state. One that is over stays over.

    Raises:
        LedgerError: when the database fails.
    """
    with database.writing() as connection:
        connection.execute(
            update(BATCH_JOB)
            .where(BATCH_JOB.c.id == job.id, BATCH_JOB.c.state.in_(_OPEN))
            .values(name=job.name, state=job.state.value)
        )


def listed(database: Database, project: str | None = None) -> tuple[Job, ...]:
    """All jobs that are remembered, the oldest first.

    Args:
        database: the ledger.
        project: only those of this repository.

    Raises:
        LedgerError: when the database fails.
    """
    query = select(BATCH_JOB).order_by(BATCH_JOB.c.made_at, BATCH_JOB.c.id)
    if project is not None:
        query = query.where(BATCH_JOB.c.project == project)
    with database.reading() as connection:
        return _jobs(connection, connection.execute(query).all())


def _holding(connection: Connection, digests: Collection[str]) -> tuple[Job, ...]:
    holding = select(BATCH_CALL.c.job).where(BATCH_CALL.c.digest.in_(sorted(digests)))
    query = select(BATCH_JOB).where(BATCH_JOB.c.state.in_(_OPEN), BATCH_JOB.c.id.in_(holding))
    return _jobs(connection, connection.execute(query).all())


def _jobs(connection: Connection, rows: Iterable[Row[Any]]) -> tuple[Job, ...]:
    return tuple(
        Job(
            id=row.id,
            name=row.name,
            card=row.card,
            model=row.model,
            project=row.project,
            state=State(row.state),
            made_at=datetime.fromtimestamp(row.made_at / 1000, UTC),
            items=tuple(
                Item(digest=call.digest, reservation=call.reservation)
                for call in connection.execute(select(BATCH_CALL).where(BATCH_CALL.c.job == row.id))
            ),
        )
        for row in rows
    )
