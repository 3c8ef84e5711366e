"""The port to language models. Providers implement it; the domain only speaks to it."""

import hashlib
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from .value import Value

N = TypeVar("N", int, Decimal)


class Usage(Value):
    """What a call took. Unknown is None and never 0: a sum with an unknown part is unknown."""

    input_tokens: int | None = 0
    output_tokens: int | None = 0
    cost_usd: Decimal | None = Decimal(0)
    saved_usd: Decimal | None = Decimal(0)
    """What answers that we had kept would have cost; None: at least for one of them it is not known."""

    def __add__(self, other: "Usage") -> "Usage":
        """The sum of both, unknown where one part is."""

        def plus(a: N | None, b: N | None) -> N | None:
            return None if a is None or b is None else a + b

        return Usage(
            input_tokens=plus(self.input_tokens, other.input_tokens),
            output_tokens=plus(self.output_tokens, other.output_tokens),
            cost_usd=plus(self.cost_usd, other.cost_usd),
            saved_usd=plus(self.saved_usd, other.saved_usd),
        )


NOTHING_USED = Usage()
UNKNOWN_USAGE = Usage(input_tokens=None, output_tokens=None, cost_usd=None)


class Prompt(Value):
    """One request to a model."""

    system: str
    user: str
    schema_name: str = "answer"
    answer_schema: dict[str, Any] | None = None
    """JSON schema of the answer; a provider that can constrain to it does."""
    max_output_tokens: int = 4096
    nonce: str = ""
    """The random word in the fences around outside text. It is no part of what is asked, so not of the digest."""

    persona: str | None = None
    """Who asks, for the books; no part of the digest."""
    stable_chars: int = 0
    """Of `user`, the characters from its start that other requests begin with too; so does all of `system`. A provider
    that keeps beginnings can keep this one."""
    sharing: int = 1
    """Requests of one review that have this beginning, this one included."""

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what is asked, the same for every nonce: the key of a cached answer."""
        parts = [self.system, self.user, self.schema_name, repr(self.answer_schema), str(self.max_output_tokens)]
        text = "\0".join(parts)
        return hashlib.sha256((text.replace(self.nonce, "") if self.nonce else text).encode()).hexdigest()


class StandIn(Value):
    """A model that answered in another one's place."""

    name: str
    """`provider:model`."""
    family: str


class Completion(Value):
    """A whole answer. A provider that can't vouch for that raises ModelError."""

    text: str
    model: str
    """The model that answered, as the server names it."""
    usage: Usage
    finish_reason: str
    """`stop`, or `length` for an answer that was cut off."""
    cached: bool = False
    """True when nothing was asked of anybody: `usage` is then zero, but for what was saved."""
    notes: tuple[str, ...] = ()
    """How the answer came about, where a reader of the report should know it."""
    stand_in: StandIn | None = None
    """Who answered, where it is not who was asked."""


class ModelError(Exception):
    """A model gave no usable answer. The message says which model, what happened and what to do next."""

    @property
    def over_budget(self) -> bool:
        """True when the call was not made, because a budget did not allow it."""
        return False

    @property
    def usage(self) -> Usage:
        """What it took all the same; unknown where it may be billed."""
        return NOTHING_USED

    @property
    def too_long(self) -> bool:
        """True when a shorter prompt may succeed."""
        return False


class Model(Protocol):
    """One model that can be asked."""

    @property
    def name(self) -> str:
        """`provider:model`."""
        ...

    @property
    def family(self) -> str:
        """Who trained it (`anthropic`, `openai`, `qwen`): votes within a family are not independent."""
        ...

    async def complete(self, prompt: Prompt) -> Completion:
        """Ask once.

        Raises:
            ModelError: for whatever is not a whole answer.
        """
        ...
