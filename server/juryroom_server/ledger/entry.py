"""What is written into the books."""

from uuid import uuid4

from pydantic import Field

from juryroom_reviewers.value import Value

from ..models.accounting import Intent, Result


def new_id() -> str:
    """An id that nobody else has."""
    return uuid4().hex


class Reserve(Value):
    """A call that is about to be made."""

    id: str = Field(default_factory=new_id)
    run: str
    project: str
    intent: Intent
    wait_s: float = 0.0
    """Seconds that its caller would wait for room; reservations older than that are not waited for."""


class Settle(Value):
    """What a call took."""

    id: str
    result: Result
