"""Findings and feedback in the ledger's database, without SQLAlchemy where it is a file.

Every review writes here, the hook's included, which people expect to take less than 2 s: importing SQLAlchemy alone
takes 0.2 s of CPU, the standard library's sqlite3 a hundredth of that. The statements are SQL that both databases
understand, with named parameters; a ledger in Postgres is opened as the books are.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from .address import Address, LedgerError
from .migrations import MIGRATIONS
from .opening import VERSIONS, WAIT_S, advised, own, steps, write_ahead

if TYPE_CHECKING:
    import sqlalchemy

Row = Sequence[Any]


class Store(Protocol):
    """One transaction."""

    def read(self, statement: str, **values: Any) -> Sequence[Row]:
        """The rows of a SELECT; values by the names in it, as `:project`."""
        ...

    def write(self, statement: str, *rows: Mapping[str, Any]) -> int:
        """Do it once for each row; the number of database rows that changed."""
        ...


@contextmanager
def transaction(address: Address, *, wait_s: float = WAIT_S) -> Iterator[Store]:
    """One transaction, whole or not at all, on a ledger that is made where there is none.

    Args:
        address: where.
        wait_s: seconds to wait for another process's transaction, in SQLite; Postgres has its own limit.

    Raises:
        LedgerError: when it can't be used; nothing was written then.
    """
    if address.file is None:
        from .database import Database  # noqa: PLC0415 - SQLAlchemy, and the user chose a server

        database = Database(address)
        try:
            with database.writing() as connection:
                yield _Server(connection)
        finally:
            database.close()
        return
    try:
        own(address.file)
        with closing(_opened(address.file, wait_s)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                _migrate(connection, address)
                yield _File(connection)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise LedgerError(f"the ledger {address} can't be used: {advised(str(error)[:200])}") from error
    except OSError as error:
        raise LedgerError(
            f"the ledger {address} can't be used: {error.strerror}; see that its folder exists and is yours"
        ) from error


def _opened(file: Path, wait_s: float) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=wait_s, isolation_level=None)
    try:
        write_ahead(connection, wait_s)
        # a failure of power may undo the last review's findings, and never damages the file
        connection.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection, address: Address) -> None:
    connection.execute(VERSIONS)
    (version,) = connection.execute("SELECT max(version) FROM juryroom_schema").fetchone()
    for statement in steps(version or 0, MIGRATIONS, address):
        connection.execute(statement)


class _File:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def read(self, statement: str, **values: Any) -> Sequence[Row]:
        return self._connection.execute(statement, values).fetchall()

    def write(self, statement: str, *rows: Mapping[str, Any]) -> int:
        return self._connection.executemany(statement, rows).rowcount if rows else 0


class _Server:
    def __init__(self, connection: "sqlalchemy.Connection") -> None:
        self._connection = connection

    def read(self, statement: str, **values: Any) -> Sequence[Row]:
        from sqlalchemy import text  # noqa: PLC0415 - imported by the database already

        return [tuple(row) for row in self._connection.execute(text(statement), values)]

    def write(self, statement: str, *rows: Mapping[str, Any]) -> int:
        from sqlalchemy import text  # noqa: PLC0415 - as above

        values = dict(rows[0]) if len(rows) == 1 else [dict(row) for row in rows]  # of several it doesn't count
        return self._connection.execute(text(statement), values).rowcount if rows else 0
