"""bandit: the same rules on Python as ruff's `S`, and the same mistakes: one voter with it."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from juryroom_reviewers.finding import Severity
from juryroom_reviewers.reviewer import Method

from .tool import Environ, Row, Tool

_SEVERITY = {"HIGH": Severity.high, "MEDIUM": Severity.medium, "LOW": Severity.low}


def _arguments(_: Path, __: Environ) -> Sequence[str]:
    # a .bandit file is looked for below the folder that is read, where there is none
    return ("--format", "json", "--quiet", "--ignore-nosec", "--exit-zero", "--recursive", "new")


def _rows(output: bytes) -> Iterator[Row]:
    for row in json.loads(output)["results"]:
        lines = row["line_range"] or [row["line_number"]]
        yield Row(
            file=row["filename"],
            line=row["line_number"],
            end_line=max(*lines, row["line_number"]),
            rule=row["test_id"],
            title=row["issue_text"],
            severity=_SEVERITY[row["issue_severity"]],
            cwe=f"CWE-{row['issue_cwe']['id']}" if row.get("issue_cwe", {}).get("id") else None,
            secret=row["test_id"] in {"B105", "B106", "B107"},
        )


TOOL = Tool(
    name="bandit",
    method=Method.lexical,
    category="security",
    languages=frozenset({"python"}),
    arguments=_arguments,
    rows=_rows,
    exits=frozenset({0}),
)
