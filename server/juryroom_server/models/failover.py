"""Stand-ins: models that answer in a fixed order for one that can't, and never silently."""

from collections.abc import Collection, Sequence

from juryroom_reviewers.model import Completion, Model, Prompt

from .failure import Kind, ProviderError

HOPELESS = frozenset({Kind.too_long, Kind.request, Kind.form, Kind.refusal, Kind.filtered, Kind.budget})
"""Failures that belong to the question, or to the user's purse: nobody else is asked."""


class FailoverModel:
    """A model with stand-ins.

    It goes by the first one's name and family, also when another one answers; the answer's notes say who did, and
    begin with `degraded: ` where the panel has become less diverse by that.

    Args:
        models: the first one, then the stand-ins in their order.
        seated: families that sit on the panel.
    """

    def __init__(self, models: Sequence[Model], seated: Collection[str]) -> None:
        self._first, *self._others = models
        self._seated = frozenset(seated)

    @property
    def name(self) -> str:
        """`provider:model` of the first."""
        return self._first.name

    @property
    def family(self) -> str:
        """Who trained the first."""
        return self._first.family

    async def complete(self, prompt: Prompt) -> Completion:
        """The answer of the first one that gives one.

        Raises:
            ModelError: the first one's, with a word on who else was asked.
        """
        try:
            return await self._first.complete(prompt)
        except ProviderError as error:
            if error.kind in HOPELESS:
                raise
            failure = error
        asked: list[str] = []
        for model in self._others:
            try:
                completion = await model.complete(prompt)
            except ProviderError as error:
                asked.append(f"{model.name} ({error.kind.value})")
                continue
            note = self._note(model, failure)
            return completion.model_copy(update={"notes": (*completion.notes, note)})
        tried = f"; stand-ins failed too: {', '.join(asked)}" if asked else ""
        raise ProviderError(
            f"{failure}{tried}", failure.kind, retry_after_s=failure.retry_after_s, detail=failure.detail
        )

    def _note(self, model: Model, failure: ProviderError) -> str:
        what = f"{self.name} failed ({failure.kind.value}), {model.name} answered in its place"
        if model.family != self.family and model.family in self._seated:
            return f"degraded: {what}, of a family ({model.family}) that has a seat already"
        return what
