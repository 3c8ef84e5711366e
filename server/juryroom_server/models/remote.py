"""The model behind the domain's port: one place in the queue, one deadline, one retry loop around one API's wire."""

import hashlib
import json
from dataclasses import dataclass, field
from threading import Lock

import anyio
import anyio.to_thread

from juryroom_reviewers.brief import CHARS_PER_TOKEN
from juryroom_reviewers.model import Completion, Prompt

from .accounting import Accounts, BudgetError, Intent, Outcome, Result
from .breaker import Breaker, Sign, State
from .endpoint import Endpoint
from .failure import UNBILLED, Kind, ProviderError, resting, timed_out
from .limiter import Turns
from .prefixes import Keep, Prefixes
from .presets import Form
from .retry import Patience, RetryBudget, persist
from .shared import needs
from .tally import NOTHING, ceiling, saving
from .wire import Answered, Wire

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


@dataclass(frozen=True)
class Terms:
    """By which rules a model is asked, and with whom they are shared."""

    limiter: anyio.CapacityLimiter
    """The places at this address, shared by its models; waiting for one is not counted as time of the call."""
    breaker: Breaker
    budget: RetryBudget
    accounts: Accounts
    patience: Patience
    turns: Turns
    """Requests and tokens a minute; waiting for a turn is not counted as time of the call either."""
    reason: str = ""
    """Why this model, for the books."""
    prefixes: Prefixes = field(default_factory=Prefixes)
    """What providers keep of prompts; waiting until another call has written it is not counted either."""


@dataclass
class _Call:
    """One request, its repeats included, while it is under way."""

    prompt: Prompt
    so_far: str
    deadline: anyio.CancelScope
    keep: Keep
    attempts: int = 0


class RemoteModel:
    """A model that is asked over the network.

    Args:
        endpoint: which, where, with which key.
        terms: by which rules.
    """

    def __init__(self, endpoint: Endpoint, terms: Terms) -> None:
        self._endpoint = endpoint
        self._terms = terms
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
        """Ask once, as far as the rest of the program is concerned; an answer that was cut off may go on once.

        Raises:
            ProviderError: for whatever is not a whole answer.
        """
        whole = self._endpoint.card.timeout_s
        first, took = await self._request(prompt, "", whole)
        if first.finish_reason != "length" or took >= whole:
            return first
        try:
            rest, _ = await self._request(prompt, first.text, whole - took)
        except ProviderError:
            return first  # it says itself that it was cut off
        return joined(first, rest, as_json=prompt.answer_schema is not None)

    async def _request(self, prompt: Prompt, so_far: str, within_s: float) -> tuple[Completion, float]:
        """One request with its repeats, in the books; the answer and the seconds that it took."""
        arrived = anyio.current_time()
        async with self._terms.limiter:
            limit = self._endpoint.card.max_output_tokens or prompt.max_output_tokens
            tokens = int((len(prompt.system) + len(prompt.user) + len(so_far)) / CHARS_PER_TOKEN) + limit
            await self._terms.turns.wait(needs(self._endpoint, tokens))
            keep = await self._terms.prefixes.join(self._endpoint, prompt)
            try:
                return await self._in_turn(prompt, so_far, keep, within_s, queue_s=anyio.current_time() - arrived)
            finally:
                keep.left()

    async def _in_turn(
        self, prompt: Prompt, so_far: str, keep: Keep, within_s: float, *, queue_s: float
    ) -> tuple[Completion, float]:
        asked = anyio.current_time()
        reservation = await self._reserve(prompt, so_far, within_s)
        began = anyio.current_time()
        queue_s += began - asked
        call = _Call(prompt, so_far, anyio.CancelScope(deadline=began + within_s), keep)
        result = Result(outcome=Outcome.cancelled)
        try:
            answer = await self._within_its_time(call)
            result = _went_well(answer, self._endpoint)
        except ProviderError as error:
            cost = NOTHING if error.kind in UNBILLED else None
            result = Result(outcome=Outcome.failed, cost_usd=cost, error=error.kind.value)
            raise
        finally:
            if not call.attempts:
                result = result.model_copy(update={"cost_usd": NOTHING})  # nothing was sent
            took = anyio.current_time() - began
            times = {"attempts": call.attempts, "queue_s": queue_s, "total_s": took}
            with anyio.CancelScope(shield=True):  # a reservation that nobody settles would count as spent
                await self._terms.accounts.settle(reservation, result.model_copy(update=times))
        return answer.completion, took

    async def _reserve(self, prompt: Prompt, so_far: str, wait_s: float) -> str:
        endpoint = self._endpoint
        parts = (endpoint.identity, prompt.digest, so_far)
        limit = endpoint.card.max_output_tokens or prompt.max_output_tokens
        intent = Intent(
            model=endpoint.name,
            family=self.family,
            tier=endpoint.card.tier.value,
            task=prompt.schema_name,
            persona=prompt.persona,
            reason=self._terms.reason,
            digest=hashlib.sha256("\0".join(parts).encode("utf-8", errors="replace")).hexdigest(),
            ceiling_usd=ceiling(prompt, so_far, limit, endpoint.price),
        )
        try:
            return await self._terms.accounts.reserve(intent, wait_s=wait_s)
        except BudgetError as error:
            raise ProviderError(f"{endpoint.name}: {error}", Kind.budget) from None

    async def _within_its_time(self, call: _Call) -> Answered:
        answer = None
        with call.deadline:
            answer = await self._in_some_form(call)
        if answer is None:
            raise timed_out(self._endpoint)
        return answer

    async def _in_some_form(self, call: _Call) -> Answered:
        """Constrain the answer as far as the server allows, and remember how far that is."""
        constrained = call.prompt.answer_schema is not None and not call.so_far
        forms = self._forms if constrained else ("none",)
        for position, form in enumerate(forms):
            try:
                answer = await self._persist(call, form)
            except ProviderError as error:
                if error.kind not in (Kind.form, Kind.request) or form == forms[-1]:
                    raise
                continue
            if constrained:
                self._forms = forms[position:]
            return answer
        raise AssertionError("the last form returns or raises")

    async def _persist(self, call: _Call, form: Form) -> Answered:
        wire = await self._connected()
        terms = self._terms
        return await persist(
            lambda: self._attempt(wire, call, form),
            terms.patience,
            again=lambda: terms.budget.allows and terms.breaker.state is State.closed,
        )

    async def _attempt(self, wire: Wire, call: _Call, form: Form) -> Answered:
        breaker, budget = self._terms.breaker, self._terms.budget
        ticket = breaker.enter()
        if ticket is None:
            raise resting(self._endpoint, breaker.rest_s)
        call.attempts += 1
        sign = Sign.none
        try:
            answer = await wire.send(call.prompt, form, call.so_far, call.keep)
            sign = Sign.alive
        except ProviderError as error:
            sign = error.sign
            if error.retryable:
                budget.failed()
            raise
        finally:
            # who is cut off by the call's own deadline has failed; who is called back has not
            cut_off = sign is Sign.none and call.deadline.cancel_called
            breaker.report(ticket, Sign.failed if cut_off else sign)
        budget.succeeded()
        return answer

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


def _went_well(answer: Answered, endpoint: Endpoint) -> Result:
    usage = answer.completion.usage
    return Result(
        outcome=Outcome.ok,
        answered_by=answer.completion.model,
        input_tokens=usage.input_tokens,
        cached_tokens=answer.cached_tokens,
        output_tokens=usage.output_tokens,
        cost_usd=usage.cost_usd,
        saved_usd=saving(
            usage, endpoint.price, cached_tokens=answer.cached_tokens, written_tokens=answer.written_tokens
        ),
        first_token_s=answer.first_token_s,
    )


_SAME_START = 12
"""Characters: an answer that goes on with those that it began with was begun anew."""


def joined(first: Completion, rest: Completion, *, as_json: bool) -> Completion:
    """One answer out of one that was cut off and what came after it, paid twice.

    Where the parts don't make sense together, it is the first one as it was, still marked as cut off.
    """
    text = first.text + rest.text
    start = first.text.lstrip()[:_SAME_START]
    if len(start) == _SAME_START and rest.text.lstrip().startswith(start):
        text = rest.text
    reason = rest.finish_reason
    if as_json and reason == "stop" and not _is_json(text):
        text, reason = first.text, "length"
    if as_json and reason == "length" and len(text) < len(first.text):
        text = first.text
    return first.model_copy(update={"text": text, "usage": first.usage + rest.usage, "finish_reason": reason})


def _is_json(text: str) -> bool:
    try:
        json.loads(text.strip().removeprefix("```json").removesuffix("```"))
    except (ValueError, RecursionError):
        return False
    return True
