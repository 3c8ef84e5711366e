"""Versions of models that the user has approved: an answer of another one says so, one from the cache too."""

from juryroom_reviewers.model import Completion, Model, Prompt

from .card import ModelCard


def vouched(model: Model, card: ModelCard) -> Model:
    """The model, watched where its card approves a version."""
    return model if card.approved is None else _Vouched(model, card)


class _Vouched:
    """A model whose answers are compared with the version that was approved."""

    def __init__(self, model: Model, card: ModelCard) -> None:
        self._model = model
        self._card = card

    @property
    def name(self) -> str:
        """`provider:model`."""
        return self._model.name

    @property
    def family(self) -> str:
        """Who trained it."""
        return self._model.family

    async def complete(self, prompt: Prompt) -> Completion:
        """The answer, with a word about its version where it is not the approved one.

        Raises:
            ModelError: the model's own.
        """
        completion = await self._model.complete(prompt)
        said = self._card.unapproved(completion.model)
        return completion if said is None else completion.model_copy(update={"notes": (*completion.notes, said)})
