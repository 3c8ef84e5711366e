"""The words of juryroom: Markdown templates and personas, and a strict renderer. Imports nothing of ours."""

import re
from functools import cache
from importlib import resources

_SLOT = re.compile(r"\{\{ *([a-z_]+) *\}\}")

PERSONAS = ("security", "performance", "architecture", "correctness")
"""The personas that ship, in the order in which they are seated."""


class TemplateError(ValueError):
    """A template and its values don't fit: found before a token is spent."""


@cache
def _read(name: str) -> str:
    return resources.files(__name__).joinpath(name).read_text(encoding="utf-8")


def persona_text(name: str) -> str:
    """The Markdown file of a persona that ships."""
    return _read(f"personas/{name}.md")


def render(template: str, /, **values: str) -> str:
    """Fill the slots `{{ name }}` of a shipped template, each value as it is (slots inside values stay text).

    Raises:
        TemplateError: when a slot has no value, or a value no slot.
    """
    text = _read(f"{template}.md")
    slots = set(_SLOT.findall(text))
    if missing := sorted(slots - values.keys()):
        raise TemplateError(f"template {template!r}: no value for {', '.join(missing)}")
    if unused := sorted(values.keys() - slots):
        raise TemplateError(f"template {template!r}: no slot for {', '.join(unused)}")
    return _SLOT.sub(lambda match: values[match[1]], text).strip() + "\n"
