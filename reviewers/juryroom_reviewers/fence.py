"""The words in the fences around outside text, and how a text is kept from forging them."""

import hashlib
import re
import secrets

_LENGTH = 16
_STRUCK = "_"
"""Stands where a fence's word was: no hexadecimal digit, so that what is left around it can't join into the word."""


def random_word() -> str:
    """A word that nobody can know beforehand."""
    return secrets.token_hex(_LENGTH // 2)


def word_of(text: str) -> str:
    """The word for a text that is sent again and again: the beginning of its SHA-256 (hex).

    A random word would make each request begin differently, and no provider could keep its beginning. Whoever writes
    the text can't put this word into it, as it changes with each character; whoever writes another text can, so it has
    to be struck from all that stands beside it.
    """
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()[:_LENGTH]


def struck(text: str, *words: str) -> str:
    """The text without the words of fences, in small or capital letters; lines stay lines."""
    for word in filter(None, words):
        text = re.sub(re.escape(word), _STRUCK, text, flags=re.IGNORECASE)
    return text
