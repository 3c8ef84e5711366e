"""How the tests ask a model: through the roster, over loopback, without waiting."""

from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import SecretStr

from juryroom_reviewers.model import Completion, Prompt
from juryroom_server.models.card import ModelCard
from juryroom_server.models.endpoint import Endpoint
from juryroom_server.models.failure import ProviderError
from juryroom_server.models.retry import Patience
from juryroom_server.models.roster import opened

KEY = "sk-loopback-0123456789abcdef"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"answer": {"type": "string", "maxLength": 20}, "why": {"type": ["string", "null"]}},
    "required": ["answer"],
}
PROMPT = Prompt(system="You are a reviewer.", user="Is it safe?", schema_name="verdict", answer_schema=SCHEMA)


def endpoint(url: str, api: str, **card: Any) -> Endpoint:
    """A model behind a loopback server, with a key."""
    values = {"key": "one", "provider": f"{api}-compatible", "model": "fake-1", **card}
    base_url = f"{url}/v1" if api == "openai" else url
    return Endpoint(
        card=ModelCard.model_validate(values), base_url=base_url, key=SecretStr(KEY), key_from="LOOPBACK_API_KEY"
    )


@dataclass
class Clock:
    """Time that passes only when somebody waits."""

    left: float = 100.0
    waits: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.left -= seconds

    @property
    def patience(self) -> Patience:
        return replace(Patience(), sleep=self.sleep, jitter=lambda low, _: low, left=lambda: self.left)


async def ask(one: Endpoint, prompt: Prompt = PROMPT, *, clock: Clock | None = None) -> Completion:
    """Ask a model once."""
    async with opened([one], patience=(clock or Clock()).patience) as models:
        return await models[one.card.key].complete(prompt)


async def failure(one: Endpoint, prompt: Prompt = PROMPT, *, clock: Clock | None = None) -> ProviderError:
    """The failure of asking a model once."""
    try:
        completion = await ask(one, prompt, clock=clock)
    except ProviderError as error:
        return error
    raise AssertionError(f"answered: {completion}")
