"""Memory that grows with the number of different inputs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .alert import Alert, at
from .facts import Function, names
from .unit import Unit

_CACHE = re.compile(r"@(?:functools\.)?(lru_cache|cache)\b(\(([^)]*)\))?")
_CACHE_NAME = re.compile(r"(?i)cache|memo|_seen$|_results$")
_EMPTY = re.compile(
    r"^(?:\{\}|dict\(\)|defaultdict\(.*\)|new Map\(\)|new Map<.*>\(\)|Hash\.new|new (?:Hash|ConcurrentHash)Map<.*>\(\)"
    r"|make\(map\[.*\)|map\[.*\{\})$"
)


def caches(function: Function, unit: Unit) -> Iterator[Alert]:
    """Caches on methods, caches without a limit, and module-level mappings that only grow."""
    if function is unit.module:
        yield from _only_grow(unit)
        return
    match = _CACHE.search(function.decorators)
    if match is None:
        return
    first = next(iter(function.parameters), "")
    if function.is_method and first == "self":
        yield at("cache-on-method", _header(function), function.name)
    elif (match[1] == "cache" or re.search(r"maxsize\s*=\s*None|^\s*None", match[3] or "")) and function.parameters:
        yield at("cache-without-limit", _header(function), function.name)


def _header(function: Function) -> object:
    return function.node.child_by_field_name("name")


def _only_grow(unit: Unit) -> Iterator[Alert]:
    module = unit.module
    whole = None
    for made in module.assigns:
        name = made.left.partition(":")[0].strip()
        if not name.isidentifier() or not _CACHE_NAME.search(name) or not _EMPTY.match(made.right_text):
            continue
        whole = whole if whole is not None else module.source.text(module.node)
        escaped = re.escape(name)
        if re.search(
            rf"(?m)\bdel {escaped}\[|\bdelete\({escaped},|\b{escaped}\.(?:pop|popitem|clear|delete|remove)\b"
            rf"|\blen\({escaped}\)|\b{escaped}\.size\b",
            whole,
        ):
            continue
        if len(re.findall(rf"(?m)^\s*(?:global\s+{escaped}\b|{escaped}\s*(?::[^=\n]+)?=[^=])", whole)) > 1:
            continue
        for function in unit.functions[1:]:
            stores = [
                (one.node, one.left[len(name) + 1 : -1]) for one in function.assigns if one.left.startswith(f"{name}[")
            ] + [(c.node, unit.arguments(c, function)) for c in function.calls if c.path == f"{name}.set"]
            found = next((node for node, key in stores if names(key) & set(function.parameters)), None)
            if found is not None:
                yield at("cache-only-grows", found, name)
                break
