"""How deep a review goes."""

from enum import StrEnum


class Depth(StrEnum):
    """How much is done about each finding after the first, blind pass."""

    quick = "quick"
    """Nothing: analysers and the models configured as quick read the change once."""
    standard = "standard"
    """Models vote on the findings that are neither clear nor hopeless; one tries to disprove what is about to block."""
    deep = "deep"
    """Models vote on every finding, and one tries to disprove each that is severe, or neither clear nor hopeless."""
