"""One blueprint per part of the shop."""
