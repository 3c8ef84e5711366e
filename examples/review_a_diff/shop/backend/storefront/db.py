"""One sqlite connection per request."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app, g


def connect(path: Path) -> sqlite3.Connection:
    """Open the database with foreign keys on and rows that know their columns."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    return connection


def connection() -> sqlite3.Connection:
    """The connection of this request."""
    if "connection" not in g:
        g.connection = connect(current_app.config["SETTINGS"].database)
    return g.connection


def close(_: BaseException | None = None) -> None:
    """Close the connection at the end of the request."""
    opened = g.pop("connection", None)
    if opened is not None:
        opened.close()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
