"""What the doctor says of one thing."""

from enum import StrEnum

from juryroom_reviewers.value import Value


class State(StrEnum):
    """How it stands with it."""

    ok = "ok"
    note = "note"
    """Worth knowing; nothing is wrong."""
    warning = "warning"
    """Something that a review does without."""
    problem = "problem"
    """As long as this is so, no review can run."""


class Check(Value):
    """One thing that was looked at."""

    group: str
    """`git`, `configuration`, `models`."""
    name: str
    state: State
    detail: str
    """What was found. Never a key."""
    advice: str = ""
    """What to do, where something is to be done."""
