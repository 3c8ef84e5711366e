"""`juryroom usage` and `juryroom ledger`, as people call them."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import anyio
import pytest

from juryroom_server.ledger.accounts import open_ledger
from juryroom_server.models.accounting import Outcome
from juryroom_server.settings import Settings

from .ledger.material import intent, result
from .shell import Repo

TODAY = datetime.now(UTC).date().isoformat()


@pytest.fixture
def books(repo: Repo) -> Repo:
    """A repository with a ledger of its own home, in which three models were asked."""
    repo.environ["JURYROOM_DATABASE_URL"] = f"sqlite:///{repo.root.parent / 'home' / 'state' / 'ledger.sqlite3'}"
    record(
        repo,
        repo.root,
        (intent("0.50", model="openai:gpt", persona="security"), result("0.25", input_tokens=1000, total_s=2.0)),
        (intent("0.50", model="openai:gpt", persona="tests"), result("0.15", input_tokens=500, total_s=4.0)),
        (intent("0.50", model="openai:gpt"), result("0", Outcome.cached, saved_usd=Decimal("0.30"), total_s=0.001)),
        (intent("0.50", model="openai:gpt"), result("0", Outcome.failed, error="server", total_s=9.0)),
        (intent(None, model="=mystery:one\x1b[31m", tier="economy"), result(None, output_tokens=70, total_s=1.0)),
    )
    record(repo, repo.root.parent / "other", (intent("0.50", model="other:model"), result("0.50")))
    return repo


def record(repo: Repo, root: Path, *calls: Any) -> None:
    async def write() -> None:
        async with open_ledger(Settings(), repo.environ, root) as ledger:
            for what, took in calls:
                await ledger.settle(await ledger.reserve(what), took)

    anyio.run(write)


def test_usage_adds_up_this_repository_and_counts_the_unknown_apart(books: Repo):
    done = books.juryroom("usage", "--by", "model", "--format", "json")
    assert (done.code, done.err) == (0, "")
    assert (done.json["schema_version"], done.json["by"], done.json["since"]) == ("1", "model", None)
    mystery, gpt = done.json["lines"]
    assert {**gpt, "cost_usd": Decimal(gpt["cost_usd"]), "saved_usd": Decimal(gpt["saved_usd"])} == {
        "group": "openai:gpt", "calls": 4, "failed": 1, "from_cache": 1, "input_tokens": 1500, "cached_tokens": None,
        "output_tokens": None, "cost_usd": Decimal("0.4"), "unknown": 0, "held_usd": "0",
        "saved_usd": Decimal("0.3"), "saved_unknown": 0, "p50_s": 2.0, "p95_s": 4.0,
    }  # fmt: skip  # words, not a list to read down
    assert (mystery["calls"], mystery["unknown"], Decimal(mystery["cost_usd"]), mystery["saved_usd"]) == (
        1,
        1,
        Decimal(0),
        None,
    )
    total = done.json["total"]
    assert (total["calls"], total["unknown"], Decimal(total["cost_usd"])) == (5, 1, Decimal("0.4"))


def test_entries_of_another_repository_do_not_leak_in(books: Repo):
    assert "other:model" not in books.juryroom("usage", "--by", "model").out
    everywhere = books.juryroom("usage", "--by", "model", "--all-projects", "--format", "json").json
    assert everywhere["total"]["calls"] == 6
    assert "other:model" in [line["group"] for line in everywhere["lines"]]


def test_what_writing_into_a_providers_cache_cost_is_taken_off_what_caches_saved(books: Repo):
    call = intent("0.50", model="dear:one")
    record(books, books.root, (call, result("0.10", saved_usd=Decimal("-0.02"))))
    lines = {line["group"]: line for line in books.juryroom("usage", "--by", "model", "--format", "json").json["lines"]}
    assert Decimal(lines["dear:one"]["saved_usd"]) == Decimal("-0.02")
    assert "-$0.0200" in books.juryroom("usage", "--by", "model").out
    total = books.juryroom("usage", "--format", "json").json["total"]
    assert Decimal(total["saved_usd"]) == Decimal("0.28")


def test_the_table_is_for_eyes(books: Repo):
    done = books.juryroom("usage", "--by", "model")
    header, mystery, gpt, total, _, note = done.out.splitlines()
    assert header.split("  ")[0] == "model"
    assert "cost" in header
    assert "held for them" not in header  # nothing to say there
    assert "\x1b" not in mystery
    assert "$0.4000" in gpt
    assert total.startswith("all")
    assert note.startswith("unpriced: calls whose cost is not known")


def test_a_saving_that_is_not_known_is_said_to_be_so(repo: Repo):
    repo.environ["JURYROOM_DATABASE_URL"] = f"sqlite:///{repo.root.parent / 'home' / 'state' / 'ledger.sqlite3'}"
    record(
        repo,
        repo.root,
        (intent("0"), result("0", Outcome.cached, saved_usd=Decimal("0.30"))),
        (intent("0"), result("0", Outcome.cached, saved_usd=None)),
    )
    total = repo.juryroom("usage", "--format", "json").json["total"]
    assert (total["from_cache"], Decimal(total["saved_usd"]), total["saved_unknown"]) == (2, Decimal("0.3"), 1)
    header, line, _, note = repo.juryroom("usage").out.splitlines()
    assert header.split()[1:] == ["calls", "from", "cache", "saved", "unsaid"]
    assert line.split()[1:] == ["2", "2", "$0.3000", "1"]
    assert note.startswith("unsaid: calls from the cache that saved an amount that is not known")
    (row,) = csv.DictReader(io.StringIO(repo.juryroom("usage", "--format", "csv").out))
    assert (row["from_cache"], Decimal(row["saved_usd"]), row["saved_unknown"]) == ("2", Decimal("0.3"), "1")


def test_csv_is_for_machines_and_holds_no_formula(books: Repo):
    rows = list(csv.DictReader(io.StringIO(books.juryroom("usage", "--by", "model", "--format", "csv").out)))
    assert [(row["calls"], Decimal(row["cost_usd"]), row["p95_s"]) for row in rows] == [
        ("1", 0, "1.0"),
        ("4", Decimal("0.4"), "4.0"),
    ]
    assert rows[0]["model"].startswith("'=mystery:one")


@pytest.mark.parametrize(
    ("by", "groups"),
    [("day", [TODAY]), ("tier", ["economy", "workhorse"]), ("persona", ["security", "tests"]), ("task", ["review"])],
)
def test_usage_can_be_grouped(books: Repo, by: str, groups: list[str]):
    lines = books.juryroom("usage", "--by", by, "--format", "json").json["lines"]
    assert [line["group"] for line in lines] == groups
    assert sum(line["calls"] for line in lines) == 5


def test_since_leaves_out_what_was_before(books: Repo):
    assert books.juryroom("usage", "--since", "7d", "--format", "json").json["total"]["calls"] == 5
    assert books.juryroom("usage", "--since", TODAY, "--format", "json").json["total"]["calls"] == 5
    assert books.juryroom("usage", "--since", "0m").out == "No calls of models are recorded for this.\n"
    done = books.juryroom("usage", "--since", "yesterday")
    assert (done.code, done.out) == (2, "")
    assert "7d" in done.err


def test_asking_does_not_begin_a_ledger(repo: Repo):
    state = repo.root.parent / "state"
    done = repo.juryroom("usage", environ={"XDG_STATE_HOME": str(state)})
    assert (done.code, done.out) == (0, "No calls of models are recorded for this.\n")
    assert not state.exists()


def test_status_says_what_is_open_and_what_budgets_have_left(books: Repo):
    books.configure("budget_day_usd = 2.5\n")

    async def leave_one_open() -> None:
        async with open_ledger(Settings(), books.environ, books.root) as ledger:
            await ledger.reserve(intent("0.10"))

    anyio.run(leave_one_open)
    lines = books.juryroom("ledger").out.splitlines()
    assert lines[0].endswith("ledger.sqlite3")
    assert lines[1].startswith("open     1 reservations, $0.1000 set aside, the oldest since ")
    assert lines[2] == "day      $1.0000 spent or set aside of $2.5000"
    assert lines[3] == "project  $0.5000 spent or set aside (no budget)"
    assert "0 reservations closed" in books.juryroom("ledger", "reconcile").err
    assert "1 reservations closed" in books.juryroom("ledger", "reconcile", "--older-than", "0m", "--refund").err
    assert "$0.9000" in books.juryroom("ledger").out.splitlines()[2]


def test_purge_forgets_what_it_is_told_to(books: Repo):
    unsaid = books.juryroom("ledger", "purge")
    assert unsaid.code == 2
    assert "--before DATE, or --all" in unsaid.err
    assert "0 calls forgotten" in books.juryroom("ledger", "purge", "--before", TODAY).err
    assert "6 calls forgotten" in books.juryroom("ledger", "purge", "--before", "0m").err
    assert "project  $0.4000" in books.juryroom("ledger").out  # what was spent stays counted
    assert "0 calls forgotten" in books.juryroom("ledger", "purge", "--all").err
    assert "project  $0.0000" in books.juryroom("ledger").out


def test_a_damaged_ledger_is_an_error_that_says_what_to_do(books: Repo):
    Path(books.environ["JURYROOM_DATABASE_URL"].removeprefix("sqlite:///")).write_bytes(b"something else" * 1000)
    done = books.juryroom("usage")
    assert (done.code, done.out) == (2, "")
    assert "move it away to begin a new one" in done.err
