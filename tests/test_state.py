"""What reviews keep between them: without it, or with what is somebody else's, they go on and say so."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.models.fake_server import Reply, serving
from tests.shell import CLEAN, VULNERABLE, Done, Repo
from tests.test_cli import FINDING, PRICED, models, review

FOUND = Reply(json.dumps({"findings": [FINDING]}), usage=(1000, 50))


def seat_of(done: Done) -> Any:
    (seat,) = [seat for seat in done.json["reviewers"] if seat["method"] == "model"]
    return seat


def one_seat(repo: Repo) -> Done:
    return review(repo, "--persona", "security", "--depth", "quick")


@pytest.mark.parametrize("broken", ["cache", "ledger", "both"])
def test_case_59_a_review_works_without_a_cache_and_without_a_ledger(repo: Repo, broken: str) -> None:
    repo.write("shop.py", VULNERABLE)
    home = Path(repo.environ["HOME"])
    if broken != "ledger":
        home.joinpath("cache").write_text("no folder")
    if broken != "cache":
        ledger = home / "state" / "juryroom" / "ledger.sqlite3"
        ledger.parent.mkdir(parents=True)
        ledger.write_bytes(b"something else" * 1000)
    with serving(lambda _: FOUND) as server:
        repo.configure(models(server.url))
        done = one_seat(repo)
        assert len(server.requests) == 1
    assert seat_of(done)["status"] == "done"
    assert [note for note in done.json["notes"] if "move it away to begin a new one" in note] or broken == "cache"


def test_case_59_with_a_budget_a_ledger_that_can_not_be_used_stops_the_calls_and_not_the_review(repo: Repo) -> None:
    repo.write("shop.py", VULNERABLE)
    repo.environ["JURYROOM_DATABASE_URL"] = f"sqlite:///{repo.root.parent}/folder"
    (repo.root.parent / "folder").mkdir()
    with serving(lambda _: FOUND) as server:
        repo.configure("budget_run_usd = 1\n" + models(server.url).replace("quick = true\n", "quick = true\n" + PRICED))
        done = one_seat(repo)
        assert server.requests == []
    assert done.code == 1  # the analysers have found it
    assert "can't be known" in seat_of(done)["reason"]


@pytest.mark.parametrize(
    ("settings", "asked", "said"),
    [
        ("", 1, None),
        ("budget_day_usd = 1\n", 0, "the price of"),
        ("budget_day_usd = 1\nunknown_price_ceiling_usd = 0.4\n", 1, None),
    ],
)
def test_case_62_a_price_that_is_missing_is_unknown_and_never_nothing(
    repo: Repo, settings: str, asked: int, said: str | None
) -> None:
    repo.write("shop.py", CLEAN)
    with serving(lambda _: FOUND) as server:
        repo.configure(settings + models(server.url))
        done = one_seat(repo)
        assert len(server.requests) == asked
    if said is None:
        assert (seat_of(done)["status"], done.json["usage"]["cost_usd"]) == ("done", None)
        assert repo.juryroom("usage", "--format", "json").json["total"]["unknown"] == 1
    else:
        assert seat_of(done)["status"] == "failed"


def test_a_model_on_this_machine_is_seated_whatever_is_left_of_a_budget(repo: Repo) -> None:
    repo.write("shop.py", CLEAN)
    with serving(lambda _: FOUND) as server:
        local = f'[models.here]\nprovider = "llamacpp"\nbase_url = "{server.url}/v1"\nquick = true\n'
        repo.configure("budget_day_usd = 0.000001\n" + local)
        done = one_seat(repo)
    assert (seat_of(done)["status"], done.json["usage"]["cost_usd"]) == ("done", 0)


def test_case_63_an_answer_for_another_repository_is_not_taken_for_this_one(repo: Repo, tmp_path: Path) -> None:
    """Same user, same cache: what differs in the question, be it the conventions only, is asked."""
    repo.commit(AGENTS__md="", shop_py="X = 1\n")
    other = Repo(tmp_path / "other")
    other.environ = repo.environ
    other.write("AGENTS.md", "Raw SQL is fine here.\n")
    other.commit(shop_py="X = 1\n")
    same = Repo(tmp_path / "same")
    same.environ = repo.environ
    same.commit(AGENTS__md="", shop_py="X = 1\n")
    with serving(lambda _: FOUND) as server:
        repo.configure(models(server.url))
        asked = []
        for one in (repo, other, same):
            one.write("shop.py", VULNERABLE)
            cached = "answer from the cache, nothing paid" in seat_of(one_seat(one))["notes"]
            asked.append((len(server.requests), cached))
    # the same question has the same answer wherever it comes from: a key holds all that an answer depends on
    assert asked == [(1, False), (2, False), (2, True)]


def test_case_63_a_repository_can_not_bring_answers_of_its_own(repo: Repo) -> None:
    repo.write("shop.py", VULNERABLE)
    with serving(lambda _: FOUND) as server:
        repo.configure(models(server.url))
        one_seat(repo)
        for kept in list(Path(repo.environ["XDG_CACHE_HOME"]).rglob("*.json")):
            planted = kept.read_text()
            kept.unlink()
            for folder in (".juryroom/cache", ".juryroom/answers", ".cache/juryroom/answers", "juryroom/answers"):
                repo.write(f"{folder}/{kept.name}", planted)
        seat = seat_of(review(repo, "--persona", "security", "--depth", "quick", "shop.py"))
    assert len(server.requests) == 2
    assert seat["status"] == "done"
