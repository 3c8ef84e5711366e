"""A rebased or amended change pays only for what really changed: counted at the server, in real repositories."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import anyio
import pytest

from juryroom_reviewers.report import Report, Verdict
from juryroom_server.engine import open_workspace, review
from juryroom_server.source import Source
from juryroom_server.work.order import Order
from tests.models.fake_server import FakeServer, Reply, serving

from .shell import Repo

BASE = """\
import os
import sqlite3

LIMIT = 10


def first(db, name):
    return db.execute("SELECT 1 FROM item WHERE name = ?", (name,))


def second(prices):
    total = 0
    for price in prices:
        total += price
    return total


def third(path):
    with open(path) as file:
        return file.read()
"""
CHANGED = (
    BASE.replace('"SELECT 1 FROM item WHERE name = ?", (name,)', "f\"SELECT 1 FROM item WHERE name = '{name}'\"")
    .replace("total += price", "total -= price")
    .replace("file.read()", "file.read(LIMIT)")
)
FINDING = {
    "title": "SQL injection through name",
    "severity": "high",
    "category": "security",
    "path": "shop.py",
    "line": 8,
    "quote": "return db.execute(f\"SELECT 1 FROM item WHERE name = '{name}'\")",
    "rationale": "A quote in name ends the literal.",
    "suggestion": None,
    "cwe": "CWE-89",
    "confidence": 0.9,
}
NOTHING = '{"findings": []}'


class Shop:
    """A repository with one persona on one model, and a count of what is sent."""

    def __init__(self, repo: Repo, server: FakeServer) -> None:
        self.repo = repo
        self.server = server
        self.settings = "personas = ['security']\nanalysers = false\n"
        self.model = "gpt-red"
        self.configure()
        repo.commit(shop_py=BASE)

    def configure(self, more: str = "") -> None:
        self.repo.configure(f"""{self.settings}{more}
[models.red]
provider = "openai-compatible"
model = "{self.model}"
base_url = "{self.server.url}/v1"
price = {{ input = 1, output = 2 }}
""")

    def review(self, **flags: object) -> tuple[Report, list[str]]:
        """The review, as the command line has it made, and what was sent for it."""
        before = len(self.server.requests)

        async def run() -> Report:
            workspace = open_workspace(self.repo.root, os.environ, flags, Source())
            return await review(workspace, Order())

        report = anyio.run(run)
        return report, [material(request.body) for request in self.server.requests[before:]]

    def sent(self, **flags: object) -> list[str]:
        return self.review(**flags)[1]


def material(body: Any) -> str:
    """What the model was shown."""
    return str(body["messages"][-1]["content"])


def says(body: dict[str, Any]) -> Reply:
    """Somebody who sees the injection whenever it is among the changed lines."""
    seen = any("SELECT 1" in row and "'{name}'" in row and " + |" in row for row in material(body).splitlines())
    return Reply(json.dumps({"findings": [FINDING]}) if seen else NOTHING, usage=(len(material(body)), 100))


@pytest.fixture
def shop(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    for name, value in repo.environ.items():
        monkeypatch.setenv(name, value)
    with serving(says) as server:
        yield Shop(repo, server)


def findings(report: Report) -> list[tuple[str, int | None, str]]:
    return [(one.title, one.start_line, one.id) for one in report.findings]


def test_a_rebase_onto_an_unrelated_change_asks_nobody_and_findings_move_with_their_code(shop: Shop):
    shop.repo.write("shop.py", CHANGED)
    first, sent = shop.review()
    assert len(sent) == 1
    shop.repo.commit(shop_py="def zeroth():\n    return 0\n\n\n" + BASE)
    shop.repo.write("shop.py", "def zeroth():\n    return 0\n\n\n" + CHANGED)
    again, sent = shop.review()
    assert sent == []
    ((title, line, identity),) = findings(first)
    assert (title, line) == ("SQL injection through name", 8)
    assert line is not None
    assert findings(again) == [(title, line + 4, identity)]
    (seat,) = again.reviewers
    assert seat.status == "done"
    assert first.usage.cost_usd is not None
    saved = pytest.approx(float(first.usage.cost_usd), rel=0.01)  # whole tokens, by function
    assert seat.notes[0].startswith("3 of 3 changed parts recalled from an earlier review, which saved about $0.00")
    assert again.coverage.files == ("shop.py",)
    assert float(again.usage.saved_usd or 0) == saved
    total = shop.repo.juryroom("usage", "--format", "json").json["total"]
    assert (total["calls"], total["from_cache"]) == (2, 1)
    assert float(total["saved_usd"]) == saved


def test_of_three_functions_the_amended_one_is_sent_alone(shop: Shop):
    shop.repo.write("shop.py", CHANGED)
    before, (whole,) = shop.review()
    shop.repo.write("shop.py", CHANGED.replace("total -= price", "total *= price"))
    done, (amended,) = shop.review()
    paid, saved = done.usage.cost_usd or 0, done.usage.saved_usd or 0
    assert 0 < saved <= (before.usage.cost_usd or 0) - paid + Decimal("0.0002")  # the answers are of one length here
    assert [row for row in amended.splitlines() if " + |" in row] == ["  14 + |          total *= price"]
    assert "-= price" not in amended
    assert len(amended) < len(whole)
    assert [title for title, _, _ in findings(done)] == ["SQL injection through name"]
    (seat,) = done.reviewers
    assert seat.notes[0].startswith("2 of 3 changed parts recalled from an earlier review, which saved about $0.000")
    assert shop.sent() == []  # and now it is known as well


RESTYLED = {
    "another comment": lambda text: text.replace("    total = 0", "    # adds them up\n    total = 0  # so far"),
    "blank lines": lambda text: text.replace("total = 0\n", "total = 0\n\n\n").replace(
        "LIMIT = 10\n", "\n\nLIMIT = 10\n"
    ),
    "a comment above": lambda text: "# a shop\n" + text,
    "indentation": lambda text: text.replace("        total -=", "            total -="),
    "layout": lambda text: text.replace("open(path)", "open(\n        path\n    )"),
    "another order": lambda text: text[text.index("def third") :] + "\n\n" + text[: text.index("def third")],
}


@pytest.mark.parametrize("style", RESTYLED)
def test_layout_and_comments_that_say_nothing_ask_nobody(shop: Shop, style: str):
    shop.repo.write("shop.py", CHANGED)
    before, _ = shop.review()
    restyled = RESTYLED[style](CHANGED)
    assert restyled != CHANGED
    shop.repo.write("shop.py", restyled)
    after, sent = shop.review()
    assert sent == []
    line = next(number for number, row in enumerate(restyled.splitlines(), 1) if "'{name}'" in row)
    assert findings(after) == [(title, line, identity) for title, _, identity in findings(before)]


MEANT = {
    "a suppression": ("    total = 0", "    total = 0  # noqa: B001"),
    "a type": ("    total = 0", "    total = 0  # type: ignore"),
    "a confession": ("    total = 0", "    total = 0  # FIXME: overflows"),
    "a block": ("        total -= price\n    return total", "        total -= price\n        return total"),
    "white space in a text": ("WHERE name = '{name}'", "WHERE name =  '{name}'"),
    "what a name stands for": ("LIMIT = 10", "LIMIT = -1"),
}


@pytest.mark.parametrize("what", MEANT)
def test_what_means_something_is_asked_about(shop: Shop, what: str):
    shop.repo.write("shop.py", CHANGED)
    shop.sent()
    old, new = MEANT[what]
    assert CHANGED.count(old) == 1
    shop.repo.write("shop.py", CHANGED.replace(old, new))
    (sent,) = shop.sent()
    assert new.splitlines()[-1].strip() in sent


def to_another_model(shop: Shop) -> None:
    shop.model = "gpt-crimson"
    shop.configure()


def to_another_convention(shop: Shop) -> None:
    shop.repo.git("stash", "-q")
    shop.repo.commit(**{"AGENTS.md": "Never build SQL from strings.\n"})
    shop.repo.git("stash", "pop", "-q")


def to_another_persona(shop: Shop) -> None:
    shop.repo.git("stash", "-q")
    persona = "---\ncategories: [security]\n---\nYou look for injections only.\n"
    shop.repo.commit(**{".juryroom/personas/security.md": persona})
    shop.repo.git("stash", "pop", "-q")


def to_more_context(shop: Shop) -> None:
    shop.configure("context_tokens = 100\n")


@pytest.mark.parametrize("change", [to_another_model, to_another_convention, to_another_persona, to_more_context])
def test_another_judge_or_another_law_reads_everything_again(shop: Shop, change: Callable[[Shop], None]):
    shop.repo.write("shop.py", CHANGED)
    (whole,) = shop.sent()
    change(shop)
    shop.repo.write("shop.py", "# moved\n" + CHANGED)  # or the cache of answers would know it
    (again,) = shop.sent()
    for part in ("'{name}'", "total -= price", "file.read(LIMIT)"):
        assert part in whole
        assert part in again


def test_entries_of_another_repository_are_not_used(shop: Shop, tmp_path: Path):
    shop.repo.write("shop.py", CHANGED)
    shop.sent()
    shutil.copytree(shop.repo.root, tmp_path / "other")
    home = shop.repo.environ
    shop.repo = Repo(tmp_path / "other", dict(home))
    shop.repo.write("shop.py", "# moved\n" + CHANGED)  # or the cache of answers would know it
    (sent,) = shop.sent()
    assert "'{name}'" in sent
    assert "total -= price" in sent


def test_who_calls_what_changed_is_asked_about_again(shop: Shop):
    calling = CHANGED.replace("return total", "return charge(total)")
    shop.repo.write("shop.py", calling)
    shop.repo.write("pay.py", "def charge(amount):\n    return amount\n\n\ndef refund(order):\n    return order\n")
    shop.sent()
    shop.repo.write("pay.py", "def charge(amount):\n    return -amount\n\n\ndef refund(order):\n    return order\n")
    (sent,) = shop.sent()
    changed = "\n".join(row for row in sent.splitlines() if " + |" in row)
    assert "return charge(total)" in changed
    assert "return -amount" in changed
    assert "'{name}'" not in changed
    assert "refund" not in changed


def test_without_the_cache_everything_is_read(shop: Shop):
    shop.repo.write("shop.py", CHANGED)
    assert len(shop.sent(cache=False)) == len(shop.sent(cache=False)) == 1
    shop.configure("cache = false\n")
    assert len(shop.sent()) == 1
    shop.configure()
    assert len(shop.sent()) == 1  # nothing was kept of those


def test_an_answer_that_is_not_whole_is_not_remembered(shop: Shop):
    shop.repo.write("shop.py", CHANGED)
    replies = iter(
        [
            Reply(status=401, error="no"),
            Reply('{"findings": [{"title": "half', finish="length"),
            Reply('{"findings": [{"title": "half', finish="length"),
            Reply(json.dumps({"findings": [FINDING, {"severity": "high"}]})),
            Reply(json.dumps({"findings": [FINDING]})),
        ]
    )
    shop.server.script = lambda _: next(replies)
    for number in range(4):
        shop.repo.write("shop.py", "#\n" * number + CHANGED)
        before = len(shop.server.requests)
        shop.review()
        assert len(shop.server.requests) > before
    shop.repo.write("shop.py", "#\n" * 9 + CHANGED)
    assert shop.sent() == []


def test_a_file_with_a_finding_outside_of_what_changed_is_read_again(shop: Shop):
    shop.repo.write("shop.py", CHANGED.replace("total -= price", "total += price"))
    astray = {**FINDING, "quote": "total += price", "line": 14}
    shop.server.script = lambda _: Reply(json.dumps({"findings": [astray]}))
    first, sent = shop.review()
    assert len(sent) == 1
    shop.repo.write("shop.py", "# moved\n" + CHANGED.replace("total -= price", "total += price"))
    again, sent = shop.review()
    assert len(sent) == 1
    assert len(findings(again)) == len(findings(first)) == 1


def test_a_seat_that_fails_on_what_is_new_keeps_what_it_said_before_and_has_not_reviewed(shop: Shop):
    shop.repo.write("shop.py", CHANGED)
    shop.sent()
    shop.repo.write("shop.py", CHANGED.replace("total -= price", "total *= price"))
    shop.server.script = lambda _: Reply(status=401, error="no")
    done, _ = shop.review()
    (seat,) = done.reviewers
    assert seat.status == "failed"
    assert done.verdict is Verdict.unclear
    assert [title for title, _, _ in findings(done)] == ["SQL injection through name"]


def test_a_new_file_of_which_one_function_is_amended_is_not_sent_whole(shop: Shop):
    shop.server.script = lambda _: Reply(NOTHING)
    shop.repo.write("new.py", CHANGED)
    (whole,) = shop.sent()
    shop.repo.write("new.py", CHANGED.replace("total -= price", "total *= price"))
    (amended,) = shop.sent()
    assert len([row for row in amended.splitlines() if " + |" in row]) == 5  # the function
    assert len(amended) < len(whole)


def test_without_a_grammar_a_hunk_is_known_by_its_lines_wherever_they_are(shop: Shop):
    rows = [f"line {number}" for number in range(60)]
    shop.repo.commit(notes_txt="\n".join(rows))
    shop.repo.git("mv", "notes_txt", "notes.txt")
    shop.repo.commit()
    rows[10], rows[50] = "changed ten", "changed fifty"
    shop.repo.write("notes.txt", "\n".join(rows))
    assert len(shop.sent()) == 1
    shop.repo.write("notes.txt", "\n".join([*rows[:50], "amended fifty", *rows[51:]]))
    (sent,) = shop.sent()
    assert "amended fifty" in sent
    assert "changed ten" not in sent
    shop.repo.git("stash", "-q")
    shop.repo.write("notes.txt", "\n".join(["new"] * 7 + [f"line {number}" for number in range(60)]))
    shop.repo.commit()
    shop.repo.write("notes.txt", "\n".join(["new"] * 7 + rows))
    assert shop.sent() == []


def test_no_secret_is_kept(shop: Shop, repo: Repo):
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    leaky = CHANGED.replace('return db.execute(f"', f'return db.execute("{token}" f"')
    shop.repo.write("shop.py", leaky)
    quoting = {**FINDING, "quote": 'return db.execute("<secret-1>" f"SELECT 1 FROM item WHERE name = \'{name}\'")'}
    shop.server.script = lambda _: Reply(json.dumps({"findings": [quoting]}))
    first, sent = shop.review()
    assert len(sent) == 1
    shop.repo.write("shop.py", "# moved\n" + leaky)
    again, sent = shop.review()
    assert sent == []
    assert findings(again) == [(title, (line or 0) + 1, identity) for title, line, identity in findings(first)]
    kept = [path for path in Path(repo.environ["XDG_CACHE_HOME"]).rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if token in path.read_text(encoding="utf-8", errors="replace")]
