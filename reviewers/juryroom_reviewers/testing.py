"""A model that says what it was told to say: part of the product, so that users can test their personas and panels."""

from collections.abc import Callable, Sequence

from .model import Completion, ModelError, Prompt, Usage


class ScriptedModel:
    """A deterministic model. It proves plumbing, never quality.

    Args:
        answers: the texts to answer with, in turn (the last one again and again), or a function from prompt to text.
            An answer may be a ModelError, which is raised.
        name: `provider:model`, as it stands in reports.
        family: who would have trained it.
    """

    def __init__(
        self,
        answers: Callable[[Prompt], str | ModelError] | Sequence[str | ModelError],
        *,
        name: str = "scripted:one",
        family: str = "scripted",
    ) -> None:
        self.name = name
        self.family = family
        self.prompts: list[Prompt] = []
        """Everything that it was asked, in order."""
        self._answers = answers

    async def complete(self, prompt: Prompt) -> Completion:
        """Answer as scripted; the usage is a token for every four characters, at no cost."""
        self.prompts.append(prompt)
        if callable(self._answers):
            answer = self._answers(prompt)
        else:
            answer = self._answers[min(len(self.prompts), len(self._answers)) - 1]
        if isinstance(answer, ModelError):
            raise answer
        asked = len(prompt.system) + len(prompt.user)
        usage = Usage(input_tokens=asked // 4, output_tokens=len(answer) // 4)
        return Completion(text=answer, model=self.name, usage=usage, finish_reason="stop")
