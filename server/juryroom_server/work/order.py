"""What a caller orders: which change, and how to review it, before the settings' defaults fill in."""

from pydantic import Field

from juryroom_reviewers.depth import Depth
from juryroom_reviewers.value import Value

from ..source import Source

__all__ = ["Depth", "Order"]


class Order(Value):
    """One review as it is asked for."""

    source: Source = Source()
    personas: tuple[str, ...] = ()
    """Empty: the configured ones."""
    depth: Depth | None = None
    """None: the configured one."""
    deadline_s: float | None = Field(default=None, gt=0)
    """Seconds from the start; None: the configured deadline."""
