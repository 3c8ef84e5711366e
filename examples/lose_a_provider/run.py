"""Lose one of three model servers in the middle of a review, and compare the report with the ledger. No key."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any

JURYROOM = Path(sys.executable).parent / "juryroom"
FAMILIES = ("gpt", "claude", "qwen")
FALLS = "claude"
"""The one that breaks off within its second answer."""
FUNCTION = '''\
def total_{n}(prices: list[float], rate: float) -> float:
    """What a basket costs, tax included."""
    return sum(prices) * (1 + rate)


'''
SETTINGS = """\
analysers = false
personas = ["security", "performance", "correctness"]
depth = "quick"
part_tokens = 1500
budget_run_usd = 5
"""
MODEL = """
[models.{name}]
provider = "openai-compatible"
model = "{name}-1"
base_url = "{url}/v1"
price = {{ input = 10, output = 30 }}
concurrency = 1
quick = true
"""


class Handler(BaseHTTPRequestHandler):
    """The chat API, as far as a review needs it."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer that there is nothing to find; break off within the second answer, where that is the part to play."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        server: ModelServer = self.server  # type: ignore[assignment]  # made below
        with server.lock:
            server.asked += 1
            last = server.falls and server.asked > 1
        if last:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("content-length", "100000")
            self.end_headers()
            delta = {"index": 0, "delta": {"content": '{"findings": ['}, "finish_reason": None}
            event = {"id": "1", "object": "chat.completion.chunk", "model": body["model"], "choices": [delta]}
            self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
            self.close_connection = True
            return
        choice = {"index": 0, "message": {"role": "assistant", "content": '{"findings": []}'}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1800, "completion_tokens": 12, "total_tokens": 1812}
        told = {"id": "1", "object": "chat.completion", "model": body["model"], "choices": [choice], "usage": usage}
        answer = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """The report says it all."""


class ModelServer(ThreadingHTTPServer):
    """One provider."""

    def __init__(self, *, falls: bool) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.falls = falls
        self.asked = 0
        self.lock = Lock()


@contextmanager
def provider(*, falls: bool) -> Iterator[str]:
    """A provider that serves until the end; its address."""
    with ModelServer(falls=falls) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def juryroom(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """The command, with a home of its own."""
    homes = {f"XDG_{kind}_HOME": str(folder / kind) for kind in ("CONFIG", "CACHE", "STATE")}
    command = [str(JURYROOM), *args]
    environ = {**os.environ, **homes}
    environ.pop("JURYROOM_DATABASE_URL", None)
    return subprocess.run(
        command, cwd=folder / "work", env=environ, capture_output=True, text=True, timeout=100, check=False
    )


def write(folder: Path, urls: dict[str, str]) -> None:
    """A change of two files, which is one request each, and the user's models."""
    for name in ("CONFIG/juryroom", "work"):
        (folder / name).mkdir(parents=True)
    models = "".join(MODEL.format(name=name, url=url) for name, url in urls.items())
    (folder / "CONFIG/juryroom/config.toml").write_text(SETTINGS + models, encoding="utf-8")
    for part in ("baskets", "invoices"):
        text = "".join(FUNCTION.format(n=number) for number in range(30))
        (folder / "work" / f"{part}.py").write_text(text, encoding="utf-8")


def main() -> None:
    """Review, print the report, and compare what it says with the ledger."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = {name: stack.enter_context(provider(falls=name == FALLS)) for name in FAMILIES}
        write(folder, urls)
        done = juryroom(folder, "review", "baskets.py", "invoices.py", "--deadline", "60", "--format", "json")
        report: dict[str, Any] = json.loads(done.stdout)
        print(juryroom(folder, "usage", "--by", "model").stdout)
        ledger = json.loads(juryroom(folder, "usage", "--format", "json").stdout)["total"]
    print(f"{report['verdict']}: {report['reason']}")
    for why in report["incomplete"]:
        print(f"incomplete: {why}")
    for seat in report["reviewers"]:
        print(f"{seat['name']}: {seat['status']}, {len(seat['unread'])} files unread")
        for one in seat["unread"]:
            print(f"    {one['path']}: {one['reason']}")
    (lost,) = [seat for seat in report["reviewers"] if seat["unread"]]
    assert FALLS in lost["name"], "another seat than the one that was lost"
    (why,) = report["incomplete"]
    assert "broke off" in why, "the report doesn't say what happened"
    assert not report["deadline_reached"], "it did not end in time"
    paid, unsettled = Decimal(str(report["usage"]["cost_usd"])), report["unsettled"]
    print(
        f"=> the report: ${paid}, and at most ${unsettled['most_usd']} for {unsettled['calls']} calls without an answer"
    )
    print(f"=> the ledger: ${ledger['cost_usd']}, and ${ledger['held_usd']} held for {ledger['unknown']} calls")
    assert (paid, unsettled["calls"]) == (Decimal(ledger["cost_usd"]), ledger["unknown"]), (
        "it is not what the ledger says"
    )
    assert Decimal(str(unsettled["most_usd"])) == Decimal(ledger["held_usd"]), "it is not what the budgets count"
    assert paid > 0, "the answers were not paid"


if __name__ == "__main__":
    main()
