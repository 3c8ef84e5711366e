"""The only owner of the HTTP library: connections without surprises for the SDKs, and plain GETs."""

import ssl
import zlib
from collections.abc import AsyncIterator
from functools import cache

import httpx2

from .endpoint import Endpoint, is_loopback

_CONNECT_S = 10.0
MAX_BODY = 16 * 2**20
"""Bytes of one answer, decompressed; the longest that models write are below 1 MiB."""
_PIECE = 2**16


def open_client(base_url: str, timeout_s: float) -> httpx2.AsyncClient:
    """A client for one address. Nothing is sent yet.

    Redirects are not followed: they would carry the key to another host. A proxy of the environment is used, but not
    for this machine, which it can't reach.

    Args:
        base_url: the address; no other is asked.
        timeout_s: seconds between two pieces of an answer.
    """
    secure = base_url.startswith("https://")
    return httpx2.AsyncClient(
        verify=_authorities() if secure else _none(),
        timeout=httpx2.Timeout(timeout_s, connect=min(_CONNECT_S, timeout_s), pool=None),
        follow_redirects=False,
        trust_env=not is_loopback(base_url),
        headers={"accept-encoding": "gzip, deflate"},  # what _Bounded can undo piece by piece
        event_hooks={"response": [_mark, _bound]},
    )


def answered(error: Exception) -> bool:
    """True when the headers of an answer had come in before this error of an SDK."""
    request = getattr(error, "request", None)
    return isinstance(request, httpx2.Request) and bool(request.extensions.get(_ANSWERED))


async def get(endpoint: Endpoint, path: str, headers: dict[str, str], timeout_s: float) -> httpx2.Response:
    """Read one path below an endpoint's address.

    Raises:
        httpx2.HTTPError: when there is no answer.
    """
    async with open_client(endpoint.base_url, timeout_s) as client:
        return await client.get(f"{endpoint.base_url}{path}", headers=headers)


Response = httpx2.Response
Failed = httpx2.HTTPError
BROKEN = (httpx2.TransportError, httpx2.DecodingError, httpx2.StreamError)
"""What goes wrong within a body; the SDKs pass it on as it is."""

_ANSWERED = "juryroom_answered"


async def _mark(response: httpx2.Response) -> None:
    response.request.extensions[_ANSWERED] = True


class Oversized(httpx2.DecodingError):
    """A body that is too large to be an answer."""


async def _bound(response: httpx2.Response) -> None:
    encoding = response.headers.pop("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise httpx2.DecodingError(f"an unasked encoding ({encoding[:20]})", request=response.request)
    response.stream = _Bounded(response.stream, response.request, zipped=encoding not in ("identity", ""))


class _Bounded(httpx2.AsyncByteStream):
    """A body, decompressed in small pieces and only up to a limit: 1 GB may hide in a few KB."""

    def __init__(self, stream: object, request: httpx2.Request, *, zipped: bool) -> None:
        assert isinstance(stream, httpx2.AsyncByteStream)  # noqa: S101 - the client is an async one
        self._stream = stream
        self._request = request
        self._zipped = zipped

    async def __aiter__(self) -> AsyncIterator[bytes]:
        room = MAX_BODY
        pieces = self._unzipped() if self._zipped else self._stream
        async for piece in pieces:
            room -= len(piece)
            if room < 0:
                raise Oversized(f"more than {MAX_BODY // 2**20} MiB", request=self._request)
            yield piece

    async def _unzipped(self) -> AsyncIterator[bytes]:
        unzip = zlib.decompressobj(zlib.MAX_WBITS | 32)  # the format is told by its first bytes
        try:
            async for piece in self._stream:
                yield unzip.decompress(piece, _PIECE)
                while unzip.unconsumed_tail:
                    yield unzip.decompress(unzip.unconsumed_tail, _PIECE)
        except zlib.error as error:
            raise httpx2.DecodingError(str(error), request=self._request) from error

    async def aclose(self) -> None:
        await self._stream.aclose()


@cache
def _authorities() -> ssl.SSLContext:
    """The machine's certificate authorities; reading them takes 20 ms, so once for all clients."""
    return httpx2.create_ssl_context()


@cache
def _none() -> ssl.SSLContext:
    """For addresses without TLS: trusts nobody, and takes no time to build."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
