"""`make bench-local` with scripted models on loopback: that it runs and counts. It says nothing about any model."""

import json
from typing import Any

import pytest

from tests.bench.local_jury import CASES, hits, load, measure, summary
from tests.models.fake_server import FakeServer, Reply

PLANTED = 'query = f"SELECT id, placed FROM orders'
TWIN = 'query = "SELECT id, placed FROM orders'


def script(body: dict[str, Any]) -> Reply:
    """Finds the query in both twins; as a juror it confirms, and as a refuter it tells the twins apart."""
    schema = body["response_format"]["json_schema"]["name"]
    system, user = (message["content"] for message in body["messages"])
    quote = PLANTED if PLANTED in user else TWIN
    if schema == "ballot":
        return Reply(json.dumps({"evidence": "", "reason": "can't tell", "vote": "unsure"}))
    if schema == "refute":
        cite = {"path": "orders.py", "quote": quote, "ground": "guarded", "need": []}
        outcome = "stands" if PLANTED in user else "refuted"
        return Reply(json.dumps({"reason": "by the query", "outcome": outcome, **cite}))
    item = {"title": "SQL from a name", "severity": "medium", "category": "security", "path": "orders.py", "line": 5}
    item |= {"quote": quote, "rationale": "It is put in.", "suggestion": None, "cwe": "CWE-89", "confidence": 0.9}
    return Reply(json.dumps({"findings": [item] if "security reviewer" in system else []}))


@pytest.mark.parametrize("case", load(), ids=lambda case: case.name)
def test_each_planted_line_stands_in_its_file_once_and_not_in_the_clean_twin(case):
    assert case.text("defect").count(case.line) == 1
    assert case.text("defect") != case.text("clean")
    assert "bug" not in case.text("defect").lower()


def test_no_case_is_forgotten():
    files = {case.file for case in load()}
    assert {path.name for path in (CASES / "defect").iterdir()} == files
    assert {path.name for path in (CASES / "clean").iterdir()} == files
    assert len(files) >= 12


async def test_the_jury_runs_over_the_twins_and_everything_is_counted(monkeypatch, tmp_path):
    for kind in ("CONFIG", "STATE", "CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path))
    async with FakeServer(script, models=("red-1",)) as one, FakeServer(script, models=("green-1",)) as two:
        outcomes = await measure({"red": f"{one.url}/v1", "green": f"{two.url}/v1"}, load(1))
    (outcome,) = outcomes
    assert [f.refutation and f.refutation.outcome for f in outcome.defect.findings] == ["stands"]
    assert [f.refutation and f.refutation.outcome for f in outcome.clean.findings] == ["refuted"]
    assert hits(outcome.case, outcome.defect.shown)
    counts = summary(outcomes)
    assert (counts["found_and_shown"], counts["clean_files_with_shown_findings"]) == (1, 0)
    assert counts["attempts_to_disprove"] == {"refuted": 1, "stands": 1}
    assert (counts["cost_usd"], counts["input_tokens"]) == ("0", 8 * 11)
