"""Answers are kept once and well, and a cache that can't be used never stops a review."""

import contextlib
import logging
import os
import stat
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from juryroom_reviewers.model import Completion, Model, ModelError, Usage
from juryroom_reviewers.testing import ScriptedModel
from juryroom_server.models.accounting import Outcome, Result
from juryroom_server.models.cache import Booking, CachedModel, Store, worth
from juryroom_server.models.card import Price
from juryroom_server.models.roster import opened
from tests.models.asking import PROMPT, endpoint
from tests.models.books import Books
from tests.models.fake_server import FakeServer, Reply

PRICE = Price(input=Decimal(2), output=Decimal(10))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache" / "answers"


def cached(model: Model, folder: Path, identity: str = "one") -> CachedModel:
    return CachedModel(model, Store(folder), identity)


class Cut(ScriptedModel):
    """A model whose answers are cut off."""

    async def complete(self, prompt):
        return (await super().complete(prompt)).model_copy(update={"finish_reason": "length"})


async def test_the_same_question_is_paid_for_once(folder):
    model = ScriptedModel(["yes", "no"])
    first = await cached(model, folder).complete(PROMPT)
    second = await cached(model, folder).complete(PROMPT.model_copy(update={"nonce": "x1"}))
    assert first.cached is False
    nothing = Usage(saved_usd=None)  # nobody has said what it costs
    assert second == Completion(text="yes", model="scripted:one", usage=nothing, finish_reason="stop", cached=True)
    assert len(model.prompts) == 1


@pytest.mark.parametrize(
    "change", [{"user": "other"}, {"system": "other"}, {"answer_schema": None}, {"max_output_tokens": 5}]
)
async def test_another_question_is_asked(folder, change):
    model = ScriptedModel(["yes", "no"])
    await cached(model, folder).complete(PROMPT)
    assert (await cached(model, folder).complete(PROMPT.model_copy(update=change))).text == "no"


async def test_another_model_is_asked(folder):
    model = ScriptedModel(["yes", "no"])
    await cached(model, folder, "one").complete(PROMPT)
    assert (await cached(model, folder, "two").complete(PROMPT)).text == "no"


def test_the_identity_of_an_endpoint_is_what_its_answers_depend_on():
    one = endpoint("http://127.0.0.1:1", "openai")
    same = endpoint("http://127.0.0.1:1", "openai", key="renamed", tier="frontier", timeout_s=5, quick=True)
    others = [
        endpoint("http://127.0.0.1:2", "openai"),
        endpoint("http://127.0.0.1:1", "anthropic"),
        endpoint("http://127.0.0.1:1", "openai", model="fake-2"),
        endpoint("http://127.0.0.1:1", "openai", max_output_tokens=9),
        endpoint("http://127.0.0.1:1", "openai", schema="none"),
    ]
    assert same.identity == one.identity
    assert len({one.identity, *(other.identity for other in others)}) == 6


async def test_only_whole_answers_are_kept(folder):
    model = Cut(["half", "whole"])
    assert (await cached(model, folder).complete(PROMPT)).finish_reason == "length"
    assert (await cached(model, folder).complete(PROMPT)).text == "whole"


async def test_a_failure_is_not_kept(folder):
    model = ScriptedModel([ModelError("down"), "yes"])
    with pytest.raises(ModelError):
        await cached(model, folder).complete(PROMPT)
    assert (await cached(model, folder).complete(PROMPT)).text == "yes"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
async def test_nobody_else_can_read_the_answers(folder):
    await cached(ScriptedModel(["yes"]), folder).complete(PROMPT)
    (entry,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(entry.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
async def test_a_folder_that_others_can_write_to_is_not_believed(folder, caplog):
    model = ScriptedModel(["yes", "no"])
    await cached(model, folder).complete(PROMPT)
    folder.chmod(0o777)
    assert (await cached(model, folder).complete(PROMPT)).text == "no"
    assert "chmod 700" in caplog.text


@pytest.mark.parametrize("damage", [b"", b"{", b"null", b'{"key": "other", "text": "x", "model": "m"}', b"\xff" * 9])
async def test_a_damaged_entry_is_asked_for_again_and_mended(folder, damage):
    model = ScriptedModel(["yes", "no", "never"])
    await cached(model, folder).complete(PROMPT)
    (entry,) = folder.iterdir()
    entry.write_bytes(damage)
    assert (await cached(model, folder).complete(PROMPT)).text == "no"
    assert (await cached(model, folder).complete(PROMPT)).text == "no"


async def test_a_folder_that_can_not_be_made_is_said_once_and_the_review_goes_on(tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    caplog.set_level(logging.WARNING)
    model = ScriptedModel(["yes", "no"])
    store = Store(tmp_path / "file" / "answers")
    for identity in ("one", "two", "three"):
        await CachedModel(model, store, identity).complete(PROMPT)
    assert len(model.prompts) == 3
    assert len(caplog.records) == 1
    assert "not cached" in caplog.text


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
async def test_a_full_disk_leaves_nothing_behind(folder, caplog, monkeypatch):
    real = os.fdopen

    def full(handle: int, mode: str) -> Any:
        os.close(handle)
        return real(os.open("/dev/full", os.O_WRONLY), mode)

    monkeypatch.setattr(os, "fdopen", full)
    model = ScriptedModel(["yes", "no"])
    assert (await cached(model, folder).complete(PROMPT)).text == "yes"
    assert list(folder.iterdir()) == []
    assert "No space left" in caplog.text


async def test_what_is_old_or_too_much_is_deleted(folder):
    model = ScriptedModel(["x" * 1000])
    for number in range(5):
        await cached(model, folder, str(number)).complete(PROMPT)
    entries = sorted(folder.iterdir())
    for age, entry in enumerate(entries):
        os.utime(entry, (1e9 - age, 1e9 - age) if age < 2 else None)
    small = Store(folder, max_age_s=86_400, max_bytes=3 * entries[0].stat().st_size + 10)
    await CachedModel(model, small, "new").complete(PROMPT)
    kept = set(folder.iterdir())
    assert not kept & set(entries[:2])
    assert len(kept) == 3


async def test_an_answer_that_is_used_stays_young(folder):
    model = ScriptedModel(["yes"])
    await cached(model, folder).complete(PROMPT)
    (entry,) = folder.iterdir()
    os.utime(entry, (1e9, 1e9))
    await cached(model, folder).complete(PROMPT)
    assert entry.stat().st_mtime > 1e9


async def test_what_another_process_writes_or_deletes_meanwhile_is_let_be(folder, caplog, monkeypatch):
    await cached(ScriptedModel(["yes"]), folder, "gone").complete(PROMPT)
    (gone,) = folder.iterdir()
    await cached(ScriptedModel(["yes"]), folder, "kept").complete(PROMPT)
    unfinished = folder / "x.new"
    unfinished.write_bytes(b"x" * 10_000)
    real = os.scandir

    def meanwhile(path: Path) -> Any:
        entries = list(real(path))
        gone.unlink()
        return contextlib.nullcontext(entries)

    monkeypatch.setattr(os, "scandir", meanwhile)
    model = ScriptedModel(["yes"])
    await CachedModel(model, Store(folder, max_bytes=5_000), "new").complete(PROMPT)
    monkeypatch.undo()
    assert unfinished.exists()
    assert len(list(folder.glob("*.json"))) == 2
    assert caplog.text == ""


async def test_a_hit_is_in_the_books_with_what_it_saved(api, folder):
    books = Books()
    async with FakeServer(lambda _: Reply("yes", usage=(1000, 100))) as server:
        one = endpoint(server.url, api, price=PRICE, tier="frontier")
        for _ in range(2):
            async with opened([one], store=Store(folder), accounts=books, reasons={"one": "the best"}) as models:
                completion = await models["one"].complete(PROMPT.model_copy(update={"persona": "auditor"}))
        assert len(server.requests) == 1
    assert completion.usage == Usage(saved_usd=Decimal("0.003"))
    asked, kept = books.intents
    assert kept == asked.model_copy(update={"ceiling_usd": Decimal(0)})
    assert (kept.tier, kept.persona, kept.reason) == ("frontier", "auditor", "the best")
    assert books.results["1"] == Result(
        outcome=Outcome.cached,
        answered_by="fake-1",
        cost_usd=Decimal(0),
        saved_usd=Decimal("0.003"),
        attempts=0,
    )


@pytest.mark.parametrize(
    ("took", "price", "saved"),
    [
        (Usage(input_tokens=1000, output_tokens=100, cost_usd=Decimal("0.003")), PRICE, "0.003"),
        (
            Usage(input_tokens=1000, output_tokens=100, cost_usd=Decimal("0.001")),
            PRICE,
            "0.001",
        ),  # the provider's cache
        (Usage(input_tokens=1000, output_tokens=100, cost_usd=Decimal("0.009")), PRICE, "0.003"),  # cheaper today
        (Usage(input_tokens=1000, output_tokens=100, cost_usd=None), PRICE, "0.003"),
        (Usage(input_tokens=1000, output_tokens=100, cost_usd=Decimal("0.003")), None, None),
        (Usage(input_tokens=None, output_tokens=100, cost_usd=Decimal("0.003")), PRICE, None),
    ],
)
def test_what_a_hit_saves_is_today_s_price_and_never_more_than_was_paid(took, price, saved):
    assert worth(took, price) == (None if saved is None else Decimal(saved))


async def test_an_answer_from_before_costs_were_kept_is_still_good(folder):
    books = Books()
    booking = Booking(accounts=books, tier="economy", price=PRICE)
    await cached(ScriptedModel(["yes"]), folder).complete(PROMPT)
    (entry,) = folder.iterdir()
    entry.write_text(f'{{"key": "{entry.stem}", "text": "of old", "model": "m"}}')
    model = CachedModel(ScriptedModel(["never"]), Store(folder), "one", booking)
    completion = await model.complete(PROMPT)
    assert (completion.text, completion.usage) == ("of old", Usage(saved_usd=None))
    assert books.only.saved_usd is None
