"""Architecture by delta: what the change did to imports, to names that others use, and to code that stands twice."""

from .seat import Architecture

__all__ = ["Architecture"]
