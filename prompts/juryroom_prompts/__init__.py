"""The words of juryroom: Markdown templates and personas, and a strict renderer. Imports nothing of ours."""

import re
from functools import cache
from importlib import resources

_SLOT = re.compile(r"\{\{ *([a-z_]+) *\}\}")
_FRONT = re.compile(r"\A---\nversion: (?P<version>[1-9][0-9]*)\n---\n")

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


def version(*templates: str) -> str:
    """The versions of shipped templates, `2.1` for two: what was learnt with other words doesn't hold for these.

    Raises:
        TemplateError: for a template whose front matter names no version.
    """
    return ".".join(_parts(template)[0] for template in templates)


def render(template: str, /, **values: str) -> str:
    """Fill the slots `{{ name }}` of a shipped template, each value as it is (slots inside values stay text).

    Raises:
        TemplateError: when a slot has no value, or a value no slot, or the template no version.
    """
    text = _parts(template)[1]
    slots = set(_SLOT.findall(text))
    if missing := sorted(slots - values.keys()):
        raise TemplateError(f"template {template!r}: no value for {', '.join(missing)}")
    if unused := sorted(values.keys() - slots):
        raise TemplateError(f"template {template!r}: no slot for {', '.join(unused)}")
    return _SLOT.sub(lambda match: values[match[1]], text).strip() + "\n"


def _parts(template: str) -> tuple[str, str]:
    """Version and words of a template."""
    text = _read(f"{template}.md")
    match = _FRONT.match(text)
    if not match:
        raise TemplateError(f"template {template!r}: no version; begin the file with '---', 'version: 1', '---'")
    return match["version"], text[match.end() :]
