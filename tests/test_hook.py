"""The hooks, run by the real pre-commit in real repositories."""

import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.models.fake_server import Reply, serving
from tests.shell import CLEAN, VULNERABLE, Repo
from tests.test_cli import models

HOOKS = Path(__file__).parent.parent / ".pre-commit-hooks.yaml"


def published() -> list[dict[str, Any]]:
    return list(yaml.safe_load(HOOKS.read_text(encoding="utf-8")))


def install(repo: Repo, *arguments: str) -> None:
    """Install our hooks as they are published, but from the environment of this test instead of a new one."""
    hooks = [{**hook, "language": "system", "args": list(arguments)} for hook in published()]
    for hook in hooks:
        del hook["minimum_pre_commit_version"]
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    repo.write(".pre-commit-config.yaml", yaml.safe_dump(config))
    pre_commit = str(Path(sys.executable).parent / "pre-commit")
    done = repo.run(pre_commit, "install", "--hook-type", "pre-commit", "--hook-type", "pre-push")
    assert done.code == 0, done.out + done.err
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "install the hooks")


def test_the_hooks_are_published_as_people_expect_them() -> None:
    hooks = {hook["id"]: hook for hook in published()}
    assert set(hooks) == {"juryroom-review", "juryroom-review-push"}
    for hook in hooks.values():
        assert (hook["pass_filenames"], hook["require_serial"]) == (False, True)
        assert hook["minimum_pre_commit_version"] == "3.2.0"


def test_a_planted_sql_injection_stops_the_commit_and_its_clean_twin_passes(repo: Repo) -> None:
    install(repo)
    repo.write("shop.py", VULNERABLE)
    repo.git("add", "-A")
    stopped = repo.run("git", "commit", "-m", "find items")
    assert stopped.code == 1
    assert "shop.py:6" in stopped.out + stopped.err
    repo.write("shop.py", CLEAN)
    repo.git("add", "-A")
    passed = repo.run("git", "commit", "-m", "find items")
    assert passed.code == 0, passed.out + passed.err


def test_what_is_staged_is_reviewed_and_not_the_work_tree(repo: Repo) -> None:
    install(repo)
    repo.write("shop.py", VULNERABLE)
    repo.git("add", "-A")
    repo.write("shop.py", CLEAN)
    assert repo.run("git", "commit", "-m", "x").code == 1


def test_the_hook_can_be_skipped_by_its_id(repo: Repo) -> None:
    install(repo)
    repo.write("shop.py", VULNERABLE)
    repo.git("add", "-A")
    assert repo.run("git", "commit", "-m", "x", environ={"SKIP": "juryroom-review"}).code == 0


def test_a_push_is_stopped_for_what_the_remote_does_not_have(repo: Repo, tmp_path: Path) -> None:
    install(repo)
    repo.git("init", "-q", "--bare", str(tmp_path / "remote.git"))
    repo.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    assert repo.run("git", "push", "-q", "origin", "main").code == 0
    repo.write("shop.py", VULNERABLE)
    repo.git("add", "-A")
    repo.git("commit", "-q", "--no-verify", "-m", "x")
    stopped = repo.run("git", "push", "-q", "origin", "main")
    assert stopped.code == 1
    assert "shop.py:6" in stopped.out + stopped.err


def test_a_merge_passes_at_once(repo: Repo) -> None:
    repo.commit(shop_py=CLEAN)
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit("topic", shop_py=VULNERABLE)
    repo.git("checkout", "-q", "main")
    repo.commit("main", other_py="X = 1\n")
    repo.git("merge", "-q", "--no-commit", "--no-ff", "topic")
    done = repo.juryroom("hook", "pre-commit")
    assert (done.code, done.out, done.err) == (0, "", "")
    repo.git("merge", "--abort")
    repo.write("shop.py", VULNERABLE)
    repo.git("add", "-A")
    assert repo.juryroom("hook", "pre-commit").code == 1


def test_it_fails_open_with_one_line_when_models_cannot_be_reached_and_closed_when_told(repo: Repo) -> None:
    repo.write("shop.py", CLEAN)
    repo.git("add", "-A")
    with serving(lambda _: Reply(status=503, error="down")) as server:
        repo.configure(models(server.url))
        opened = repo.juryroom("hook", "pre-commit")
        closed = repo.juryroom("hook", "pre-commit", "--fail-closed")
    assert (opened.code, opened.out) == (0, "")
    assert opened.err.count("\n") == 1
    assert "not reviewed by" in opened.err
    assert closed.code == 3


@pytest.mark.parametrize("quick", [True, False])
def test_the_commit_hook_asks_quick_models_only_and_the_same_tree_again_asks_none(repo: Repo, *, quick: bool) -> None:
    repo.write("shop.py", CLEAN)
    repo.git("add", "-A")
    with serving(lambda _: Reply('{"findings": []}')) as server:
        repo.configure(models(server.url).replace("quick = true", f"quick = {str(quick).lower()}"))
        assert repo.juryroom("hook", "pre-commit").code == 0
        first = len(server.requests)
        assert repo.juryroom("hook", "pre-commit").code == 0
        assert first == len(server.requests) == (4 if quick else 0)


def test_half_of_what_a_push_hook_is_told_is_an_error(repo: Repo) -> None:
    repo.commit(shop_py=CLEAN)
    done = repo.juryroom("hook", "pre-push", environ={"PRE_COMMIT_FROM_REF": "HEAD"})
    assert done.code == 2
    assert "PRE_COMMIT_TO_REF" in done.err


def plain_push_hook(repo: Repo, tmp_path: Path) -> None:
    """git's own hook, without pre-commit, and a remote."""
    hook = repo.write(".git/hooks/pre-push", "#!/bin/sh\nexec juryroom hook pre-push --no-models\n")
    hook.chmod(0o755)
    repo.git("init", "-q", "--bare", str(tmp_path / "remote.git"))
    repo.git("remote", "add", "origin", str(tmp_path / "remote.git"))


def test_a_plain_git_hook_reviews_each_ref_that_is_pushed_and_not_what_is_checked_out(
    repo: Repo, tmp_path: Path
) -> None:
    plain_push_hook(repo, tmp_path)
    repo.commit(shop_py=CLEAN)
    assert repo.run("git", "push", "-q", "origin", "main").code == 0
    repo.git("checkout", "-q", "-b", "good")
    repo.commit(other_py="X = 1\n")
    repo.git("checkout", "-q", "-b", "bad", "main")
    repo.commit(shop_py=VULNERABLE)
    repo.git("checkout", "-q", "main")
    both = repo.run("git", "push", "-q", "origin", "good", "bad")
    assert both.code == 1
    assert "shop.py:6" in both.out + both.err
    repo.git("push", "-q", "--no-verify", "origin", "bad")
    assert repo.run("git", "push", "-q", "origin", "good").code == 0
    repo.git("checkout", "-q", "bad")
    assert repo.run("git", "push", "-q", "origin", ":good").code == 0
    repo.commit(notes_py="Y = 1\n")
    assert repo.run("git", "push", "-q", "origin", "bad").code == 0


def test_a_forced_push_over_commits_that_were_never_fetched_is_reviewed(repo: Repo) -> None:
    head = repo.commit(shop_py=VULNERABLE)
    unknown = "1" * 40
    told = f"HEAD^{{/a change}} {head} refs/heads/main {unknown}\n"
    done = repo.juryroom("hook", "pre-push", "--no-models", stdin=told)
    assert (done.code, done.err) == (1, "")


def test_without_a_word_on_stdin_the_new_commits_of_head_are_pushed_and_nonsense_is_an_error(repo: Repo) -> None:
    repo.commit(shop_py=VULNERABLE)
    assert repo.juryroom("hook", "pre-push", "--no-models", stdin="").code == 1
    done = repo.juryroom("hook", "pre-push", "--no-models", stdin="main\n")
    assert done.code == 2
    assert "'main'" in done.err


def test_what_does_not_stop_is_one_line_with_the_bar_and_the_command_that_shows_it(repo: Repo) -> None:
    start = repo.commit(other_py="X = 1\n")
    repo.write("shop.py", VULNERABLE)
    repo.git("add", "-A")
    commit = repo.juryroom("hook", "pre-commit", "--no-models", "--fail-on", "never")
    assert commit.out == (
        "juryroom: nothing that stops this commit (fail_on = never); 1 finding: juryroom review --staged\n"
    )
    head = repo.commit()
    told = f"refs/heads/main {head} refs/heads/main {start}\n"
    push = repo.juryroom("hook", "pre-push", "--no-models", "--fail-on", "critical", stdin=told)
    command = f"juryroom review --base {start[:12]}"
    assert push.out == f"juryroom: nothing that stops this push (fail_on = critical); 1 finding: {command}\n"
    repo.git("checkout", "-q", "-b", "elsewhere", start)
    other = repo.juryroom("hook", "pre-push", "--no-models", "--fail-on", "critical", stdin=told)
    assert other.out == "juryroom: nothing that stops this push (fail_on = critical); 1 finding\n"
