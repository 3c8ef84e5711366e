"""`juryroom init` writes a file that fits, that loads, and that tells the truth about the defaults."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from juryroom_server.configuration.load import load
from juryroom_server.configuration.show import plain_fields
from juryroom_server.settings import Settings, SettingsError
from juryroom_server.setup.init import Survey, compose, survey, write


def repository(root: Path, *paths: str, branch: str = "trunk") -> Path:
    root.mkdir(exist_ok=True)
    git(root, "init", "--quiet", f"--initial-branch={branch}")
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("x\n")
    git(root, "add", "--all")
    git(root, "-c", "user.name=me", "-c", "user.email=me@example.org", "commit", "--quiet", "--message=first")
    return root


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)


PATHS = (
    ".gitignore",
    "src/shop.py",
    "src/cart.py",
    "web/app.ts",
    "web/app.test.ts",
    "tests/test_shop.py",
    "tests/fixtures/a.json",
    "api/shop_pb2.py",
    "vendor/lib/lib.go",
)


def test_the_file_loads_without_a_warning_and_holds_what_was_found(tmp_path: Path):
    root = repository(tmp_path / "shop", *PATHS)
    assert write(root) == root / "juryroom.toml"
    loaded = load(root, root, {}, {}, config_dir=tmp_path / "none")
    assert loaded.files == ("juryroom.toml",)
    assert loaded.warnings == ()
    assert loaded.settings == Settings(exclude=("vendor/", "*_pb2.py"), nonprod=("tests/", "*.test.*"))


def test_every_line_that_is_commented_out_is_the_real_default():
    text = compose(Survey())
    shown = dict(re.findall(r"^# ([a-z_]+) = (.*)$", text, flags=re.MULTILINE))
    assert set(shown) == set(plain_fields()) - {"cache"}
    values = tomllib.loads("\n".join(f"{name} = {value}" for name, value in shown.items()))
    assert Settings.model_validate(values) == Settings()


def test_all_lines_of_the_file_can_be_used_as_they_stand(tmp_path: Path):
    uncommented = re.sub(r"^# (?=[a-z_]+ = )", "", compose(Survey()), flags=re.MULTILINE)
    uncommented = re.sub(r"^#     (?=\[|[a-z]+ = )", "", uncommented, flags=re.MULTILINE)
    (tmp_path / "juryroom.toml").write_text(uncommented)
    loaded = load(tmp_path, tmp_path, {"ANTHROPIC_API_KEY": "k"}, {}, config_dir=tmp_path / "none")
    assert loaded.warnings == ()
    assert loaded.settings.seats == {"security": "strong"}


def test_the_survey_counts_own_files_by_language_and_names_the_branch(tmp_path: Path):
    found = survey(repository(tmp_path / "shop", *PATHS))
    assert found.languages == (("python", 3), ("typescript", 2))
    assert found.branch == "trunk"
    assert "juryroom review --base trunk " in compose(found)


def test_the_default_branch_is_the_remotes(tmp_path: Path):
    origin = repository(tmp_path / "origin", "a.py", branch="develop")
    git(tmp_path, "clone", "--quiet", str(origin), "clone")
    git(tmp_path / "clone", "switch", "--quiet", "--create", "main")
    assert survey(tmp_path / "clone").branch == "origin/develop"


def test_what_git_ignores_is_not_looked_at(tmp_path: Path):
    root = repository(tmp_path / "shop", "a.py")
    (root / ".gitignore").write_text("vendor/\n")
    (root / "vendor").mkdir()
    (root / "vendor/b.go").write_text("x")
    assert survey(root) == Survey(languages=(("python", 1),), branch="trunk")


def test_a_folder_without_git_will_do(tmp_path: Path):
    for path in ("a.py", "tests/test_a.py", ".cache/b.go", "node_modules/c.js"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("x")
    assert survey(tmp_path) == Survey(languages=(("python", 2),), nonprod=("tests/",))


def test_a_file_that_is_there_stays_unless_it_is_forced(tmp_path: Path):
    path = tmp_path / "juryroom.toml"
    path.write_text("max_findings = 1\n")
    with pytest.raises(SettingsError, match="juryroom init --force"):
        write(tmp_path)
    assert path.read_text() == "max_findings = 1\n"
    write(tmp_path, force=True)
    assert "# max_findings = 7" in path.read_text()


def test_nothing_is_written_through_a_link(tmp_path: Path):
    outside = tmp_path / "outside"
    root = tmp_path / "shop"
    root.mkdir()
    (root / "juryroom.toml").symlink_to(outside)
    with pytest.raises(SettingsError):
        write(root)
    assert not outside.exists()


def test_a_table_in_pyproject_is_not_shadowed_by_accident(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text("[tool.juryroom]\nmax_findings = 1\n")
    with pytest.raises(SettingsError, match=r"pyproject\.toml has \[tool\.juryroom\]"):
        write(tmp_path)
