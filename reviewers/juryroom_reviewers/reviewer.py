"""A member of the panel, whatever is inside: an analyser, or a persona on a model."""

from enum import StrEnum
from functools import cached_property
from typing import Protocol

from .change import Skipped
from .context import ReviewContext
from .finding import CATEGORIES, Finding
from .model import NOTHING_USED, StandIn, Usage
from .value import Value


class Method(StrEnum):
    """How a reviewer comes to its findings. Analysers of one method make the same mistakes: they count as one voter."""

    lexical = "lexical"
    structural = "structural"
    dataflow = "dataflow"
    metric = "metric"
    model = "model"


class Seat(Value):
    """Who sits there."""

    name: str
    """Unique on the panel: `ruff`, `security@openai:gpt-5`."""
    method: Method
    persona: str | None = None
    model: str | None = None
    """`provider:model` of a model reviewer; None for an analyser."""
    family: str | None = None
    categories: tuple[str, ...] = CATEGORIES
    """What it looks for. Its silence about anything else says nothing."""
    weight: float = 1.0
    """Share of a full vote."""
    version: str = ""
    """Of an analyser its engine's version, of a model reviewer its persona's and prompt's."""
    asked: str | None = None
    """`provider:model` that the seat was given to, where a stand-in answered; `model` and `family` are then its."""

    def taken_by(self, stand_in: StandIn | None) -> "Seat":
        """The seat as it votes: under who answered."""
        if stand_in is None:
            return self
        return self.model_copy(update={"model": stand_in.name, "family": stand_in.family, "asked": self.model})


class Review(Value):
    """What one reviewer says of one change."""

    seat: Seat
    findings: tuple[Finding, ...] = ()
    usage: Usage = NOTHING_USED
    abstained: str | None = None
    """Why there is no opinion. None: it did review, and an empty `findings` means that it found nothing."""
    failed: bool = False
    """With `abstained`: it broke or ran out of time, rather than declined."""
    out_of_time: bool = False
    """With `failed`: the deadline was the reason."""
    over_budget: bool = False
    """At least a part was not read, because a budget did not allow the call."""
    lost: str | None = None
    """Why a call for a part of the change failed; the other parts were read."""
    read: tuple[str, ...] | None = None
    """Paths that it looked at; None: all of the change but `unread`."""
    unread: tuple[Skipped, ...] = ()
    """Files of the change that this reviewer was to read and did not, and why."""
    notes: tuple[str, ...] = ()
    """What else a reader should know: answer repaired, cut off, read from the cache."""
    seconds: float = 0.0

    @cached_property
    def volume(self) -> int:
        """How many different things it says; the same one said fifty times is one."""
        return len({(finding.title, finding.quote) for finding in self.findings})


class Reviewer(Protocol):
    """One member of the panel."""

    @property
    def seat(self) -> Seat:
        """Who this is."""
        ...

    async def review(self, context: ReviewContext) -> Review:
        """Read the change and say what is wrong with it.

        Expected failures come back as a Review that abstains; what is raised is a defect of the reviewer.
        """
        ...
