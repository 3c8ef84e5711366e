"""Why a call gave no usable answer: the kinds that are told apart, and what is built without an HTTP error."""

import re
from enum import StrEnum

from juryroom_reviewers.model import NOTHING_USED, UNKNOWN_USAGE, ModelError, Usage

from .breaker import Sign
from .endpoint import Endpoint


class Kind(StrEnum):
    """The kinds of failure that are told apart."""

    key = "key"
    """No key, a wrong one, or one that may not use this model."""
    not_found = "not_found"
    rate_limit = "rate_limit"
    quota = "quota"
    """Nothing left to spend: waiting doesn't help."""
    server = "server"
    refused = "refused"
    dns = "dns"
    tls = "tls"
    proxy = "proxy"
    reset = "reset"
    """The connection broke before an answer began."""
    broken_off = "broken_off"
    """It broke within an answer, which may have been billed: not asked again."""
    connection = "connection"
    timeout = "timeout"
    too_long = "too_long"
    request = "request"
    """The server doesn't accept what was asked, for a reason that is none of the others."""
    form = "form"
    """The server doesn't do the form of answer that was asked for."""
    refusal = "refusal"
    filtered = "filtered"
    answer = "answer"
    """Something came back that is no answer."""
    resting = "resting"
    """Not asked: it failed too often just now."""
    budget = "budget"
    """Not asked: it could cost more than is left."""


RETRYABLE = frozenset({Kind.rate_limit, Kind.server, Kind.reset})
OUTAGES = frozenset({
    Kind.server, Kind.refused, Kind.dns, Kind.tls, Kind.proxy, Kind.reset, Kind.broken_off, Kind.connection,
    Kind.timeout, Kind.answer,
})  # fmt: skip  # words, not a list to read down
"""What counts against a server; of the others it answered, if only that it doesn't like the question."""
UNBILLED = frozenset(Kind) - {Kind.reset, Kind.broken_off, Kind.timeout, Kind.answer, Kind.refusal, Kind.filtered}
"""Nothing was generated, so nothing is paid. Of the others it is not known."""


class ProviderError(ModelError):
    """A call that gave no usable answer."""

    def __init__(self, message: str, kind: Kind, *, retry_after_s: float | None = None, detail: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.retry_after_s = retry_after_s
        """Seconds that the server asks to wait, where it says so."""
        self.detail = detail
        """The server's own words, without the key."""

    @property
    def retryable(self) -> bool:
        """True when the same call may succeed a little later."""
        return self.kind in RETRYABLE

    @property
    def over_budget(self) -> bool:
        """True when the call was not made, because a budget did not allow it."""
        return self.kind is Kind.budget

    @property
    def usage(self) -> Usage:
        """Nothing where nothing was generated; else unknown."""
        return NOTHING_USED if self.kind in UNBILLED else UNKNOWN_USAGE

    @property
    def too_long(self) -> bool:
        """True when a shorter prompt may succeed."""
        return self.kind is Kind.too_long

    @property
    def sign(self) -> Sign:
        """What it says about the server."""
        if self.kind is Kind.key:
            return Sign.rejected
        return Sign.failed if self.kind in OUTAGES else Sign.alive


def resting(endpoint: Endpoint, rest_s: float) -> ProviderError:
    """The failure of a call that was not made, because the ones before it failed."""
    if rest_s == float("inf"):
        variable = endpoint.key_from or "an environment variable, and name it with key_variable"
        text = f"not asked, as {endpoint.base_url} didn't accept the key before; check or renew it in {variable}"
        return ProviderError(f"{endpoint.name}: {text}", Kind.key)
    when = f"it is tried again in {rest_s:.0f} s" if rest_s else "one call tries it just now"
    return ProviderError(
        f"{endpoint.name}: not asked, as too many calls to {endpoint.base_url} failed; {when}", Kind.resting
    )


def broken_off(endpoint: Endpoint) -> ProviderError:
    """The failure of an answer that ended without its end mark."""
    return ProviderError(
        f"{endpoint.name}: the answer of {endpoint.base_url} broke off; not asked again, as it may be billed",
        Kind.broken_off,
    )


def timed_out(endpoint: Endpoint) -> ProviderError:
    """The failure of a call that took longer than its card allows."""
    return ProviderError(
        f"{endpoint.name}: no answer from {endpoint.base_url} within {endpoint.card.timeout_s:g} s; "
        "raise timeout_s of this model, or use a faster one",
        Kind.timeout,
    )


def no_answer(endpoint: Endpoint, what: str) -> ProviderError:
    """The failure of a call that succeeded by its status only."""
    return ProviderError(
        f"{endpoint.name}: {endpoint.base_url} sent {what} instead of an answer; is this the address of the API"
        f"{v1_hint(endpoint)}?",
        Kind.answer,
    )


def nothing_written(endpoint: Endpoint, tokens: int) -> ProviderError:
    """The failure of an answer that was cut off before its first word: the tokens went into thinking."""
    return ProviderError(
        f"{endpoint.name}: all of the {tokens} tokens it may write were used up before the answer began; "
        "raise max_output_tokens of this model",
        Kind.answer,
    )


def stopped(endpoint: Endpoint, reason: str | None, said: str = "") -> ProviderError:
    """The failure of an answer that ended for another reason than being done."""
    if reason in ("refusal", "content_filter"):
        kind = Kind.refusal if reason == "refusal" else Kind.filtered
        words = f": {plain(endpoint, said)}" if said else ""
        return ProviderError(f"{endpoint.name}: declined to answer ({reason}){words}; use another model", kind)
    shown = plain(endpoint, reason)[:40] if reason else "none given"
    return ProviderError(
        f"{endpoint.name}: the answer ended for no known reason ({shown}), so it can't be taken for whole; "
        "use another model, or another server for it",
        Kind.answer,
    )


def v1_hint(endpoint: Endpoint) -> str:
    """The usual mistake in a base URL, where it may have been made."""
    if endpoint.card.preset.api == "openai" and not endpoint.base_url.endswith("/v1"):
        return ", which for most servers ends in /v1"
    return ""


_UNSEEN = re.compile("[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_MAX_WORDS = 240


def plain(endpoint: Endpoint, words: str) -> str:
    """Outside text for a message: one short line without the key, and without what moves a terminal's cursor."""
    if endpoint.key is not None and (secret := endpoint.key.get_secret_value()):
        words = words.replace(secret, "***")
    words = _UNSEEN.sub(" ", words).strip()
    return words if len(words) <= _MAX_WORDS else words[: _MAX_WORDS - 1] + "…"
