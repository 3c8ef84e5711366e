"""A card with everything that is needed to ask its model: the address and the key."""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import SecretStr

from juryroom_reviewers.value import Value

from .card import ModelCard, Price
from .presets import Form, Preset

_FREE = Price(input=Decimal(0), output=Decimal(0))


class Endpoint(Value):
    """One model that can be asked. Its key shows in no text that is made of it."""

    card: ModelCard
    base_url: str
    key: SecretStr | None = None
    key_from: str | None = None
    """The environment variable that the key is from, or would be."""

    @property
    def name(self) -> str:
        """`provider:model`."""
        return self.card.name

    @property
    def model(self) -> str:
        """The model as the provider names it; empty until a local server has been asked."""
        return self.card.model or ""

    @property
    def at_home(self) -> bool:
        """True at the address of the provider itself: what the SDK sends it unasked is meant for it."""
        return self.base_url == self.card.preset.base_url and not self.card.preset.local

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms of answer to try, the most constrained first."""
        if self.card.schema_ != "auto":
            return (self.card.schema_,)
        ladder: tuple[Form, ...] = ("json_schema", "json_object", "none")
        if self.card.preset.api == "anthropic":
            ladder = ("json_schema", "none")
        return ladder[ladder.index(self.card.preset.first_form) :]

    @property
    def price(self) -> Price | None:
        """As configured; nothing for a local server on this machine, where nobody sends a bill; else unknown."""
        if self.card.price is not None:
            return self.card.price
        # Ollama passes models named so on to a service that does
        passed_on = self.model.endswith("cloud")
        return _FREE if self.card.preset.local and is_loopback(self.base_url) and not passed_on else None

    @property
    def places(self) -> int:
        """Calls in flight at once to this address."""
        return self.card.concurrency or (2 if self.card.preset.local else 8)

    @property
    def identity(self) -> str:
        """SHA-256 (hex) of what an answer depends on besides the prompt."""
        parts = (
            self.card.provider,
            self.base_url,
            self.model,
            str(self.card.max_output_tokens),
            self.card.schema_,
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_loopback(url: str) -> bool:
    """True when an address is on this machine, by its spelling; no name is looked up."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def address_of(card: ModelCard, environ: Mapping[str, str]) -> str | None:
    """Where a card's model is: the card's word, else the provider's variable, else its usual address, else unknown."""
    preset = card.preset
    moved = environ.get(preset.base_url_variable, "").strip() if preset.base_url_variable else ""
    if card.base_url:
        url = card.base_url
    elif moved:
        url = _ollama_address(moved) if preset.name == "ollama" else moved
    elif preset.base_url:
        url = preset.base_url
    else:
        return None
    return _as_sdk_wants_it(url, preset)


def _ollama_address(host: str) -> str:
    """OLLAMA_HOST is made for the server: no scheme, no port, or the address of all interfaces."""
    parts = urlsplit(host if "://" in host else f"http://{host}")
    name = parts.hostname or "127.0.0.1"
    name = "127.0.0.1" if name in ("0.0.0.0", "::") else name  # noqa: S104 - replaced, not bound to
    name = f"[{name}]" if ":" in name else name
    port = parts.port or (443 if parts.scheme == "https" else 80 if "://" in host else 11434)
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{name}:{port}{path if path.endswith('/v1') else f'{path}/v1'}"


def _as_sdk_wants_it(url: str, preset: Preset) -> str:
    url = url.rstrip("/")
    # this SDK adds /v1 itself, the other one doesn't
    return url.removesuffix("/v1") if preset.api == "anthropic" else url
