"""A panel that loses a provider goes on with the stand-ins that are configured, and says so."""

import json

from tests.models.fake_server import Reply, serving
from tests.shell import CLEAN, VULNERABLE, Repo
from tests.test_cli import FINDING, models, review


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
    (red,) = [seat for seat in seats if "gpt-red" in seat["name"]]
    assert (red["model"], red["family"]) == ("anthropic-compatible:claude-green", "anthropic")
    assert red["notes"] == [
        "openai-compatible:gpt-red failed (key), anthropic-compatible:claude-green answered in its place"
    ]
    (note,) = [note for note in done.json["notes"] if note.startswith("degraded")]
    assert note == (
        "degraded: models of one family (anthropic) answered for security, correctness, which count as one family"
    )


def finding_of(body: dict[str, object]) -> Reply:
    """Everybody makes the finding; red and blue are down."""
    if body["model"] != "claude-green":
        return Reply(status=401, error="no")
    return Reply(json.dumps({"findings": [FINDING]}))


def test_what_stand_ins_of_one_family_find_is_the_word_of_one_family(repo: Repo) -> None:
    for name in ("first", "second", "third"):
        repo.write(f".juryroom/personas/{name}.md", f"---\nname: {name}\ncategories: [security]\n---\nFind holes.\n")
    repo.write("shop.py", VULNERABLE)
    everybody = 'analysers = false\nfailover = ["green"]\n' + models("{url}")
    asked = ("--persona", "first", "--persona", "second", "--persona", "third")
    told = []
    for script in (finding_of, lambda _: Reply(json.dumps({"findings": [FINDING]}))):
        with serving(script) as server:
            repo.configure("cache = false\ndepth = 'quick'\n" + everybody.replace("{url}", server.url))
            done = review(repo, *asked, "--all", "shop.py")
        (finding,) = [one for one in done.json["findings"] if one["cwe"] == "CWE-89"]
        told.append({supporter["family"] for supporter in finding["supporters"]})
    assert told == [{"anthropic"}, {"anthropic", "openai", "alibaba"}]


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


def test_an_answer_of_another_version_than_the_approved_one_says_so_from_the_cache_too(repo: Repo) -> None:
    repo.write("shop.py", CLEAN)
    with serving(lambda _: Reply('{"findings": []}', model="gpt-red-2031")) as server:
        red = models(server.url).split("[models.green]")[0]
        for approved, said in (("gpt-red-2031", []), ("gpt-red-2030", ["unapproved: red is "])):
            repo.configure(f'{red}approved = "{approved}"\n')
            for cached in (False, True):
                done = review(repo, "--persona", "security", "--depth", "quick")
                (seat,) = [seat for seat in done.json["reviewers"] if seat["method"] == "model"]
                told = [note for note in seat["notes"] if note.startswith("unapproved")]
                assert [note[:19] for note in told] == said, (approved, cached)
        assert len(server.requests) == 1
