"""What a reviewer says: one defect, where it is, how bad it would be."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from .value import Value


class Severity(StrEnum):
    """How bad it would be, if it is true: the words of GitHub and bandit, and `nit`."""

    critical = "critical"
    high = "high"
    medium = "medium"
    low = "low"
    nit = "nit"

    @property
    def rank(self) -> int:
        """0 for nit up to 4 for critical."""
        return 4 - list(Severity).index(self)


CATEGORIES = ("security", "performance", "architecture", "correctness")
"""The categories of the four personas that ship; a persona of the user's own brings its own."""

Cwe = Annotated[str, StringConstraints(pattern=r"^CWE-[0-9]{1,5}$")]


class Location(Value):
    """Lines of the new version of a file, from 1, both ends included."""

    path: str
    start_line: int = Field(ge=1)
    end_line: int = Field(ge=1)


class Step(Value):
    """One place on the way of data from where it comes in to where it does harm."""

    location: Location
    says: str
    """What happens there, in a few words."""


class Finding(Value):
    """One defect as its reviewer claims it; whether the place exists is for code to find out."""

    title: str
    """The defect in one line, without its place."""
    severity: Severity
    category: str
    location: Location | None = None
    """Where the reviewer says it is: a claim, until anchored."""
    quote: str = ""
    """The code it is about, verbatim, at most a few lines."""
    rationale: str = ""
    """Cause and consequence: which input or state makes it fail, and how."""
    suggestion: str | None = None
    """What to do instead, in words or code; not a verified patch."""
    confidence: float | None = Field(default=None, ge=0, le=1)
    """The reviewer's own estimate. It ranks ties; it is never shown as the probability."""
    cwe: Cwe | None = None
    rule: str | None = None
    """An analyser's own name for it (`S608`); None from a model."""
    flow: tuple[Step, ...] = ()
    """The way of the data, source first, where a reviewer has followed it."""
