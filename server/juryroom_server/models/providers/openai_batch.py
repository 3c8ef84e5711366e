"""OpenAI's batch API: a file of requests, a job over it, a file of answers and one of errors."""

import json
from collections.abc import Awaitable, Collection, Mapping
from typing import Any, TypeVar

import openai

from juryroom_reviewers.model import Prompt

from ..diagnose import from_status, from_transport
from ..endpoint import Endpoint
from ..failure import UNBILLED, Kind, ProviderError, no_answer, plain
from ..transport import BROKEN, answered
from ..waiting import Outcome
from .openai import OpenAIWire
from .pieces import Json, json_lines, not_done

T = TypeVar("T")
_EXPIRES: Any = {"anchor": "created_at", "seconds": 3 * 86_400}
"""Files of the code that is reviewed would be kept for good; a job takes a day."""
_RUNNING = ("validating", "in_progress", "finalizing", "cancelling")


class OpenAIBatches:
    """Jobs of chat completions of one model at one address."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._wire = OpenAIWire(endpoint)
        self._client = self._wire.client

    async def submit(self, requests: Mapping[str, Prompt]) -> str:
        """Hand in calls; see BatchWire."""
        form = self._endpoint.forms[0]
        lines = [
            {"custom_id": key, "method": "POST", "url": "/v1/chat/completions", "body": self._wire.request(one, form)}
            for key, one in requests.items()
        ]
        data = "".join(json.dumps(line) + "\n" for line in lines).encode()
        kept = self._endpoint.card.preset.name == "openai"
        try:
            file = await self._told(
                self._client.files.create(
                    file=("requests.jsonl", data), purpose="batch", expires_after=_EXPIRES if kept else openai.omit
                )
            )
        except ProviderError as error:
            # whatever became of the file, there is no job and no bill
            kind = error.kind if error.kind in UNBILLED else Kind.connection
            raise ProviderError(str(error), kind, detail=error.detail) from None
        job = await self._told(
            self._client.batches.create(
                input_file_id=file.id,
                endpoint="/v1/chat/completions",
                completion_window="24h",
                output_expires_after=_EXPIRES if kept else openai.omit,
            )
        )
        if not isinstance(job.id, str) or not job.id:
            raise no_answer(self._endpoint, "a job without a name")
        return job.id

    async def collect(self, name: str, digests: Collection[str], limit: int) -> Mapping[str, Outcome] | None:
        """What became of each of the calls; see BatchWire."""
        job = await self._told(self._client.batches.retrieve(name))
        if job.status in _RUNNING:
            return None
        outcomes: dict[str, Outcome] = {}
        for file in (job.output_file_id, job.error_file_id):
            if file:
                content = await self._told(self._client.files.content(file))
                for line in json_lines(content.content):
                    outcomes[line.text("custom_id") or ""] = self._outcome(line, limit)
        said = "; ".join(one.message or "" for one in (job.errors.data or ())) if job.errors else ""
        why = f"{job.status}: {plain(self._endpoint, said)}" if said else job.status
        return {key: outcomes.get(key) or not_done(self._endpoint, name, why) for key in digests}

    def _outcome(self, line: Json, limit: int) -> Outcome:
        response = line.part("response")
        status, body = response.value.get("status_code"), json.dumps(response.part("body").value).encode()
        if not isinstance(status, int):
            error = line.part("error")
            why = plain(self._endpoint, error.text("message") or error.text("code") or "no reason given")
            return ProviderError(f"{self._endpoint.name}: not answered within the batch: {why}", Kind.server)
        if status >= 300:  # noqa: PLR2004 - HTTP's classes
            return from_status(self._endpoint, status, {}, body)
        try:
            return self._wire.read(body, limit)
        except ProviderError as error:
            return error

    async def cancel(self, name: str) -> None:
        """Ask for its end; see BatchWire."""
        await self._told(self._client.batches.cancel(name))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._wire.aclose()

    async def _told(self, call: Awaitable[T]) -> T:
        failure = None
        try:
            return await call
        except openai.APIStatusError as error:
            failed = error.response
            failure = from_status(self._endpoint, failed.status_code, failed.headers, failed.content)
        except (openai.APIConnectionError, *BROKEN) as error:
            failure = from_transport(self._endpoint, error, answered=answered(error))
        except openai.APIError:
            failure = no_answer(self._endpoint, "something that is no job")
        raise failure  # outside of the handler: the SDK's error may hold what a traceback must not show
