"""The examples run, and what they hold up to users is true."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tree_sitter_go
import tree_sitter_java
import tree_sitter_typescript
import yaml
from tree_sitter import Language, Parser

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
SHOP = EXAMPLES / "review_a_diff"
LANGUAGES = {
    ".go": tree_sitter_go.language,
    ".java": tree_sitter_java.language,
    ".ts": tree_sitter_typescript.language_typescript,
}


@pytest.mark.parametrize("script", sorted(EXAMPLES.glob("*/run.py")), ids=lambda script: script.parent.name)
def test_an_example_runs_without_a_key_and_keeps_its_word(script: Path, tmp_path: Path):
    environment = {key: value for key, value in os.environ.items() if not key.endswith(("_API_KEY", "_BASE_URL"))}
    # not activated, from another folder: nothing but the interpreter says which installation is meant
    environment["PATH"] = os.defpath
    done = subprocess.run(
        [sys.executable, script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def test_every_example_says_what_it_is_and_can_be_run():
    folders = [folder for folder in EXAMPLES.iterdir() if folder.is_dir()]
    assert folders
    assert [folder.name for folder in folders if not (folder / "README.md").is_file()] == []
    assert [folder.name for folder in folders if not (folder / "run.py").is_file()] == []


@pytest.fixture(params=["change.diff", "clean.diff"])
def applied(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The shop after a diff, at its place below a root."""
    root = tmp_path / "root"
    shutil.copytree(SHOP / "shop", root / "examples/review_a_diff/shop")
    subprocess.run(["git", "init", "--quiet", root], check=True)
    subprocess.run(["git", "apply", "--whitespace=error", SHOP / request.param], cwd=root, check=True)
    return root


def test_the_shop_can_be_parsed_after_either_diff(applied: Path):
    files = [path for path in applied.glob("examples/**/*") if path.is_file()]
    for path in files:
        if path.suffix == ".py":
            compile(path.read_text(), path, "exec")
        elif path.suffix in LANGUAGES:
            tree = Parser(Language(LANGUAGES[path.suffix]())).parse(path.read_bytes())
            assert not tree.root_node.has_error, path
    assert {path.suffix for path in files} >= {".py", *LANGUAGES}


@pytest.mark.parametrize("name", ["change.diff", "clean.diff"])
def test_a_diff_is_of_real_size_and_has_all_kinds_of_files(name: str):
    text = (SHOP / name).read_text()
    changed = re.findall(r"^[+-](?![+-]{2} )", text, re.MULTILINE)
    assert 400 <= len(changed) <= 700
    for mark in ("new file mode", "deleted file mode", "rename from", "package-lock.json", "generated/api.ts"):
        assert mark in text


def test_neither_diff_nor_shop_gives_the_defects_away():
    texts = [path.read_text() for path in SHOP.glob("shop/**/*") if path.is_file()]
    texts += [(SHOP / "change.diff").read_text(), (SHOP / "clean.diff").read_text()]
    telling = re.compile(r"vulnerab|injection|insecure|unsafe|\bbug|fixme|todo|defect|planted|exploit", re.IGNORECASE)
    assert [match[0] for text in texts for match in telling.finditer(text)] == []


def test_every_expected_defect_stands_where_the_change_touches_the_file():
    defects = tomllib.loads((SHOP / "expected.toml").read_text())["defect"]
    touched = _touched((SHOP / "change.diff").read_text())
    assert [d for d in defects if d["line"] not in touched.get(d["path"], ())] == []
    assert {d["category"] for d in defects} == {"security", "performance", "architecture", "correctness"}


def _touched(diff: str) -> dict[str, set[int]]:
    """By path the lines of the new file that were added, or stand where lines were removed."""
    found: dict[str, set[int]] = {}
    path, line = "", 0
    for row in diff.splitlines():
        if row.startswith("+++ "):
            path = row[4:].removeprefix("b/")
        elif match := re.match(r"@@ -\S+ \+(\d+)", row):
            line = int(match[1])
        elif row.startswith(("+", "-")) and not row.startswith("--- "):
            found.setdefault(path, set()).add(line)
            line += row.startswith("+")
        else:
            line += 1
    return found


@pytest.mark.parametrize(
    ("snippet", "key"),
    [
        ("claude-code/.mcp.json", "mcpServers"),
        ("claude-desktop/claude_desktop_config.json", "mcpServers"),
        ("codex/config.toml", "mcp_servers"),
        ("cursor/mcp.json", "mcpServers"),
        ("gemini/settings.json", "mcpServers"),
        ("jetbrains/mcp.json", "mcpServers"),
        ("vscode/mcp.json", "servers"),
        ("windsurf/mcp_config.json", "mcpServers"),
        ("zed/settings.json", "context_servers"),
    ],
)
def test_an_editors_snippet_starts_the_installed_script(snippet: str, key: str):
    path = EXAMPLES / "editors" / snippet
    settings = _settings(path)
    assert list(settings) == [key]
    assert (settings[key]["juryroom"]["command"], settings[key]["juryroom"]["args"]) == ("juryroom", ["serve"])
    assert f"({snippet})" in (EXAMPLES / "editors/README.md").read_text()


def _settings(path: Path) -> dict[str, Any]:
    settings: dict[str, Any] = (tomllib.loads if path.suffix == ".toml" else json.loads)(path.read_text())
    return settings


def test_the_hooks_that_users_are_told_to_configure_exist():
    users = yaml.safe_load((EXAMPLES / "pre_commit/.pre-commit-config.yaml").read_text())
    offered = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    assert {hook["id"] for repo in users["repos"] for hook in repo["hooks"]} == offered
