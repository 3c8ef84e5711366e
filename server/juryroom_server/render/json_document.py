"""The report as JSON: the document that others build on."""

import json
import re
from typing import Any

from juryroom_reviewers.report import Report

from .clean import HOSTILE
from .options import Options

ORDER = (
    ("schema_version", "verdict", "reason", "findings", "reviewers", "coverage", "usage"),
    (
        *("id", "path", "start_line", "end_line", "title", "severity", "category", "cwe", "probability", "anchored"),
        *("in_change", "supporters", "dissent", "rationale", "suggestion"),
    ),
    ("reviewer", "persona", "model", "family"),
    ("name", "persona", "model", "status", "reason", "seconds", "usage"),
    ("files", "skipped"),
    ("cost_usd", "input_tokens", "output_tokens"),
)
"""The documented fields of each object, which come first; an object is known by having them all."""


def render(report: Report, options: Options) -> str:
    """Write the report as JSON, with the number of findings left out in `held_back`."""
    document = report.model_dump(mode="json", exclude={"findings"})
    document["findings"] = [finding.model_dump(mode="json") for finding in options.findings(report)]
    document["held_back"] = {} if options.show_all else {str(key): count for key, count in report.held_back.items()}
    usages = [document["usage"], *(reviewer["usage"] for reviewer in document["reviewers"])]
    for usage in usages:
        for money in ("cost_usd", "saved_usd"):
            if usage[money] is not None:
                usage[money] = float(usage[money])
    if (most := document["unsettled"]["most_usd"]) is not None:
        document["unsettled"]["most_usd"] = float(most)
    return dumps(_ordered(document)) + "\n"


def dumps(document: Any) -> str:
    """JSON for people and programs: readable letters, and what a terminal would obey or hide escaped."""
    return HOSTILE.sub(_escape, json.dumps(document, ensure_ascii=False, indent=2))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - a lone surrogate: strict parsers refuse a document that has one
        return "\\ufffd"
    return json.dumps(match[0])[1:-1] if code != 0x7F else "\\u007f"  # noqa: PLR2004 - DEL is ASCII to json


def _ordered(value: Any) -> Any:
    """The same value, the documented fields of its objects first."""
    if isinstance(value, list):
        return [_ordered(item) for item in value]
    if not isinstance(value, dict):
        return value
    first: tuple[str, ...] = next((names for names in ORDER if all(name in value for name in names)), ())
    return {name: _ordered(value[name]) for name in (*first, *(key for key in value if key not in first))}
