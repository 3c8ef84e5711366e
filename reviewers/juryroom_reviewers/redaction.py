"""Secrets in the material: replaced by placeholders before anybody else reads it, and put back only here."""

import re
from collections.abc import Iterable

SHORTEST = 6
"""Characters: a shorter string stands for too many other things to be replaced wherever it occurs."""


class Redaction:
    """The secrets of one change, and the words that stand for them. Lines stay lines.

    Args:
        secrets: as they stand in the files; one of several lines is hidden line by line.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        rows = (row.strip() for secret in secrets for row in secret.splitlines())
        distinct = list(dict.fromkeys(row for row in rows if len(row) >= SHORTEST))
        self._word = {secret: f"<secret-{number}>" for number, secret in enumerate(distinct, 1)}
        self._secret = {word: secret for secret, word in self._word.items()}
        # the longest first: one secret can be a part of another
        longest = sorted(distinct, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest))) if longest else None

    def hide(self, text: str) -> str:
        """The text with placeholders in place of secrets."""
        return self._pattern.sub(lambda match: self._word[match[0]], text) if self._pattern else text

    def reveal(self, text: str) -> str:
        """The text with secrets in place of placeholders: for finding a quote in the file, and for nothing else."""
        return re.sub(r"<secret-\d+>", lambda match: self._secret.get(match[0], match[0]), text)
