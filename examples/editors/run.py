"""Parse every snippet, start the server as it is registered, and ask it for its tools. No key, no network."""

import json
import os
import sys
import tomllib
from pathlib import Path
from typing import Any

import anyio
from mcp import Client, StdioServerParameters

HERE = Path(__file__).parent
SERVERS = {"vscode": "servers", "zed": "context_servers", "codex": "mcp_servers"}
"""The key below which an editor keeps its servers; all others say `mcpServers`."""


def registration(snippet: Path) -> dict[str, Any]:
    """What the snippet registers as `juryroom`."""
    text = snippet.read_text(encoding="utf-8")
    settings = tomllib.loads(text) if snippet.suffix == ".toml" else json.loads(text)
    servers = settings[SERVERS.get(snippet.parent.name, "mcpServers")]
    assert list(servers) == ["juryroom"], f"{snippet} registers {list(servers)}"
    server: dict[str, Any] = servers["juryroom"]
    return server


async def tools(command: str, args: list[str]) -> list[str]:
    """The names of the tools that the server offers."""
    # a virtual environment need not be activated for this example
    environment = {
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))),
        "HOME": os.environ.get("HOME", ""),
    }
    async with Client(StdioServerParameters(command=command, args=args, env=environment)) as client:
        listed = await client.list_tools()
    return sorted(tool.name for tool in listed.tools)


def main() -> None:
    """Check all snippets."""
    starts = set()
    for snippet in sorted(path for path in HERE.glob("*/*") if path.suffix in (".json", ".toml")):
        server = registration(snippet)
        starts.add((server["command"], *server["args"]))
        print(f"{snippet.parent.name:15} {server['command']} {' '.join(server['args'])}")
    assert starts == {("juryroom", "serve")}, starts
    names = anyio.run(tools, "juryroom", ["serve"])
    print(f"\njuryroom serve offers: {', '.join(names)}")
    assert {"review", "review_wait", "findings"} <= set(names), names


if __name__ == "__main__":
    main()
