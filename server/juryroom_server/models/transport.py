"""The only owner of the HTTP library: connections without surprises for the SDKs, and plain GETs."""

import ssl
from functools import cache

import httpx2

from .endpoint import Endpoint, is_loopback

_CONNECT_S = 10.0


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
        event_hooks={"response": [_mark]},
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


Failed = httpx2.HTTPError

_ANSWERED = "juryroom_answered"


async def _mark(response: httpx2.Response) -> None:
    response.request.extensions[_ANSWERED] = True


@cache
def _authorities() -> ssl.SSLContext:
    """The machine's certificate authorities; reading them takes 20 ms, so once for all clients."""
    return httpx2.create_ssl_context()


@cache
def _none() -> ssl.SSLContext:
    """For addresses without TLS: trusts nobody, and takes no time to build."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
