"""Batch jobs in both databases: found by their calls while they are open, and by one process only."""

from datetime import UTC, datetime

from juryroom_server.ledger import job_rows
from juryroom_server.ledger.database import Database
from juryroom_server.models.waiting import Item, Job, State

from .material import Place

MADE = datetime(2030, 1, 31, 12, tzinfo=UTC)


def job(name: str, *digests: str) -> Job:
    items = tuple(Item(digest=digest, reservation=f"r-{digest}") for digest in digests)
    return Job(
        id=name, card="one", model="openai:gpt", project="here", state=State.submitting, made_at=MADE, items=items
    )


def test_a_call_is_in_one_open_job_only(place: Place):
    database = Database(place.address)
    first, second = job("a", "one", "two"), job("b", "two", "three")
    assert job_rows.claim(database, first)
    assert not job_rows.claim(database, second)
    assert job_rows.find(database, ["three"]) == ()
    assert job_rows.find(database, ["three", "two"]) == (first,)
    running = first.model_copy(update={"name": "batch-1", "state": State.running})
    job_rows.change(database, running)
    assert job_rows.find(database, ["one"]) == (running,)
    job_rows.change(database, running.model_copy(update={"state": State.collected}))
    assert job_rows.claim(database, second)
    assert [(one.id, one.state) for one in job_rows.listed(database)] == [
        ("a", State.collected),
        ("b", State.submitting),
    ]
    assert job_rows.listed(database, "elsewhere") == ()
    database.close()


def test_a_job_that_is_over_stays_over(place: Place):
    database = Database(place.address)
    job_rows.claim(database, job("a", "one"))
    job_rows.change(database, job("a", "one").model_copy(update={"state": State.given_up}))
    job_rows.change(database, job("a", "one").model_copy(update={"state": State.running, "name": "late"}))
    assert [(one.state, one.name) for one in job_rows.listed(database)] == [(State.given_up, None)]
    database.close()
