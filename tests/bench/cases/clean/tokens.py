import secrets
import string

ALPHABET = string.ascii_letters + string.digits


def reset_token(length: int = 32) -> str:
    """A token that lets its bearer set a new password."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
