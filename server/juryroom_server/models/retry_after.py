"""How long a server asks to be left alone."""

import math
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime


def retry_after(headers: Mapping[str, str], *, now: Callable[[], float] = time.time) -> float | None:
    """Seconds to wait by `retry-after-ms` or `Retry-After` (seconds, or a date); None where they say nothing usable.

    Args:
        headers: of the answer; names are looked up in lower case.
        now: seconds since the epoch, for dates.
    """
    if (milliseconds := _number(headers.get("retry-after-ms"))) is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    if (seconds := _number(value)) is not None:
        return seconds
    try:
        wait = parsedate_to_datetime(value).timestamp() - now() if value else -1.0
    except (ValueError, OverflowError):
        return None
    return wait if wait > 0 else None


def _number(value: str | None) -> float | None:
    try:
        number = float(value) if value else -1.0
    except ValueError:
        return None
    return number if number >= 0 and math.isfinite(number) else None
