"""The model behind the domain's port: one place in the queue, one deadline, one retry loop around one API's wire."""

from threading import Lock
from typing import Protocol

import anyio
import anyio.to_thread

from juryroom_reviewers.model import Completion, Prompt

from .endpoint import Endpoint
from .failure import Kind, ProviderError, timed_out
from .presets import Form
from .retry import Patience, persist


class Wire(Protocol):
    """One provider API, as its SDK speaks it."""

    async def send(self, prompt: Prompt, form: Form) -> Completion:
        """Ask once.

        Raises:
            ProviderError: for whatever is not a whole answer.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


_IMPORTING = Lock()
"""Two threads that import packages with modules in common can see one of them half done."""


def connect(endpoint: Endpoint) -> Wire:
    """The wire that an endpoint's API needs. Importing an SDK takes up to a second, so only who is asked pays it."""
    with _IMPORTING:
        if endpoint.card.preset.api == "anthropic":
            from .providers.anthropic import AnthropicWire  # noqa: PLC0415 - see above

            return AnthropicWire(endpoint)
        from .providers.openai import OpenAIWire  # noqa: PLC0415 - see above

        return OpenAIWire(endpoint)


class RemoteModel:
    """A model that is asked over the network.

    Args:
        endpoint: which, where, with which key.
        limiter: the places at this address, shared by its models; waiting for one is not counted as time of the call.
        patience: of the retry loop.
    """

    def __init__(self, endpoint: Endpoint, limiter: anyio.CapacityLimiter, patience: Patience) -> None:
        self._endpoint = endpoint
        self._limiter = limiter
        self._patience = patience
        self._wire: Wire | None = None
        self._connecting = anyio.Lock()
        self._forms = endpoint.forms

    @property
    def name(self) -> str:
        """`provider:model`."""
        return self._endpoint.name

    @property
    def family(self) -> str:
        """Who trained it."""
        return self._endpoint.card.lineage

    async def complete(self, prompt: Prompt) -> Completion:
        """Ask once, as far as the rest of the program is concerned.

        Raises:
            ProviderError: for whatever is not a whole answer.
        """
        async with self._limiter:
            with anyio.move_on_after(self._endpoint.card.timeout_s):
                return await self._in_some_form(prompt)
        raise timed_out(self._endpoint)

    async def _in_some_form(self, prompt: Prompt) -> Completion:
        """Constrain the answer as far as the server allows, and remember how far that is."""
        forms = self._forms if prompt.answer_schema is not None else ("none",)
        for position, form in enumerate(forms):
            try:
                completion = await self._persist(prompt, form)
            except ProviderError as error:
                if error.kind not in (Kind.form, Kind.request) or form == forms[-1]:
                    raise
                continue
            if prompt.answer_schema is not None:
                self._forms = forms[position:]
            return completion
        raise AssertionError("the last form returns or raises")

    async def _persist(self, prompt: Prompt, form: Form) -> Completion:
        wire = await self._connected()
        return await persist(lambda: wire.send(prompt, form), self._patience)

    async def _connected(self) -> Wire:
        async with self._connecting:
            if self._wire is None:
                # in a thread: during the import the other seats, the deadline and the editor go on
                self._wire = await anyio.to_thread.run_sync(connect, self._endpoint)
            return self._wire

    async def aclose(self) -> None:
        """Close the connections; a later call opens new ones."""
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.aclose()
