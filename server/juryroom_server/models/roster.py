"""From the models that are configured to those that can be asked."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Protocol

import anyio
from pydantic import SecretStr

from juryroom_reviewers.model import Model
from juryroom_reviewers.value import Value

from .accounting import Accounts, NoAccounts
from .approval import vouched
from .batch import BatchModel
from .batch_jobs import Batching
from .cache import Booking, CachedModel, Store
from .card import ModelCard, Outside
from .endpoint import Endpoint, address_of, is_loopback
from .failover import FailoverModel
from .hedge import HedgedModel
from .privacy import refusal
from .remote import RemoteModel, Terms
from .retry import Patience
from .shared import Shared
from .waiting import can_wait


class Unusable(Value):
    """A model that can't be asked, and why; for people, without any key."""

    card: ModelCard
    reason: str


class FoundKey(Protocol):
    """A key, wherever it was found."""

    @property
    def variable(self) -> str:
        """The name that it goes by."""
        ...

    @property
    def secret(self) -> SecretStr:
        """The key itself."""
        ...


def available(
    cards: Iterable[ModelCard],
    environ: Mapping[str, str],
    find_key: Callable[[ModelCard], FoundKey | None],
    outside: Outside = Outside(),  # noqa: B008 - frozen
) -> tuple[tuple[Endpoint, ...], tuple[Unusable, ...]]:
    """Sort the configured models into those that can be asked, as far as one can tell without asking, and the others.

    Args:
        cards: the models.
        environ: for the variables that move a provider's base URL.
        find_key: the key of a card, where there is one.
        outside: where code may go; a model elsewhere can't be asked, not even for the list of its models.

    Returns:
        Those that can be asked, and those that can't with the reason; each in the order given. An endpoint of a local
        server may have no model's name yet: see `discover.resolve`.
    """
    usable: list[Endpoint] = []
    unusable: list[Unusable] = []
    for card in cards:
        checked = _check(card, environ, find_key(card))
        if not isinstance(checked, Endpoint):
            unusable.append(Unusable(card=card, reason=checked))
        elif reason := refusal(checked, outside):
            unusable.append(Unusable(card=checked.card, reason=reason))
        else:
            usable.append(checked)
    return tuple(usable), tuple(unusable)


def admit(
    endpoints: Iterable[Endpoint],
    outside: Outside = Outside(),  # noqa: B008 - frozen
) -> tuple[tuple[Endpoint, ...], tuple[Unusable, ...]]:
    """Make endpoints ready to be seated, once each has its model's name: see `discover.resolve`.

    What the configuration leaves open is taken from the catalogue and the list of prices. Reading that list takes
    0.1 s of CPU the first time: call it in a thread.

    Returns:
        Those that can be seated, and those whose model turned out to be one that privacy forbids to ask.
    """
    from .catalogue import complete  # noqa: PLC0415 - read for who has models only
    from .prices import priced  # noqa: PLC0415 - as above

    admitted: list[Endpoint] = []
    refused: list[Unusable] = []
    for endpoint in endpoints:
        if reason := refusal(endpoint, outside):
            refused.append(Unusable(card=endpoint.card, reason=reason))
        else:
            admitted.append(endpoint.model_copy(update={"card": complete(endpoint.card)}))
    return priced(admitted), tuple(refused)


def _check(card: ModelCard, environ: Mapping[str, str], key: FoundKey | None) -> Endpoint | str:
    preset = card.preset
    variables = (card.key_variable,) if card.key_variable else preset.key_variables
    base_url = address_of(card, environ)
    if base_url is None:
        return f"{card.name}: no base URL; set base_url of models.{card.key}"
    # a server on this machine in a provider's place may want no key; if it does, it will say so
    needed = (preset.needs_key or card.key_variable is not None) and not is_loopback(base_url)
    if needed and key is None:
        return f"{card.name}: no key; set {' or '.join(variables)}"
    model = card.model or preset.model_for(card.tier)
    if model is None and not preset.local and not is_loopback(base_url):
        return f"{card.name}: no model; set model of models.{card.key}"
    return Endpoint(
        card=card.model_copy(update={"model": model}),
        base_url=base_url,
        key=key.secret if key else None,
        key_from=key.variable if key else (variables[0] if variables else None),
    )


def build(endpoint: Endpoint, terms: Terms) -> RemoteModel:
    """The model of an endpoint. Nothing is imported or connected before its first call; close it after the last."""
    return RemoteModel(endpoint, terms)


@asynccontextmanager
async def opened(
    endpoints: Sequence[Endpoint],
    *,
    store: Store | None = None,
    patience: Patience | None = None,
    accounts: Accounts | None = None,
    shared: Shared | None = None,
    failover: Sequence[Endpoint] = (),
    hedge: bool = False,
    reasons: Mapping[str, str] = MappingProxyType({}),
    batching: Batching | None = None,
) -> AsyncIterator[Mapping[str, Model]]:
    """The models of one panel run, by the key of their card; connections are closed at the end.

    Models at one address share its places: the smallest `concurrency` that one of them names.

    Args:
        endpoints: each with a model's name.
        store: where answers are kept; None: each question is asked.
        patience: of the retry loop.
        accounts: who keeps the books; None: nobody.
        shared: breakers and the like that outlive this run; None: new ones.
        failover: who stands in, in this order, for each of the models; they may be among them.
        hedge: whether late answers to cheap calls are asked for once more.
        reasons: key of a card -> why it is asked, for the books.
        batching: for reviews that may wait, by those models that can; None: all are asked at once.
    """
    shared = shared or Shared()
    accounts = accounts or NoAccounts()
    everybody = {one.card.key: one for one in (*endpoints, *failover)}
    places: dict[str, int] = {}
    for one in everybody.values():
        places[one.base_url] = min(one.places, places.get(one.base_url, one.places))
    limiters = {url: anyio.CapacityLimiter(count) for url, count in places.items()}
    remote: dict[str, RemoteModel] = {}
    for key, one in everybody.items():
        terms = Terms(
            limiter=limiters[one.base_url],
            breaker=shared.breaker(one),
            budget=shared.budget(one),
            accounts=accounts,
            patience=patience or Patience(),
            turns=shared.turns,
            prefixes=shared.prefixes,
            reason=reasons.get(key, ""),
        )
        remote[key] = build(one, terms)
    models: dict[str, Model] = dict(remote)
    if hedge:
        models = {key: HedgedModel(models[key], shared.pulse(one)) for key, one in everybody.items()}
    waiting: dict[str, BatchModel] = {}
    if batching is not None:
        waiting = {
            key: BatchModel(one, models[key], batching, reasons.get(key, ""))
            for key, one in everybody.items()
            if can_wait(one)
        }
        models |= waiting
    if store is not None:
        bookings = {
            key: Booking(accounts, tier=one.card.tier.value, price=one.price, reason=reasons.get(key, ""))
            for key, one in everybody.items()
        }
        models = {key: CachedModel(models[key], store, one.identity, bookings[key]) for key, one in everybody.items()}
    models = {key: vouched(models[key], one.card) for key, one in everybody.items()}
    order = list(dict.fromkeys(one.card.key for one in failover))
    result = {one.card.key: _with_stand_ins(one.card.key, models, order) for one in endpoints}
    try:
        yield result
    finally:
        with anyio.CancelScope(shield=True):  # closing takes no time, and must happen when the run was cancelled too
            for model in remote.values():
                await model.aclose()
            for one_waiting in waiting.values():
                await one_waiting.aclose()


def _with_stand_ins(key: str, models: Mapping[str, Model], order: Sequence[str]) -> Model:
    others = [models[other] for other in order if other != key]
    return FailoverModel([models[key], *others]) if others else models[key]
