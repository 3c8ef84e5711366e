"""Which models there are: those of the user's file, else one for each provider whose key is at hand.

The repository may choose among the same providers, and never says where they are, which key they get or what they cost.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from juryroom_reviewers.persona import Tier
from juryroom_reviewers.value import Value

from ..models.card import ModelCard
from ..models.endpoint import address_of, is_loopback
from ..models.presets import PRESETS, Preset
from ..settings import Layer, Origin, SettingsError
from .credentials import Keyring
from .files import Sheet
from .problems import explain, known_key, plain

CARD_KEYS = tuple(field.alias or name for name, field in ModelCard.model_fields.items() if name != "key")
"""What may stand in a table `[models.NAME]` of the user's file."""
REPOSITORY_CARD_KEYS = ("provider", "model", "family", "tier", "quick")
"""What may stand there in the repository's."""
_CONNECTION = (
    "base_url",
    "key_variable",
    "max_output_tokens",
    "concurrency",
    "timeout_s",
    "schema_",
    "privacy",
    "approved",
)
"""What a model of the repository takes over from the user's model of the same provider."""


class Chosen(Value):
    """The models of one load."""

    cards: tuple[ModelCard, ...] = ()
    origins: dict[str, Origin] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def choose_cards(
    environ: Mapping[str, str], keyring: Keyring, user: Sheet, repository: Sheet, config_file: Path
) -> Chosen:
    """The models of all files, or those that the keys at hand make usable.

    Args:
        environ: may hold `OPENAI_BASE_URL`, `OPENAI_MODEL` and the like.
        keyring: the keys at hand.
        user: the user's file.
        repository: the repository's file.
        config_file: where the user's file is or would be, for advice.

    Raises:
        SettingsError: when a table of a file is wrong.
    """
    own = tuple(_user_card(key, table, user) for key, table in _tables(user))
    named = Chosen(cards=own, origins={card.key: user.origin for card in own})
    mine = named if own else _default_cards(environ, keyring)
    theirs: list[ModelCard] = []
    warnings = list(mine.warnings)
    for key, table in _tables(repository):
        ignored = f"{repository.origin.name}: models.{plain(key)} is ignored:"
        card = _repository_card(key, table, repository, mine.cards)
        if card is None:
            warnings.append(
                f"{ignored} you have no model of provider {table['provider']!r}; to allow it, add one to {config_file}"
            )
        elif key in named.origins:
            warnings.append(f"{ignored} {config_file} has a model of that name")
        else:
            theirs.append(card)
    if not theirs:
        _see_addresses(mine.cards, environ)
        return mine.model_copy(update={"warnings": tuple(warnings)})
    cards = (*named.cards, *theirs)
    _see_addresses(cards, environ)
    return Chosen(
        cards=cards,
        origins={**named.origins, **{card.key: repository.origin for card in theirs}},
        warnings=tuple(warnings),
    )


def _tables(sheet: Sheet) -> tuple[tuple[str, dict[str, Any]], ...]:
    tables = sheet.values.get("models", {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise SettingsError(f'{sheet.origin.name}: models: should be tables: [models.NAME] with provider = "..."')
    return tuple(tables.items())


def _user_card(key: str, table: Mapping[str, Any], sheet: Sheet) -> ModelCard:
    where = f"{sheet.origin.name}: models.{plain(key)}"
    for name in table:
        known_key(name, CARD_KEYS, where)
    card = _card({"key": key, **table}, where)
    preset = card.preset
    if card.base_url is None and preset.base_url is None:
        raise SettingsError(f"{where}: provider {card.provider!r} needs a base_url, such as http://127.0.0.1:8080/v1")
    if card.model is None and preset.model_for(card.tier) is None and not may_be_asked(card):
        raise SettingsError(f'{where}: say which model of {card.provider}: model = "..."')
    return card


def _repository_card(key: str, table: Mapping[str, Any], sheet: Sheet, mine: tuple[ModelCard, ...]) -> ModelCard | None:
    """The card, on the connection that the user has to that provider; None where the user has none."""
    where = f"{sheet.origin.name}: models.{plain(key)}"
    for name in table:
        known_key(name, CARD_KEYS, where)
        if name not in REPOSITORY_CARD_KEYS:
            raise SettingsError(
                f"{where}: {name} can't stand in a repository's file, only in your own config.toml; "
                f"here: {', '.join(REPOSITORY_CARD_KEYS)}"
            )
    card = _card({"key": key, **table}, where)
    same = next((other for other in mine if other.provider == card.provider), None)
    if same is None and not (card.preset.local and card.preset.base_url):
        return None
    if same is not None:
        # price, window and what was measured are those of another model; what stands here is the repository's to say
        card = card.model_copy(update={name: getattr(same, name) for name in _CONNECTION})
    if card.model is None and card.preset.model_for(card.tier) is None and not may_be_asked(card):
        raise SettingsError(f'{where}: say which model of {card.provider}: model = "..."')
    return card


def _card(values: Mapping[str, Any], where: str) -> ModelCard:
    try:
        return ModelCard.model_validate(values)
    except ValidationError as error:
        raise SettingsError(explain(error, where)) from error


def _see_addresses(cards: tuple[ModelCard, ...], environ: Mapping[str, str]) -> None:
    """A variable that moves a provider's address is held to what an address in a file is held to."""
    for card in cards:
        variable = card.preset.base_url_variable
        if variable and card.base_url is None and environ.get(variable, "").strip():
            _card({"key": card.key, "provider": card.provider, "base_url": address_of(card, environ)}, variable)


def may_be_asked(card: ModelCard) -> bool:
    """True for a server of the user's own: without a model's name, it is asked which one it has."""
    return card.preset.local or (card.base_url is not None and is_loopback(card.base_url))


def _default_cards(environ: Mapping[str, str], keyring: Keyring) -> Chosen:
    """One workhorse for each provider whose key, or whose base URL on this machine, is at hand."""
    cards: list[ModelCard] = []
    origins: dict[str, Origin] = {}
    warnings: list[str] = []
    for preset in PRESETS.values():
        if not preset.needs_key or preset.base_url is None:
            continue  # a server that may or may not run, or is somewhere else for each, is for the user to name
        variable = next((name for name in preset.key_variables if keyring.find(name)), None)
        base_url = environ.get(preset.base_url_variable or "", "").strip() or None
        local = base_url is not None and is_loopback(base_url)
        if variable is None and not local:
            continue
        source = variable or preset.base_url_variable or ""
        card = _default_card(preset, environ, base_url if local else None, variable)
        if card.model is None and preset.model_for(Tier.workhorse) is None and not local:
            wanted = _model_variable(preset)
            warnings.append(
                f"{preset.name}: {source} is there, but not which model to use; set {wanted}, or configure a model"
            )
            continue
        cards.append(card)
        key = keyring.find(variable)
        filed = key.file if key else None
        origins[card.key] = Origin(layer=Layer.user if filed else Layer.environment, name=filed or source)
    return Chosen(cards=tuple(cards), origins=origins, warnings=tuple(warnings))


def _default_card(preset: Preset, environ: Mapping[str, str], local_url: str | None, variable: str | None) -> ModelCard:
    where = preset.base_url_variable if local_url else preset.name
    model = environ.get(_model_variable(preset), "").strip() or None
    values: dict[str, Any] = {"key": preset.name, "provider": preset.name, "model": model}
    if local_url:
        # such a server speaks the API, but it is not the provider: other models, other limits
        values |= {"provider": f"{preset.api}-compatible", "base_url": local_url, "key_variable": variable}
    return _card(values, str(where))


def _model_variable(preset: Preset) -> str:
    return f"{preset.name.upper()}_MODEL"
