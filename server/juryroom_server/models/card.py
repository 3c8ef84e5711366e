"""A model as the configuration names it: which one, where, how strong, at what price. Holds no key."""

import re
from decimal import Decimal
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


class Price(Value):
    """List price in USD per million tokens."""

    input: Decimal = Field(ge=0)
    output: Decimal = Field(ge=0)


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
    price: Price | None = None
    """None: unknown, and so are the costs."""
    max_output_tokens: int | None = Field(default=None, ge=1, le=1_000_000)
    """Most tokens of one answer, thinking included, instead of what the prompt asks for."""
    concurrency: int | None = Field(default=None, ge=1, le=1000)
    """Calls in flight at once to this provider's address. None: 8, or 2 for a local server."""
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
