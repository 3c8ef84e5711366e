"""Commit a planted SQL injection and its clean twin through the hooks, with the real pre-commit. No key, no network."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

VIEW = '''"""Orders of a customer."""

import sqlite3

from flask import Flask, jsonify, request

app = Flask(__name__)


@app.get("/orders")
def orders():
    email = request.args.get("email", "")
    with sqlite3.connect("shop.db") as connection:
        rows = connection.execute({query}).fetchall()
    return jsonify(rows)
'''
PLANTED = VIEW.format(query="""f"SELECT id, total FROM orders WHERE email = '{email}'\"""")
CLEAN = VIEW.format(query='"SELECT id, total FROM orders WHERE email = ?", (email,)')


class Shop:
    """A git repository whose commits pass through the hooks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "JURYROOM_", "PRE_COMMIT"))}
        self.environment = {
            **{k: v for k, v in kept.items() if not k.endswith("_API_KEY")},
            # a virtual environment need not be activated for this example, and nobody's own settings take part
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), kept.get("PATH", ""))),
            "XDG_CONFIG_HOME": str(folder.parent / "config"),
            "XDG_CACHE_HOME": str(folder.parent / "cache"),
            "PRE_COMMIT_HOME": str(folder.parent / "pre-commit"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            **{f"GIT_{who}_{what}": f"{what.lower()}@example.com" for who in _WHO for what in ("NAME", "EMAIL")},
        }

    def run(self, *command: str) -> tuple[int, str]:
        """The exit code and everything that was printed."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def must(self, *command: str) -> None:
        """Run what can't fail."""
        code, output = self.run(*command)
        assert code == 0, f"{' '.join(command)} ended with {code}:\n{output}"

    def commit(self, text: str, *options: str) -> tuple[int, str]:
        """Write the view, stage it, and commit it."""
        (self.folder / "views.py").write_text(text, encoding="utf-8")
        self.must("git", "add", "views.py")
        return self.run("git", "commit", "--quiet", "--message", "List orders", *options)


_WHO = ("AUTHOR", "COMMITTER")


def local_configuration() -> str:
    """The user's configuration, with the hooks of this clone as they are installed here, in place of a download."""
    users = yaml.safe_load((HERE / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    wanted = [hook["id"] for repo in users["repos"] for hook in repo["hooks"]]
    offered = {
        hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    }
    hooks = [{**offered[name], "language": "system"} for name in wanted]
    return yaml.safe_dump({**users, "repos": [{"repo": "local", "hooks": hooks}]})


def main() -> None:
    """Stopped, passed, and stopped at the push."""
    with tempfile.TemporaryDirectory() as scratch:
        shop = Shop(Path(scratch) / "shop")
        shop.folder.mkdir()
        shop.must("git", "init", "--quiet")
        (shop.folder / ".pre-commit-config.yaml").write_text(local_configuration(), encoding="utf-8")
        shop.must("git", "add", ".")
        shop.must("git", "commit", "--quiet", "--message", "Begin")
        shop.must("pre-commit", "install")

        code, output = shop.commit(PLANTED)
        print(output)
        assert code != 0, "the planted SQL injection was committed"
        assert "views.py" in output, "the output doesn't say where"
        print("=> the commit with the SQL injection was stopped\n")

        code, output = shop.commit(CLEAN)
        print(output)
        assert code == 0, "the clean twin was stopped"
        print("=> its clean twin was committed\n")

        code, output = shop.commit(PLANTED, "--no-verify")
        assert code == 0, output
        code, output = shop.run(
            "pre-commit", "run", "--hook-stage", "pre-push", "--from-ref", "HEAD~1", "--to-ref", "HEAD"
        )
        assert code != 0, f"what was committed past the hook was pushed:\n{output}"
        print("=> committed with --no-verify, it was stopped at the push")


if __name__ == "__main__":
    main()
