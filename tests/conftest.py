"""Shared by all tests."""

from pathlib import Path

import pytest

from tests.shell import Repo


@pytest.fixture
def anyio_backend() -> str:
    """The program runs on asyncio, as the SDKs do."""
    return "asyncio"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A new repository without a commit."""
    return Repo(tmp_path / "repo")
