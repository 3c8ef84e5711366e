"""From an HTTP error or a broken connection to a failure with a name and advice; the same for every provider."""

import json
import re
import ssl
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from .endpoint import Endpoint, is_loopback
from .failure import Kind, ProviderError, broken_off, no_answer, plain, timed_out, v1_hint
from .retry_after import retry_after

# Gemini says "check your plan and billing details" of a limit by the minute too: the word billing alone proves nothing
_QUOTA = re.compile(
    r"insufficient_quota|billing_(?:error|hard_limit)|credit balance|insufficient (?:balance|credits|funds)"
)
_KEY = re.compile(
    r"api[ _-]?key (?:not valid|invalid|is invalid|expired)|(?:invalid|incorrect|no) api[ _-]?key|auth\w* error"
    # LiteLLM without a database looks there for a key that is not its master key
    r"|no_db_connection"
)
_TOO_LONG = re.compile(
    r"context_length|context (?:length|window|size)|exceed_context|(?:prompt|input) is too long|maximum context"
    r"|too many (?:input )?tokens|request_too_large"
)
_FORM = re.compile(
    r"response_format|response format|json_schema|json schema|json_object|output_config|output_format|structured output"
    r"|grammar|peg-native|invalid schema"
)
_NO_MODEL = re.compile(
    r"model_not_found|model\b.{0,80}(?:not found|not exist|unknown|not available)|invalid model name"
)


def from_status(endpoint: Endpoint, status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
    """Name the failure behind an HTTP status that is no success."""
    code, message = _complaint(body)
    kind = _kind_of(status, f"{code} {message}".lower())
    detail = plain(endpoint, message or code)
    said = f" (the server says: {detail})" if detail and kind is not Kind.key else ""
    return ProviderError(
        f"{endpoint.name}: {_advice(endpoint, kind, status, headers)}{said}",
        kind,
        retry_after_s=retry_after(headers),
        detail=detail,
    )


def from_error_in_answer(endpoint: Endpoint, headers: Mapping[str, str], body: bytes) -> ProviderError | None:
    """Name the failure that stands in the body of a success, as gateways send it; None where there is none."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    error = told.get("error") if isinstance(told, dict) else None
    if not isinstance(error, dict):
        return None
    code = error.get("code")
    status = code if isinstance(code, int) and 400 <= code < 600 else 502  # noqa: PLR2004 - the statuses of errors
    return from_status(endpoint, status, headers, body)


_KINDS: tuple[tuple[frozenset[int], re.Pattern[str] | None, Kind], ...] = (
    (frozenset({401, 403}), None, Kind.key),
    (frozenset({407}), None, Kind.proxy),
    (frozenset({402}), None, Kind.quota),
    (frozenset({400, 403, 429}), _QUOTA, Kind.quota),
    (frozenset({400}), _KEY, Kind.key),
    (frozenset({429}), None, Kind.rate_limit),
    (frozenset({400, 413, 422, 500}), _TOO_LONG, Kind.too_long),
    (frozenset({413}), None, Kind.too_long),
    (frozenset({404}), None, Kind.not_found),
    (frozenset({400}), _NO_MODEL, Kind.not_found),
    # servers on older llama.cpp answer 500 to a form that they don't know
    (frozenset({400, 422, 500, 501}), _FORM, Kind.form),
    (frozenset({501}), None, Kind.request),
)
"""Read from top to bottom: of these statuses, with these words where there are any."""


def _kind_of(status: int, words: str) -> Kind:
    for statuses, pattern, kind in _KINDS:
        if status in statuses and (pattern is None or pattern.search(words)):
            return kind
    return Kind.server if status >= 500 else Kind.request  # noqa: PLR2004 - HTTP's classes


def _advice(endpoint: Endpoint, kind: Kind, status: int, headers: Mapping[str, str]) -> str:
    where, http = endpoint.base_url, f"(HTTP {status})"
    if 300 <= status < 400:  # noqa: PLR2004 - HTTP's classes
        target = plain(endpoint, headers.get("location", "elsewhere").split("?")[0])
        return f"{where} sends callers on to {target} {http}; set base_url to where it really is"
    return {
        Kind.key: _about_key(endpoint, status),
        Kind.not_found: (
            f"{where} knows no model {endpoint.model!r}, or no such path {http}; `juryroom doctor` lists the models "
            f"that it has; check the base URL{v1_hint(endpoint)}"
        ),
        Kind.proxy: f"the proxy on the way to {where} wants to know who asks {http}; see HTTPS_PROXY",
        Kind.quota: f"nothing left to spend there {http}; add credit, or use another model",
        Kind.rate_limit: f"asked too often {http}; wait, or lower `concurrency` of this model",
        Kind.too_long: (
            f"the prompt is too long for this model {http}; review fewer files, lower part_tokens, or use a model with "
            "a larger window"
        ),
        Kind.server: f"{where} has a problem of its own {http}; try again later, or use another model",
        Kind.form: f"{where} can't constrain an answer as asked {http}; set schema = 'none' for this model",
    }.get(kind, f"{where} doesn't accept the request {http}; check the model's settings")


def _about_key(endpoint: Endpoint, status: int) -> str:
    variable = endpoint.key_from or "an environment variable, and name it with key_variable"
    if endpoint.key is None:
        return f"{endpoint.base_url} wants a key (HTTP {status}); put it into {variable}"
    if status == 403:  # noqa: PLR2004 - forbidden: the key is known, and not enough
        return f"the key in {variable} may not use this model, or not from here (HTTP 403); check its permissions"
    return f"{endpoint.base_url} doesn't accept the key in {variable} (HTTP {status}); check or renew it"


def from_transport(endpoint: Endpoint, error: BaseException, *, answered: bool) -> ProviderError:
    """Name the failure of a connection.

    Args:
        endpoint: who was asked.
        error: what the SDK raised; its causes tell more than itself.
        answered: True when the headers of an answer had come in.
    """
    causes = tuple(_causes(error))
    # by name, so that whoever only wants the words need not import the HTTP library
    names = {base.__name__ for cause in causes for base in type(cause).__mro__}
    kind = next((kind for known, kind in _BROKEN if names & known), Kind.connection)
    if kind is Kind.timeout and "ConnectTimeout" not in names:
        return timed_out(endpoint)
    if kind is Kind.answer:
        what = next((str(cause) for cause in causes if "Oversized" in type(cause).__name__), None)
        return no_answer(endpoint, what or "a body that can't be decompressed")
    if kind in (Kind.refused, Kind.dns) and _through_proxy(endpoint):
        kind = Kind.proxy  # it was the proxy that was looked for
    if kind in (Kind.reset, Kind.connection) and answered:
        return broken_off(endpoint)
    where = endpoint.base_url
    text = {
        Kind.tls: (
            f"no secure connection to {where}: {_tls_reason(causes)}; for a company's own authority set SSL_CERT_FILE, "
            "for a server without TLS write http://"
        ),
        Kind.dns: f"no address is known for the host of {where}; check the name, and the network",
        Kind.proxy: f"the proxy on the way to {where} failed; see HTTPS_PROXY and NO_PROXY",
        Kind.timeout: f"no connection to {where} in time; check base_url, the network and HTTPS_PROXY",
        Kind.refused: f"nothing answers at {where}; {_if_refused(endpoint)}",
        Kind.reset: f"{where} closed the connection without an answer; try again later",
        Kind.connection: f"no connection to {where}; check base_url, and the network",
    }[kind]
    return ProviderError(f"{endpoint.name}: {text}", kind)


_BROKEN: tuple[tuple[frozenset[str], Kind], ...] = (
    (frozenset({"SSLError"}), Kind.tls),
    (frozenset({"gaierror"}), Kind.dns),
    (frozenset({"ProxyError"}), Kind.proxy),
    (frozenset({"ConnectionRefusedError"}), Kind.refused),
    (frozenset({"TimeoutException"}), Kind.timeout),
    (frozenset({"DecodingError"}), Kind.answer),
    (frozenset({"RemoteProtocolError", "ReadError", "WriteError", "ConnectionError"}), Kind.reset),
)
"""Classes of exceptions among the causes; the first line that fits."""


def _through_proxy(endpoint: Endpoint) -> bool:
    """True where the HTTP library takes a proxy of the environment, which is by the same functions."""
    parts = urlsplit(endpoint.base_url)
    proxies = getproxies()
    known = proxies.get(parts.scheme) or proxies.get("all")
    return bool(known) and not is_loopback(endpoint.base_url) and not proxy_bypass(parts.hostname or "")


def _tls_reason(causes: tuple[BaseException, ...]) -> str:
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return getattr(cause, "verify_message", "") or cause.reason or "the handshake failed"
    return "the handshake failed"


def _if_refused(endpoint: Endpoint) -> str:
    return "start the server" if endpoint.card.preset.local else "check base_url"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and everything that led to it."""
    seen: set[int] = set()
    queue: list[BaseException | None] = [error]
    while queue:
        cause = queue.pop()
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        queue += [cause.__context__, cause.__cause__]
        if isinstance(cause, BaseExceptionGroup):
            queue += cause.exceptions


_MOST_OF_A_COMPLAINT = 100_000


def _complaint(body: bytes) -> tuple[str, str]:
    """The server's code and words, out of the shapes that servers put them in; empty where there are none."""
    try:
        told: Any = json.loads(body[:_MOST_OF_A_COMPLAINT])
    except (ValueError, RecursionError):
        return "", ""
    if isinstance(told, list) and told:
        told = told[0]  # Gemini
    if isinstance(told, dict) and isinstance(told.get("error"), dict | str):
        told = told["error"]
    if isinstance(told, str):
        return "", told  # Ollama, LM Studio
    if not isinstance(told, dict):
        return "", ""
    codes = (told.get("code"), told.get("type"))
    message = told.get("message") or told.get("detail")
    return " ".join(code for code in codes if isinstance(code, str)), message if isinstance(message, str) else ""
