"""Seat the persona of this folder on two scripted models, and review a change that breaks callers. No key."""

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import anyio

from juryroom_reviewers.model import Prompt
from juryroom_reviewers.report import Publication, Report
from juryroom_reviewers.review import review
from juryroom_reviewers.seat import ModelReviewer
from juryroom_reviewers.testing import ScriptedModel
from juryroom_server import git
from juryroom_server.context import gather
from juryroom_server.personas import FOLDER, choose, load_personas
from juryroom_server.source import Source

HERE = Path(__file__).resolve().parent
NAME = "api-compatibility"

LIBRARY = '''"""Fetch pages."""

import urllib.request


def fetch(url: str, timeout: float = 10.0) -> bytes:
    """The page at a URL; the timeout is in seconds."""
    with urllib.request.urlopen(url, timeout=timeout) as answer:
        return answer.read()
'''
BEFORE = "def fetch(url: str, timeout: float = 10.0) -> bytes:"
AFTER = "def fetch(url: str, timeout_ms: int) -> bytes:"
CHANGED = (
    LIBRARY.replace(BEFORE, AFTER).replace("in seconds", "in milliseconds").replace("=timeout)", "=timeout_ms / 1000)")
)


def answer(prompt: Prompt) -> str:
    """What a model that has understood charter and change would say; it says nothing when it was shown neither."""
    if "library" not in prompt.system or BEFORE not in prompt.user or AFTER not in prompt.user:
        return '{"findings": []}'
    broken = {
        "title": "Parameter timeout of fetch is renamed and has lost its default",
        "severity": "high",
        "category": "api",
        "path": "pages.py",
        "line": 6,
        "quote": AFTER,
        "rationale": "fetch(url) and fetch(url, timeout=5) worked before and now raise TypeError.",
        "suggestion": "Keep timeout with its default, and add timeout_ms as an alternative by keyword.",
        "cwe": None,
        "confidence": 0.9,
    }
    # a persona reports in its own categories only
    elsewhere = {**broken, "category": "security", "title": "urlopen opens file:// URLs, too"}
    return json.dumps({"findings": [broken, elsewhere]})


def repository(root: Path) -> None:
    """A library with the persona in its history, and a change in its work tree."""

    def run(*arguments: str) -> None:
        identity = ("-c", "user.name=Example", "-c", "user.email=example@example.com")
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", *identity, *arguments], cwd=root, env=environment, check=True)

    run("init", "--quiet")
    persona = Path(FOLDER) / f"{NAME}.md"
    (root / persona).parent.mkdir(parents=True)
    (root / persona).write_text((HERE / persona).read_text(encoding="utf-8"), encoding="utf-8")
    (root / "pages.py").write_text(LIBRARY, encoding="utf-8")
    run("add", ".")
    run("commit", "--quiet", "--message", "Fetch pages")
    (root / "pages.py").write_text(CHANGED, encoding="utf-8")


async def reviewed(root: Path, models: Sequence[ScriptedModel]) -> Report:
    """The work tree's change, read by the repository's own persona on each of the models."""
    source = Source()
    personas = load_personas(git.folder_at(root, git.base_revision(root, source), FOLDER))
    (persona,) = choose(personas, [NAME])
    context = gather(git.read_change(root, source, repository=True), token_budget=6_000)
    return await review(context, [ModelReviewer(persona, model) for model in models])


def main() -> None:
    """Review, print the outcome, and insist on it."""
    # of two families: what one model says alone is seldom enough to be shown
    models = [ScriptedModel(answer, name=f"scripted:{family}", family=family) for family in ("red", "blue")]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        repository(root)
        report = anyio.run(reviewed, root, models)

    print(f"{report.verdict}: {report.reason}")
    for finding in report.findings:
        print(f"{finding.path}:{finding.start_line}: {finding.severity}, {finding.category}: {finding.title}")
        print(f"    {finding.publication}, probability {finding.probability}")
        print(f"    {finding.excerpt}\n    {finding.rationale}\n    {finding.suggestion}")
    for seat in report.reviewers:
        print(f"{seat.name}: {seat.status}; {'; '.join(seat.notes)}")

    charter = (HERE / FOLDER / f"{NAME}.md").read_text(encoding="utf-8").split("---\n", 2)[2].strip()
    asked = [prompt.system for model in models for prompt in model.prompts]
    assert len(asked) == len(models), "not every model was asked once"
    assert all(charter in system for system in asked), "a model was not given the charter"
    (finding,) = report.findings
    assert (finding.category, finding.path, finding.start_line) == ("api", "pages.py", 6), finding
    assert finding.anchored, "the quote was not found in the file"
    assert finding.in_change, "the finding is not about the change"
    assert [(by.persona, by.family) for by in finding.supporters] == [(NAME, "red"), (NAME, "blue")], finding.supporters
    assert finding.publication is Publication.published, finding.publication
    notes = [note for seat in report.reviewers for note in seat.notes]
    assert sum("dropped" in note for note in notes) == len(models), "the finding outside of its categories was kept"


if __name__ == "__main__":
    main()
