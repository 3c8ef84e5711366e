"""Engines that are found on the machine, as the user sees them."""

import os
from pathlib import Path

import pytest

from tests.analysers.test_found import BANDIT, stand_in

from .shell import VULNERABLE, Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    stand_in(tmp_path / "bin", "bandit", BANDIT, 0)
    stand_in(tmp_path / "bin", "eslint", "", 0)
    stand_in(tmp_path / "bin", "semgrep", "1.2.3", 0)
    repo = Repo(tmp_path / "repo")
    repo.environ["PATH"] += f"{os.pathsep}{tmp_path / 'bin'}"
    repo.write("src/a.py", VULNERABLE)
    return repo


def reviewers(repo: Repo) -> set[str]:
    return {one["name"] for one in repo.juryroom("review", "--format", "json", "--exit-zero").json["reviewers"]}


def test_they_join_where_the_user_wants_them(repo: Repo) -> None:
    assert "bandit" not in reviewers(repo)
    repo.configure("found_engines = true")
    assert "bandit" in reviewers(repo)
    repo.configure("found_engines = true\nanalysers = ['ruff']")
    assert "bandit" not in reviewers(repo)


def test_a_repository_does_not_decide_about_them(repo: Repo) -> None:
    repo.write("juryroom.toml", "found_engines = true\n")
    assert "bandit" not in reviewers(repo)


def test_the_doctor_says_which_are_there_and_why_others_do_not_join(repo: Repo) -> None:
    report = repo.juryroom("doctor").out
    assert "not on the panel" in report
    assert "found_engines = true in your own settings" in report
    assert "does not join: it says nothing without the project's configuration" in report
    assert "set SEMGREP_RULES to a file or folder of yours" in report
    assert "not on PATH:" in report
    repo.configure("found_engines = true")
    assert "; on the panel" in repo.juryroom("doctor").out
