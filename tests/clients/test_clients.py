"""The clients that are on PATH connect; the others are skipped."""

import shutil
from pathlib import Path

import pytest

from tests.clients.check import CLIENTS, check


@pytest.mark.parametrize("name", CLIENTS)
def test_an_installed_client_connects(name: str, tmp_path: Path) -> None:
    if not shutil.which(name):
        pytest.skip(f"{name} is not on PATH")
    assert check(name, tmp_path) is None
