"""Shared by the tests of the analysers."""

import pytest

from tests.analysers.material import Reading, read_with


@pytest.fixture
def read() -> Reading:
    """Let one analyser, by its seat's name, read a change or files by path."""
    return read_with
