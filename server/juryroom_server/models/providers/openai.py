"""OpenAI's chat completions, and everything that speaks them. The only importer of its SDK."""

from collections.abc import Callable
from contextlib import aclosing
from functools import partial
from typing import Any

import openai
from pydantic import BaseModel, ValidationError

from juryroom_reviewers.model import Completion, Prompt

from ..diagnose import from_error_in_answer, from_status, from_transport
from ..endpoint import Endpoint
from ..failure import Kind, ProviderError, broken_off, no_answer, nothing_written, stopped
from ..prefixes import Keep, marks
from ..presets import Form
from ..schema import enforceable
from ..streaming import Watch, assemble
from ..tally import believable, usage_of
from ..transport import BROKEN, Response, answered, open_client
from ..wire import CONTINUE, NO_KEEP, Answered
from .pieces import Json, looks_like, parse, streams

_NO_KEY = "none"
"""Without any the SDK would take OPENAI_API_KEY, and send it to whoever is asked."""


def _text_of(content: Any) -> str:
    if isinstance(content, list):  # thinking models of Mistral's send pieces, of which the text is the answer
        pieces = [piece.get("text") for piece in content if isinstance(piece, dict) and piece.get("type") == "text"]
        return "".join(piece for piece in pieces if isinstance(piece, str))
    return content if isinstance(content, str) else ""


class _Message(BaseModel):
    content: str | list[dict[str, Any]] | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Answer(BaseModel):
    """What is read of an answer; the SDK's own types take anything, so they prove nothing."""

    choices: list[_Choice]
    model: str | None = None
    usage: Any = None


class _Assembly:
    """An answer out of `chat.completion.chunk`s."""

    def __init__(self, endpoint: Endpoint, headers: Any) -> None:
        self._endpoint = endpoint
        self._headers = headers
        self._text: list[str] = []
        self._refusal: list[str] = []
        self._finish: str | None = None
        self._model: str | None = None
        self._usage: Any = None
        self.ended = False

    def take(self, data: str) -> bool:
        """See Assembly."""
        if data.strip() == "[DONE]":
            self.ended = True
            return False
        event = parse(self._endpoint, self._headers, data)
        self._model = self._model or event.text("model")
        self._usage = event.value.get("usage") or event.part("x_groq").value.get("usage") or self._usage
        choice = next((one for one in event.parts("choices") if one.value.get("index", 0) == 0), None)
        if choice is None:
            return False
        self._finish = choice.text("finish_reason") or self._finish
        return self._add(choice.part("delta"))

    def _add(self, delta: Json) -> bool:
        text, refusal = _text_of(delta.value.get("content")), delta.text("refusal")
        self._text.append(text)
        self._refusal.append(refusal or "")
        # thinking is no part of the answer, but a sign of life; Mistral's stands in the content
        thinking = delta.text("reasoning_content") or delta.text("reasoning") or delta.parts("content")
        return bool(text or refusal or thinking)

    def answer(self) -> _Answer:
        """The whole; see Assembly.ended."""
        if not self.ended:
            raise broken_off(self._endpoint)
        message = _Message(content="".join(self._text), refusal="".join(self._refusal) or None)
        choice = _Choice(message=message, finish_reason=self._finish)
        return _Answer(choices=[choice], model=self._model, usage=self._usage)


class OpenAIWire:
    """Chat completions of one model at one address."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._limit_word: str = endpoint.card.preset.limit_word
        self._says_usage = True
        self._caches = True
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

    async def send(self, prompt: Prompt, form: Form, so_far: str = "", keep: Keep = NO_KEEP) -> Answered:
        """Ask once; see Wire. Words that a server doesn't know are said in another way, and it is remembered."""
        while True:
            try:
                return await self._send(prompt, form, so_far, keep if self._caches else NO_KEEP)
            except ProviderError as error:
                if not self._adapts(error):
                    raise

    def _adapts(self, error: ProviderError) -> bool:
        """Whether the server complains of a word that there is another one for."""
        if error.kind is not Kind.request:
            return False
        if "max_completion_tokens" in error.detail and self._limit_word == "max_tokens":
            self._limit_word = "max_completion_tokens"
            return True
        if "stream_options" in error.detail and self._says_usage:
            self._says_usage = False
            return True
        if "prompt_cache" in error.detail and self._caches:
            self._caches = False
            return True
        return False

    async def _send(self, prompt: Prompt, form: Form, so_far: str, keep: Keep) -> Answered:
        limit = self._endpoint.card.max_output_tokens or prompt.max_output_tokens
        body: dict[str, Any] = {
            **self.request(prompt, form, so_far, keep),
            "stream": True,
            **({"stream_options": {"include_usage": True}} if self._says_usage else {}),
        }
        failure = None
        finish: Callable[[], _Answer]
        try:
            with Watch(self._endpoint, keep.begun) as watch:
                async with aclosing(await self._opened(body)) as response:
                    headers = response.headers
                    if streams(headers):
                        assembly = _Assembly(self._endpoint, headers)
                        finish = assembly.answer  # when all is read, or what is held open after the end is left
                        await assemble(response.aiter_bytes(), assembly, watch)
                    else:
                        watch.unlimited()
                        finish = partial(self._parse, headers, await response.aread())
            return self._answered(finish(), limit, watch.first_s)
        except openai.APIStatusError as error:
            failed = error.response
            failure = from_status(self._endpoint, failed.status_code, failed.headers, failed.content)
        except (openai.APIConnectionError, *BROKEN) as error:
            failure = from_transport(self._endpoint, error, answered=answered(error))
        raise failure  # outside of the handler: the SDK's error may hold what a traceback must not show

    async def _opened(self, body: dict[str, Any]) -> Response:
        """The answer to a request, its body not read yet.

        Sent by the SDK's method for any path: the one for this path takes a fifth of a call's CPU to walk the body for
        names to translate, of which there are none.
        """
        stream: bool = True  # not the literal: with that, the SDK's types promise events of its own
        return await self._client.post(
            "/chat/completions",
            cast_to=Response,
            body=body,
            options={"security": {"bearer_auth": True}},  # as that one does: never OPENAI_ADMIN_KEY
            stream=stream,
        )

    @property
    def client(self) -> openai.AsyncOpenAI:
        """For the API's other paths."""
        return self._client

    def request(self, prompt: Prompt, form: Form, so_far: str = "", keep: Keep = NO_KEEP) -> dict[str, Any]:
        """The body of a request; see Wire. By itself, the answer comes in one piece."""
        return {
            "model": self._endpoint.model,
            "messages": _messages(prompt, so_far, keep),
            self._limit_word: self._endpoint.card.max_output_tokens or prompt.max_output_tokens,
            **_format(prompt, form),
            **self._caching(keep),
        }

    def read(self, body: bytes, limit: int) -> Answered:
        """An answer that came in one piece; see Wire for what is raised.

        Args:
            body: JSON.
            limit: tokens that it was allowed.
        """
        answer = self._parse({}, body)
        return self._answered(answer, limit, None)

    def _answered(self, answer: _Answer, limit: int, first_s: float | None) -> Answered:
        return Answered(
            completion=self._conclude(answer, limit),
            cached_tokens=_cached(answer.usage),
            written_tokens=_cached(answer.usage, "cache_write_tokens"),
            first_token_s=first_s,
        )

    def _caching(self, keep: Keep) -> dict[str, Any]:
        """Where writing has a fee, nothing is kept but what is worth it: by itself all of each prompt would be."""
        endpoint = self._endpoint
        words: dict[str, Any] = {"prompt_cache_key": keep.key} if keep.key and endpoint.card.preset.cache_key else {}
        if self._caches and marks(endpoint):
            words["prompt_cache_options"] = {"mode": "explicit"}
        return words

    def _parse(self, headers: Any, body: bytes) -> _Answer:
        try:
            answer = _Answer.model_validate_json(body)
        except ValidationError:
            answer = None
        if answer is None or not answer.choices:
            problem = from_error_in_answer(self._endpoint, headers, body)
            raise problem or no_answer(self._endpoint, looks_like(headers, body, "something without choices"))
        return answer

    def _conclude(self, answer: _Answer, limit: int) -> Completion:
        endpoint, choice = self._endpoint, answer.choices[0]
        if choice.message.refusal:
            raise stopped(endpoint, "refusal", choice.message.refusal)
        text, reason = _text_of(choice.message.content), choice.finish_reason
        if reason not in ("stop", "length"):
            raise stopped(endpoint, reason)
        if not text.strip():
            raise nothing_written(endpoint, limit) if reason == "length" else no_answer(endpoint, "an empty text")
        usage = answer.usage if isinstance(answer.usage, dict) else {}
        return Completion(
            text=text,
            model=answer.model or endpoint.model,
            usage=usage_of(
                usage.get("prompt_tokens"),
                usage.get("completion_tokens"),
                endpoint.price,
                cached_tokens=_cached(answer.usage),
                written_tokens=_cached(answer.usage, "cache_write_tokens"),
            ),
            finish_reason=reason,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()


_KEPT = {"prompt_cache_breakpoint": {"mode": "explicit"}}
"""At the last part of what is worth keeping; all before it is kept too."""


def _messages(prompt: Prompt, so_far: str, keep: Keep) -> list[dict[str, Any]]:
    system: Any = prompt.system
    user: Any = prompt.user
    if keep.mark and prompt.stable_chars:
        stable, rest = user[: prompt.stable_chars], user[prompt.stable_chars :]
        user = [{"type": "text", "text": stable, **_KEPT}, {"type": "text", "text": rest}]
    elif keep.mark:
        system = [{"type": "text", "text": system, **_KEPT}]
    asked = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    rest = [{"role": "assistant", "content": so_far}, {"role": "user", "content": CONTINUE}]
    return asked + rest if so_far else asked


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


def _cached(usage: Any, what: str = "cached_tokens") -> int | None:
    details = usage.get("prompt_tokens_details") if isinstance(usage, dict) else None
    return believable(details.get(what)) if isinstance(details, dict) else None
