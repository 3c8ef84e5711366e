"""Does juryroom get on with other people's servers? Prints a table; exit code 1 when something does not hold.

    make interop            (python -m tests.interop.check)

LiteLLM's proxy is installed into `.interop/` and answers with mock responses: no key, no network but the package index.
llama.cpp's server, or any other with real models, is asked where JURYROOM_TEST_OPENAI_URL and
JURYROOM_TEST_ANTHROPIC_URL name it (see tests/models/test_local_llm.py).
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from tests.interop.servers import MASTER_KEY, AbsentError, Server, litellm, named
from tests.shell import VULNERABLE, Repo

TITLE = "SQL is put together out of a name"
FINDING: dict[str, object] = {
    "title": TITLE,
    "severity": "high",
    "category": "security",
    "path": "shop.py",
    "line": 6,
    "quote": "cursor.execute(\"SELECT name FROM item WHERE name = '%s'\" % name)",
    "rationale": "Whoever chooses the name chooses the statement.",
    "suggestion": None,
    "cwe": "CWE-89",
    "confidence": 0.9,
}
TASKS = ("connected", "answer", "ledger", "unknown model", "wrong key")
NOT_ASKED = "-"


class User:
    """Somebody with one model of a server, and a change to review."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.server = server
        self.cost = Decimal(0)
        """What the report said."""
        self.repo = Repo(folder / "shop")
        self.repo.write("shop.py", VULNERABLE)
        # price per million tokens: a made-up one, so that there is a cost to find again
        lines = [f'provider = "{server.provider}"', "price = { input = 1000, output = 2000 }", "timeout_s = 900"]
        if server.model:
            lines.append(f"model = {json.dumps(server.model)}")
        if server.provider == "litellm":
            self.repo.environ |= {"LITELLM_BASE_URL": server.base_url, "LITELLM_API_KEY": server.key or ""}
        else:
            lines.append(f"base_url = {json.dumps(server.base_url)}")
            if server.key:
                lines.append('key_variable = "THEIR_KEY"')
                self.repo.environ["THEIR_KEY"] = server.key
        settings = ["analysers = false", 'personas = ["security"]', "deadline_s = 900", "cache = false"]
        self.repo.configure("\n".join([*settings, "[models.one]", *lines, ""]))

    def seat(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The report of a review, and what became of its one seat."""
        done = self.repo.run("juryroom", "review", "--format", "json", "--all", timeout=1_000)
        assert done.out, done.err
        (seat,) = done.json["reviewers"]
        return done.json, seat


def connected(user: User) -> None:
    """It lists its models, and ours is among them."""
    done = user.repo.juryroom("models", "--probe", "--json")
    assert done.code == 0, done.err
    row = next(row for row in done.json["models"] if row["key"] == "one")
    assert row["health"] == "answers", row["detail"]


def answered(user: User) -> str:
    """The seat reviews; of an answer that we know, the finding is in the report."""
    report, seat = user.seat()
    user.cost = Decimal(str(report["usage"]["cost_usd"]))
    if user.server.answers is None and "gave no usable answer" in (seat["reason"] or ""):
        return "abstained"  # a small model says what it likes where no schema holds it; the seat says so
    assert seat["status"] == "done", seat["reason"]
    if user.server.answers is not None:
        (finding,) = report["findings"]
        assert (finding["title"], finding["start_line"], finding["anchored"]) == (user.server.answers, 6, True)
    return "yes"


def recorded(user: User) -> None:
    """The ledger has the tokens, and costs what the report says."""
    total = user.repo.juryroom("usage", "--format", "json").json["total"]
    assert (total["failed"], total["unknown"]) == (0, 0), total
    assert total["input_tokens"] > 0, total
    assert total["output_tokens"] > 0, total
    assert Decimal(total["cost_usd"]) == user.cost > 0, (total, user.cost)


class Row(NamedTuple):
    """What became of each task: `yes`, `abstained` (a real model gave no usable answer), or `NO` and what was found."""

    server: str
    api: str
    cells: tuple[str, ...]


def held(task: Callable[[], str | None]) -> str:
    """The task's own word, `yes` where it has none, or what did not hold."""
    try:
        return task() or "yes"
    except AssertionError as error:
        return f"NO: {str(error).splitlines()[0] if str(error) else 'it does not hold'}"


@contextmanager
def user_of(server: Server) -> Iterator[User]:
    """Somebody with a home of their own."""
    with tempfile.TemporaryDirectory(prefix="juryroom-interop-") as folder:
        yield User(Path(folder), server)


def refused(server: Server, words: str) -> Callable[[], None]:
    """A task: the seat fails, and its reason says so in these words."""

    def task() -> None:
        with user_of(server) as user:
            _, seat = user.seat()
        assert seat["status"] == "failed", f"it answered: {seat}"
        assert words in seat["reason"], seat["reason"]

    return task


def check(server: Server) -> Row:
    """Everything about one API of one server."""
    with user_of(server) as user:
        cells = [held(partial(task, user)) for task in (connected, answered, recorded)]
    unknown, wrong = NOT_ASKED, NOT_ASKED
    if server.picky:
        unknown = held(refused(server._replace(model="no-such-model"), "knows no model 'no-such-model'"))
    if server.key:
        wrong = held(refused(server._replace(key="sk-wrong"), "doesn't accept the key in"))
    return Row(server.name, server.api, (*cells, unknown, wrong))


def rows() -> Iterator[Row]:
    """All servers that there are."""
    try:
        with litellm(json.dumps({"findings": [FINDING]})) as url:
            yield check(Server("LiteLLM", "openai", "litellm", f"{url}/v1", "gpt-mock", MASTER_KEY, TITLE))
            yield check(Server("LiteLLM", "anthropic", "anthropic-compatible", url, "claude-mock", MASTER_KEY, TITLE))
    except AbsentError as why:
        yield Row("LiteLLM", "both", (f"skipped: {why}",))
    for api in ("openai", "anthropic"):
        try:
            yield check(named(api))
        except AbsentError as why:
            yield Row("llama.cpp", api, (f"skipped: {why}",))


def main() -> int:
    """Print the table, and below it what did not hold."""
    failures = []
    sys.stdout.write(f"{'server':<10} {'API':<10} " + " ".join(f"{task:<13}" for task in TASKS) + "\n")
    for row in rows():
        shown = [cell if cell.startswith("skipped") else cell.split(":")[0] for cell in row.cells]
        sys.stdout.write(f"{row.server:<10} {row.api:<10} " + " ".join(f"{cell:<13}" for cell in shown) + "\n")
        sys.stdout.flush()
        names = zip(TASKS, row.cells, strict=False)
        failures += [f"{row.server}, {row.api}, {task}: {cell}" for task, cell in names if cell.startswith("NO")]
    sys.stdout.write("".join(f"\n{failure}\n" for failure in failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
