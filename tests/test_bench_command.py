"""`juryroom bench review` on made-up reviews, and the aggregation that independent scorers call."""

import importlib.util
import json
import os
import random
import time
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juryroom_reviewers.priors import Priors, shipped
from juryroom_server.bench import aggregate
from tests.shell import Repo

PANEL = ("red", "green", "blue")
BUGS = (
    "Session token is never invalidated after logout so a stolen cookie stays valid",
    "forEach with an async callback is not awaited and deletions are lost when the handler returns",
    "Division by zero in average_price when the basket holds no items",
    "Lock is released twice on the error path of flush_queue and the process panics",
)
NOISE = ("Consider a docstring for helper", "Missing unit tests for the parser", "Variable naming is inconsistent")
WORDS = [
    f"{a}{b}{c}" for a in ("bra", "clo", "dri", "fle") for b in ("ma", "no", "pi", "ru") for c in ("xel", "tor", "nid")
]


def said(tool: str, number: int, body: str, match: list[int]) -> dict[str, Any]:
    return {"id": f"{tool}:{number}", "file": None, "line": None, "body": body, "match": match}


def pull_request(repo: str, number: int) -> dict[str, Any]:
    rng = random.Random(f"{repo}{number}")
    golden = sorted(rng.sample(range(len(BUGS)), 2))
    reviews: dict[str, list[dict[str, Any]]] = {}
    for tool in PANEL:
        rows = [(f"{BUGS[bug]} ({tool} says)", [at]) for at, bug in enumerate(golden) if rng.random() < 0.8]
        rows += [(f"{rng.choice(NOISE)} {rng.choice(WORDS)}", [])]
        reviews[tool] = [said(tool, n, body, match) for n, (body, match) in enumerate(rows)]
    return {
        "pr": f"{repo}#{number}",
        "repo": repo,
        "source": "devzyai",
        "golden": [{"id": at, "comment": BUGS[bug], "severity": "High"} for at, bug in enumerate(golden)],
        "reviews": reviews,
        "recorded_counts": {tool: [1, 1, 1] for tool in PANEL},
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "reviews.jsonl"
    cases = [pull_request(repo, number) for repo in ("one", "two") for number in range(5)]
    path.write_text("\n".join(map(json.dumps, cases)))
    (tmp_path / "panels.json").write_text(json.dumps({"note": "made up", "all3": [PANEL]}))
    return path


def test_the_report_leaves_one_repository_out_and_names_the_threshold(repo: Repo, data: Path) -> None:
    done = repo.juryroom("bench", "review", "--data", str(data), "--json")
    assert done.code == 0, done.err
    report = done.json
    assert (report["fitted"], report["tau"]) == ("leave one repository out", shipped().tau)
    (one,) = report["sets"]
    assert one["figures"]["pair_f1"] > 0.9
    assert one["figures"]["f1"] > one["union_f1"]
    assert {a["part"].split(" ")[0] for a in one["ablations"]} == {
        "representative",
        "weights",
        "correlation",
        "calibration",
    }


def test_the_table_says_which_gains_are_noise(repo: Repo, data: Path) -> None:
    done = repo.juryroom("bench", "review", "--data", str(data), "--shipped")
    assert done.code == 0, done.err
    assert f"tau = {shipped().tau:g}" in done.out
    assert "the noise" in done.out


def test_fitting_writes_numbers_that_can_ship(repo: Repo, data: Path, tmp_path: Path) -> None:
    target = tmp_path / "priors.json"
    done = repo.juryroom("bench", "review", "--data", str(data), "--fit", "--priors", str(target))
    assert done.code == 0, done.err
    fitted = Priors.model_validate_json(target.read_text())
    assert len(fitted.agreement) == 3
    assert not any(bug[:20] in target.read_text() for bug in BUGS)


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "no pull request in it"), ('{"pr": "a#1"}', "reviews.jsonl:1: repo"), ("{", "reviews.jsonl:1")],
)
def test_data_in_another_format_is_refused_with_its_line(repo: Repo, tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "reviews.jsonl"
    path.write_text(text)
    done = repo.juryroom("bench", "review", "--data", str(path))
    assert (done.code, why in done.err) == (2, True), done.err


def rows_of(case: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"id": row["id"], "tool": tool, "body": row["body"], "file": row["file"], "line": row["line"]}
        for tool, rows in case["reviews"].items()
        for row in rows
    ]


finding = st.builds(
    lambda tool, words, file, line: {"tool": tool, "body": " ".join(words), "file": file, "line": line},
    st.sampled_from(PANEL),
    st.lists(st.sampled_from(WORDS), max_size=8),
    st.sampled_from((None, "a.py", "b.py")),
    st.integers(1, 40),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(finding, max_size=14), st.randoms(use_true_random=False))
def test_every_finding_is_in_one_cluster_and_their_order_says_nothing(rows: list[dict[str, Any]], rng: Any) -> None:
    rows = [{**row, "id": str(number)} for number, row in enumerate(rows)]
    shuffled = rows[:]
    rng.shuffle(shuffled)
    about = {"panel": PANEL}
    clusters, again = aggregate(rows, about), aggregate(shuffled, about)
    assert sorted(member for one in clusters for member in one["members"]) == sorted(row["id"] for row in rows)
    assert all(one["rep"] in one["members"] and 0 < one["score"] < 1 for one in clusters)
    body = {row["id"]: (row["tool"], row["body"], row["file"], row["line"]) for row in rows}

    def content(result: list[dict[str, Any]]) -> list[Any]:
        return sorted((sorted(map(repr, (body[m] for m in one["members"]))), round(one["score"], 9)) for one in result)

    assert content(clusters) == content(again)


def test_places_are_used_and_a_wrong_file_or_line_does_not_break_a_cluster() -> None:
    rng = random.Random(5)
    rows, bug_of = [], {}
    vocabulary = [f"{word}{number}" for word in WORDS for number in range(6)]
    for bug in range(30):
        subject = rng.sample(vocabulary, 6)
        for tool in (*PANEL, "grey", "pink"):
            file, line = f"f{bug % 8}.py", 1 + 40 * (bug // 8) + rng.randrange(8)
            if rng.random() < 0.04:
                file, line = (f"f{(bug + 3) % 8}.py", line) if rng.random() < 0.5 else (file, line + 21)
            key = f"{tool}:{bug}"
            body = " ".join([*rng.sample(subject, 4), *rng.sample(vocabulary, 4)])
            rows.append({"id": key, "tool": tool, "body": body, "file": file, "line": line})
            bug_of[key] = bug
    where = {m: n for n, one in enumerate(aggregate(rows, {"panel": PANEL})) for m in one["members"]}
    pairs = [(bug_of[a] == bug_of[b], where[a] == where[b]) for a, b in combinations(bug_of, 2)]
    both = sum(same and merged for same, merged in pairs)
    f1 = 2 * both / sum(same + merged for same, merged in pairs)
    assert f1 >= 0.95  # although 4 % of the findings name a wrong file or line


def test_ten_thousand_findings_cost_little_more_each_than_a_thousand() -> None:
    def cpu(defects: int) -> float:
        rng = random.Random(1)
        vocabulary = [f"w{number}x" for number in range(4 * defects)]
        rows = []
        for defect in range(defects):
            words = rng.sample(vocabulary, 12)
            rows += [
                {
                    "id": f"{tool}{defect}",
                    "tool": tool,
                    "body": " ".join(rng.sample(words, 9)),
                    "file": None,
                    "line": None,
                }
                for tool in PANEL
            ]
        started = time.process_time()
        assert len(aggregate(rows, {"panel": PANEL})) < 1.2 * defects
        return time.process_time() - started

    few, many = min(cpu(333) for _ in range(2)), cpu(3_333)
    assert many < 10 * 3 * few


@pytest.mark.skipif(not os.environ.get("JURYROOM_BENCH_DATA"), reason="JURYROOM_BENCH_DATA names no folder with data")
def test_the_independent_scorer_agrees(repo: Repo) -> None:
    folder = Path(os.environ["JURYROOM_BENCH_DATA"])
    spec = importlib.util.spec_from_file_location("eval_review", folder.parent / "tools" / "eval_review.py")
    assert spec
    assert spec.loader
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    data, every = folder / "review_dev.jsonl", 20
    done = repo.juryroom("bench", "review", "--data", str(data), "--shipped", "--every", str(every), "--json")
    panels = json.loads((folder / "panels.json").read_text())
    cases = scorer.load(data)
    for one in done.json["sets"]:
        mine = [case for case in cases if not one["name"].startswith("ext") or case["source"] == "devzyai"]
        theirs, _ = scorer.evaluate(mine, panels[one["name"]][::every], aggregate, shipped().tau)
        ours = one["figures"]
        assert (ours["pair_f1"], ours["precision"], ours["recall"], ours["f1"]) == pytest.approx(
            (theirs["pair_F1"], theirs["P"], theirs["R"], theirs["F1"])
        )
        assert ours["average_precision"] == pytest.approx(theirs["AP"], abs=0.01)  # ties are shuffled differently
