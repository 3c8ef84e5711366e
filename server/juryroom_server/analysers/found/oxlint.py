"""oxlint: what is outright wrong in JavaScript and TypeScript, by its default rules."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from juryroom_reviewers.finding import Severity
from juryroom_reviewers.reviewer import Method

from .tool import Environ, Row, Tool


def _arguments(root: Path, _: Environ) -> Sequence[str]:
    settings = root / "home" / "oxlint.json"
    settings.write_text("{}", "utf-8")
    return ("--config", str(settings), "--disable-nested-config", "--no-ignore", "--format", "json", "new")


def _rows(output: bytes) -> Iterator[Row]:
    for row in json.loads(output)["diagnostics"]:
        if not row.get("labels") or not row.get("code"):
            continue  # of a file as a whole: it could not be parsed
        line = row["labels"][-1]["span"]["line"]
        yield Row(
            file=row["filename"],
            line=line,
            end_line=line,
            rule=row["code"],
            title=row["message"],
            category="correctness",
            severity=Severity.low,
        )


TOOL = Tool(
    name="oxlint",
    method=Method.structural,
    category="correctness",
    languages=frozenset({"javascript", "typescript"}),
    arguments=_arguments,
    rows=_rows,
    exits=frozenset({0, 1}),
)
