"""Third-party model servers: LiteLLM's proxy, installed and started here, and whichever one the environment names."""

import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from typing import NamedTuple

import yaml

HERE = Path(__file__).parents[2] / ".interop" / "litellm"
"""LiteLLM's own environment: it asks for another `openai` than juryroom does."""
MASTER_KEY = "sk-interop-master"
START_S = 120
_SLICE_S = 0.5


class AbsentError(Exception):
    """There is no such server here; the message says what it takes."""


class Server(NamedTuple):
    """One API of one server, and what is known of it."""

    name: str
    api: str
    provider: str
    """The preset that a user would take."""
    base_url: str
    model: str | None
    key: str | None
    answers: str | None = None
    """The title of the finding that it always makes; None: a real model, which says what it likes."""
    picky: bool = True
    """It refuses names of models that it does not have."""


@contextmanager
def litellm(text: str) -> Iterator[str]:
    """A proxy whose models answer with this text; its address.

    Raises:
        AbsentError: when it can't be installed.
    """
    program = installed()
    models = [
        {
            "model_name": name,
            "litellm_params": {"model": f"{vendor}/{name}", "api_key": "none", "mock_response": text},
        }
        for vendor, name in (("openai", "gpt-mock"), ("anthropic", "claude-mock"))
    ]
    with tempfile.TemporaryDirectory(prefix="juryroom-litellm-") as folder:
        config = Path(folder, "config.yaml")
        config.write_text(yaml.safe_dump({"model_list": models, "general_settings": {"master_key": MASTER_KEY}}))
        port = free_port()
        log = Path(folder, "log")
        with log.open("wb") as out:
            process = subprocess.Popen(
                [program, "--config", config, "--host", "127.0.0.1", "--port", str(port), "--telemetry", "False"],
                cwd=folder,
                # the list of prices that it ships, not the one that it would fetch
                env={"PATH": os.environ["PATH"], "HOME": folder, "LITELLM_LOCAL_MODEL_COST_MAP": "True"},
                stdout=out,
                stderr=out,
            )
            try:
                url = f"http://127.0.0.1:{port}"
                if not alive(f"{url}/health/liveliness", process):
                    raise RuntimeError(f"LiteLLM's proxy did not start: {log.read_text()[-2000:]}")
                yield url
            finally:
                process.terminate()
                process.wait(30)


def installed() -> Path:
    """LiteLLM's program, installed from the package index the first time."""
    program = HERE / "bin" / "litellm"
    if not program.exists():
        sys.stdout.write(f"installing litellm[proxy] into {HERE}\n")
        sys.stdout.flush()
        venv.create(HERE, with_pip=True, clear=True)
        pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "litellm[proxy]")
        done = subprocess.run([HERE / "bin" / "python", *pip], capture_output=True, text=True, check=False)
        if done.returncode:
            raise AbsentError(f"litellm[proxy] can't be installed: {done.stderr.strip().splitlines()[-1]}")
    return program


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def alive(url: str, process: subprocess.Popen[bytes]) -> bool:
    """Wait until an address answers; False when the process ends before, or nobody answers in time."""
    for _ in range(int(START_S / _SLICE_S)):
        try:
            with urllib.request.urlopen(url, timeout=_SLICE_S):
                return True
        except (urllib.error.URLError, OSError):
            try:
                process.wait(_SLICE_S)
            except subprocess.TimeoutExpired:
                continue
            return False
    return False


def named(api: str) -> Server:
    """The server that the environment names for an API, as tests/models/test_local_llm.py has it.

    Raises:
        AbsentError: when it names none.
    """
    variable = f"JURYROOM_TEST_{api.upper()}_URL"
    if not (url := os.environ.get(variable)):
        raise AbsentError(f"{variable} is not set")
    return Server(
        name="llama.cpp",
        api=api,
        provider=f"{api}-compatible",
        base_url=url,
        model=os.environ.get("JURYROOM_TEST_MODEL"),
        key=os.environ.get("JURYROOM_TEST_KEY"),
        picky=False,
    )
