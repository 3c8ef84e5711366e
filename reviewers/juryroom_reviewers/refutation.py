"""What an attempt to disprove a claim is about, and what came of it."""

from enum import StrEnum

from .cluster import Cluster
from .finding import Location
from .model import NOTHING_USED, Usage
from .reviewer import Seat
from .value import Value


class Outcome(StrEnum):
    """What came of an attempt."""

    stands = "stands"
    """The refuter has tried and failed."""
    refuted = "refuted"
    """The refuter cites code that makes the claim false, and the code is there."""
    void = "void"
    """No usable answer, or one whose evidence is not there: it says nothing."""
    nobody = "nobody"
    """There is no model of a family that does not support the claim."""


class Ground(StrEnum):
    """What the refuter rests on. Only the first four refute; one of the others is an attempt that has failed."""

    contradicted = "contradicted"
    guarded = "guarded"
    unreachable = "unreachable"
    intended = "intended"
    speculative = "speculative"
    needs_context = "needs_context"
    handled_elsewhere_unseen = "handled_elsewhere_unseen"
    unlikely = "unlikely"
    none = "none"


REFUTES = frozenset({Ground.contradicted, Ground.guarded, Ground.unreachable, Ground.intended})


class Challenge(Value):
    """A claim that is to be disproved, and the seats that are no longer free to try."""

    cluster: Cluster
    supporters: tuple[Seat, ...]
    voters: tuple[Seat, ...] = ()
    """Who has voted on it: asked only where nobody else is left."""


class Refutation(Value):
    """The attempt on one claim."""

    cluster: Cluster
    outcome: Outcome
    refuter: Seat | None = None
    """None when nobody was left."""
    reason: str = ""
    """The refuter's; of a void attempt why it is void."""
    evidence: str = ""
    location: Location | None = None
    """Where the evidence stands: found by code."""
    looked_up: tuple[str, ...] = ()
    """What it asked to see besides the code around the claim."""
    usage: Usage = NOTHING_USED
    over_budget: bool = False
