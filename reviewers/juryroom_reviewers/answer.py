"""From a model's text to findings: strict about meaning, tolerant about form."""

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from .finding import Finding, Location, Severity
from .value import Value

MAX_FINDINGS = 100
"""Of one answer: more is a model that has lost its way, and the first ones are kept."""
_LIMITS = {"title": 200, "quote": 2_000, "rationale": 3_000, "suggestion": 3_000}

_SEVERITY_WORDS = {
    "blocker": Severity.critical,
    "severe": Severity.critical,
    "error": Severity.high,
    "major": Severity.high,
    "important": Severity.high,
    "warning": Severity.medium,
    "moderate": Severity.medium,
    "minor": Severity.low,
    "info": Severity.low,
    "informational": Severity.low,
    "note": Severity.nit,
    "style": Severity.nit,
    "trivial": Severity.nit,
}


class AnswerError(ValueError):
    """A text in which no answer could be found; the message says what stood there instead."""


class Answer(Value):
    """What could be read, and what had to be done to read it."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()


def answer_schema(categories: tuple[str, ...]) -> dict[str, Any]:
    """JSON schema of a review's answer, in the subset that providers enforce (all required, nothing extra)."""
    text = {"type": "string"}
    optional = {"type": ["string", "null"]}
    properties = {
        "title": text,
        "severity": {"type": "string", "enum": [str(s) for s in Severity]},
        "category": {"type": "string", "enum": list(categories)},
        "path": text,
        "line": {"type": "integer"},
        "quote": text,
        "rationale": text,
        "suggestion": optional,
        "cwe": optional,
        "confidence": {"type": "number"},
    }
    item = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return {
        "type": "object",
        "properties": {"findings": {"type": "array", "items": item}},
        "required": ["findings"],
        "additionalProperties": False,
    }


def parse_answer(text: str, categories: tuple[str, ...], *, cut_off: bool = False) -> Answer:
    """Read the findings in a model's answer.

    Prose and fences around the JSON, trailing commas and a truncated end are tolerated: complete items are kept, and a
    note says so. Nothing is invented: an item without a title, or with a category that the persona may not use, is
    dropped and counted.

    Args:
        text: the answer.
        categories: those that the persona may report in; the first is taken where an item names none.
        cut_off: the provider said that the answer hit its length limit.

    Raises:
        AnswerError: when there is no JSON with findings in it.
    """
    items, complete = read_items(text)
    notes = []
    if not complete or cut_off:
        notes.append(f"the answer was cut off; {_count(len(items), 'complete finding')} kept")
    if len(items) > MAX_FINDINGS:
        notes.append(f"{len(items)} findings in one answer; the first {MAX_FINDINGS} kept")
    findings, dropped = [], 0
    for item in items[:MAX_FINDINGS]:
        finding = _finding(item, categories)
        if finding is None:
            dropped += 1
        else:
            findings.append(finding)
    if dropped:
        notes.append(f"{_count(dropped, 'item')} without a title or outside {', '.join(categories)} dropped")
    return Answer(findings=tuple(findings), notes=tuple(notes))


def read_object(text: str) -> Mapping[str, Any]:
    """The first JSON object in a text, tolerantly.

    Raises:
        AnswerError: when there is none.
    """
    for form in (text, _mended(text)):
        for start in _starts(form, "{"):
            value, _ = _decode(form, start)
            if isinstance(value, dict):
                return value
    raise AnswerError(f"no JSON object in the answer, which begins {_beginning(text)}")


def read_items(text: str) -> tuple[list[Any], bool]:
    """The items of the `findings` list in a text, and whether the list was complete.

    Raises:
        AnswerError: when there is no such list.
    """
    for form in (text, _mended(text)):
        for start in _starts(form, "{["):
            value, _ = _decode(form, start)
            if isinstance(value, dict) and isinstance(value.get("findings"), list):
                return value["findings"], True
            if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
                return value, True
            if isinstance(value, dict) and "title" in value and not _LIST.search(form):
                return [value], True
    form = _mended(text)
    match = _LIST.search(form) or _BARE_LIST.search(form)
    if not match:
        raise AnswerError(f"no findings list in the answer, which begins {_beginning(text)}")
    items, complete = _prefix_items(form, match.end())
    if not items and not complete:
        raise AnswerError(f"no complete finding in the answer, which begins {_beginning(text)}")
    return items, complete


def _prefix_items(text: str, position: int) -> tuple[list[Any], bool]:
    items: list[Any] = []
    while True:
        gap = re.compile(r"[\s,]*").match(text, position)
        position = gap.end() if gap else position
        if position >= len(text) or text[position] == "]":
            return items, position < len(text)
        value, end = _decode(text, position) if text[position] == "{" else (None, position)
        if not isinstance(value, dict):
            return items, False
        items.append(value)
        position = end


def _starts(text: str, marks: str) -> Iterator[int]:
    """Places where JSON may begin, at most a few: prose with many brackets must not cost a parse for each."""
    for match in itertools.islice(re.finditer(f"[{re.escape(marks)}]", text), _MAX_STARTS):
        yield match.start()


_MAX_STARTS = 20
_DECODER = json.JSONDecoder(strict=False)
_LIST = re.compile(r'"findings"\s*:\s*\[')
_BARE_LIST = re.compile(r"\A\s*(?:```\w*\s*)?\[")
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)


def _mended(text: str) -> str:
    """The text without the commas that stand before a closing bracket, outside of strings."""
    return _TRAILING_COMMA.sub(lambda match: match[1] or "", text)


def _decode(text: str, start: int) -> tuple[Any, int]:
    """A JSON value at a place and its end; (None, start) when there is none."""
    try:
        return _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None, start


def _finding(item: Any, categories: tuple[str, ...]) -> Finding | None:
    if not isinstance(item, dict):
        return None
    title = _text(item.get("title"), "title").strip()
    category = str(item.get("category") or categories[0]).strip().lower()
    if not title or category not in categories:
        return None
    path = _text(item.get("path") or item.get("file"), "title").strip()
    try:
        return Finding(
            title=" ".join(title.split()),
            severity=_severity(item.get("severity")),
            category=category,
            location=Location(path=path, start_line=(line := _line(item.get("line"))), end_line=line) if path else None,
            quote=_text(item.get("quote"), "quote").strip("\r\n"),
            rationale=_text(item.get("rationale"), "rationale").strip(),
            suggestion=_text(item.get("suggestion"), "suggestion").strip() or None,
            confidence=_confidence(item.get("confidence")),
            cwe=_cwe(item.get("cwe")),
        )
    except ValidationError:
        return None


def _text(value: Any, field: str) -> str:
    return value[: _LIMITS[field]] if isinstance(value, str) else ""


def _severity(value: Any) -> Severity:
    """The severity that is meant; medium where nothing known is said, so that a shout gains nothing."""
    word = re.sub(r"[^a-z]", "", str(value).lower())
    return Severity(word) if word in Severity.__members__ else _SEVERITY_WORDS.get(word, Severity.medium)


def _line(value: Any) -> int:
    """A hint where to look first; the quote decides."""
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return 1
    return number if 1 <= number < 2**31 else 1


def _confidence(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None


def _cwe(value: Any) -> str | None:
    match = re.search(r"(?i)\bCWE-?0*([1-9][0-9]{0,4})\b", value) if isinstance(value, str) else None
    return f"CWE-{match[1]}" if match else None


def _beginning(text: str) -> str:
    return repr(" ".join(text.split())[:80]) if text.strip() else "with nothing: it is empty"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
