"""The models that are known without being configured, and what a card leaves open about one of them."""

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, get_args

from juryroom_reviewers.persona import Tier
from juryroom_reviewers.value import Value

from .card import Capability, ModelCard, Status
from .presets import ProviderName, family_of

_FILE = "catalogue.toml"
_LOCAL = "local"
_VERSION = re.compile(r"[-@](?:20\d{6}|20\d\d-\d\d-\d\d)$")


class Entry(Value):
    """What is known of one model."""

    provider: ProviderName | None
    """None: whoever runs it."""
    model: str
    """Its name; for one that anybody can run, the beginning of it."""
    family: str
    tier: Tier
    window: int | None = None
    """Tokens; None: not published, or the server's to say."""
    capabilities: tuple[Capability, ...] | None = None
    ends: date | None = None
    """The day on which its provider takes it out of service; None: none is announced."""

    def status(self, today: date) -> Status:
        """Where it is in its life on a day."""
        if self.ends is None:
            return Status.active
        return Status.deprecated if today < self.ends else Status.retired


@cache
def catalogue() -> tuple[Entry, ...]:
    """All that ships, in the order of the file: provider by provider, the models of a tier with the newest first."""
    tables = tomllib.loads(files(__package__).joinpath(_FILE).read_text(encoding="utf-8"))
    abilities: Mapping[str, Any] = tables.pop("capabilities")
    return tuple(
        Entry.model_validate(
            {
                "provider": None if provider == _LOCAL else provider,
                "model": model,
                "family": family_of("ollama" if provider == _LOCAL else provider, model),
                "capabilities": abilities.get(provider),
                **said,
            }
        )
        for provider, models in tables.items()
        for model, said in models.items()
    )


def find(provider: ProviderName, model: str, *, local: bool = False) -> Entry | None:
    """What is known of a model; None: nothing.

    Args:
        provider: who is asked.
        model: as the provider names it. Of a dated version what is known of the model holds too.
        local: a server of the user's own is asked, whose models go by many names.
    """
    known = _by_name()
    name = model.removeprefix("models/")
    exact = known.get((provider, name)) or known.get((provider, _VERSION.sub("", name)))
    if exact is not None or not local:
        return exact
    last = name.lower().rsplit("/", 1)[-1]
    fits = [entry for entry in catalogue() if entry.provider is None and last.startswith(entry.model)]
    return max(fits, key=lambda entry: len(entry.model), default=None)


def complete(card: ModelCard, today: date | None = None) -> ModelCard:
    """The card with what the catalogue knows where the configuration says nothing.

    What the configuration says, stands: a model can be made active again, or be called frontier by who knows better.

    Args:
        card: as configured.
        today: for models with a last day; the real one where it is not said.
    """
    model = card.model or card.preset.model_for(card.tier)
    # the user's own server under a provider's API serves whatever it likes
    entry = find(card.provider, model, local=card.preset.local or card.provider in _COMPATIBLE) if model else None
    if entry is None:
        return card
    said = card.model_fields_set
    news: dict[str, object] = {}
    if "tier" not in said:
        news["tier"] = entry.tier
    if "status" not in said:
        news["status"] = entry.status(today or datetime.now(UTC).date())
    if card.context_window is None and entry.window is not None:
        news["context_window"] = entry.window
    if card.capabilities is None and entry.capabilities is not None:
        news["capabilities"] = entry.capabilities
    return card.model_copy(update=news)


_COMPATIBLE = ("openai-compatible", "anthropic-compatible")


@cache
def _by_name() -> Mapping[tuple[str, str], Entry]:
    assert set(get_args(ProviderName)) >= {one.provider for one in catalogue() if one.provider}  # noqa: S101 - our data
    return {(entry.provider, entry.model): entry for entry in catalogue() if entry.provider is not None}
