"""Where the ledger is: a file in the platform's state directory, or the database that a variable names."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from juryroom_reviewers.failure import Failure
from juryroom_reviewers.value import Value

VARIABLE = "JURYROOM_DATABASE_URL"
_POSTGRES = ("postgresql://", "postgres://", "postgresql+psycopg://")


class LedgerError(Failure):
    """The ledger can't be used. The message says where it is, what is wrong, and what to do."""


class Address(Value):
    """One ledger's place; exactly one of the two is set."""

    file: Path | None = None
    url: str | None = None
    """Of a Postgres database; may hold a password, so it is for the driver and for no message."""

    def __str__(self) -> str:
        """For messages: the file, or the database without user and password."""
        if self.url is None:
            return str(self.file)
        parts = urlsplit(self.url)
        port = f":{parts.port}" if parts.port else ""
        return f"postgresql://{parts.hostname or ''}{port}{parts.path}"


def find_address(environ: Mapping[str, str]) -> Address:
    """The ledger of this environment.

    Raises:
        LedgerError: when the variable names no database that could serve. The message doesn't repeat it: it may hold
            a password.
    """
    url = environ.get(VARIABLE, "").strip()
    if not url:
        import platformdirs  # noqa: PLC0415 - only where nothing else is said

        return Address(file=Path(platformdirs.user_state_dir("juryroom", appauthor=False)) / "ledger.sqlite3")
    if url.startswith("sqlite:///"):
        return Address(file=Path(url.removeprefix("sqlite:///")))
    for prefix in _POSTGRES:
        if url.startswith(prefix):
            return Address(url="postgresql+psycopg://" + url.removeprefix(prefix))
    raise LedgerError(
        f"{VARIABLE} should begin with postgresql:// (or sqlite:/// and a file's path); "
        "without it the ledger is a file in the state directory"
    )
