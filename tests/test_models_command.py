"""`juryroom models`: the roster, as people and programs see it."""

import json
import threading
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from juryroom_reviewers.persona import Tier
from juryroom_server.models.card import Place, Price, Status
from juryroom_server.models.prices import listed_price
from juryroom_server.render.options import Options
from juryroom_server.render.roster import table
from juryroom_server.setup.roster import Health, Roster, Row
from tests.shell import CLEAN, VULNERABLE, Done, Repo

CLOSED = "http://127.0.0.1:1"
NOBODY = {
    "OLLAMA_HOST": CLOSED,
    "LMSTUDIO_BASE_URL": f"{CLOSED}/v1",
    "LLAMACPP_BASE_URL": f"{CLOSED}/v1",
    "VLLM_BASE_URL": f"{CLOSED}/v1",
    "LITELLM_BASE_URL": f"{CLOSED}/v1",
}
"""No server of the developer's own is found."""
KEYS = {"OPENAI_API_KEY": "sk-secret-one", "ANTHROPIC_API_KEY": "sk-secret-two"}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server: Lister = self.server  # type: ignore[assignment]  # it is made by the fixture below
        server.seen.append((self.path, self.headers.get("authorization")))
        body = json.dumps({"data": [{"id": name} for name in server.models]}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        server: Lister = self.server  # type: ignore[assignment]  # as above
        server.seen.append((self.path, "POST"))
        self.send_error(500)

    def log_message(self, *_: object) -> None:
        pass


class Lister(HTTPServer):
    """A model server that lists its models."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.models = ["nomic-embed-text", "qwen3-coder:30b", "gpt-oss:120b-cloud"]
        self.seen: list[tuple[str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def server() -> Iterator[Lister]:
    with Lister() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def models(repo: Repo, *args: str, **environ: str) -> Done:
    done = repo.juryroom("models", *args, environ={**NOBODY, **environ})
    assert done.code == 0, done.err
    return done


def rows(done: Done) -> dict[str, Any]:
    return {row["key"] or row["name"]: row for row in done.json["models"]}


def test_without_a_model_it_says_how_to_have_one(repo: Repo) -> None:
    done = models(repo)
    assert done.out.startswith("no model: set OPENAI_API_KEY, ANTHROPIC_API_KEY or the like, or name a model in ")
    assert rows(models(repo, "--json")) == {}


def test_a_key_shows_a_model_with_its_price_and_the_day_of_it(repo: Repo) -> None:
    done = models(repo, "--json", **KEYS)
    row = rows(done)["anthropic"]
    assert (row["name"], row["family"], row["tier"]) == ("anthropic:claude-sonnet-5-5", "anthropic", "workhorse")
    assert Price.model_validate(row["price"]) == listed_price("anthropic", "claude-sonnet-5-5")
    assert row["price"]["read"] == done.json["prices_of"]
    assert (row["context_window"], row["privacy"]) == (1_000_000, "third-party")
    assert (row["health"], row["detail"]) == ("ready", "key in ANTHROPIC_API_KEY; not asked (--probe)")
    assert sorted(name for one in rows(done).values() for name in one["seats"]) == [
        "architecture",
        "correctness",
        "performance",
        "security",
    ]
    assert "secret" not in done.out + done.err


def test_the_table_shows_who_sits_where_and_what_is_degraded(repo: Repo) -> None:
    repo.configure(
        '[models.red]\nprovider = "openai"\nprice = { input = 3, output = 15 }\n'
        '[models.blue]\nprovider = "anthropic"\n[models.old]\nprovider = "anthropic"\nmodel = "claude-opus-4-0"\n'
        '[seats]\nsecurity = "blue"\n'
    )
    done = models(repo, **KEYS)
    head, red, blue, old, blank, *said = done.out.splitlines()
    assert head.split() == [
        "name",
        "model",
        "family",
        "tier",
        "$",
        "in/out",
        "as",
        "of",
        "window",
        "privacy",
        "health",
        "seats",
    ]
    assert red.split()[:6] == ["red", "openai:gpt-6.1-terra", "openai", "workhorse", "3/15", "yours"]
    assert "security" in blue
    assert old.split()[-2:] == ["ready,", "retired"]
    assert blank == ""
    assert "old is not seated: anthropic:claude-opus-4-0 is retired" in said
    assert any(line.startswith("degraded: 4 personas on 2 models") for line in said)
    assert "$ is USD per million tokens" in said[-1]


def test_a_narrow_terminal_gets_fewer_columns_and_no_line_is_wider() -> None:
    row = Row(
        key="sonnet",
        name="anthropic:claude-sonnet-5-5",
        family="anthropic",
        tier=Tier.workhorse,
        status=Status.active,
        price=Price(input=Decimal(2), output=Decimal("10.50"), source="a list", read=date(2026, 11, 10)),
        context_window=1_000_000,
        capabilities=None,
        privacy=Place.third_party,
        health=Health.answers,
        latency_ms=12.4,
        seats=("security", "correctness", "performance"),
    )
    wide, narrow = (table(Roster(models=(row,)), Options(width=width)).splitlines() for width in (160, 80))
    assert wide[1].split()[:5] == ["sonnet", "anthropic:claude-sonnet-5-5", "anthropic", "workhorse", "2/10.5"]
    assert wide[1].split()[5:8] == ["2026-11-10", "1,000k", "third-party"]
    assert "12 ms" in wide[1]
    assert narrow[0].split() == ["name", "model", "tier", "$", "in/out", "health", "seats"]
    assert max(len(line) for line in narrow) <= 80
    begins, ends = narrow[0].index("model"), narrow[0].index("tier")
    model = "".join(line[begins:ends].strip() for line in narrow[1:])
    assert model == "anthropic:claude-sonnet-5-5"


def test_a_server_on_this_machine_is_asked_what_it_has(repo: Repo, server: Lister) -> None:
    repo.configure(
        f'[models.mine]\nprovider = "openai-compatible"\nbase_url = "{server.url}/v1"\nmodel = "qwen3-coder:30b"'
    )
    row = rows(models(repo, "--json"))["mine"]
    assert (row["health"], row["privacy"], row["tier"]) == ("answers", "local", "economy")
    assert row["latency_ms"] > 0
    assert row["price"] is None
    assert server.seen == [("/v1/models", None)]
    server.models = ["else"]
    row = rows(models(repo, "--json"))["mine"]
    assert (row["health"], row["detail"]) == ("missing", "no key; it lists else")


def test_a_model_that_is_not_named_is_the_one_that_a_review_would_take(repo: Repo, server: Lister) -> None:
    repo.configure('[models.mine]\nprovider = "ollama"\n')
    row = rows(models(repo, "--json", OLLAMA_HOST=server.url))["mine"]
    assert row["name"] == "ollama:qwen3-coder:30b"
    assert Decimal(row["price"]["input"]) == 0
    assert len(row["seats"]) == 4


def test_local_servers_are_found_without_being_configured_and_get_no_key(repo: Repo, server: Lister) -> None:
    found = rows(models(repo, "--json", OLLAMA_HOST=server.url, OLLAMA_API_KEY="secret"))
    assert list(found) == ["ollama:qwen3-coder:30b", "ollama:gpt-oss:120b-cloud"]
    assert {row["health"] for row in found.values()} == {"found"}
    assert [row["privacy"] for row in found.values()] == ["local", "third-party"]
    assert found["ollama:gpt-oss:120b-cloud"]["price"] is None
    assert all(row["seats"] == [] for row in found.values())
    assert server.seen == [("/v1/models", None)]


def test_what_is_configured_is_not_found_again(repo: Repo, server: Lister) -> None:
    url = server.url.replace("127.0.0.1", "localhost")
    repo.configure(f'[models.mine]\nprovider = "ollama"\nbase_url = "{url}/v1"\nmodel = "qwen3-coder:30b"')
    assert list(rows(models(repo, "--json", OLLAMA_HOST=server.url))) == ["mine"]


def test_a_server_that_is_down_says_so_and_seats_nobody(repo: Repo) -> None:
    repo.configure(f'[models.mine]\nprovider = "openai-compatible"\nbase_url = "{CLOSED}/v1"\nmodel = "x"')
    done = models(repo, "--json")
    row = rows(done)["mine"]
    assert (row["health"], row["latency_ms"], row["seats"]) == ("down", None, [])
    assert row["detail"].startswith("refused: ")
    assert done.json["notes"] == ["no model can be asked"]


def test_servers_elsewhere_are_asked_with_probe_only(repo: Repo, server: Lister) -> None:
    repo.configure('[models.mine]\nprovider = "openai-compatible"\nbase_url = "http://gpu.example/v1"\nmodel = "qwen3"')
    proxy = {"http_proxy": server.url, "no_proxy": ""}  # it answers for every host
    assert rows(models(repo, "--json", **proxy))["mine"]["health"] == "ready"
    assert server.seen == []
    row = rows(models(repo, "--json", "--probe", **proxy))["mine"]
    assert row["health"] == "missing"
    assert row["latency_ms"] > 0
    assert server.seen == [("http://gpu.example/v1/models", None)]


PRIVATE = """
privacy = "local"
[models.mine]
provider = "openai-compatible"
base_url = "http://gpu.example/v1"
model = "x"
"""


def test_privacy_keeps_even_a_probe_at_home(repo: Repo, server: Lister) -> None:
    repo.configure(PRIVATE)
    done = models(repo, "--json", "--probe", http_proxy=server.url, no_proxy="", **KEYS)
    row = rows(done)["mine"]
    assert row["health"] == "unusable"
    assert row["detail"].startswith('refused by privacy = "local", nothing was sent: gpu.example is not this machine')
    assert server.seen == []


def test_privacy_keeps_a_review_at_home_and_the_report_says_so(repo: Repo, server: Lister) -> None:
    repo.configure(PRIVATE)
    repo.commit(shop_py=CLEAN)
    repo.write("shop.py", VULNERABLE)
    environ = {"http_proxy": server.url, "no_proxy": ""}
    reviewers = repo.juryroom("review", "--format", "json", environ=environ).json["reviewers"]
    (mine,) = [one for one in reviewers if one["name"] == "mine"]
    assert mine["status"] == "abstained"
    assert mine["reason"].startswith('openai-compatible:x: refused by privacy = "local", nothing was sent')
    assert server.seen == []


def test_the_catalogue_can_be_read_without_any_key(repo: Repo) -> None:
    listed = rows(models(repo, "--json", "--catalogue"))
    assert {row["family"] for row in listed.values()} >= {
        "anthropic",
        "openai",
        "google",
        "deepseek",
        "alibaba",
        "mistral",
    }
    assert listed["qwen:qwen3-max"]["price"] is None
    assert "gemini:gemini-3.8-flash" in models(repo, "--catalogue").out


def test_a_name_that_a_server_makes_up_reaches_the_terminal_harmless(repo: Repo, server: Lister) -> None:
    server.models = ["\x1b[31mred\u202e[bold]"]
    out = models(repo, OLLAMA_HOST=server.url).out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "[bold]" in out
