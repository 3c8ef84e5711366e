"""Who is asking, and may they?"""

import hashlib
import hmac
import os
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort, current_app, g, request

from .db import connection
from .models import Role, User

P = ParamSpec("P")
R = TypeVar("R")

SESSION_S = 12 * 3600
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}


def hash_password(password: str) -> str:
    """Salted scrypt, as `salt$hash` in hex."""
    salt = os.urandom(16)
    return f"{salt.hex()}${hashlib.scrypt(password.encode(), salt=salt, **_SCRYPT).hex()}"


def check_password(password: str, stored: str) -> bool:
    """Compare in constant time."""
    salt, _, digest = stored.partition("$")
    candidate = hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), **_SCRYPT).hex()
    return hmac.compare_digest(candidate, digest)


def issue_session(user: User, key: bytes, now: float | None = None) -> str:
    """A session as `user.expiry.signature`."""
    expires = int(time.time() if now is None else now) + SESSION_S
    body = f"{user.id}.{expires}"
    return f"{body}.{_sign(body, key)}"


def read_session(session: str, key: bytes, now: float | None = None) -> int | None:
    """The user's id, or None for a session that is forged, malformed or over."""
    body, _, signature = session.rpartition(".")
    if not hmac.compare_digest(_sign(body, key), signature):
        return None
    user_id, _, expires = body.partition(".")
    if int(expires) < (time.time() if now is None else now):
        return None
    return int(user_id)


def current_user() -> User:
    """The user of this request; 401 when there is none."""
    if "user" not in g:
        settings = current_app.config["SETTINGS"]
        user_id = read_session(request.headers.get("X-Session", ""), settings.session_key)
        row = None
        if user_id is not None:
            row = connection().execute("SELECT id, email, role FROM users WHERE id = ?", (user_id,)).fetchone()
        if row is None:
            abort(401)
        g.user = User.from_row(row)
    return g.user


def require_role(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only users of these roles in."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if current_user().role not in roles:
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return decorate


def _sign(body: str, key: bytes) -> str:
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()
