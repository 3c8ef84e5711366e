"""Calls that may wait, at a lower price: the seams to the providers' batch APIs and to who remembers their jobs."""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from juryroom_reviewers.model import Prompt
from juryroom_reviewers.value import Value

from .endpoint import Endpoint
from .failure import ProviderError
from .wire import Answered


class State(StrEnum):
    """Where a job is in its life."""

    submitting = "submitting"
    """On its way to the provider; if its process has ended, nobody here knows whether it arrived."""
    running = "running"
    collected = "collected"
    """Its answers are here, and paid."""
    given_up = "given up"
    """The provider didn't take it, has lost it, or the user wants it forgotten."""

    @property
    def open(self) -> bool:
        """Whether answers may still come."""
        return self in (State.submitting, State.running)


class Item(Value):
    """One call of a job. Its words are not kept."""

    digest: str
    """SHA-256 (hex) of model, address and prompt: by it the answer is found again."""
    reservation: str
    """The money that is set aside for it."""


class Job(Value):
    """Calls to one model that were handed in together."""

    id: str
    """Our own name of it."""
    name: str | None = None
    """The provider's; None: not known, see State.submitting."""
    card: str
    """Key of the model's card."""
    model: str
    """`provider:model`."""
    project: str = ""
    """SHA-256 (hex) of the repository's path; empty until it is kept."""
    state: State
    made_at: datetime
    items: tuple[Item, ...]

    @property
    def label(self) -> str:
        """What people call it by."""
        return self.name or self.id


class JobsError(Exception):
    """Jobs can't be remembered, so none is handed in. The message says why."""


class Jobs(Protocol):
    """Who remembers jobs, beyond the end of the process."""

    async def find(self, digests: Collection[str]) -> tuple[Job, ...]:
        """Open jobs that hold one of these calls.

        Raises:
            JobsError: when it can't be known.
        """
        ...

    async def claim(self, job: Job) -> bool:
        """Remember a job that is about to be handed in, unless another open one holds one of its calls.

        Raises:
            JobsError: when it can't be remembered.
        """
        ...

    async def change(self, job: Job) -> None:
        """Remember its name and state.

        Raises:
            JobsError: when they can't be remembered.
        """
        ...


Outcome = Answered | ProviderError


class BatchWire(Protocol):
    """One provider's batch API, for one model."""

    async def submit(self, requests: Mapping[str, Prompt]) -> str:
        """Hand in calls by their digests; the provider's name of the job.

        Raises:
            ProviderError: when it was not taken, or nobody knows.
        """
        ...

    async def collect(self, name: str, digests: Collection[str], limit: int) -> Mapping[str, Outcome] | None:
        """What became of each of the calls; None while the job is running.

        Args:
            name: the provider's name of the job.
            digests: the calls.
            limit: tokens that an answer was allowed, for messages.

        Raises:
            ProviderError: when the job can't be looked at.
        """
        ...

    async def cancel(self, name: str) -> None:
        """Ask for its end. What was answered by then is paid, and has to be collected.

        Raises:
            ProviderError: when that can't be asked.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


def can_wait(endpoint: Endpoint) -> bool:
    """Whether a model is known to take calls that may wait."""
    return endpoint.card.preset.batch and "batch" in (endpoint.card.capabilities or ())


def at_batch_price(endpoint: Endpoint) -> Endpoint:
    """The same model at the price of calls that may wait."""
    price = endpoint.price
    if price is None:
        return endpoint
    return endpoint.model_copy(update={"card": endpoint.card.model_copy(update={"price": price.for_batch()})})
