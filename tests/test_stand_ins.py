"""A panel that loses a provider goes on with the stand-ins that are configured, and says so."""

from tests.models.fake_server import Reply, serving
from tests.shell import CLEAN, Repo
from tests.test_cli import models, review


def script(body: dict[str, object]) -> Reply:
    return Reply(status=401, error="no") if body["model"] == "gpt-red" else Reply('{"findings": []}')


def test_a_stand_in_takes_the_place_and_the_report_says_that_the_panel_is_less_diverse(repo: Repo) -> None:
    repo.write("shop.py", CLEAN)
    with serving(script) as server:
        repo.configure('failover = ["green"]\n' + models(server.url))
        done = review(repo, "--persona", "security", "--persona", "performance", "--persona", "correctness")
    assert done.code == 0
    seats = [seat for seat in done.json["reviewers"] if seat["method"] == "model"]
    assert [seat["status"] for seat in seats] == ["done"] * 3
    (red,) = [seat for seat in seats if "gpt-red" in seat["model"]]
    (note,) = red["notes"]
    assert note == (
        "degraded: openai-compatible:gpt-red failed (key), anthropic-compatible:claude-green answered in its place, "
        "of a family (anthropic) that has a seat already"
    )


def test_a_repository_may_not_say_who_stands_in(repo: Repo) -> None:
    repo.write("shop.py", CLEAN)
    repo.write("juryroom.toml", 'failover = ["green"]\n')
    with serving(script) as server:
        repo.configure(models(server.url))
        done = review(repo, "--persona", "security", "--persona", "performance", "--persona", "correctness")
    seats = [seat for seat in done.json["reviewers"] if seat["method"] == "model"]
    assert sorted(seat["status"] for seat in seats) == ["done", "done", "failed"]


def test_a_stand_in_that_is_not_there_is_named(repo: Repo) -> None:
    repo.write("shop.py", CLEAN)
    with serving(lambda _: Reply('{"findings": []}')) as server:
        repo.configure('failover = ["purple"]\n' + models(server.url))
        done = review(repo)
    assert any("'purple'" in note for note in done.json["notes"])
