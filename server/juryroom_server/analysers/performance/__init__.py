"""What code costs as its input grows: one walk for six languages, with what libraries do as data."""

from .seat import Performance

__all__ = ["Performance"]
