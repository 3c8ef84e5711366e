"""Taint analysis: from where outside data comes in to where it does harm, within a file and across its functions."""

from .seat import Taint

__all__ = ["Taint"]
