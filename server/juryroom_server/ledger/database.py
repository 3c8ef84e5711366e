"""The only owner of SQLAlchemy's engine: opens either database, brings its schema up to date, and one writer at a time.

Imported at the first use of a ledger: SQLAlchemy takes 0.2 s of CPU.
"""

import os
import sqlite3
import stat
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from .address import Address, LedgerError
from .migrations import MIGRATIONS

WAIT_S = 10
"""Seconds to wait for another process's transaction; each takes milliseconds."""
_CONNECT_S = 5
_AGAIN_S = 0.005
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


def _own(file: Path) -> None:
    """See that the file is there, and its owner's alone; SQLite gives -wal and -shm the same mode.

    The file itself is never opened here: closing it again would drop the locks of every connection that this process
    has to it (POSIX), and another process would then delete the log that they write to.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not file.exists():
        handle, name = tempfile.mkstemp(dir=file.parent)  # 0600 by itself
        os.close(handle)
        try:
            with suppress(FileExistsError):
                os.link(name, file)
        finally:
            Path(name).unlink()
    found = file.stat()
    if not stat.S_ISREG(found.st_mode):
        raise LedgerError(f"the ledger {file} can't be used: it is no regular file; move it away")
    if os.name == "posix" and found.st_mode & 0o077 and found.st_uid == os.geteuid():
        file.chmod(0o600)


def _sqlite(file: Path) -> Engine:
    _own(file)
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        paramstyle="named",
        connect_args={"timeout": WAIT_S, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: DBAPIConnection, _: object) -> None:
        assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - the driver of this engine
        connection.isolation_level = None  # we begin transactions ourselves, schema changes included
        _write_ahead(connection)

    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch a file to its log, for good. SQLite answers "locked" at once to who comes while another does so."""
    until = time.monotonic() + WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_AGAIN_S)
        else:
            return


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
    connection.execute(text("CREATE TABLE IF NOT EXISTS juryroom_schema (version INTEGER NOT NULL)"))
    version = connection.execute(text("SELECT max(version) FROM juryroom_schema")).scalar() or 0
    if version > len(migrations):
        raise LedgerError(
            f"the ledger {address} was written by a newer juryroom (schema {version}; this one knows "
            f"{len(migrations)}); update juryroom, or name another database in JURYROOM_DATABASE_URL"
        )
    for number, step in enumerate(migrations[version:], version + 1):
        for statement in step:
            connection.execute(text(statement))
        connection.execute(text("INSERT INTO juryroom_schema (version) VALUES (:version)"), {"version": number})
    return len(migrations)


_ADVICE = {
    "not a database": "it is damaged or something else; move it away to begin a new one",
    "malformed": "it is damaged; move it away to begin a new one",
    "already exists": "there are tables of somebody else; give the ledger a database of its own",
    "readonly": "it is read-only; give yourself write access",
    "unable to open": "see that its folder exists and is yours",
    "disk is full": "make room",
    "disk I/O": "see that the disk works and has room",
    "locked": f"another process has held it for {WAIT_S} s; try again",
    "lock timeout": f"another process has held it for {WAIT_S} s; try again",
}
"""A part of the driver's message -> what to do."""


def _reason(error: SQLAlchemyError | sqlite3.Error | OSError) -> str:
    """The driver's own word in one line, without statements, their values, or the address's password."""
    if isinstance(error, OSError):
        return f"{error.strerror}; see that its folder exists and is yours"
    cause = getattr(error, "orig", None) if isinstance(error, SQLAlchemyError) else error
    said = str(cause or type(error).__name__).strip().splitlines()
    first = said[0][:200] if said else type(error).__name__
    return next((f"{first}; {advice}" for part, advice in _ADVICE.items() if part in first), first)
