"""A real repository in a temporary folder, and the real command in it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

JUROR = Path(sys.executable).parent / "juryroom"
VULNERABLE = """\
import sqlite3


def find(db: sqlite3.Connection, name: str) -> list[tuple[str]]:
    cursor = db.cursor()
    cursor.execute("SELECT name FROM item WHERE name = '%s'" % name)
    return cursor.fetchall()
"""
CLEAN = VULNERABLE.replace("'%s'\" % name", '?", (name,)')


@dataclass(frozen=True)
class Done:
    """A finished command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Repo:
    """A git repository, and a home of its own for whoever works in it."""

    root: Path
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        home = self.root.parent / "home"
        home.mkdir(exist_ok=True)
        self.root.mkdir(parents=True, exist_ok=True)
        self.environ = {
            "PATH": f"{JUROR.parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_STATE_HOME": str(home / "state"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_AUTHOR_NAME": "A",
            "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": "A",
            "GIT_COMMITTER_EMAIL": "a@example.org",
            "LANG": "C.UTF-8",
            **self.environ,
        }
        self.git("init", "-q", "-b", "main")

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def git(self, *args: str, code: int = 0) -> str:
        done = self.run("git", *args)
        assert done.code == code, done.err
        return done.out.strip()

    def commit(self, message: str = "a change", **files: str) -> str:
        for path, text in files.items():
            self.write(path.replace("__", "/").replace("_py", ".py"), text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def run(
        self,
        *command: str,
        stdin: str | None = None,
        environ: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout: float = 120,
    ) -> Done:
        done = subprocess.run(
            command,
            cwd=cwd or self.root,
            env={**self.environ, **(environ or {})},
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        return Done(code=done.returncode, out=done.stdout, err=done.stderr)

    def juryroom(self, *args: str, **more: Any) -> Done:
        return self.run(str(JUROR), *args, **more)

    def configure(self, text: str) -> None:
        """Write the user's own configuration file."""
        file = Path(self.environ["XDG_CONFIG_HOME"]) / "juryroom" / "config.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
