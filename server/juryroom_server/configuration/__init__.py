"""From files, variables and flags to Settings."""
