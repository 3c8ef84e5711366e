"""Stand-ins: models that answer in a fixed order for one that can't, and never silently."""

from collections.abc import Sequence

from juryroom_reviewers.model import Completion, Model, Prompt, StandIn

from .failure import Kind, ProviderError

HOPELESS = frozenset({Kind.too_long, Kind.request, Kind.form, Kind.refusal, Kind.filtered, Kind.budget})
"""Failures that belong to the question, or to the user's purse: nobody else is asked."""


class FailoverModel:
    """A model with stand-ins.

    It goes by the first one's name and family; the answer says who gave it, so that it votes under its own.

    Args:
        models: the first one, then the stand-ins in their order.
    """

    def __init__(self, models: Sequence[Model]) -> None:
        self._first, *self._others = models

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
            note = f"{self.name} failed ({failure.kind.value}), {model.name} answered in its place"
            stand_in = StandIn(name=model.name, family=model.family)
            return completion.model_copy(update={"notes": (*completion.notes, note), "stand_in": stand_in})
        tried = f"; stand-ins failed too: {', '.join(asked)}" if asked else ""
        raise ProviderError(
            f"{failure}{tried}", failure.kind, retry_after_s=failure.retry_after_s, detail=failure.detail
        )
