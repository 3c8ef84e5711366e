"""A model as the configuration names it: which one, where, how strong, at what price. Holds no key."""

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from juryroom_reviewers.persona import Tier
from juryroom_reviewers.value import Value

from .presets import PRESETS, Form, Preset, ProviderName, family_of

_SPACE_OR_CONTROL = re.compile(r"[\x00-\x20\x7f]")


def _plain_address(url: str) -> str:
    parts = urlsplit(url)
    if _SPACE_OR_CONTROL.search(url) or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("should be an address such as http://127.0.0.1:8080/v1")
    if "@" in parts.netloc or parts.query or parts.fragment:
        # it stands in messages and in the cache's key, where no secret may be
        raise ValueError("should hold no user, password or query; the key belongs into an environment variable")
    return url.rstrip("/")


BaseUrl = Annotated[str, AfterValidator(_plain_address)]
VariableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


_MILLION = Decimal(1_000_000)
Dollars = Annotated[Decimal, Field(ge=0)]
"""USD per million tokens."""
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9+#_-]{0,39}$")]


class LongPrice(Value):
    """What all tokens of a call cost whose input is long. USD per million tokens."""

    above: int = Field(ge=1)
    """Input tokens up to which it does not hold."""
    input: Dollars
    output: Dollars
    cached_input: Dollars | None = None
    cache_write: Dollars | None = None


class BatchPrice(Value):
    """What a call that may wait costs. USD per million tokens."""

    input: Dollars
    output: Dollars
    cached_input: Dollars | None = None
    cache_write: Dollars | None = None
    long: LongPrice | None = None


class Price(Value):
    """List price in USD per million tokens."""

    input: Dollars
    output: Dollars
    cached_input: Dollars | None = None
    """Of input that the provider had in its cache. None: unknown, and counted like other input."""
    cache_write: Dollars | None = None
    """Of input that the provider is asked to keep in its cache. None: like other input."""
    long: LongPrice | None = None
    """None: the price does not depend on the length."""
    batch: BatchPrice | None = None
    """Of calls through the provider's batch API. None: unknown, and taken to be the same."""
    source: str | None = None
    """Where it was read; None: the user says so."""
    read: date | None = None
    """The day of its source, which may be newer, not older; None: not known, or the user's own word."""

    def cost(
        self, input_tokens: int, output_tokens: int, *, cached_tokens: int = 0, written_tokens: int = 0
    ) -> Decimal:
        """USD of a call that took these tokens.

        Args:
            input_tokens: all of the input, the cached and the written included.
            output_tokens: of the answer, thinking included.
            cached_tokens: of the input, those that the provider had in its cache.
            written_tokens: of the input, those that it put into its cache.
        """
        rate = self.long if self.long is not None and input_tokens > self.long.above else self
        cached = min(cached_tokens, input_tokens)
        written = min(written_tokens, input_tokens - cached)
        rest = input_tokens - cached - written
        of_cached = rate.input if rate.cached_input is None else rate.cached_input
        of_written = rate.input if rate.cache_write is None else rate.cache_write
        total = rest * rate.input + cached * of_cached + written * of_written + output_tokens * rate.output
        return total / _MILLION

    def for_batch(self) -> "Price":
        """The price of calls that may wait."""
        if self.batch is None:
            return self
        return self.model_copy(update={name: getattr(self.batch, name) for name in BatchPrice.model_fields})

    def ceiling(self, input_tokens: int, output_tokens: int) -> Decimal:
        """The most USD that a call of at most so many tokens can cost: nothing cached, all of it written."""
        rate = self.long if self.long is not None and input_tokens > self.long.above else self
        of_input = rate.input if rate.cache_write is None else max(rate.input, rate.cache_write)
        return (input_tokens * of_input + output_tokens * rate.output) / _MILLION


class Privacy(StrEnum):
    """Where code may go."""

    any = "any"
    local = "local"
    """Nowhere but to this machine and to the hosts that are listed as private."""


class Outside(Value):
    """What may leave this machine, and where to."""

    privacy: Privacy = Privacy.any
    private_hosts: tuple[str, ...] = ()
    """Names, `*.` and a name for all below it, addresses or networks."""


class Place(StrEnum):
    """Who sees what a model is asked."""

    local = "local"
    """Nobody: it runs on this machine."""
    private = "private"
    """Whoever runs a host that the user trusts."""
    third_party = "third-party"


class Status(StrEnum):
    """Where a model is in its life."""

    active = "active"
    deprecated = "deprecated"
    """It still answers, and will not for long."""
    retired = "retired"
    """Nobody is seated on it: its provider, or the user, has taken it out of service."""


Capability = Literal["schema", "tools", "caching", "batch"]
"""An answer held to a JSON schema; calls of tools; prompts that are kept, and calls that may wait, at a lower price."""


class ModelCard(Value):
    """One model that personas can sit on."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    key: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
    """Its name in the configuration."""
    provider: ProviderName
    model: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    """As the provider names it. None: the provider's own of this tier, or what a local server says that it has."""
    family: str | None = None
    """Who trained it, where the name doesn't say so."""
    base_url: BaseUrl | None = None
    """None: the provider's own."""
    key_variable: VariableName | None = None
    """The environment variable that holds the key. None: the provider's usual ones."""
    tier: Tier = Tier.workhorse
    """How strong it is; where it is not said, the catalogue's word, else workhorse."""
    price: Price | None = None
    """None: the one that is listed for the model, if any; else unknown, and so are the costs."""
    context_window: int | None = Field(default=None, ge=1, le=100_000_000)
    """Tokens of one call, question and answer together. None: the catalogue's word, else unknown."""
    strengths: tuple[Word, ...] = ()
    """What it is better at than others of its tier: categories of personas (security) and languages (python)."""
    capabilities: tuple[Capability, ...] | None = None
    """None: the catalogue's word, else unknown."""
    privacy: Place | None = None
    """Who sees what it is asked. None: as its address says. It can't make a host private, see `private_hosts`."""
    approved: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    """The version that you approve, as the provider names it; the report says when another one is seated or answers."""
    status: Status = Status.active
    """retired: nobody is seated on it. Where it is not said, the catalogue's word, else active."""
    quality: float | None = Field(default=None, ge=0, le=1)
    """As measured: the share of tasks that it does right. None: not measured."""
    latency_s: float | None = Field(default=None, gt=0)
    """As measured: seconds that 95 of 100 answers stay below. None: not measured."""
    max_output_tokens: int | None = Field(default=None, ge=1, le=1_000_000)
    """Most tokens of one answer, thinking included, instead of what the prompt asks for."""
    concurrency: int | None = Field(default=None, ge=1, le=1000)
    """Calls in flight at once to this provider's address. None: 8, or 2 for a local server."""
    requests_per_minute: int | None = Field(default=None, ge=1, le=1_000_000)
    tokens_per_minute: int | None = Field(default=None, ge=1, le=1_000_000_000)
    timeout_s: float = Field(default=120.0, gt=0, le=3600)
    """Seconds for one answer, repeated attempts included, waiting for a free place not."""
    quick: bool = False
    """True: asked in quick reviews (the commit hook) too."""
    schema_: Literal["auto"] | Form = Field(default="auto", alias="schema")
    """How the answer is constrained; auto: as far as the server lets us, found out once."""

    @property
    def preset(self) -> Preset:
        """What is known of its provider."""
        return PRESETS[self.provider]

    @property
    def name(self) -> str:
        """`provider:model`."""
        return f"{self.provider}:{self.model or '?'}"

    @property
    def lineage(self) -> str:
        """Who trained it: as configured, else by its name."""
        return self.family or family_of(self.provider, self.model or "")

    def unapproved(self, version: str) -> str | None:
        """What to say of a version that is not the approved one; None where nothing is to be said.

        Args:
            version: the model as it is asked for, or, better, as the answer names it.
        """
        if self.approved is None or version == self.approved:
            return None
        return f"unapproved: {self.key} is {self.provider}:{version}, and you approved {self.approved!r}"
