"""`juryroom review --batch` and `juryroom batch`, as people call them."""

import re
import signal
import subprocess
from collections.abc import Iterator
from decimal import Decimal

import pytest

from tests.models.fake_server import FakeServer, Reply, serving
from tests.shell import CLEAN, JUROR, Repo
from tests.test_cli import review

PAID_BEFORE = re.compile(r"answer from the cache, nothing paid|2 of 2 changed parts recalled")
PERSONAS = ("--persona", "security", "--persona", "performance")


@pytest.fixture
def server(repo: Repo) -> Iterator[FakeServer]:
    """Two providers, of which the second has no batch API that is known."""
    repo.write("shop.py", CLEAN)
    with serving(lambda _: Reply('{"findings": []}', usage=(1000, 100))) as server:
        repo.configure(f"""
analysers = false

[models.red]
provider = "anthropic-compatible"
model = "claude-red"
base_url = "{server.url}"
capabilities = ["batch"]
price = {{ input = 2, output = 10, batch = {{ input = 1, output = 5 }} }}

[models.green]
provider = "openai-compatible"
model = "gpt-green"
base_url = "{server.url}/v1"
""")
        yield server


def test_a_review_that_may_wait_is_asked_in_a_batch_at_its_price(repo: Repo, server: FakeServer) -> None:
    done = review(repo, "--batch", *PERSONAS)
    assert done.code == 0, done.err
    seats = {seat["model"]: seat for seat in done.json["reviewers"] if seat["method"] == "model"}
    assert [seat["status"] for seat in seats.values()] == ["done", "done"]
    assert seats["anthropic-compatible:claude-red"]["usage"]["cost_usd"] == pytest.approx(0.0015)
    assert [len(job.lines) for job in server.batches.handed_in] == [1]
    assert [request.body["model"] for request in server.requests] == ["gpt-green"]
    assert "openai-compatible:gpt-green: asked at once, as no batch API of it is known" in done.json["notes"]
    usage = repo.juryroom("usage", "--by", "model", "--format", "json").json["lines"]
    assert Decimal(usage[0]["cost_usd"]) == Decimal("0.0015")


def test_without_the_flag_nobody_waits(repo: Repo, server: FakeServer) -> None:
    assert review(repo, *PERSONAS).code == 0
    assert (len(server.requests), server.batches.handed_in) == (2, [])


def started(repo: Repo, server: FakeServer) -> str:
    """The ID of a batch whose review was interrupted."""
    server.batches.hold = True
    process = subprocess.Popen(
        [JUROR, "review", "--batch", *PERSONAS],
        cwd=repo.root,
        env=repo.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.batches.looked.wait(60)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert "the batch batch-1 of anthropic-compatible:claude-red is still running, with 1 of the questions" in told
    assert "juryroom batch resume batch-1" in told
    server.batches.hold = False
    return "batch-1"


def test_a_deadline_that_ends_before_the_batch_says_what_to_do_next(repo: Repo, server: FakeServer) -> None:
    server.batches.hold = True
    done = review(repo, "--batch", "--deadline", "12", *PERSONAS)
    assert done.code == 3, done.err
    assert done.json["deadline_reached"]
    (note,) = [note for note in done.json["notes"] if "still running" in note]
    assert "review the same with --batch later" in note
    assert "juryroom batch resume batch-1" in note


def test_a_review_takes_up_the_batch_of_one_that_was_interrupted(repo: Repo, server: FakeServer) -> None:
    started(repo, server)
    assert "batch-1  running" in repo.juryroom("batch").out
    done = review(repo, "--batch", *PERSONAS)
    assert done.code == 0, done.err
    assert [seat["status"] for seat in done.json["reviewers"] if seat["method"] == "model"] == ["done", "done"]
    assert len(server.batches.handed_in) == 1
    (job,) = repo.juryroom("batch", "list", "--json").json["batches"]
    assert (job["name"], job["state"], job["calls"]) == ("batch-1", "collected", 1)
    total = repo.juryroom("usage", "--by", "model", "--format", "json").json["lines"][0]
    assert (total["calls"], Decimal(total["cost_usd"]), total["unknown"]) == (1, Decimal("0.0015"), 0)


def test_a_batch_that_was_resumed_answers_the_next_review(repo: Repo, server: FakeServer) -> None:
    name = started(repo, server)
    server.batches.hold = True
    early = repo.juryroom("batch", "resume", name, "--deadline", "0.5")
    assert (early.code, "is still running" in early.err) == (3, True)
    # what waits for a batch is not taken for lost
    assert "0 reservations closed" in repo.juryroom("ledger", "reconcile", "--older-than", "0m").err
    server.batches.hold = False
    resumed = repo.juryroom("batch", "resume", name)
    assert (resumed.code, "1 of 1 question answered, and paid" in resumed.err) == (0, True)
    asked = len(server.requests)
    done = review(repo, *PERSONAS)
    assert (len(server.batches.handed_in), len(server.requests)) == (1, asked)
    assert all(PAID_BEFORE.search(" ".join(seat["notes"])) for seat in done.json["reviewers"] if seat["model"])
    assert "is over (collected)" in repo.juryroom("batch", "resume", name).err


def test_a_batch_that_was_cancelled_gives_its_money_back(repo: Repo, server: FakeServer) -> None:
    done = repo.juryroom("batch", "cancel", started(repo, server))
    assert (done.code, "0 of 1 question answered" in done.err) == (0, True)
    assert server.batches.handed_in[0].cancelled
    line = repo.juryroom("usage", "--by", "model", "--format", "json").json["lines"][0]
    assert (float(line["cost_usd"]), float(line["held_usd"]), line["failed"]) == (0.0, 0.0, 1)


def test_a_batch_that_may_not_have_arrived_is_the_users_to_give_up(repo: Repo, server: FakeServer) -> None:
    server.batches.broken = True
    lost = review(repo, "--batch", *PERSONAS)
    (seat,) = [seat for seat in lost.json["reviewers"] if seat["model"] == "anthropic-compatible:claude-red"]
    assert (seat["status"], "juryroom batch cancel" in seat["reason"]) == ("failed", True)
    server.batches.broken = False
    name = seat["reason"].split()[-1]
    assert repo.juryroom("batch", "resume", name).code == 2
    assert "may be handed in anew" in repo.juryroom("batch", "cancel", name).err
    assert review(repo, "--batch", *PERSONAS).code == 0
    assert len(server.batches.handed_in) == 2


@pytest.mark.parametrize(
    ("args", "words"), [(("resume", "batch-9"), "no batch 'batch-9'"), (("cancel",), "juryroom batch list shows them")]
)
def test_a_batch_that_is_not_there_is_an_error(repo: Repo, args: tuple[str, ...], words: str) -> None:
    done = repo.juryroom("batch", *args)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_no_batches_are_no_error(repo: Repo) -> None:
    done = repo.juryroom("batch")
    assert (done.code, done.out) == (0, "No batches were handed in for this repository.\n")
