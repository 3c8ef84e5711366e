"""The base of every type that passes between two stages."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable value: equal by content, tuples inside, no unknown field."""

    model_config = ConfigDict(frozen=True, extra="forbid")
