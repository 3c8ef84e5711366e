"""Measures the consensus on recorded reviews with known truth; `aggregate` is what an independent scorer calls."""

from .aggregate import aggregate

__all__ = ["aggregate"]
