"""A model that is asked through its provider's batch API: what all seats ask it is handed in as one job."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import anyio
import anyio.to_thread

from juryroom_reviewers.model import Completion, Model, Prompt

from .accounting import BudgetError, Intent, Result
from .accounting import Outcome as Ended
from .batch_jobs import Batching, collected, connect_batches, until_done
from .endpoint import Endpoint
from .failure import UNBILLED, Kind, ProviderError
from .tally import NOTHING, ceiling
from .waiting import BatchWire, Item, Job, JobsError, Outcome, State, at_batch_price

_GATHER_S = 0.5
"""Seconds without a new question after which all that were asked are handed in. Who comes later gets a job of their
own: too short a time costs nothing but that."""
_HAND_IN_S = 30.0
"""Seconds that handing in may go on after its caller was called back: it would leave a paid job without a name."""


def call_key(endpoint: Endpoint, prompt: Prompt) -> str:
    """SHA-256 (hex) of a call: the key of its answer in the cache too, so that it is found however it came."""
    return hashlib.sha256(f"{endpoint.identity}\0{prompt.digest}".encode()).hexdigest()


@dataclass
class _Call:
    """One question, by whomever it is asked."""

    prompt: Prompt
    job: Job | None = None
    outcome: Outcome | None = None


class BatchModel:
    """A model whose reviews may wait. Votes are asked directly: they are short, and would have everybody wait twice.

    Whoever comes first hands in for all; whoever waits first looks for all. So no task outlives its caller.

    Args:
        endpoint: which, where, with which key.
        direct: the same model, asked at once.
        batching: what this review's batches share.
        reason: why this model, for the books.
    """

    def __init__(self, endpoint: Endpoint, direct: Model, batching: Batching, reason: str = "") -> None:
        self._endpoint = at_batch_price(endpoint)
        self._direct = direct
        self._batching = batching
        self._reason = reason
        self._calls: dict[str, _Call] = {}
        self._handing_in = anyio.Lock()
        self._looking: dict[str, anyio.Lock] = {}
        self._wire: BatchWire | None = None

    @property
    def name(self) -> str:
        """`provider:model`."""
        return self._direct.name

    @property
    def family(self) -> str:
        """Who trained it."""
        return self._direct.family

    async def complete(self, prompt: Prompt) -> Completion:
        """The answer, when its job is done.

        Raises:
            ProviderError: for whatever is not a whole answer.
        """
        if prompt.schema_name != "review":
            return await self._direct.complete(prompt)
        call = self._calls.setdefault(call_key(self._endpoint, prompt), _Call(prompt))
        async with self._handing_in:
            if call.job is None and call.outcome is None:
                await self._gather()
                try:
                    await self._hand_in()
                except JobsError as error:
                    raise self._failure(f"a batch has to be remembered, and can't be: {error}") from error
        if call.outcome is None:
            assert call.job is not None  # noqa: S101 - handed in, or it has failed
            async with self._looking.setdefault(call.job.id, anyio.Lock()):
                if call.outcome is None:
                    await self._wait_for(call.job)
        outcome = call.outcome
        assert outcome is not None  # noqa: S101 - the job is done
        if isinstance(outcome, ProviderError):
            raise outcome
        return outcome.completion

    async def _gather(self) -> None:
        known = -1
        while known < len(self._calls):
            known = len(self._calls)
            await self._batching.sleep(_GATHER_S)

    async def _hand_in(self) -> None:
        """Find the jobs that hold what is asked; hand in the rest."""
        jobs, accounts = self._batching.jobs, self._batching.accounts
        fresh = {key: call for key, call in self._calls.items() if call.job is None and call.outcome is None}
        for job in await jobs.find(fresh):
            self._attach(job, fresh)
        rest = {key: call for key, call in fresh.items() if call.job is None and call.outcome is None}
        with anyio.CancelScope(shield=True):  # what is set aside and handed in must be known afterwards
            items = [item for key, call in rest.items() if (item := await self._reserved(key, call))]
            if not items:
                return
            job = Job(
                id=uuid4().hex,
                card=self._endpoint.card.key,
                model=self.name,
                state=State.submitting,
                made_at=datetime.now(UTC),
                items=tuple(items),
            )
            if await jobs.claim(job):
                await self._submit(job, {item.digest: rest[item.digest] for item in items})
                return
            for item in items:
                await accounts.settle(item.reservation, Result(outcome=Ended.cancelled, cost_usd=NOTHING, attempts=0))
        await self._hand_in()  # another process was faster: its job is found now

    async def _reserved(self, key: str, call: _Call) -> Item | None:
        endpoint = self._endpoint
        limit = endpoint.card.max_output_tokens or call.prompt.max_output_tokens
        intent = Intent(
            model=endpoint.name,
            family=self.family,
            tier=endpoint.card.tier.value,
            task=call.prompt.schema_name,
            persona=call.prompt.persona,
            reason=f"batch; {self._reason}" if self._reason else "batch",
            digest=key,
            ceiling_usd=ceiling(call.prompt, "", limit, endpoint.price),
        )
        try:
            return Item(digest=key, reservation=await self._batching.accounts.reserve(intent))
        except BudgetError as error:
            call.outcome = ProviderError(f"{endpoint.name}: {error}", Kind.budget)
            return None

    def _attach(self, job: Job, calls: Mapping[str, _Call]) -> None:
        for item in job.items:
            if call := calls.get(item.digest):
                call.job = job
                if job.name is None:
                    call.outcome = self._failure(
                        f"the batch {job.id} was being handed in at {job.made_at:%Y-%m-%d %H:%M} UTC, and it is not "
                        "known whether it arrived; look at your provider's list of batches, and if it has none from "
                        f"then, run: juryroom batch cancel {job.id}"
                    )
        if job.name is not None:
            self._batching.waiting[job.id] = job

    async def _submit(self, job: Job, calls: Mapping[str, _Call]) -> None:
        failure = None
        with anyio.move_on_after(_HAND_IN_S):
            try:
                wire = await self._connected()
                name = await wire.submit({key: call.prompt for key, call in calls.items()})
                job = job.model_copy(update={"name": name, "state": State.running})
            except ProviderError as error:
                failure = error
        if job.name is not None:
            await self._batching.jobs.change(job)
            self._attach(job, calls)
            return
        if failure is not None and failure.kind in UNBILLED:
            await self._batching.jobs.change(job.model_copy(update={"state": State.given_up}))
            for item in job.items:
                result = Result(outcome=Ended.failed, cost_usd=NOTHING, error=failure.kind.value)
                await self._batching.accounts.settle(item.reservation, result)
            for call in calls.values():
                call.outcome = failure
            return
        self._attach(job, calls)  # it may have arrived: it stays on the books

    async def _wait_for(self, job: Job) -> None:
        """Look at a job until it is done, then settle it and hand its answers out."""
        outcomes = await self._outcomes(job)
        with anyio.CancelScope(shield=True):
            await collected(self._batching, self._endpoint, job, outcomes)
        for key, call in self._calls.items():
            if key in outcomes:
                call.outcome = outcomes[key]

    async def _outcomes(self, job: Job) -> Mapping[str, Outcome]:
        wire = await self._connected()
        outcomes = await until_done(wire, self._endpoint, job, self._batching.sleep)
        return outcomes if outcomes is not None else {item.digest: self._lost(job) for item in job.items}

    def _lost(self, job: Job) -> ProviderError:
        words = f"the provider knows no batch {job.label} any more; ask again"
        return ProviderError(f"{self.name}: {words}", Kind.answer)  # what it cost is not known

    def _failure(self, words: str) -> ProviderError:
        return ProviderError(f"{self.name}: {words}", Kind.request)

    async def _connected(self) -> BatchWire:
        if self._wire is None:
            self._wire = await anyio.to_thread.run_sync(connect_batches, self._endpoint)
        return self._wire

    async def aclose(self) -> None:
        """Close the connections."""
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.aclose()
