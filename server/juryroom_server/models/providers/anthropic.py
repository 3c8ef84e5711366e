"""Anthropic's messages, and everything that speaks them. The only importer of its SDK."""

from collections.abc import Callable
from functools import partial
from typing import Any

import anthropic
from pydantic import BaseModel, ValidationError

from juryroom_reviewers.model import Completion, Prompt

from ..diagnose import from_error_in_answer, from_status, from_transport
from ..endpoint import Endpoint
from ..failure import broken_off, no_answer, nothing_written, stopped
from ..prefixes import Keep
from ..presets import Form
from ..schema import enforceable
from ..streaming import Watch, assemble
from ..tally import believable, count, usage_of
from ..transport import BROKEN, answered, open_client
from ..wire import CONTINUE, NO_KEEP, Answered
from .pieces import Json, looks_like, parse, streams

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


class _Assembly:
    """An answer out of the events of a message."""

    def __init__(self, endpoint: Endpoint, headers: Any) -> None:
        self._endpoint = endpoint
        self._headers = headers
        self._blocks: dict[int, list[str]] = {}
        self._stop: str | None = None
        self._explanation: str | None = None
        self._model: str | None = None
        self._usage: dict[str, Any] = {}
        self.ended = False

    def take(self, data: str) -> bool:
        """See Assembly."""
        event = parse(self._endpoint, self._headers, data)
        match event.text("type"):
            case "message_start":
                message = event.part("message")
                self._model = message.text("model")
                self._count(message)
            case "content_block_start":
                return self._add(event, event.part("content_block"))
            case "content_block_delta":
                return self._add(event, event.part("delta"))
            case "message_delta":
                delta = event.part("delta")
                self._stop = delta.text("stop_reason") or self._stop
                self._explanation = delta.part("stop_details").text("explanation") or self._explanation
                self._count(event)
            case "message_stop":
                self.ended = True
        return False

    def _add(self, event: Json, piece: Json) -> bool:
        """Blocks may come in any order; their index says which is which."""
        kind, index = piece.text("type") or "", event.value.get("index")
        text = piece.text("text") or ""
        if kind in ("text", "text_delta") and isinstance(index, int):
            self._blocks.setdefault(index, []).append(text)
        # thinking is no part of the answer, but a sign of life
        return bool(text or piece.text("thinking"))

    def _count(self, told: Json) -> None:
        self._usage |= {name: value for name, value in told.part("usage").value.items() if value is not None}

    def answer(self) -> _Answer:
        """The whole; see Assembly.ended."""
        if not self.ended:
            raise broken_off(self._endpoint)
        return _Answer(
            content=[_Block(type="text", text="".join(self._blocks[index])) for index in sorted(self._blocks)],
            stop_reason=self._stop,
            stop_details=_StopDetails(explanation=self._explanation),
            model=self._model,
            usage=self._usage,
        )


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

    async def send(self, prompt: Prompt, form: Form, so_far: str = "", keep: Keep = NO_KEEP) -> Answered:
        """Ask once; see Wire."""
        limit = self._endpoint.card.max_output_tokens or prompt.max_output_tokens
        body: dict[str, Any] = {
            **self._basics(prompt, so_far, keep),
            "stream": True,
            "extra_body": _format(prompt, form),  # as it is: the SDKs take much of a call's CPU to walk a schema
        }
        failure = None
        finish: Callable[[], _Answer]
        try:
            with Watch(self._endpoint, keep.begun) as watch:
                async with self._client.messages.with_streaming_response.create(**body) as response:
                    headers = response.headers
                    if streams(headers):
                        assembly = _Assembly(self._endpoint, headers)
                        finish = assembly.answer  # when all is read, or what is held open after the end is left
                        await assemble(response.iter_bytes(), assembly, watch)
                    else:
                        watch.unlimited()
                        finish = partial(self._parse, headers, await response.read())
            return self._answered(finish(), limit, watch.first_s)
        except anthropic.APIStatusError as error:
            failed = error.response
            failure = from_status(self._endpoint, failed.status_code, failed.headers, failed.content)
        except (anthropic.APIConnectionError, *BROKEN) as error:
            failure = from_transport(self._endpoint, error, answered=answered(error))
        raise failure  # outside of the handler: the SDK's error may hold what a traceback must not show

    def _basics(self, prompt: Prompt, so_far: str, keep: Keep) -> dict[str, Any]:
        return {
            "model": self._endpoint.model,
            "max_tokens": self._endpoint.card.max_output_tokens or prompt.max_output_tokens,
            "system": _system(prompt, keep),
            "messages": _messages(prompt, so_far, keep),
        }

    @property
    def client(self) -> anthropic.AsyncAnthropic:
        """For the API's other paths."""
        return self._client

    def request(self, prompt: Prompt, form: Form) -> dict[str, Any]:
        """The body of a request whose answer comes in one piece, later."""
        return self._basics(prompt, "", NO_KEEP) | _format(prompt, form)

    def read(self, body: bytes, limit: int) -> Answered:
        """An answer that came in one piece; see Wire for what is raised.

        Args:
            body: JSON.
            limit: tokens that it was allowed.
        """
        return self._answered(self._parse({}, body), limit, None)

    def _answered(self, answer: _Answer, limit: int, first_s: float | None) -> Answered:
        usage = answer.usage if isinstance(answer.usage, dict) else {}
        return Answered(
            completion=self._conclude(answer, usage, limit),
            cached_tokens=believable(usage.get("cache_read_input_tokens")),
            written_tokens=believable(usage.get("cache_creation_input_tokens")),
            first_token_s=first_s,
        )

    def _parse(self, headers: Any, body: bytes) -> _Answer:
        try:
            return _Answer.model_validate_json(body)
        except ValidationError:
            problem = from_error_in_answer(self._endpoint, headers, body)
            raise problem or no_answer(self._endpoint, looks_like(headers, body, "no message")) from None

    def _conclude(self, answer: _Answer, usage: dict[str, Any], limit: int) -> Completion:
        endpoint = self._endpoint
        reason = _FINISHED.get(answer.stop_reason or "")
        if reason is None:
            said = answer.stop_details.explanation if answer.stop_details else None
            raise stopped(endpoint, answer.stop_reason, said or "")
        text = "".join(block.text for block in answer.content if block.type == "text")
        if not text.strip():
            raise nothing_written(endpoint, limit) if reason == "length" else no_answer(endpoint, "an empty text")
        return Completion(
            text=text,
            model=answer.model or endpoint.model,
            usage=usage_of(
                _all_input(usage),
                usage.get("output_tokens"),
                endpoint.price,
                cached_tokens=usage.get("cache_read_input_tokens"),
                written_tokens=usage.get("cache_creation_input_tokens"),
            ),
            finish_reason=reason,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()


_KEPT = {"cache_control": {"type": "ephemeral"}}
"""At the last block of what is worth keeping; all before it is kept too."""


def _system(prompt: Prompt, keep: Keep) -> Any:
    if not keep.mark or prompt.stable_chars:
        return prompt.system
    return [{"type": "text", "text": prompt.system, **_KEPT}]


def _content(prompt: Prompt, keep: Keep) -> Any:
    stable, rest = prompt.user[: prompt.stable_chars], prompt.user[prompt.stable_chars :]
    if not keep.mark or not stable:
        return prompt.user
    return [{"type": "text", "text": stable, **_KEPT}, {"type": "text", "text": rest}]


def _messages(prompt: Prompt, so_far: str, keep: Keep) -> list[dict[str, Any]]:
    asked = [{"role": "user", "content": _content(prompt, keep)}]
    # the API refuses an assistant's message that ends in white space
    rest = [{"role": "assistant", "content": so_far.rstrip()}, {"role": "user", "content": CONTINUE}]
    return asked + rest if so_far else asked


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
