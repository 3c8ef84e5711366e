"""What makes an event loop wait: blocking calls in async functions, directly and through one call."""

from __future__ import annotations

from collections.abc import Iterator

from .alert import Alert, at
from .facts import Call, Function
from .unit import Unit, row

_AWAY = ("to_thread", "run_in_executor", "run_sync", "run_in_threadpool", "sync_to_async")


def waiting(function: Function, unit: Unit) -> Iterator[Alert]:
    """Blocking calls in an async function."""
    if not function.is_async:
        return
    for call in function.calls:
        if call.awaited or call.name in _AWAY:
            continue
        if unit.effect(call, "blocking"):
            if not _replaced(unit, call):
                yield at("blocking-in-async", call.node, f"{call.path}()")
            continue
        inner = unit.called(call)
        if inner is None or inner is function or inner.is_async:
            continue
        blocking = next((one for one in inner.calls if unit.effect(one, "blocking") and one.path != "open"), None)
        if blocking is not None and not _replaced(unit, blocking):
            yield at("blocking-through-call", call.node, f"{call.path}()", f"{blocking.path}()", row(blocking.node))


def _replaced(unit: Unit, call: Call) -> bool:
    """The file defines, or imports, another thing of that name."""
    return "." not in call.path and call.path in unit.by_name
