"""Shared by the tests of the models."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """The SDKs run on asyncio only."""
    return "asyncio"


@pytest.fixture(params=["openai", "anthropic"])
def api(request: pytest.FixtureRequest) -> str:
    """Both APIs, each through its real SDK."""
    return str(request.param)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's proxy would answer for hosts that are not there."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
