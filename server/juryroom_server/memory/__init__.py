"""What reviewers said of parts of changes before: which parts those are, and where it is kept."""
