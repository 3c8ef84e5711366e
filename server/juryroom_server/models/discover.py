"""Ask a server which models it has: for `doctor`, and for a card of a local server that names none."""

from collections.abc import Sequence

import anyio
from pydantic import BaseModel, ValidationError

from .endpoint import Endpoint
from .failure import Kind, ProviderError, no_answer
from .roster import Unusable

ASK_S = 3.0
"""Seconds for a list of models: a local server has it at hand."""
_NO_CHAT = ("embed", "rerank", "whisper", "tts")


class _Named(BaseModel):
    id: str


class _List(BaseModel):
    data: list[_Named]


async def list_models(endpoint: Endpoint, *, timeout_s: float = ASK_S) -> tuple[str, ...]:
    """The models that a server says it has, in its order (`GET /v1/models`, the same for all that are supported).

    Raises:
        ProviderError: when it can't be asked; `kind` tells refused, DNS, TLS, key and the others apart.
    """
    from .diagnose import from_status, from_transport  # noqa: PLC0415 - with the HTTP library, only for who asks
    from .transport import Failed, get  # noqa: PLC0415 - see above

    headers: dict[str, str] = {}
    if endpoint.key is not None:
        headers["authorization"] = f"Bearer {endpoint.key.get_secret_value()}"
    path = "/models"
    if endpoint.card.preset.api == "anthropic":
        path = "/v1/models?limit=1000"
        headers["anthropic-version"] = "2023-06-01"
        if endpoint.key is not None and not endpoint.at_home:
            headers["x-api-key"] = endpoint.key.get_secret_value()
    failure = None
    try:
        with anyio.fail_after(timeout_s):
            response = await get(endpoint, path, headers, timeout_s)
    except TimeoutError:
        failure = ProviderError(f"{endpoint.name}: {endpoint.base_url} is silent for {timeout_s:g} s", Kind.timeout)
    except Failed as error:
        failure = from_transport(endpoint, error, answered=False)
    if failure is not None:
        raise failure
    if not response.is_success:
        raise from_status(endpoint, response.status_code, response.headers, response.content)
    try:
        return tuple(model.id for model in _List.model_validate_json(response.content).data)
    except ValidationError:
        raise no_answer(endpoint, "no list of models") from None


def for_chat(names: Sequence[str]) -> tuple[str, ...]:
    """Those of a server's models that can hold a conversation, as far as their names say."""
    return tuple(name for name in names if not any(word in name.lower() for word in _NO_CHAT))


def with_model(endpoint: Endpoint, names: Sequence[str]) -> Endpoint | None:
    """The endpoint with the first of these models that is for chat; None where there is none."""
    chat = for_chat(names)
    if not chat:
        return None
    return endpoint.model_copy(update={"card": endpoint.card.model_copy(update={"model": chat[0]})})


async def resolve(endpoints: Sequence[Endpoint]) -> tuple[tuple[Endpoint, ...], tuple[Unusable, ...]]:
    """Give each endpoint that names no model the first one that its server has for chat; all are asked at once.

    Returns:
        Those that can be asked now, in their order, and those that can't, with the reason.
    """
    results: dict[int, Endpoint | Unusable] = {}

    async def ask(place: int, endpoint: Endpoint) -> None:
        try:
            names = await list_models(endpoint)
        except ProviderError as error:
            results[place] = Unusable(card=endpoint.card, reason=str(error))
            return
        learnt = with_model(endpoint, names)
        if learnt is None:
            reason = f"{endpoint.name}: {endpoint.base_url} has no model for chat; load one, or name it"
            results[place] = Unusable(card=endpoint.card, reason=reason)
            return
        results[place] = learnt

    async with anyio.create_task_group() as group:
        for place, endpoint in enumerate(endpoints):
            if endpoint.model:
                results[place] = endpoint
            else:
                group.start_soon(ask, place, endpoint)
    ordered = [results[place] for place in range(len(endpoints))]
    return (
        tuple(one for one in ordered if isinstance(one, Endpoint)),
        tuple(one for one in ordered if isinstance(one, Unusable)),
    )
