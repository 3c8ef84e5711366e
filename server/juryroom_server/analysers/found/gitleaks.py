"""gitleaks: secrets. It says which rule and where, and never what."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from juryroom_reviewers.finding import Severity
from juryroom_reviewers.reviewer import Method

from .tool import Environ, Row, Tool


def _arguments(_: Path, __: Environ) -> Sequence[str]:
    said = ("--report-format", "json", "--report-path", "-", "--redact", "--no-banner", "--exit-code", "0")
    return ("dir", "new", *said, "--ignore-gitleaks-allow")


def _rows(output: bytes) -> Iterator[Row]:
    # a version that can't write its report to standard output leaves that empty, which is no JSON: no clean review
    for row in json.loads(output):
        yield Row(
            file=row["File"],
            line=row["StartLine"],
            end_line=row["EndLine"],
            rule=row["RuleID"],
            title=row["Description"],
            severity=Severity.high,
            cwe="CWE-798",
            secret=True,
        )


TOOL = Tool(
    name="gitleaks",
    method=Method.lexical,
    category="security",
    languages=None,
    arguments=_arguments,
    rows=_rows,
    exits=frozenset({0}),
    version=("version",),
)
