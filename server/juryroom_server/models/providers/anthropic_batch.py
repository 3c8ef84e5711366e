"""Anthropic's message batches: requests and answers without files."""

import json
from collections.abc import Awaitable, Collection, Mapping
from typing import Any, TypeVar

import anthropic

from juryroom_reviewers.model import Prompt

from ..diagnose import from_status, from_transport
from ..endpoint import Endpoint
from ..failure import Kind, ProviderError, no_answer
from ..transport import BROKEN, Response, answered
from ..waiting import Outcome
from .anthropic import AnthropicWire
from .pieces import Json, json_lines, not_done

T = TypeVar("T")
_STATUS = {
    "invalid_request_error": 400, "authentication_error": 401, "permission_error": 403, "not_found_error": 404,
    "request_too_large": 413, "rate_limit_error": 429, "overloaded_error": 529,
}  # fmt: skip  # words, not a list to read down
"""The type of an error within a batch -> the status that the same error has by itself."""


class AnthropicBatches:
    """Jobs of messages of one model at one address."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._wire = AnthropicWire(endpoint)
        self._client = self._wire.client

    async def submit(self, requests: Mapping[str, Prompt]) -> str:
        """Hand in calls; see BatchWire."""
        form = self._endpoint.forms[0]
        items: Any = [{"custom_id": key, "params": self._wire.request(one, form)} for key, one in requests.items()]
        job = await self._told(self._client.messages.batches.create(requests=items))
        if not isinstance(job.id, str) or not job.id:
            raise no_answer(self._endpoint, "a job without a name")
        return job.id

    async def collect(self, name: str, digests: Collection[str], limit: int) -> Mapping[str, Outcome] | None:
        """What became of each of the calls; see BatchWire."""
        job = await self._told(self._client.messages.batches.retrieve(name))
        if job.processing_status != "ended":
            return None
        # not by the address that the answer names: behind a gateway the key would go to another host
        path = f"/v1/messages/batches/{name}/results"
        content = await self._told(self._client.get(path, cast_to=Response))
        outcomes = {
            line.text("custom_id"): self._outcome(line.part("result"), limit) for line in json_lines(content.content)
        }
        return {key: outcomes.get(key) or not_done(self._endpoint, name, "no answer in it") for key in digests}

    def _outcome(self, result: Json, limit: int) -> Outcome:
        kind = result.text("type")
        if kind == "succeeded":
            try:
                return self._wire.read(json.dumps(result.part("message").value).encode(), limit)
            except ProviderError as error:
                return error
        if kind == "errored":
            outer = result.part("error")
            inner = outer.part("error") if outer.value.get("error") else outer
            status = _STATUS.get(inner.text("type") or "", 500)
            return from_status(self._endpoint, status, {}, json.dumps({"error": inner.value}).encode())
        what = "canceled" if kind == "canceled" else "expired" if kind == "expired" else "ended for no known reason"
        return ProviderError(f"{self._endpoint.name}: not answered within the batch: {what}", Kind.server)

    async def cancel(self, name: str) -> None:
        """Ask for its end; see BatchWire."""
        await self._told(self._client.messages.batches.cancel(name))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._wire.aclose()

    async def _told(self, call: Awaitable[T]) -> T:
        failure = None
        try:
            return await call
        except anthropic.APIStatusError as error:
            failed = error.response
            failure = from_status(self._endpoint, failed.status_code, failed.headers, failed.content)
        except (anthropic.APIConnectionError, *BROKEN) as error:
            failure = from_transport(self._endpoint, error, answered=answered(error))
        except anthropic.AnthropicError:
            failure = no_answer(self._endpoint, "something that is no job")
        raise failure  # outside of the handler: the SDK's error may hold what a traceback must not show
