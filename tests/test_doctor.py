"""`juryroom doctor` says what works, what is missing and why, and shows no key."""

import json
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from juryroom_server.ledger.accounts import open_ledger
from juryroom_server.ledger.address import find_address
from juryroom_server.ledger.database import Database
from juryroom_server.ledger.migrations import MIGRATIONS
from juryroom_server.settings import Settings
from juryroom_server.setup.check import Check, State
from juryroom_server.setup.doctor import Diagnosis, examine, render

from .ledger.material import intent, result

KEY = "sk-secret-value"


class Patient:
    """A repository, a user's folder and an environment to look at."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "shop"
        self.config = folder / "config"
        self.cache = folder / "cache" / "juryroom"
        self.ledger = folder / "state" / "ledger.sqlite3"
        self.environ = {"PATH": os.environ["PATH"], "JURYROOM_DATABASE_URL": f"sqlite:///{self.ledger}"}
        self.root.mkdir()
        self.config.mkdir()
        subprocess.run(["git", "init", "--quiet", str(self.root)], check=True)

    async def examine(self, *, probe: bool = False) -> Diagnosis:
        return await examine(self.root, self.environ, config_dir=self.config, cache_dir=self.cache, probe=probe)

    async def check(self, group: str, name: str, *, probe: bool = False) -> Check:
        checks = (await self.examine(probe=probe)).checks
        (found,) = [check for check in checks if (check.group, check.name) == (group, name)]
        return found

    def model(self, base_url: str, model: str = "tiny") -> None:
        (self.config / "config.toml").write_text(
            "[models.mine]\nprovider = 'openai-compatible'\nkey_variable = 'MY_KEY'\n"
            f"base_url = '{base_url}'\nmodel = '{model}'\n"
        )
        self.environ["MY_KEY"] = KEY


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    return Patient(tmp_path)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server: ModelServer = self.server  # type: ignore[assignment]  # it is made by the fixture below
        server.seen.append((self.path, self.headers.get("authorization")))
        body = json.dumps({"data": [{"id": "tiny"}, {"id": "models/large"}]}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_CONNECT(self) -> None:
        self.send_error(502)

    def log_message(self, *_: object) -> None:
        pass


class ModelServer(HTTPServer):
    """Lists two models, and is a proxy that reaches nobody."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[tuple[str, str | None]] = []


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as taken:  # bound and not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


async def test_on_a_fresh_machine_a_review_can_run_and_the_way_to_models_is_shown(patient: Patient):
    diagnosis = await patient.examine()
    assert (diagnosis.can_review, diagnosis.exit_code) == (True, 0)
    states = {(check.group, check.name): check.state for check in diagnosis.checks}
    # what else is on this machine is not the test's business
    states = {key: state for key, state in states.items() if key[0] != "engines found on this machine"}
    assert states == {
        **dict.fromkeys(
            [("program", "juryroom"), ("program", "python"), ("git", "git"), ("git", "repository")], State.ok
        ),
        **dict.fromkeys([("configuration", name) for name in ("repository", "user", "credentials")], State.ok),
        **dict.fromkeys([("analysers", name) for name in ("ruff", "ast-grep", "lizard")], State.ok),
        ("analysers", "grammars"): State.ok,
        ("personas", "personas"): State.ok,
        ("models", "models"): State.note,
        ("cache", "folder"): State.ok,
        ("ledger", "ledger"): State.ok,
        ("ledger", "budgets"): State.note,
    }
    text = render(diagnosis)
    assert (
        f"-> set OPENAI_API_KEY, ANTHROPIC_API_KEY or the like, or name a model in {patient.config}/config.toml" in text
    )
    assert text.endswith("\nA review can run here.\n")
    assert not patient.cache.exists()
    assert not patient.ledger.parent.exists()


async def test_the_json_form_is_the_same_diagnosis(patient: Patient):
    diagnosis = await patient.examine()
    assert Diagnosis.model_validate_json(diagnosis.model_dump_json()) == diagnosis
    assert json.loads(diagnosis.model_dump_json())["schema_version"] == "1.0"


async def test_without_git_only_diffs_can_be_reviewed(patient: Patient, tmp_path: Path):
    patient.environ["PATH"] = str(tmp_path)
    check = await patient.check("git", "git")
    assert (check.state, check.detail) == (State.warning, "not on PATH")
    assert "only diffs and files" in check.advice


@pytest.mark.parametrize(("version", "state"), [("2.29.9", State.warning), ("2.30.0", State.ok), ("10.1.0", State.ok)])
async def test_an_old_git_is_pointed_out(patient: Patient, tmp_path: Path, version: str, state: State):
    git = tmp_path / "git"
    git.write_text(f"#!/bin/sh\necho git version {version}\n")
    git.chmod(0o755)
    patient.environ["PATH"] = str(tmp_path)
    check = await patient.check("git", "git")
    assert (check.state, check.detail) == (state, f"{version} at {git}")


async def test_outside_of_a_repository_it_says_so(patient: Patient, tmp_path: Path):
    patient.root = tmp_path
    assert (await patient.check("git", "repository")).state is State.note


async def test_a_wrong_configuration_stops_a_review_and_is_explained(patient: Patient):
    (patient.root / "juryroom.toml").write_text("max_findngs = 3")
    diagnosis = await patient.examine()
    problems = [check.detail for check in diagnosis.checks if check.state is State.problem]
    assert problems == ["juryroom.toml: unknown key 'max_findngs'; did you mean 'max_findings'?"]
    assert diagnosis.exit_code == 2
    assert "FAIL  configuration" in render(diagnosis)
    assert render(diagnosis).endswith("No review can run here: 1 to mend (FAIL).\n")


async def test_what_a_repository_may_not_say_is_a_warning(patient: Patient):
    (patient.root / "juryroom.toml").write_text("deadline_s = 1000")
    assert (await patient.check("configuration", "ignored")).detail.startswith(
        "juryroom.toml: deadline_s = 1000 is ignored"
    )
    assert (await patient.check("configuration", "repository")).detail == "juryroom.toml"


async def test_a_broken_persona_stops_a_review(patient: Patient):
    folder = patient.root / ".juryroom/personas"
    folder.mkdir(parents=True)
    (folder / "security.md").write_text("no front matter")
    check = await patient.check("personas", "personas")
    assert check.state is State.problem
    assert check.detail.startswith("persona 'security': no front matter")
    (folder / "security.md").write_text("---\ncategories: [security]\n---\nLook.\n")
    (folder / "naming.md").write_text("---\ncategories: [style]\n---\nLook.\n")
    assert (await patient.check("personas", "personas")).detail == (
        "security (of this repository), performance, architecture, correctness, naming (of this repository)"
    )


async def test_nobody_to_review_is_a_problem(patient: Patient):
    patient.environ["JURYROOM_ANALYSERS"] = "off"
    diagnosis = await patient.examine()
    assert diagnosis.checks[-1].detail == "neither an analyser nor a model can review"
    assert diagnosis.exit_code == 2


async def test_a_key_names_its_place_and_what_editors_do_to_it_but_never_itself(patient: Patient):
    patient.environ["ANTHROPIC_API_KEY"] = KEY
    diagnosis = await patient.examine()
    text = render(diagnosis)
    assert "https://api.anthropic.com, key from environment ANTHROPIC_API_KEY; not connected (see --probe)" in text
    assert "ANTHROPIC_API_KEY may not reach `juryroom serve`: Gemini CLI withholds" in text
    assert KEY not in text + diagnosis.model_dump_json()


async def test_a_key_in_the_credentials_file_reaches_every_editor(patient: Patient):
    path = patient.config / "credentials.toml"
    path.write_text(f'ANTHROPIC_API_KEY = "{KEY}"')
    path.chmod(0o600)
    text = render(await patient.examine())
    assert f"key from credentials file {path}" in text
    assert "may not reach" not in text
    assert KEY not in text


async def test_a_model_without_a_key_says_which_it_wants(patient: Patient):
    (patient.config / "config.toml").write_text("[models.mine]\nprovider = 'anthropic'")
    check = await patient.check("models", "mine")
    assert check.state is State.warning
    assert "no key; set ANTHROPIC_API_KEY" in check.detail


async def test_a_local_server_is_asked_for_its_models(patient: Patient, server: ModelServer):
    url = f"http://127.0.0.1:{server.server_port}/v1"
    patient.model(url)
    check = await patient.check("models", "mine")
    assert (check.state, check.detail) == (
        State.ok,
        f"openai-compatible:tiny at {url}, key from environment MY_KEY; answers, has tiny, models/large",
    )
    assert server.seen == [("/v1/models", f"Bearer {KEY}")]
    assert (await patient.check("seats", "security")).detail == "mine (openai-compatible:tiny)"


async def test_a_local_server_without_a_model_in_the_configuration_shows_the_one_that_was_found(
    patient: Patient, server: ModelServer
):
    url = f"http://127.0.0.1:{server.server_port}/v1"
    (patient.config / "config.toml").write_text(f"[models.mine]\nprovider = 'openai-compatible'\nbase_url = '{url}'")
    assert (await patient.check("models", "mine")).detail.startswith(f"openai-compatible:tiny (its first) at {url}, ")
    assert (await patient.check("seats", "security")).detail == "mine (openai-compatible:tiny)"


async def test_a_model_that_the_server_does_not_list_is_pointed_out(patient: Patient, server: ModelServer):
    patient.model(f"http://127.0.0.1:{server.server_port}/v1", model="huge")
    check = await patient.check("models", "mine")
    assert (check.state, check.advice) == (State.warning, "it has tiny, models/large")
    assert check.detail.endswith("answers, but lists no model 'huge'")


async def test_a_server_that_is_not_running_is_told_from_one_that_speaks_no_tls(
    patient: Patient, server: ModelServer, closed_port: int
):
    patient.model(f"http://127.0.0.1:{closed_port}/v1")
    assert "; refused: " in (await patient.check("models", "mine")).detail
    patient.model(f"https://127.0.0.1:{server.server_port}/v1")
    assert "; tls: " in (await patient.check("models", "mine")).detail


async def test_other_machines_are_asked_only_when_probing(patient: Patient):
    patient.model("http://no-such-host.invalid/v1")
    assert (await patient.check("models", "mine")).state is State.ok
    check = await patient.check("models", "mine", probe=True)
    assert (check.state, "; dns: " in check.detail) == (State.warning, True)


async def test_a_failing_proxy_is_not_taken_for_a_failing_server(
    patient: Patient, server: ModelServer, closed_port: int, monkeypatch: pytest.MonkeyPatch
):
    patient.model("https://models.invalid/v1")
    for proxy in (closed_port, server.server_port):
        patient.environ["HTTPS_PROXY"] = f"http://me:hunter2@127.0.0.1:{proxy}"
        monkeypatch.setenv("HTTPS_PROXY", patient.environ["HTTPS_PROXY"])
        detail = (await patient.check("models", "mine", probe=True)).detail
        assert "; proxy: the proxy on the way to https://models.invalid/v1" in detail
        assert "hunter2" not in detail


async def test_a_cache_that_cannot_be_written_is_a_warning(patient: Patient):
    patient.cache.parent.write_text("a file where the folder should be")
    check = await patient.check("cache", "folder")
    assert (check.state, check.detail) == (State.warning, f"{patient.cache} can't be written: Not a directory")


async def test_what_a_terminal_would_obey_is_made_visible(patient: Patient):
    (patient.root / "juryroom.toml").write_text('[seats]\n"\\u001b[31m" = "\\u202e"')
    assert "\x1b" not in render(await patient.examine())


BUDGETS = "budget_run_usd = 0.5\nbudget_day_usd = 2.0\nbudget_project_usd = 0.25\n"


async def test_the_ledger_and_what_is_left_of_each_budget_are_told(patient: Patient):
    (patient.config / "config.toml").write_text(BUDGETS)
    async with open_ledger(Settings(), patient.environ, patient.root) as ledger:
        await ledger.settle(await ledger.reserve(intent("0.30")), result("0.25"))
        await ledger.reserve(intent("0.05"))
    before = patient.ledger.stat().st_size
    told = {
        check.name: (check.state, check.detail, check.advice)
        for check in (await patient.examine()).checks
        if check.group == "ledger"
    }
    assert told == {
        "ledger": (State.ok, f"{patient.ledger}, can be written, schema {len(MIGRATIONS)}", ""),
        "run budget": (State.ok, "$0.5000 for each review", ""),
        "day budget": (State.ok, "$1.7000 left of $2.0000", ""),
        "project budget": (
            State.warning,
            "$0.0000 left of $0.2500",
            "no model that costs something is asked; raise budget_project_usd",
        ),
    }
    assert patient.ledger.stat().st_size == before


@pytest.mark.parametrize("broken", ["damaged", "newer", "folder", "server"])
async def test_a_ledger_that_can_not_be_used_is_named_with_what_follows(patient: Patient, broken: str):
    (patient.config / "config.toml").write_text(BUDGETS)
    said = str(patient.ledger)
    match broken:
        case "damaged":
            patient.ledger.parent.mkdir()
            patient.ledger.write_bytes(b"something else" * 1000)
        case "newer":
            Database(find_address(patient.environ), (*MIGRATIONS, ("CREATE TABLE more (id INTEGER)",))).close()
            said = f"newer juryroom (schema {len(MIGRATIONS) + 1}, not {len(MIGRATIONS)})"
        case "folder":
            patient.ledger.parent.write_text("")
        case _:
            patient.environ["JURYROOM_DATABASE_URL"] = "postgresql://me:hunter2@127.0.0.1:1/books"
            said = "postgresql://127.0.0.1:1/books can't be used"
    check = await patient.check("ledger", "ledger")
    assert check.state is State.warning
    assert said in check.detail
    assert "hunter2" not in check.model_dump_json()
    assert check.advice.startswith("a budget is set, so no model is asked without it")
