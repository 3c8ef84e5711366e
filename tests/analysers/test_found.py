"""Engines that are found on the PATH: in their place stand scripts that give what the real ones gave.

JURYROOM_FOUND_ENGINES, a PATH with real ones, has those asked too.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.finding import Severity
from juryroom_reviewers.reviewer import Method, Review
from juryroom_server import analysers
from juryroom_server.analysers import found
from tests.analysers.material import change_of

REAL = os.environ.get("JURYROOM_FOUND_ENGINES")
CODE = {
    "src/a.py": "import subprocess\n\n\ndef f(x):\n    subprocess.call(x, shell=True)  # nosec\n"
    "    return y  # pylint: disable=E\n",
    "src/a.js": "// oxlint-disable\nconst x = 1;\nx = 2;\n",
}
BANDIT = {
    "results": [
        {
            "filename": "new/f00000.py",
            "issue_cwe": {"id": 78, "link": ""},
            "issue_severity": "HIGH",
            "issue_text": "subprocess call with shell=True identified, security issue.",
            "line_number": 5,
            "line_range": [5],
            "test_id": "B602",
        }
    ]
}
PYLINT = {
    "messages": [
        {
            "type": "error",
            "symbol": "undefined-variable",
            "message": "Undefined variable 'y'",
            "line": 6,
            "endLine": 6,
            "path": "new/f00000.py",
        }
    ]
}
SEMGREP = {
    "results": [
        {
            "check_id": "home.rules.shell",
            "path": "new/f00000.py",
            "start": {"line": 5},
            "end": {"line": 5},
            "extra": {
                "message": "a shell",
                "severity": "WARNING",
                "metadata": {"cwe": ["CWE-78: Improper Neutralization"], "category": "security"},
            },
        }
    ]
}
OXLINT = {
    "diagnostics": [
        {
            "message": "Unexpected re-assignment of `const` variable x.",
            "code": "eslint(no-const-assign)",
            "severity": "warning",
            "filename": "new/f00001.tsx",
            "labels": [{"span": {"line": 2}}, {"span": {"line": 3}}],
        },
        {"message": "Unexpected token", "severity": "error", "filename": "new/f00001.tsx", "labels": []},
    ]
}
GITLEAKS = [
    {
        "RuleID": "aws-access-token",
        "Description": "an AWS key",
        "StartLine": 1,
        "EndLine": 1,
        "File": "new/f00000.py",
        "Secret": "REDACTED",
    }
]
EXPECTED = {
    "bandit": (BANDIT, 0, ("src/a.py", 5, "B602", "security", Severity.high, "CWE-78"), Method.lexical),
    "pylint": (
        PYLINT,
        2,
        ("src/a.py", 6, "undefined-variable", "correctness", Severity.medium, None),
        Method.structural,
    ),
    "semgrep": (SEMGREP, 1, ("src/a.py", 5, "shell", "security", Severity.medium, "CWE-78"), Method.structural),
    "oxlint": (
        OXLINT,
        1,
        ("src/a.js", 3, "eslint(no-const-assign)", "correctness", Severity.low, None),
        Method.structural,
    ),
    "gitleaks": (
        GITLEAKS,
        0,
        ("src/a.py", 1, "aws-access-token", "security", Severity.high, "CWE-798"),
        Method.lexical,
    ),
}


def stand_in(folder: Path, name: str, output: object, exit_code: int) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(output if isinstance(output, str) else json.dumps(output), "utf-8")
    script = folder / name
    script.write_text(
        f'#!/bin/sh\necho "$@" > {folder}/{name}.args\ncat {folder}/{name}.json\nexit {exit_code}\n', "utf-8"
    )
    script.chmod(0o755)


async def read(environ: Mapping[str, str], name: str) -> Review:
    change = change_of(CODE)
    async with analysers.workspace(change) as tree:
        [engine] = [one for one in found.seated(tree, environ) if one.seat.name == name]
        return await engine.review(ReviewContext(change=change))


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    file = tmp_path / "rules.yml"
    file.write_text(
        "rules:\n- id: shell\n  languages: [python]\n  severity: WARNING\n  message: a shell\n"
        "  pattern: subprocess.call(..., shell=True)\n  metadata: {cwe: ['CWE-78: x'], category: security}\n",
        "utf-8",
    )
    return file


def said(review: Review) -> list[tuple[object, ...]]:
    return [
        (one.location.path, one.location.start_line, one.rule, one.category, one.severity, one.cwe)
        for one in review.findings
        if one.location
    ]


@pytest.mark.parametrize("name", EXPECTED)
async def test_what_an_engine_says_becomes_findings_in_its_method_class(tmp_path: Path, rules: Path, name: str) -> None:
    output, code, finding, method = EXPECTED[name]
    stand_in(tmp_path / "bin", name, output, code)
    review = await read({"PATH": str(tmp_path / "bin"), "SEMGREP_RULES": str(rules)}, name)
    assert review.abstained is None
    assert said(review) == [finding]
    assert review.seat.method is method


@pytest.mark.skipif(REAL is None, reason="JURYROOM_FOUND_ENGINES names no PATH with engines")
@pytest.mark.parametrize("name", EXPECTED)
async def test_a_real_engine_says_so_too_and_obeys_no_comment_of_the_tree(rules: Path, name: str) -> None:
    environ = {"PATH": REAL or "", "SEMGREP_RULES": str(rules)}
    if name == "gitleaks" or found.located(name, environ) is None:
        pytest.skip(f"{name} is not there")
    assert EXPECTED[name][2] in said(await read(environ, name))


async def test_a_secret_is_not_quoted(tmp_path: Path) -> None:
    stand_in(tmp_path, "gitleaks", GITLEAKS, 0)
    review = await read({"PATH": str(tmp_path)}, "gitleaks")
    assert [one.quote for one in review.findings] == [""]


@pytest.mark.parametrize(
    ("output", "code", "reason"),
    [
        ("no JSON", 0, "output of another shape"),
        ({"results": [{}]}, 0, "output of another shape"),
        ({"results": []}, 2, "bandit failed (exit code 2)"),
    ],
)
async def test_an_engine_that_is_not_understood_has_failed(
    tmp_path: Path, output: object, code: int, reason: str
) -> None:
    stand_in(tmp_path, "bandit", output, code)
    review = await read({"PATH": str(tmp_path)}, "bandit")
    assert review.failed
    assert reason in (review.abstained or "")


async def test_only_what_is_on_an_absolute_path_and_has_what_it_needs_joins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path / "bin", "bandit", BANDIT, 0)
    stand_in(tmp_path / "bin", "semgrep", SEMGREP, 0)
    monkeypatch.chdir(tmp_path)
    async with analysers.workspace(change_of(CODE)) as tree:
        names = {
            path: [one.seat.name for one in found.seated(tree, {"PATH": path, **more})]
            for path, more in (
                ("bin", {}),
                (str(tmp_path / "bin"), {}),
                (f"{tmp_path}/bin:bin", {"SEMGREP_RULES": "p/python"}),
            )
        }
    assert names == {"bin": [], str(tmp_path / "bin"): ["bandit"], f"{tmp_path}/bin:bin": ["bandit"]}


async def test_no_settings_of_the_tree_are_read(tmp_path: Path) -> None:
    for name in ("pylint", "oxlint"):
        output, code, _, _ = EXPECTED[name]
        stand_in(tmp_path, name, output, code)
        await read({"PATH": str(tmp_path)}, name)
    assert "/home/pylintrc" in (tmp_path / "pylint.args").read_text("utf-8")
    assert "--disable-nested-config" in (tmp_path / "oxlint.args").read_text("utf-8")


async def test_a_gitleaks_that_wrote_its_report_elsewhere_has_failed(tmp_path: Path) -> None:
    stand_in(tmp_path, "gitleaks", "", 0)
    assert (await read({"PATH": str(tmp_path)}, "gitleaks")).failed
