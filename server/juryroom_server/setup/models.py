"""The models as the doctor sees them: which can be asked, with whose key, and who would sit where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio

from juryroom_reviewers.persona import Persona

from ..configuration.credentials import CREDENTIALS_FILE, Key, Keyring, find_key
from ..models.card import ModelCard, Outside
from ..models.catalogue import complete
from ..models.discover import list_models, with_model
from ..models.endpoint import Endpoint, is_loopback
from ..models.failure import ProviderError
from ..models.roster import available
from ..models.seating import SeatingError, seat
from ..settings import Settings
from .check import Check, State

LOCAL_S = 2.0
"""Seconds for a server on this machine, which is always asked."""
REMOTE_S = 10.0
"""Seconds for any other, which is asked with `--probe` only."""
MODELS_SHOWN = 8
_NONE = "none: only analysers review"
_ADVICE = "set OPENAI_API_KEY, ANTHROPIC_API_KEY or the like, or name a model in {file}"


async def check_models(
    settings: Settings,
    environ: Mapping[str, str],
    keyring: Keyring,
    personas: Sequence[Persona],
    config_file: Path,
    *,
    probe: bool,
) -> tuple[tuple[Check, ...], int]:
    """What is to be said of the models, and how many of them can be asked as far as is known."""
    if not settings.models:
        return (_check("models", State.note, _NONE, _ADVICE.format(file=config_file)),), 0
    usable, unusable = available(
        settings.models,
        environ,
        lambda card: find_key(card, keyring),
        Outside(privacy=settings.privacy, private_hosts=settings.private_hosts),
    )
    looks = {one.card.key: _Look(_check(one.card.key, State.warning, one.reason)) for one in unusable}

    async def look(endpoint: Endpoint) -> None:
        looks[endpoint.card.key] = await _look(endpoint, find_key(endpoint.card, keyring), probe=probe)

    async with anyio.create_task_group() as group:
        for endpoint in usable:
            group.start_soon(look, endpoint)
    checks = [looks[card.key].check for card in settings.models]
    reachable = [complete(card) for endpoint in usable if (card := looks[endpoint.card.key].askable)]
    try:
        seating = seat(personas, reachable, settings.seats)
    except SeatingError as error:
        checks.append(Check(group="seats", name="seats", state=State.warning, detail=str(error)))
    else:
        checks += [
            Check(group="seats", name=persona.name, state=State.ok, detail=f"{card.key} ({card.name})")
            for persona, card, _ in seating.seats
        ]
        checks += [Check(group="seats", name="seats", state=State.note, detail=note) for note in seating.notes]
    return tuple(checks), len(reachable)


def check_keys(settings: Settings, keyring: Keyring, config_dir: Path) -> tuple[Check, ...]:
    """Keys that an editor may not pass on: what works in a terminal need not work there."""
    keys = {key.variable: key for card in settings.models if (key := find_key(card, keyring)) and not key.file}
    if not keys:
        return ()
    return (
        Check(
            group="keys",
            name="editors",
            state=State.note,
            detail=(
                f"{', '.join(sorted(keys))} may not reach `juryroom serve`: Gemini CLI withholds variables with KEY or "
                "TOKEN in their names, and Codex all that its `env_vars` doesn't list"
            ),
            advice=f'{config_dir / CREDENTIALS_FILE} (mode 0600, lines such as {min(keys)} = "...") works everywhere',
        ),
    )


@dataclass(frozen=True)
class _Look:
    check: Check
    askable: ModelCard | None = None
    """With the model that its server was found to have; None where one can tell without asking it to review."""


async def _look(endpoint: Endpoint, key: Key | None, *, probe: bool) -> _Look:
    name, card = endpoint.card.key, endpoint.card
    where = f"{card.name} at {endpoint.base_url}, " + (f"key from {key.origin}" if key else "no key")
    local = is_loopback(endpoint.base_url)
    if not local and not probe:
        return _Look(_check(name, State.ok, f"{where}; not connected (see --probe)"), card)
    try:
        models = await list_models(endpoint, timeout_s=LOCAL_S if local else REMOTE_S)
    except ProviderError as error:
        said = str(error).removeprefix(f"{endpoint.name}: ")
        return _Look(_check(name, State.warning, f"{where}; {error.kind}: {said}"))
    some = ", ".join(models[:MODELS_SHOWN]) + (
        f" and {len(models) - MODELS_SHOWN} more" if models[MODELS_SHOWN:] else ""
    )
    # Gemini lists `models/NAME`
    if endpoint.model and all(model.removeprefix("models/") != endpoint.model for model in models):
        said = f"{where}; answers, but lists no model {endpoint.model!r}"
        return _Look(_check(name, State.warning, said, advice=f"it has {some or 'none'}"), card)
    if not endpoint.model and (learnt := with_model(endpoint, models)):
        card = learnt.card
        where = where.replace(endpoint.name, f"{card.name} (its first)", 1)
    return _Look(_check(name, State.ok, f"{where}; answers, has {some or 'no model'}"), card if models else None)


def _check(name: str, state: State, detail: str, advice: str = "") -> Check:
    return Check(group="models", name=name, state=state, detail=detail, advice=advice)
