"""semgrep, with the user's own rules: it brings none, and those of its registry are elsewhere."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from juryroom_reviewers.finding import CATEGORIES, Severity
from juryroom_reviewers.reviewer import Method

from .tool import Environ, Row, Tool

RULES = "SEMGREP_RULES"
"""semgrep's own variable for where its rules are."""
_SEVERITY = {
    "CRITICAL": Severity.critical,
    "ERROR": Severity.high,
    "HIGH": Severity.high,
    "WARNING": Severity.medium,
    "MEDIUM": Severity.medium,
}
_CWE = re.compile(r"CWE-\d+")


def _needs(environ: Environ) -> str | None:
    rules = environ.get(RULES, "").split()
    local = rules and all(os.path.isabs(rule) and os.path.exists(rule) for rule in rules)  # noqa: PTH110, PTH117 - no path yet
    return None if local else f"rules: set {RULES} to a file or folder of yours (an absolute path; nothing is fetched)"


def _arguments(_: Path, environ: Environ) -> Sequence[str]:
    rules = [f"--config={rule}" for rule in environ.get(RULES, "").split()]
    quiet = ("--metrics=off", "--disable-version-check", "--quiet", "--json")
    return ("scan", *rules, *quiet, "--disable-nosem", "--no-git-ignore", "new")


def _rows(output: bytes) -> Iterator[Row]:
    for row in json.loads(output)["results"]:
        extra = row["extra"]
        said = extra.get("metadata") or {}
        category = said.get("category")
        yield Row(
            file=row["path"],
            line=row["start"]["line"],
            end_line=row["end"]["line"],
            rule=row["check_id"].rpartition(".")[2],
            title=extra["message"],
            category=category if category in CATEGORIES else "security",
            severity=_SEVERITY.get(extra["severity"], Severity.low),
            cwe=next(iter(_CWE.findall(str(said.get("cwe", "")))), None),
        )


TOOL = Tool(
    name="semgrep",
    method=Method.structural,
    category="security",
    languages=frozenset(
        {"python", "javascript", "typescript", "go", "java", "ruby", "c", "cpp", "csharp", "php", "rust"}
    ),
    arguments=_arguments,
    rows=_rows,
    exits=frozenset({0, 1}),
    needs=_needs,
)
