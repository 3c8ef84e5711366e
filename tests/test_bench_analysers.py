"""`juryroom bench analysers`, on files made up here."""

import json
import os
import subprocess
import sys
import tomllib
from typing import Any

import pytest

from .shell import CLEAN, VULNERABLE, Repo

SCORER = os.environ.get("JURYROOM_BENCH_STATIC")
"""Path of an independent scorer that takes DATA FINDINGS --persona NAME --json."""
EVAL = "def run(text: str) -> object:\n    return eval(text)\n"
SLOW = "def join(rows: list[str]) -> str:\n    out = ''\n    for row in rows:\n        out += row\n    return out\n"


def record(name: str, code: str, *labels: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "language": "python",
        "path": "tests/query.py",
        "benign": not labels,
        "source": "made up @ 1",
        "licence": "MIT",
        "granularity": "line",
        "labels": list(labels),
        "tested": ["sql|security|CWE-89"],
        "code": code,
        **more,
    }


QUERY = {"line": 6, "cwe": ["CWE-89"], "category": "sql", "persona": "security"}
RECORDS = (
    record("faulty", VULNERABLE, QUERY, pair="query"),
    record("mended", CLEAN, pair="query"),
    # found at a line that is far from the label
    record("elsewhere", "\n" * 20 + VULNERABLE, QUERY),
    # eval was not under test here
    record("other", VULNERABLE + "\n\n" + EVAL, QUERY),
    record("slow", SLOW, {"line": 4, "persona": "performance"}, tested=[]),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    repo = Repo(tmp_path_factory.mktemp("bench") / "repo")
    repo.write("data.jsonl", "".join(json.dumps(row) + "\n" for row in RECORDS))
    repo.write("mature/app.py", VULNERABLE)
    repo.write("mature/tests/test_app.py", VULNERABLE)
    return repo


@pytest.fixture(scope="module")
def measured(place: Repo) -> Any:
    done = place.juryroom(
        "bench", "analysers", "--data", "data.jsonl", "--dump", "found.jsonl", "--mature", "mature", "--json"
    )
    assert done.code == 0, done.err
    return done.json


def rows(measured: Any, engine: str, family: str | None = None) -> dict[str, Any]:
    return {row["persona"]: row for row in measured["scores"] if row["engine"] == engine and row["family"] == family}


def test_alerts_are_scored_against_labels(measured: Any) -> None:
    row = rows(measured, "panel")["security"]
    assert (row["source"], row["language"], row["labels"], row["hit"]) == ("made up", "python", 3, 2)
    # the fourth alert, eval's, is neither right nor wrong
    assert (row["alerts"], row["right"], row["before"], row["after"]) == (3, 2, 1, 0)
    assert row["recall"] == row["precision"] == row["f1"] == pytest.approx(2 / 3)
    assert (row["tpr"], row["fpr"], row["youden"]) == (1.0, 0.0, 1.0)
    assert rows(measured, "panel", "query")["security"] == {**row, "family": "query"}


def test_each_engine_and_a_rival_are_scored_beside_the_panel(measured: Any) -> None:
    engines = {row["engine"] for row in measured["scores"]}
    assert {"panel", "panel, shown", "ruff", "ast-grep", "lizard", "secrets", "ruff with all rules"} <= engines
    assert rows(measured, "secrets")["security"]["recall"] == 0.0
    assert rows(measured, "ruff with all rules")["security"]["hit"] == 2


def test_a_persona_without_labels_is_not_scored(measured: Any) -> None:
    assert "architecture" not in rows(measured, "panel")
    assert rows(measured, "panel")["performance"]["labels"] == 1


def test_agreement_is_counted_by_method_classes(measured: Any) -> None:
    counted = {row["methods"]: (row["alerts"], row["right"]) for row in measured["agreement"]}
    assert counted[3] == (3, 2)


def test_noise_and_cpu_are_per_thousand_lines_and_tests_are_left_out(measured: Any) -> None:
    mature = measured["mature"]
    assert (mature["files"], mature["lines"]) == (1, VULNERABLE.count("\n"))
    noise = {row["engine"]: row for row in mature["noise"]}
    assert noise["panel, shown"]["per_1000_lines"] == pytest.approx(1000 / 7, abs=0.001)
    assert dict(measured["cpu_s_per_1000_lines"])["panel"] > 0


@pytest.mark.usefixtures("measured")
def test_the_dump_is_what_was_scored(place: Repo) -> None:
    found = [json.loads(line) for line in (place.root / "found.jsonl").read_text("utf-8").splitlines()]
    queries = [row for row in found if "CWE-89" in row["cwe"]]
    assert sorted(row["id"] for row in queries) == ["elsewhere", "faulty", "other"]
    assert {row["engine"] for row in queries} == {"ast-grep+ruff+taint"}
    assert {(row["persona"], row["shown"]) for row in queries} == {("security", True)}


@pytest.mark.skipif(SCORER is None, reason="JURYROOM_BENCH_STATIC names no scorer")
@pytest.mark.parametrize("persona", ["security", "performance"])
def test_an_independent_scorer_gets_the_same_numbers(place: Repo, measured: Any, persona: str) -> None:
    done = subprocess.run(
        [sys.executable, SCORER or "", "data.jsonl", "found.jsonl", "--persona", persona, "--json"],
        cwd=place.root,
        capture_output=True,
        check=True,
    )
    [theirs] = json.loads(done.stdout)
    ours = rows(measured, "panel")[persona]
    same = ["labels", "recall", "precision", "f1"] + ["tpr", "fpr", "youden", "files"] * (persona == "security")
    assert {name: ours[name] for name in same} == {name: theirs[name] for name in same}


def test_the_table_is_for_readers(place: Repo) -> None:
    done = place.juryroom("bench", "analysers", "--data", "data.jsonl")
    assert done.code == 0, done.err
    assert "data.jsonl: 5 files" in done.out
    assert "made up  python    security" in done.out


def test_weights_are_counts_of_records_whose_licence_lets_them_ship(place: Repo) -> None:
    faulty, mended = RECORDS[:2]
    js = {"language": "javascript", "path": "a.js", "tested": ["dropped|correctness|"]}
    dropped = "function f(s) {\n  s.trim();\n  return s;\n}\n"
    label = {"line": 2, "category": "dropped", "persona": "correctness"}
    many = [
        *({**faulty, "id": f"f{n}"} for n in range(9)),
        *({**mended, "id": f"m{n}", "code": VULNERABLE} for n in range(3)),
        *({**faulty, "id": f"g{n}", "licence": "GPL-3.0"} for n in range(9)),
        *(record(f"j{n}", dropped, label, **js) for n in range(8)),
        *(record(f"k{n}", dropped, **js) for n in range(4)),
        # a query that the rule does not answer
        *(
            record(f"l{n}", dropped, {**label, "line": 90, "category": "other"}, **{**js, "tested": []})
            for n in range(4)
        ),
    ]
    place.write("many.jsonl", "".join(json.dumps(row) + "\n" for row in many))
    done = place.juryroom("bench", "analysers", "--data", "many.jsonl", "--fit", "--precision", "fitted.toml")
    assert done.code == 0, done.err
    table = tomllib.loads((place.root / "fitted.toml").read_text("utf-8"))
    assert table["ruff"]["security"] == {"all": [9, 12], "query": [9, 12]}
    assert table["ast-grep"]["correctness"] == {"all": [8, 12], "js-result-dropped": [8, 12]}
    assert "panel" not in table


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "no labelled file"), ('{"id": "x"}\n', "bad.jsonl:1: language"), ("{", "bad.jsonl:1")],
)
def test_data_that_is_not_labelled_code_is_named(place: Repo, text: str, said: str) -> None:
    place.write("bad.jsonl", text)
    done = place.juryroom("bench", "analysers", "--data", "bad.jsonl")
    assert done.code == 2
    assert said in done.err


def test_a_folder_without_sources_is_named(place: Repo) -> None:
    (place.root / "empty").mkdir()
    done = place.juryroom("bench", "analysers", "--data", "data.jsonl", "--mature", "empty")
    assert done.code == 2
    assert "empty: no source file" in done.err
