"""Answers that come piece by piece: events out of bytes, and limits on how long nothing may be said."""

import math
from collections.abc import AsyncIterator, Callable, Iterator
from types import TracebackType
from typing import Protocol, Self

import anyio

from juryroom_reviewers.value import Value

from .endpoint import Endpoint
from .failure import Kind, ProviderError

_LINGER_S = 0.1
"""After the last event the body ends at once; read up to there, the connection can be used again."""


class Pace(Value):
    """How long a model may say nothing. What counts is content, also thinking; pings and empty pieces don't."""

    first_s: float
    """Seconds from the request to the first piece; a long prompt is read, and thought about, within them."""
    between_s: float
    """Seconds between two pieces."""


def pace_of(endpoint: Endpoint) -> Pace:
    """Three quarters of the whole time for the first piece, a quarter between two."""
    whole = endpoint.card.timeout_s
    return Pace(first_s=whole * 0.75, between_s=whole * 0.25)


class Watch:
    """The limits of one attempt; a context that ends the block when nothing is said for too long.

    Args:
        endpoint: who is asked.
        begun: called at the first piece.
    """

    def __init__(self, endpoint: Endpoint, begun: Callable[[], None]) -> None:
        self._endpoint = endpoint
        self._begun = begun
        self._pace = pace_of(endpoint)
        self._scope = anyio.CancelScope()
        self._ended = False
        self.first_s: float | None = None
        """Seconds from the request to the first piece; None before that."""

    def __enter__(self) -> Self:
        self._started = anyio.current_time()
        self._scope.deadline = self._started + self._pace.first_s
        self._scope.__enter__()
        return self

    def heard(self) -> None:
        """A piece of the answer came in."""
        now = anyio.current_time()
        if self.first_s is None:
            self.first_s = now - self._started
            self._begun()
        self._scope.deadline = now + self._pace.between_s

    def whole(self) -> None:
        """The last event is in: what is not closed within a moment is left."""
        self._ended = True
        self._scope.deadline = anyio.current_time() + _LINGER_S

    def unlimited(self) -> None:
        """The answer does not stream: there are no pieces to wait for."""
        self._scope.deadline = math.inf

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        swallowed = self._scope.__exit__(kind, error, trace)
        if self._scope.cancelled_caught and not self._ended:
            raise silent(self._endpoint, self._pace, begun=self.first_s is not None)
        return swallowed


def silent(endpoint: Endpoint, pace: Pace, *, begun: bool) -> ProviderError:
    """The failure of a model that is connected and says nothing."""
    seconds = pace.between_s if begun else pace.first_s
    what = f"nothing more for {seconds:g} s within its answer" if begun else f"no word within {seconds:g} s"
    return ProviderError(
        f"{endpoint.name}: {what} from {endpoint.base_url}; raise timeout_s of this model, or use a faster one",
        Kind.timeout,
    )


class Assembly(Protocol):
    """An answer that grows by events, in the words of one API."""

    @property
    def ended(self) -> bool:
        """True after the event that is the last one by the API's rules."""
        ...

    def take(self, data: str) -> bool:
        """Add the data of one event; True when it brought a piece of the answer.

        Raises:
            ProviderError: for an error that came as an event, and for what is no event of this API.
        """
        ...


async def assemble(chunks: AsyncIterator[bytes], assembly: Assembly, watch: Watch) -> None:
    """Read events until the answer has ended, or the body."""
    lines = Events()
    async for chunk in chunks:
        if assembly.ended:
            continue  # the rest of the body, for the little time that it has
        spoke = False
        for data in lines.feed(chunk):
            spoke |= assembly.take(data)
            if assembly.ended:
                break
        if spoke:
            watch.heard()  # once for all that came at once: to set a deadline takes longer than to read an event
        if assembly.ended:
            watch.whole()


class Events:
    """Server-sent events out of bytes, however they are cut (WHATWG HTML, "Server-sent events").

    Of an event only the data is kept: both APIs say in it what it is. Bytes become text by whole lines, so that no
    character is cut in two.
    """

    def __init__(self) -> None:
        self._rest: list[bytes] = []
        self._data: list[bytes] = []
        self._after_cr = False

    def feed(self, chunk: bytes) -> Iterator[str]:
        """The data of each event that is complete now."""
        if not chunk:
            return
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]  # the second half of a CRLF
        self._after_cr = chunk.endswith(b"\r")
        if b"\r" in chunk:
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        first, *lines = chunk.split(b"\n")
        self._rest.append(first)
        if not lines:
            return  # a line without end is put together once, however many pieces it comes in
        lines.insert(0, b"".join(self._rest))
        self._rest = [lines.pop()]
        for line in lines:
            if line.startswith(b"data:"):
                self._data.append(line[6:] if line[5:6] == b" " else line[5:])
            elif not line and self._data:
                data, self._data = b"\n".join(self._data), []
                yield data.decode("utf-8", errors="replace")
