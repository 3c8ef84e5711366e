"""What a refuter may look up, in real repositories."""

import subprocess
from pathlib import Path

import pytest

from juryroom_reviewers.change import ChangeSet
from juryroom_reviewers.repository import Passage
from juryroom_server.git import read_change
from juryroom_server.lookup import Lookup
from juryroom_server.source import Kind, Source

API = "from shop import find\n\n\ndef handler(name):\n    return find(name)\n"
SHOP = "class Shop:\n    def close(self):\n        return 1\n\n\ndef find(name):\n    return name\n"
TOKEN = "ghp_" + "q8Zt4LxR2vNc7WmYs1KdB6HfJ9PgTa3Ue5Xo"


def git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository of some files, and one changed line in the work tree."""
    git(tmp_path, "init", "-q")
    for key, value in (("color.ui", "always"), ("submodule.recurse", "true"), ("grep.lineNumber", "true")):
        git(tmp_path, "config", key, value)
    files = {
        "api.py": API,
        "shop.py": SHOP,
        "lib/deep.go": "package lib\n\nfunc Find(name string) string {\n\treturn name\n}\n",
        "config.yaml": "find: secret\n",
        ".env": "find=1\n",
        "node_modules/a.js": "function find() {}\n",
        "held.py": "def find(): pass\n",
        "token.py": f"KEY = '{TOKEN}'\nfind = 1\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "link.py").symlink_to("/etc/passwd")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "one")
    (tmp_path / "shop.py").write_text(SHOP.replace("return name", "return name.strip()"), encoding="utf-8")
    return tmp_path


def lookup(root: Path) -> Lookup:
    change = read_change(root, Source(kind=Kind.work_tree))
    return Lookup(root, change, ("held.py",))


async def test_a_definition_in_a_changed_file_is_that_of_the_change(root: Path) -> None:
    (found,) = await lookup(root).definition("find", "shop.py")
    assert found == Passage(
        path="shop.py", start_line=6, lines=("def find(name):", "    return name.strip()"), symbol="find"
    )


async def test_a_definition_is_found_anywhere_and_by_its_qualified_name(root: Path) -> None:
    (method,) = await lookup(root).definition("Shop.close")
    assert (method.path, method.start_line, method.symbol) == ("shop.py", 2, "Shop.close")
    (function,) = await lookup(root).definition("Find")
    assert (function.path, function.start_line) == ("lib/deep.go", 3)
    assert await lookup(root).definition("Cart.close") == ()


async def test_lines_are_those_that_exist(root: Path) -> None:
    (found,) = await lookup(root).lines("api.py", 4, 9_999)
    assert (found.start_line, found.lines) == (4, ("def handler(name):", "    return find(name)"))
    assert await lookup(root).lines("api.py", 90, 99) == ()


async def test_a_search_shows_source_code_and_nothing_secret_vendored_or_excluded(root: Path) -> None:
    found = await lookup(root).search("find")
    assert [passage.path for passage in found] == ["shop.py", "api.py", "api.py", "token.py"]
    text = "\n".join(line for passage in found for line in passage.lines)
    assert TOKEN not in text
    assert "<secret-1>" in text


@pytest.mark.parametrize(
    "path",
    [
        "../outside.py",
        "/etc/passwd",
        "link.py",
        ".env",
        "config.yaml",
        ".git/config",
        "node_modules/a.js",
        "held.py",
        "",
    ],
)
async def test_what_may_not_be_seen_is_not_shown(root: Path, path: str) -> None:
    (root.parent / "outside.py").write_text("secret = 1\n", encoding="utf-8")
    assert await lookup(root).lines(path, 1, 10) == ()


async def test_a_file_that_the_change_deletes_or_renames_is_gone(root: Path) -> None:
    git(root, "mv", "api.py", "web.py")
    git(root, "rm", "-q", "token.py")
    here = lookup(root)
    assert [await here.lines(path, 1, 1) for path in ("api.py", "token.py")] == [(), ()]
    (found,) = await here.lines("web.py", 4, 4)
    assert found.lines == ("def handler(name):",)


async def test_an_untracked_change_of_another_file_does_not_count(root: Path) -> None:
    (root / "loose.py").write_text("def loose(): pass\n", encoding="utf-8")
    change = read_change(root, Source(kind=Kind.staged))
    assert await Lookup(root, change).definition("loose") == ()


async def test_without_a_repository_only_the_change_can_be_looked_at(root: Path) -> None:
    change = read_change(root, Source(kind=Kind.work_tree))
    only = Lookup(None, change)
    assert [passage.path for passage in await only.search("find")] == ["shop.py"]


async def test_what_git_cannot_say_is_nothing_and_ends_no_review(tmp_path: Path) -> None:
    assert await Lookup(tmp_path, ChangeSet(source="a test", base="0" * 40)).search("find") == ()
