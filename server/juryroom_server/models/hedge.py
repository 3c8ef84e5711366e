"""Asking a second time when an answer is late: the first of both counts, and both are paid."""

import math
from collections import deque

import anyio

from juryroom_reviewers.model import Completion, Model, ModelError, Prompt, Usage

_UNKNOWN = Usage(input_tokens=None, output_tokens=None, cost_usd=None)


class Pulse:
    """How long a model takes, and how often it was asked twice."""

    ENOUGH = 20
    """Answers before anything is said about the slowest twentieth of them."""
    SHARE = 0.05
    """Of the calls, at most, are asked twice."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=200)
        self._calls = 0
        self._twice = 0

    def call(self) -> None:
        """A call begins."""
        self._calls += 1

    def answered(self, seconds: float) -> None:
        """A call took that long."""
        self._seconds.append(seconds)

    @property
    def late_s(self) -> float | None:
        """The time within which 95 of 100 answers came (nearest rank); None while too few are known."""
        if len(self._seconds) < self.ENOUGH:
            return None
        return sorted(self._seconds)[math.ceil(0.95 * len(self._seconds)) - 1]

    def may_ask_twice(self) -> bool:
        """Whether one more second call is within the share; if so, it is counted."""
        allowed = self._twice + 1 <= self.SHARE * self._calls
        self._twice += allowed
        return allowed


class HedgedModel:
    """A model whose late answers are asked for once more.

    Only for calls that are cheap, and that may be repeated without harm; a review of a large change is neither.

    Args:
        model: who is asked.
        pulse: what is known of its times.
        most_tokens: longest answer of a cheap call.
    """

    def __init__(self, model: Model, pulse: Pulse, *, most_tokens: int = 1024) -> None:
        self._model = model
        self._pulse = pulse
        self._most_tokens = most_tokens

    @property
    def name(self) -> str:
        """`provider:model`."""
        return self._model.name

    @property
    def family(self) -> str:
        """Who trained it."""
        return self._model.family

    async def complete(self, prompt: Prompt) -> Completion:
        """The answer that comes first. What the other one took is unknown, and so is the sum.

        Raises:
            ModelError: the first failure, when no answer comes.
        """
        if prompt.max_output_tokens > self._most_tokens:
            return await self._model.complete(prompt)
        self._pulse.call()
        late_s = self._pulse.late_s
        if late_s is None:
            return await self._timed(prompt)
        answers: list[Completion] = []
        failures: list[ModelError] = []
        legs = 1

        async def leg() -> None:
            try:
                answers.append(await self._timed(prompt))
            except ModelError as error:
                failures.append(error)
            if answers or len(failures) == legs:
                group.cancel_scope.cancel()  # the other one settles what it has cost

        async with anyio.create_task_group() as group:
            group.start_soon(leg)
            await anyio.sleep(late_s)
            if self._pulse.may_ask_twice():
                legs = 2
                group.start_soon(leg)
        if not answers:
            raise failures[0]
        if legs == 1 or failures:
            return answers[0]
        note = f"asked twice, as no answer came within {late_s:.1f} s"
        return answers[0].model_copy(update={"usage": answers[0].usage + _UNKNOWN, "notes": (*answers[0].notes, note)})

    async def _timed(self, prompt: Prompt) -> Completion:
        began = anyio.current_time()
        completion = await self._model.complete(prompt)
        self._pulse.answered(anyio.current_time() - began)
        return completion
