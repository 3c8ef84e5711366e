"""OpenAI's chat completions, and everything that speaks them. The only importer of its SDK."""

from typing import Any

import openai
from pydantic import BaseModel, ValidationError

from juryroom_reviewers.model import Completion, Prompt

from ..diagnose import from_error_in_answer, from_status, from_transport
from ..endpoint import Endpoint
from ..failure import Kind, ProviderError, no_answer, nothing_written, stopped
from ..presets import Form
from ..schema import enforceable
from ..tally import usage_of
from ..transport import answered, open_client

_NO_KEY = "none"
"""Without any the SDK would take OPENAI_API_KEY, and send it to whoever is asked."""


class _Message(BaseModel):
    content: str | list[dict[str, Any]] | None = None
    refusal: str | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):  # thinking models of Mistral's send pieces, of which the text is the answer
            pieces = [piece.get("text") for piece in self.content if piece.get("type") == "text"]
            return "".join(piece for piece in pieces if isinstance(piece, str))
        return self.content or ""


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Answer(BaseModel):
    """What is read of an answer; the SDK's own types take anything, so they prove nothing."""

    choices: list[_Choice]
    model: str | None = None
    usage: Any = None


class OpenAIWire:
    """Chat completions of one model at one address."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._limit_word: str = endpoint.card.preset.limit_word
        self._client = openai.AsyncOpenAI(
            api_key=endpoint.key.get_secret_value() if endpoint.key else _NO_KEY,
            base_url=endpoint.base_url,
            timeout=endpoint.card.timeout_s,
            max_retries=0,
            http_client=open_client(endpoint.base_url, endpoint.card.timeout_s),
        )
        if not endpoint.at_home:
            # the SDK adds OPENAI_ORG_ID, OPENAI_PROJECT_ID and OPENAI_CUSTOM_HEADERS for any host
            self._client.organization = self._client.project = None
            self._client._custom_headers = {}  # noqa: SLF001 - `copy` reads the variables again

    async def send(self, prompt: Prompt, form: Form) -> Completion:
        """Ask once; see Wire."""
        try:
            return await self._send(prompt, form)
        except ProviderError as error:
            if error.kind is not Kind.request or "max_completion_tokens" not in error.detail or self._is_new_word():
                raise
        self._limit_word = "max_completion_tokens"
        return await self._send(prompt, form)

    def _is_new_word(self) -> bool:
        return self._limit_word == "max_completion_tokens"

    async def _send(self, prompt: Prompt, form: Form) -> Completion:
        limit = self._endpoint.card.max_output_tokens or prompt.max_output_tokens
        messages = [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}]
        body = {"model": self._endpoint.model, "messages": messages, self._limit_word: limit, **_format(prompt, form)}
        failure = None
        try:
            raw = await self._client.chat.completions.with_raw_response.create(**body)
        except openai.APIStatusError as error:
            response = error.response
            failure = from_status(self._endpoint, response.status_code, response.headers, response.content)
        except openai.APIConnectionError as error:
            failure = from_transport(self._endpoint, error, answered=answered(error))
        if failure is not None:
            raise failure  # outside of the handler: the SDK's error may hold what a traceback must not show
        return self._read(raw.headers, raw.content, limit)

    def _read(self, headers: Any, body: bytes, limit: int) -> Completion:
        endpoint = self._endpoint
        try:
            answer = _Answer.model_validate_json(body)
        except ValidationError:
            answer = None
        if answer is None or not answer.choices:
            raise from_error_in_answer(endpoint, headers, body) or no_answer(endpoint, _looks_like(headers, body))
        choice = answer.choices[0]
        if choice.message.refusal:
            raise stopped(endpoint, "refusal", choice.message.refusal)
        text, reason = choice.message.text, choice.finish_reason
        if reason not in ("stop", "length"):
            raise stopped(endpoint, reason)
        if not text.strip():
            raise nothing_written(endpoint, limit) if reason == "length" else no_answer(endpoint, "an empty text")
        usage = answer.usage if isinstance(answer.usage, dict) else {}
        return Completion(
            text=text,
            model=answer.model or endpoint.model,
            usage=usage_of(usage.get("prompt_tokens"), usage.get("completion_tokens"), endpoint.price),
            finish_reason=reason,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()


def _format(prompt: Prompt, form: Form) -> dict[str, Any]:
    if form == "none" or prompt.answer_schema is None:
        return {}
    if form == "json_object":
        return {"response_format": {"type": "json_object"}}
    strict = enforceable(prompt.answer_schema)
    schema = {
        "name": prompt.schema_name,
        "schema": prompt.answer_schema if strict is None else strict,
        "strict": strict is not None,
    }
    return {"response_format": {"type": "json_schema", "json_schema": schema}}


def _looks_like(headers: Any, body: bytes) -> str:
    if not body.strip():
        return "an empty body"
    kind = str(headers.get("content-type", "")).split(";")[0].strip()
    if "html" in kind or body.lstrip()[:1] == b"<":
        return "a web page"
    return "something without choices"
