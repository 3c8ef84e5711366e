"""Batch jobs, from the provider's API to the books: looking at one until it is done, and settling it."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import anyio
import anyio.to_thread

from .accounting import Accounts, Result
from .accounting import Outcome as Ended
from .cache import Kept, Store
from .endpoint import Endpoint
from .failure import UNBILLED, Kind, ProviderError
from .tally import NOTHING, saving
from .waiting import BatchWire, Job, Jobs, JobsError, Outcome, State
from .wire import Answered

log = logging.getLogger(__name__)

_POLL_S = (2.0, 60.0)
"""Seconds between two looks at a job: at first, and at most."""
_PASSING = frozenset(
    {Kind.server, Kind.rate_limit, Kind.reset, Kind.timeout, Kind.connection, Kind.refused, Kind.dns, Kind.broken_off}
)
"""Failures of a look at a job after which it is looked at again."""
_ANSWER_TOKENS = 4096


def connect_batches(endpoint: Endpoint) -> BatchWire:
    """The batch API of a model; takes up to a second, as importing an SDK does."""
    if endpoint.card.preset.api == "anthropic":
        from .providers.anthropic_batch import AnthropicBatches  # noqa: PLC0415 - see above

        return AnthropicBatches(endpoint)
    from .providers.openai_batch import OpenAIBatches  # noqa: PLC0415 - see above

    return OpenAIBatches(endpoint)


@dataclass
class Batching:
    """What the batches of one review share.

    Args:
        jobs: who remembers them.
        accounts: who keeps the books.
        store: where answers are kept; None: nowhere, so that a job whose answers were fetched is not found again.
        sleep: for waiting.
    """

    jobs: Jobs
    accounts: Accounts
    store: Store | None = None
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep
    waiting: dict[str, Job] = field(default_factory=dict)
    """Jobs that are not done yet, by our own names."""


async def until_done(
    wire: BatchWire, endpoint: Endpoint, job: Job, sleep: Callable[[float], Awaitable[None]]
) -> Mapping[str, Outcome] | None:
    """Look at a job again and again, ever less often; what became of its calls, or None if the provider lost it.

    Raises:
        ProviderError: when it can't be looked at, and won't be by waiting.
    """
    pause, most = _POLL_S
    digests = [item.digest for item in job.items]
    while True:
        try:
            outcomes = await wire.collect(job.name or "", digests, endpoint.card.max_output_tokens or _ANSWER_TOKENS)
        except ProviderError as error:
            if error.kind is Kind.not_found:
                return None
            if error.kind not in _PASSING:
                raise
            outcomes = None
        if outcomes is not None:
            return outcomes
        await sleep(pause)
        pause = min(pause * 2, most)


async def collected(batching: Batching, endpoint: Endpoint, job: Job, outcomes: Mapping[str, Outcome]) -> None:
    """Keep the answers, settle what was set aside, and remember that the job is done.

    In this order: after a crash in between it is fetched once more, and nothing is settled twice.
    """
    for item in job.items:
        outcome = outcomes[item.digest]
        if batching.store is not None and isinstance(outcome, Answered) and outcome.completion.finish_reason == "stop":
            await anyio.to_thread.run_sync(batching.store.write, item.digest, Kept.of(outcome.completion))
        await batching.accounts.settle(item.reservation, _result(outcome, endpoint))
    try:
        await batching.jobs.change(job.model_copy(update={"state": State.collected}))
    except JobsError as error:
        log.warning("the batch %s is done, which can't be remembered: %s", job.label, error)
    batching.waiting.pop(job.id, None)


def _result(outcome: Outcome, endpoint: Endpoint) -> Result:
    if isinstance(outcome, ProviderError):
        cost = NOTHING if outcome.kind in UNBILLED else None
        return Result(outcome=Ended.failed, cost_usd=cost, error=outcome.kind.value)
    usage = outcome.completion.usage
    return Result(
        outcome=Ended.ok,
        answered_by=outcome.completion.model,
        input_tokens=usage.input_tokens,
        cached_tokens=outcome.cached_tokens,
        output_tokens=usage.output_tokens,
        cost_usd=usage.cost_usd,
        saved_usd=saving(
            usage, endpoint.price, cached_tokens=outcome.cached_tokens, written_tokens=outcome.written_tokens
        ),
    )
