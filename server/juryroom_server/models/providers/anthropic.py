"""Anthropic's messages, and everything that speaks them. The only importer of its SDK."""

from typing import Any

import anthropic
from pydantic import BaseModel, ValidationError

from juryroom_reviewers.model import Completion, Prompt

from ..diagnose import from_error_in_answer, from_status, from_transport
from ..endpoint import Endpoint
from ..failure import no_answer, nothing_written, stopped
from ..presets import Form
from ..schema import enforceable
from ..tally import count, usage_of
from ..transport import answered, open_client

_NO_KEY = "none"
"""Without any the SDK would take ANTHROPIC_API_KEY or a profile of the user's, and send it to whoever is asked."""

# No stop sequence is ever sent: one that is reported is the model's own end mark, as compatible servers name it.
_FINISHED = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
}


class _Block(BaseModel):
    type: str
    text: str = ""


class _StopDetails(BaseModel):
    explanation: str | None = None


class _Answer(BaseModel):
    """What is read of an answer; the SDK's own types take anything, so they prove nothing."""

    content: list[_Block]
    stop_reason: str | None = None
    stop_details: _StopDetails | None = None
    model: str | None = None
    usage: Any = None


class AnthropicWire:
    """Messages of one model at one address."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client = anthropic.AsyncAnthropic(
            api_key=endpoint.key.get_secret_value() if endpoint.key else _NO_KEY,
            base_url=endpoint.base_url,
            timeout=endpoint.card.timeout_s,
            max_retries=0,
            http_client=open_client(endpoint.base_url, endpoint.card.timeout_s),
            open_telemetry=False,
        )
        if not endpoint.at_home:
            # the SDK adds ANTHROPIC_CUSTOM_HEADERS for any host, and no longer the header that compatible servers know
            own = {"X-Api-Key": endpoint.key.get_secret_value()} if endpoint.key else {}
            self._client._custom_headers = own  # noqa: SLF001 - `copy` reads the variable again

    async def send(self, prompt: Prompt, form: Form) -> Completion:
        """Ask once; see Wire."""
        limit = self._endpoint.card.max_output_tokens or prompt.max_output_tokens
        body = {
            "model": self._endpoint.model,
            "max_tokens": limit,
            "system": prompt.system,
            "messages": [{"role": "user", "content": prompt.user}],
            **_format(prompt, form),
        }
        failure = None
        try:
            raw = await self._client.messages.with_raw_response.create(**body)
        except anthropic.APIStatusError as error:
            response = error.response
            failure = from_status(self._endpoint, response.status_code, response.headers, response.content)
        except anthropic.APIConnectionError as error:
            failure = from_transport(self._endpoint, error, answered=answered(error))
        if failure is not None:
            raise failure  # outside of the handler: the SDK's error may hold what a traceback must not show
        return self._read(raw.headers, await raw.read(), limit)

    def _read(self, headers: Any, body: bytes, limit: int) -> Completion:
        endpoint = self._endpoint
        try:
            answer = _Answer.model_validate_json(body)
        except ValidationError:
            raise from_error_in_answer(endpoint, headers, body) or no_answer(endpoint, "no message") from None
        reason = _FINISHED.get(answer.stop_reason or "")
        if reason is None:
            said = answer.stop_details.explanation if answer.stop_details else None
            raise stopped(endpoint, answer.stop_reason, said or "")
        text = "".join(block.text for block in answer.content if block.type == "text")
        if not text.strip():
            raise nothing_written(endpoint, limit) if reason == "length" else no_answer(endpoint, "an empty text")
        usage = answer.usage if isinstance(answer.usage, dict) else {}
        return Completion(
            text=text,
            model=answer.model or endpoint.model,
            usage=usage_of(_all_input(usage), usage.get("output_tokens"), endpoint.price),
            finish_reason=reason,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()


def _format(prompt: Prompt, form: Form) -> dict[str, Any]:
    schema = enforceable(prompt.answer_schema) if prompt.answer_schema is not None else None
    if form != "json_schema" or schema is None:
        return {}
    return {"output_config": {"format": {"type": "json_schema", "schema": schema}}}


def _all_input(usage: dict[str, Any]) -> int | None:
    """Input tokens with those that the provider's cache wrote and read, which it reports beside them."""
    asked = count(usage.get("input_tokens"))
    cached = [usage.get(f"cache_{what}_input_tokens") or 0 for what in ("creation", "read")]
    if asked is None or any(type(tokens) is not int or tokens < 0 for tokens in cached):
        return None
    return asked + sum(cached)
