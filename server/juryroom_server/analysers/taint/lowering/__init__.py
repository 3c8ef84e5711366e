"""From syntax trees to `ir`, one file for each language."""

from __future__ import annotations

from importlib import import_module

from .. import ir
from .base import Lowering, Node

_LOWERINGS = {
    "python": ("python", "Python"),
    "javascript": ("ecmascript", "EcmaScript"),
    "typescript": ("ecmascript", "EcmaScript"),
    "tsx": ("ecmascript", "EcmaScript"),
    "go": ("go", "Go"),
    "java": ("java", "Java"),
    "ruby": ("ruby", "Ruby"),
}


def lowered(language: str, root: Node) -> ir.Block:
    """The top level of a file.

    Raises:
        KeyError: there is no lowering for the language.
    """
    module, name = _LOWERINGS[language]
    lowering: Lowering = getattr(import_module(f".{module}", __name__), name)()
    return lowering.block(root)
