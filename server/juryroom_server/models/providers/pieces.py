"""What both wires read out of bodies and events that may be anything."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..diagnose import from_error_in_answer
from ..endpoint import Endpoint
from ..failure import Kind, ProviderError, no_answer


@dataclass(frozen=True, slots=True)
class Json:
    """A JSON object from outside; what is not of the type that is asked for is not there."""

    value: dict[str, Any]

    def text(self, name: str) -> str | None:
        """A string."""
        found = self.value.get(name)
        return found if isinstance(found, str) else None

    def part(self, name: str) -> "Json":
        """An object; empty where there is none."""
        found = self.value.get(name)
        return Json(found if isinstance(found, dict) else {})

    def parts(self, name: str) -> list["Json"]:
        """The objects of a list."""
        found = self.value.get(name)
        return [Json(one) for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def parse(endpoint: Endpoint, headers: Any, data: str) -> Json:
    """The object in an event.

    Raises:
        ProviderError: for what is none, and for an error.
    """
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise no_answer(endpoint, "an event that is no JSON")
    if value.get("error"):
        problem = from_error_in_answer(endpoint, headers, data.encode("utf-8", errors="replace"))
        raise problem or no_answer(endpoint, "an error without words")
    return Json(value)


def json_lines(data: bytes) -> Iterator[Json]:
    """The objects of a file with one a line; what is none is passed over."""
    for line in data.splitlines():
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield Json(value)


def not_done(endpoint: Endpoint, name: str, why: str) -> ProviderError:
    """The failure of a call whose job ended without an answer to it."""
    return ProviderError(f"{endpoint.name}: the batch {name} brought no answer ({why})", Kind.server)


def streams(headers: Any) -> bool:
    """Whether an answer comes in events; servers that can't do that send it in one piece."""
    return "text/event-stream" in str(headers.get("content-type", "")).lower()


def looks_like(headers: Any, body: bytes, otherwise: str) -> str:
    """Words for a body that is no answer."""
    if not body.strip():
        return "an empty body"
    kind = str(headers.get("content-type", "")).split(";")[0].strip()
    if "html" in kind or body.lstrip()[:1] == b"<":
        return "a web page"
    return otherwise
