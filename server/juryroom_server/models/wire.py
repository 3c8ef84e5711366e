"""The port to one provider API, as its SDK speaks it."""

from typing import Protocol

from juryroom_reviewers.model import Completion, Prompt
from juryroom_reviewers.value import Value

from .prefixes import Keep
from .presets import Form

NO_KEEP = Keep()
"""Nothing is said to the provider's cache."""


class Answered(Value):
    """An answer, and what only the books want to know of it."""

    completion: Completion
    cached_tokens: int | None = None
    """Of the input, those that the provider had in its cache."""
    written_tokens: int | None = None
    """Of the input, those that it put into its cache."""
    first_token_s: float | None = None
    """Seconds to the first piece; None where the answer did not stream."""


class Wire(Protocol):
    """One provider API."""

    async def send(self, prompt: Prompt, form: Form, so_far: str = "", keep: Keep = NO_KEEP) -> Answered:
        """Ask once.

        Args:
            prompt: what is asked.
            form: how the answer is constrained.
            so_far: an answer to this prompt that was cut off; the rest of it is wanted, in no special form.
            keep: what to say to the provider's cache; told when the answer begins.

        Raises:
            ProviderError: for whatever is not a whole answer.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


CONTINUE = (
    "Your answer was cut off at its length limit. Go on exactly where it stopped, with the very next character: repeat "
    "nothing, explain nothing, begin no new code block."
)
"""The last word to a model whose answer was cut off."""
