"""Requests and tokens a minute, kept by all processes of this machine together."""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from juryroom_reviewers.value import Value

if TYPE_CHECKING:
    from sqlite3 import Connection

log = logging.getLogger(__name__)

_MINUTE = 60.0
_BUSY_S = 10.0
"""Seconds to wait for another process; it holds the file for less than a millisecond."""
_LONGEST_S = 3600.0
"""Nobody waits longer: a turn after that was booked before the clock was set back."""


class Rate(Value):
    """So many a minute, a fifth of them at once.

    The generic cell rate algorithm (ATM Forum, "Traffic Management 4.0"): no minute, wherever it begins, sees more than
    that. A bucket that fills by the rate and holds as much lets twice as many through in its first minute.
    """

    per_minute: int

    @property
    def burst(self) -> int:
        """How many at once."""
        return max(1, self.per_minute // 5)

    @property
    def step_s(self) -> float:
        """Seconds between two, once the burst is used up."""
        return _MINUTE / (self.per_minute - self.burst + 1)

    def book(self, free_at: float, now: float, amount: int) -> tuple[float, float]:
        """Take the next turn.

        Args:
            free_at: when all that was booked is paid off, in seconds of the same clock as `now`.
            now: the time.
            amount: how many; more than fit at once wait until all before is paid off, and are then let through.

        Returns:
            The new `free_at`, and the seconds to wait.
        """
        start = max(free_at, now)
        room = max(self.burst - amount, 0) * self.step_s
        return start + amount * self.step_s, max(0.0, start - room - now)


class Need(Value):
    """What one call takes of one limit."""

    name: str
    """Whose limit: address, key (as a digest), model and unit."""
    rate: Rate
    amount: int


class Turns:
    """Who may call when. Turns are given in the order of asking; one that isn't used is not given back.

    Args:
        path: a SQLite file that the processes share; None: this process alone.
        clock: seconds since the epoch, which all processes agree on.
        sleep: how to wait.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = anyio.sleep,
    ) -> None:
        self._path = path
        self._clock = clock
        self._sleep = sleep
        self._alone: dict[str, float] = {}

    async def wait(self, needs: Sequence[Need]) -> None:
        """Book a turn and wait for it."""
        if not needs:
            return
        wait = await anyio.to_thread.run_sync(self.book, needs) if self._path else self._book_alone(needs)
        if wait > 0:
            await self._sleep(wait)

    def book(self, needs: Sequence[Need]) -> float:
        """Seconds until the turn. A file that can't be used is complained of once; then each process keeps its own."""
        import sqlite3  # noqa: PLC0415 - most users have no limits

        if self._path is None:
            return self._book_alone(needs)
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = sqlite3.connect(self._path, timeout=_BUSY_S, isolation_level=None)
            try:
                file.execute("PRAGMA synchronous = OFF")  # after a power cut nobody remembers the last minute either
                file.execute("BEGIN IMMEDIATE")
                file.execute("CREATE TABLE IF NOT EXISTS turn (name TEXT PRIMARY KEY, free_at REAL NOT NULL)")
                known = {need.name: self._free_at(file, need.name) for need in needs}
                wait = self._book(needs, known)
                file.executemany("INSERT OR REPLACE INTO turn VALUES (?, ?)", known.items())
                file.execute("COMMIT")
            finally:
                file.close()
        except (sqlite3.Error, OSError) as error:
            log.warning("rate limits are not shared with other processes, as %s fails: %s", self._path, error)
            self._path = None
            return self._book_alone(needs)
        return wait

    @staticmethod
    def _free_at(file: "Connection", name: str) -> float:
        row = file.execute("SELECT free_at FROM turn WHERE name = ?", (name,)).fetchone()
        return float(row[0]) if row else 0.0

    def _book_alone(self, needs: Sequence[Need]) -> float:
        return self._book(needs, self._alone)

    def _book(self, needs: Sequence[Need], known: dict[str, float]) -> float:
        now, wait = self._clock(), 0.0
        for need in needs:
            free_at = known.get(need.name, 0.0)
            if free_at > now + _LONGEST_S:
                free_at = now
            known[need.name], turn = need.rate.book(free_at, now, need.amount)
            wait = max(wait, turn)
        return wait
