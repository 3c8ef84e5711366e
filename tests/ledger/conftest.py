"""Each test of the ledger runs on SQLite and on a real Postgres."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .material import Place, sqlite_url
from .postgres import Server, running


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    with running() as server:
        if isinstance(server, str):
            pytest.skip(server)
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database for this test."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    server: Server = request.getfixturevalue("postgres_server")
    return server.new_database()


@pytest.fixture
def place(url: str) -> Iterator[Place]:
    place = Place(url)
    yield place
    place.close()
