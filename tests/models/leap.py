"""A clock that a test moves: hours of silence in no time."""

import asyncio

import pytest


class Leap:
    """The running loop's clock, which goes on by itself and leaps when told to.

    Every deadline in the program is one of this loop's: limits of a stream, the call's own, those of the HTTP library.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        loop = asyncio.get_running_loop()
        by_itself = loop.time
        self._ahead = 0.0
        monkeypatch.setattr(loop, "time", lambda: by_itself() + self._ahead)

    async def __call__(self, seconds: float) -> None:
        """Leap, and let everybody see what time it is."""
        self._ahead += seconds
        for _ in range(5):
            await asyncio.sleep(0)
