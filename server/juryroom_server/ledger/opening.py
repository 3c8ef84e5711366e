"""What both ways to open a ledger share: SQLAlchemy's, and the quick one without it."""

import os
import sqlite3
import stat
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from .address import Address, LedgerError

_AGAIN_S = 0.005
WAIT_S = 10
"""Seconds to wait for another process's transaction; each takes milliseconds."""
VERSIONS = "CREATE TABLE IF NOT EXISTS juryroom_schema (version INTEGER NOT NULL)"


def steps(version: int, migrations: Sequence[Sequence[str]], address: Address) -> Iterator[str]:
    """The statements that lead from a version of the schema to the present one.

    Raises:
        LedgerError: when it is newer than the present one.
    """
    if version > len(migrations):
        raise LedgerError(
            f"the ledger {address} was written by a newer juryroom (schema {version}; this one knows "
            f"{len(migrations)}); update juryroom, or name another database in JURYROOM_DATABASE_URL"
        )
    for number, step in enumerate(migrations[version:], version + 1):
        yield from step
        yield f"INSERT INTO juryroom_schema (version) VALUES ({number})"  # noqa: S608 - a number


def own(file: Path) -> None:
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


def write_ahead(connection: sqlite3.Connection, wait_s: float = WAIT_S) -> None:
    """Switch a file to its log, for good. SQLite answers "locked" at once to who comes while another does so.

    Raises:
        sqlite3.Error: when it can't be done, or not within `wait_s` seconds.
    """
    until = time.monotonic() + wait_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_AGAIN_S)
        else:
            return


_ADVICE = {
    "not a database": "it is damaged or something else; move it away to begin a new one",
    "malformed": "it is damaged; move it away to begin a new one",
    "already exists": "there are tables of somebody else; give the ledger a database of its own",
    "readonly": "it is read-only; give yourself write access",
    "unable to open": "see that its folder exists and is yours",
    "disk is full": "make room",
    "disk I/O": "see that the disk works and has room",
    "locked": "another process holds it; try again",
    "lock timeout": "another process holds it; try again",
}
"""A part of the driver's message -> what to do."""


def advised(message: str) -> str:
    """A driver's message, and behind it what to do, where that is known."""
    return next((f"{message}; {advice}" for part, advice in _ADVICE.items() if part in message), message)
