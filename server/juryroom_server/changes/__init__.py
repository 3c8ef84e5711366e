"""Sources of a change: what git compares, a diff, or whole files."""
