"""The only owner of SQLAlchemy's engine: opens either database, brings its schema up to date, and one writer at a time.

Imported at the first use of a ledger: SQLAlchemy takes 0.2 s of CPU.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from .address import Address, LedgerError
from .migrations import MIGRATIONS
from .opening import VERSIONS, WAIT_S, advised, own, steps, write_ahead

_CONNECT_S = 5
_WRITERS = 0x6A75726F72
"""Which of Postgres's advisory locks is ours: any number that nobody else takes."""


class Database:
    """An open database with the present schema.

    Args:
        address: where.
        migrations: the steps to the present schema.
        migrate: False: look at the schema that is there, and change nothing.

    Raises:
        LedgerError: when it can't be used.
    """

    def __init__(
        self, address: Address, migrations: Sequence[Sequence[str]] = MIGRATIONS, *, migrate: bool = True
    ) -> None:
        self.address = address
        self.schema = 0
        """Its version; 0: it has none yet."""
        self._writer: Connection | None = None
        with self._explained():
            self.engine = _sqlite(address.file) if address.file is not None else _postgres(address.url or "")
        try:
            with self.writing() as connection:
                self.schema = _migrate(connection, migrations, address) if migrate else _version(connection)
        except LedgerError:
            self.close()
            raise

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Connection]:
        """One transaction, alone among the writers of all processes; whole or not at all.

        Args:
            durable: False: a failure of power may undo it, in SQLite where the difference is 0.3 ms; the death of
                the process never does.

        Raises:
            LedgerError: when the database fails; nothing was written then.
        """
        with self._explained(), self._kept() as connection:
            if self.address.file is not None:
                driver = connection.connection.driver_connection
                assert driver is not None  # noqa: S101 - of an open connection
                driver.execute("PRAGMA synchronous = FULL" if durable else "PRAGMA synchronous = NORMAL")
                driver.execute("BEGIN IMMEDIATE")
            else:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One state of the database, for as long as it takes to read it.

        Raises:
            LedgerError: when the database fails.
        """
        with self._explained(), self.engine.begin() as connection:
            if self.address.file is not None:
                connection.exec_driver_sql("BEGIN")
            else:
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield connection

    def close(self) -> None:
        """Close the connections."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()
        self.engine.dispose()

    @contextmanager
    def _kept(self) -> Iterator[Connection]:
        """A transaction of the connection that is kept for writing: taking one from the pool each time takes longer."""
        if self._writer is None:
            self._writer = self.engine.connect()
        try:
            with self._writer.begin():
                yield self._writer
        except (SQLAlchemyError, sqlite3.Error):
            # it may be broken; the next one is new
            self._writer.invalidate()
            self._writer.close()
            self._writer = None
            raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise LedgerError(f"the ledger {self.address} can't be used: {_reason(error)}") from error
        except ModuleNotFoundError as error:
            raise LedgerError(
                f"the ledger {self.address} can't be used: {error.name} is not installed; "
                "pip install 'juryroom[postgres]'"
            ) from error


def _sqlite(file: Path) -> Engine:
    own(file)
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        paramstyle="named",
        connect_args={"timeout": WAIT_S, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: DBAPIConnection, _: object) -> None:
        assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - the driver of this engine
        connection.isolation_level = None  # we begin transactions ourselves, schema changes included
        write_ahead(connection)

    return engine


def _postgres(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise LedgerError(
            "the ledger's database URL can't be read; it should be like postgresql://user@host:5432/database"
        ) from None  # the cause repeats the URL, which may hold a password
    engine = create_engine(
        parsed,
        connect_args={"connect_timeout": _CONNECT_S, "application_name": "juryroom"},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: DBAPIConnection, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET lock_timeout = '{WAIT_S}s'")
        cursor.execute(f"SET statement_timeout = '{2 * WAIT_S}s'")
        cursor.close()
        connection.commit()

    return engine


def _version(connection: Connection) -> int:
    if not inspect(connection).has_table("juryroom_schema"):
        return 0
    found: int | None = connection.execute(text("SELECT max(version) FROM juryroom_schema")).scalar()
    return found or 0


def _migrate(connection: Connection, migrations: Sequence[Sequence[str]], address: Address) -> int:
    connection.execute(text(VERSIONS))
    version = connection.execute(text("SELECT max(version) FROM juryroom_schema")).scalar() or 0
    for statement in steps(version, migrations, address):
        connection.execute(text(statement))
    return len(migrations)


def _reason(error: SQLAlchemyError | sqlite3.Error | OSError) -> str:
    """The driver's own word in one line, without statements, their values, or the address's password."""
    if isinstance(error, OSError):
        return f"{error.strerror}; see that its folder exists and is yours"
    cause = getattr(error, "orig", None) if isinstance(error, SQLAlchemyError) else error
    said = str(cause or type(error).__name__).strip().splitlines()
    return advised(said[0][:200] if said else type(error).__name__)
