"""Settings of the shop, read once from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SettingsError(RuntimeError):
    """A setting is missing or can't be used."""


@dataclass(frozen=True)
class Settings:
    """What the operator decides."""

    database: Path
    payment_url: str
    payment_key: str
    mail_url: str
    session_key: bytes
    page_size: int = 20
    timeout_s: float = 5.0


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; a missing one is an error at start-up rather than at the first order."""
    return Settings(
        database=Path(_required(environ, "SHOP_DATABASE")),
        payment_url=_required(environ, "SHOP_PAYMENT_URL").rstrip("/"),
        payment_key=_required(environ, "SHOP_PAYMENT_KEY"),
        mail_url=_required(environ, "SHOP_MAIL_URL").rstrip("/"),
        session_key=_required(environ, "SHOP_SESSION_KEY").encode(),
        page_size=int(environ.get("SHOP_PAGE_SIZE", "20")),
    )


def _required(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise SettingsError(f"{name} is not set; see the operator's manual")
    return value
