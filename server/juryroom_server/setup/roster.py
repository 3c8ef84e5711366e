"""The models that there are: those that are configured, and those that a server on this machine turns out to have."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

import anyio
import anyio.to_thread

from juryroom_reviewers.persona import Persona, Tier
from juryroom_reviewers.value import Value

from ..configuration.credentials import Key, Keyring, find_key
from ..models.card import Capability, ModelCard, Outside, Place, Price, Status
from ..models.discover import for_chat, list_models
from ..models.endpoint import Endpoint, is_loopback
from ..models.failure import ProviderError
from ..models.presets import PRESETS
from ..models.privacy import place_of
from ..models.roster import admit, available
from ..models.seating import Seating, SeatingError, seat
from ..settings import Settings

SCHEMA_VERSION = "1.0"
"""Of the JSON form."""
LOCAL_S = 2.0
"""Seconds for a server on this machine to list its models."""
REMOTE_S = 10.0
FOUND_OF_ONE = 20
"""Models of one server that are listed without being configured."""


class Health(StrEnum):
    """Whether a model can be asked, as far as is known."""

    answers = "answers"
    ready = "ready"
    """Everything that is needed is there; it was not asked."""
    missing = "missing"
    """Its server answers, and does not list it."""
    unusable = "unusable"
    """A key, an address or a name is missing, or privacy forbids to ask it."""
    down = "down"
    """Its server does not answer, or refuses."""
    found = "found"
    """Its server has it, and nobody configured it."""
    unknown = "unknown"


class Row(Value):
    """One model."""

    key: str | None
    """Its name in the configuration; None: it has none."""
    name: str
    """`provider:model`."""
    family: str
    tier: Tier
    status: Status
    price: Price | None
    context_window: int | None
    capabilities: tuple[Capability, ...] | None
    privacy: Place | None
    """None: it has no address yet."""
    health: Health
    detail: str = ""
    latency_ms: float | None = None
    """Of the list of its server's models; None: it was not asked, or did not answer."""
    seats: tuple[str, ...] = ()
    """The personas on it."""


class Roster(Value):
    """All of them."""

    schema_version: str = SCHEMA_VERSION
    models: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    prices_of: date | None = None
    """The day of the list of prices; None: it was not needed, or it does not say."""


class _Look(Value):
    """What a server said."""

    health: Health
    detail: str
    latency_ms: float | None = None
    models: tuple[str, ...] = ()


async def call_roll(
    settings: Settings, environ: Mapping[str, str], keyring: Keyring, personas: Sequence[Persona], *, probe: bool
) -> Roster:
    """List the models with what is known of each. No model is asked a question, so nothing is paid.

    Args:
        settings: the models, the seats and what may leave this machine.
        environ: for the variables that move a provider's address.
        keyring: the keys at hand.
        personas: who is to be seated.
        probe: ask servers that are not on this machine too.
    """
    outside = Outside(privacy=settings.privacy, private_hosts=settings.private_hosts)

    def key_of(card: ModelCard) -> Key | None:
        return find_key(card, keyring)

    usable, unusable = available(settings.models, environ, key_of, outside)
    known = {_spot(endpoint.base_url) for endpoint in usable}
    idle = [
        ModelCard(key=one.name, provider=one.name) for one in PRESETS.values() if one.base_url and not one.needs_key
    ]
    # without a key: it is not for whoever happens to listen there
    others = [one for one in available(idle, environ, _no_key, outside)[0] if _spot(one.base_url) not in known]
    looks = await _look_at([*usable, *others], probe=probe)
    named = [_named(endpoint, looks[endpoint.card.key, endpoint.base_url]) for endpoint in usable]
    discovered = [
        endpoint.model_copy(update={"card": endpoint.card.model_copy(update={"model": model})})
        for endpoint in others
        for model in for_chat(looks[endpoint.card.key, endpoint.base_url].models)[:FOUND_OF_ONE]
    ]
    admitted, refused = await anyio.to_thread.run_sync(admit, named, outside)
    found, _ = await anyio.to_thread.run_sync(admit, discovered, outside)
    up = [one for one in admitted if one.model and looks[one.card.key, one.base_url].health is not Health.down]
    seating, notes = _seated(personas, [endpoint.card for endpoint in up], settings)
    rows = {
        **{one.card.key: _unusable_row(one.card, one.reason) for one in (*unusable, *refused)},
        **{one.card.key: _row(one, looks[one.card.key, one.base_url], outside, seating) for one in admitted},
    }
    free = [_row(one, _Look(health=Health.found, detail=_advice(one)), outside, None) for one in found]
    models = (*(rows[card.key] for card in settings.models), *(row.model_copy(update={"key": None}) for row in free))
    dates = [row.price.read for row in models if row.price is not None and row.price.read is not None]
    return Roster(models=models, notes=notes, prices_of=max(dates, default=None))


async def _look_at(endpoints: Sequence[Endpoint], *, probe: bool) -> dict[tuple[str, str], _Look]:
    from ..models import transport  # noqa: F401, PLC0415 - here, or its import would be in the first one's latency

    looks: dict[tuple[str, str], _Look] = {}

    async def look(endpoint: Endpoint) -> None:
        looks[endpoint.card.key, endpoint.base_url] = await _look(endpoint, probe=probe)

    async with anyio.create_task_group() as group:
        for endpoint in endpoints:
            group.start_soon(look, endpoint)
    return looks


async def _look(endpoint: Endpoint, *, probe: bool) -> _Look:
    local = is_loopback(endpoint.base_url)
    key = f"key in {endpoint.key_from}" if endpoint.key is not None else "no key"
    if not local and not probe:
        return _Look(health=Health.ready, detail=f"{key}; not asked (--probe)")
    started = anyio.current_time()
    try:
        models = await list_models(endpoint, timeout_s=LOCAL_S if local else REMOTE_S)
    except ProviderError as error:
        said = str(error).removeprefix(f"{endpoint.name}: ")
        return _Look(health=Health.down, detail=f"{error.kind}: {said}")
    taken = round((anyio.current_time() - started) * 1000, 1)
    # Gemini lists `models/NAME`
    there = not endpoint.model or endpoint.model in {model.removeprefix("models/") for model in models}
    if there:
        return _Look(health=Health.answers, detail=key, latency_ms=taken, models=models)
    some = ", ".join(models[:3]) or "none"
    return _Look(health=Health.missing, detail=f"{key}; it lists {some}", latency_ms=taken, models=models)


def _named(endpoint: Endpoint, look: _Look) -> Endpoint:
    """With the model that a review would take, where the configuration names none."""
    chat = for_chat(look.models)
    if endpoint.model or not chat:
        return endpoint
    return endpoint.model_copy(update={"card": endpoint.card.model_copy(update={"model": chat[0]})})


def _spot(url: str) -> str:
    """The address, by whichever name of this machine it goes."""
    host = urlsplit(url).hostname or ""
    return url.replace(f"//{host}", "//127.0.0.1").replace(f"//[{host}]", "//127.0.0.1") if is_loopback(url) else url


def _no_key(_: ModelCard) -> None:
    return None


def _seated(
    personas: Sequence[Persona], cards: Sequence[ModelCard], settings: Settings
) -> tuple[Seating | None, tuple[str, ...]]:
    if not cards:
        return None, ("no model can be asked",)
    try:
        seating = seat(personas, cards, settings.seats)
    except SeatingError as error:
        return None, (str(error),)
    return seating, seating.notes


def _row(endpoint: Endpoint, look: _Look, outside: Outside, seating: Seating | None) -> Row:
    card = endpoint.card
    place = place_of(card, endpoint.base_url, outside.private_hosts)
    on_it = tuple(one.persona.name for one in seating.seats if one.card.key == card.key) if seating else ()
    return _of_card(card, look).model_copy(update={"price": endpoint.price, "privacy": place, "seats": on_it})


def _unusable_row(card: ModelCard, reason: str) -> Row:
    from ..models.catalogue import complete  # noqa: PLC0415 - read for who has models only

    look = _Look(health=Health.unusable, detail=reason.removeprefix(f"{card.name}: "))
    return _of_card(complete(card), look)


def _of_card(card: ModelCard, look: _Look) -> Row:
    return Row(
        key=card.key,
        name=card.name,
        family=card.lineage,
        tier=card.tier,
        status=card.status,
        price=card.price,
        context_window=card.context_window,
        capabilities=card.capabilities,
        privacy=card.privacy,
        health=look.health,
        detail=look.detail,
        latency_ms=look.latency_ms,
    )


def shipped() -> Roster:
    """The catalogue, with listed prices; nobody is asked. Reads the list of prices: call it in a thread."""
    from ..models.catalogue import catalogue, complete  # noqa: PLC0415 - 0.1 s, for who asks for it
    from ..models.prices import list_date, listed_price  # noqa: PLC0415 - as above

    rows = []
    for entry in catalogue():
        if entry.provider is None:
            continue  # the beginning of a name, and no model
        card = complete(ModelCard(key="one", provider=entry.provider, model=entry.model))
        row = _of_card(card, _Look(health=Health.unknown, detail=""))
        place = Place.third_party
        price = listed_price(entry.provider, entry.model)
        rows.append(row.model_copy(update={"key": None, "price": price, "privacy": place}))
    return Roster(models=tuple(rows), prices_of=list_date())


def _advice(endpoint: Endpoint) -> str:
    return f'not configured: [models.NAME] provider = "{endpoint.card.provider}" model = "{endpoint.model}"'
