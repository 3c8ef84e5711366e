"""One file for each SDK, its only importer; imported at the first call."""
