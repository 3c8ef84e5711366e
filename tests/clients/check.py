"""Does each client that is installed connect to `juryroom serve`? Needs no login, no key and no network.

    python tests/clients/check.py

Takes the clients from PATH (npm packages @anthropic-ai/claude-code, @google/gemini-cli, @openai/codex,
@modelcontextprotocol/inspector), gives each a home of its own, and prints a table. Exit code 1 when one can't connect.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

TOOLS = ["findings", "review", "review_wait"]
TIMEOUT_S = 120


class Scene(NamedTuple):
    """Where a client is started."""

    server: str
    """The console script, as a user's configuration names it."""
    home: Path
    project: Path

    def run(self, *command: str) -> str:
        """Standard output and error of a client's command. Exit codes say nothing: some are 0 whatever happened."""
        done = subprocess.run(
            command,
            cwd=self.project,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_S,
        )
        return done.stdout + done.stderr

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the user's but PATH."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "CODEX_HOME": str(self.home / ".codex"),
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        }

    def write(self, name: str, text: str) -> None:
        """A file in the client's home."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def claude(scene: Scene) -> str | None:
    """Ask Claude Code for its servers' health; None when it is connected, otherwise what it says."""
    scene.run("claude", "mcp", "add", "juryroom", "--scope", "user", "--", scene.server, "serve")
    said = scene.run("claude", "mcp", "list")
    return None if "✔ Connected" in said or "✓ Connected" in said else said


def gemini(scene: Scene) -> str | None:
    """Ask Gemini CLI for its servers' health, in a folder that it trusts."""
    servers = {"juryroom": {"command": scene.server, "args": ["serve"]}}
    scene.write(".gemini/settings.json", json.dumps({"mcpServers": servers}))
    scene.write(".gemini/trustedFolders.json", json.dumps({str(scene.project): "TRUST_FOLDER"}))
    said = scene.run("gemini", "mcp", "list")
    return None if "✓ juryroom" in said and "Connected" in said else said


def codex(scene: Scene) -> str | None:
    """Ask Codex's app server which tools it sees."""
    scene.write(
        ".codex/config.toml", f'[mcp_servers.juryroom]\ncommand = {json.dumps(scene.server)}\nargs = ["serve"]\n'
    )
    client_info = {"name": "check", "title": "check", "version": "1"}
    dialogue: list[dict[str, object]] = [
        {"id": 0, "method": "initialize", "params": {"clientInfo": client_info}},
        {"method": "initialized"},
        {"id": 1, "method": "mcpServerStatus/list", "params": {}},
    ]
    said: dict[str, object] = {}
    with subprocess.Popen(
        ["codex", "app-server"],
        cwd=scene.project,
        env=scene.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.writelines(json.dumps(message) + "\n" for message in dialogue)
        process.stdin.flush()
        for line in process.stdout:
            said = json.loads(line)
            if said.get("id") == 1:
                break
        process.kill()
    try:
        (server,) = said["result"]["data"]  # type: ignore[index]  # another program's JSON: checked by this very line
        return None if sorted(server["tools"]) == TOOLS else json.dumps(server["tools"])
    except (KeyError, TypeError, ValueError):
        return json.dumps(said)


def inspector(scene: Scene) -> str | None:
    """List the tools by the inspector's command line."""
    said = scene.run("mcp-inspector", "--cli", scene.server, "serve", "--method", "tools/list")
    try:
        names = sorted(tool["name"] for tool in json.loads(said)["tools"])
    except (KeyError, TypeError, ValueError):
        return said
    return None if names == TOOLS else said


CLIENTS: dict[str, Callable[[Scene], str | None]] = {
    "claude": claude,
    "gemini": gemini,
    "codex": codex,
    "mcp-inspector": inspector,
}
"""By the name of the program."""


def check(name: str, folder: Path) -> str | None:
    """Let one client connect, with its home and a project of its own below a folder; None or what it said instead."""
    server = Path(sys.executable).with_name("juryroom")
    scene = Scene(server=str(server), home=folder / "home", project=folder / "project")
    scene.home.mkdir()
    scene.project.mkdir()
    return CLIENTS[name](scene)


def main() -> int:
    """Check every client and print a table."""
    failed = 0
    for name in CLIENTS:
        if not shutil.which(name):
            sys.stdout.write(f"{name:15} not installed\n")
            continue
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            said = check(name, Path(folder).resolve())
        failed += said is not None
        sys.stdout.write(f"{name:15} {'connected' if said is None else 'FAILED: ' + said.strip()}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
