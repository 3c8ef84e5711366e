"""The direction of imports, and one owner for each SDK."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {
    "prompts/juryroom_prompts": "juryroom_prompts",
    "reviewers/juryroom_reviewers": "juryroom_reviewers",
    "server/juryroom_server": "juryroom_server",
}
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))

BELOW = {
    "juryroom_prompts": set[str](),
    "juryroom_reviewers": {"juryroom_prompts"},
    "juryroom_server": {"juryroom_prompts", "juryroom_reviewers"},
}
"""What each room may import of ours, besides itself."""

OWNERS = {
    "mcp": {"server/juryroom_server/app.py", "server/juryroom_server/protocol/stdio.py"},
    "git": {"server/juryroom_server/git.py"},
    "openai": {
        "server/juryroom_server/models/providers/openai.py",
        "server/juryroom_server/models/providers/openai_batch.py",
    },
    "anthropic": {
        "server/juryroom_server/models/providers/anthropic.py",
        "server/juryroom_server/models/providers/anthropic_batch.py",
    },
    "httpx2": {"server/juryroom_server/models/transport.py"},
    "genai_prices": {"server/juryroom_server/models/prices.py"},
    "sqlalchemy": {
        f"server/juryroom_server/ledger/{name}.py"
        for name in ("books", "database", "job_rows", "rows", "schema", "statements", "store", "usage")
    },
    "rich": {"server/juryroom_server/render/text.py", "server/juryroom_server/render/page.py"},
}
"""Package -> the only modules that may import it."""

PURE = {
    *("os", "sys", "subprocess", "shutil", "socket", "tempfile", "urllib", "http", "sqlite3", "asyncio"),
    *("git", "mcp", "openai", "anthropic", "httpx", "httpx2", "tree_sitter", "platformdirs", "rich"),
}
"""What the domain never imports: no files, no network, no environment, no SDK."""


def imports(path: Path) -> set[str]:
    """Top-level names that a module imports, wherever in it; relative ones as its own package."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0] if not node.level else "")
    return names - {""}


def room_of(path: Path) -> str:
    return next(package for folder, package in ROOMS.items() if path.is_relative_to(ROOT / folder))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_arrows_point_down_and_each_sdk_has_one_owner(path: Path) -> None:
    found = imports(path)
    room = room_of(path)
    ours = {name for name in found if name.startswith("juryroom_")}
    assert ours - {room} <= BELOW[room]
    here = path.relative_to(ROOT).as_posix()
    strangers = {name for name, owners in OWNERS.items() if name in found and here not in owners}
    assert not strangers, f"{here} imports {strangers}, which others own"
    if room != "juryroom_server":
        assert not found & PURE
        # names of files are fine, files are not
        assert not re.search(r"from pathlib import .*\bPath\b|import pathlib", path.read_text(encoding="utf-8"))


def test_every_owner_still_uses_what_it_owns() -> None:
    for package, owners in OWNERS.items():
        for owner in owners:
            assert package in imports(ROOT / owner), f"{owner} no longer imports {package}"


def test_only_one_place_knows_tree_sitter() -> None:
    owners = {path for path in MODULES if any(name.startswith("tree_sitter") for name in imports(path))}
    assert len(owners) == 1, owners
