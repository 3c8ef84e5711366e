"""How a reply looks on the wire, and how it is made to fit into the context of a model."""

import json

from juryroom_reviewers.value import Value

MAX_CHARACTERS = 28_000
"""Of one reply: clients cut or hide results from 30,000 characters on."""
CLIPS = (600, 250, 60, 15)
"""Characters that one text may have, tried in this order: escapes can make a text six times as long on the wire."""


def on_wire(reply: Value) -> str:
    """The reply as JSON, without the fields that hold their default, and without what only machines compare."""
    fields = reply.model_dump(mode="json", exclude_defaults=True, exclude={"findings": {"__all__": {"fingerprint"}}})
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, all of which can be written as UTF-8 (names of files may hold other bytes)."""
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= limit else text[: limit - 1] + "…"
