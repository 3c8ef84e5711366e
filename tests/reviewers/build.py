"""Small builders: a change, a context, a finding, a review."""

from juryroom_reviewers.change import ChangeSet, FileChange, Hunk, Status
from juryroom_reviewers.context import ReviewContext, Symbol
from juryroom_reviewers.finding import Finding, Location, Severity
from juryroom_reviewers.reviewer import Method, Review, Seat

SHOP = """\
import sqlite3


def find(db: sqlite3.Connection, name: str) -> list[str]:
    rows = db.execute(f"SELECT name FROM item WHERE name = '{name}'")
    return [row[0] for row in rows]


def total(prices: list[int]) -> int:
    result = 0
    for price in prices:
        result += price
    return result
"""


def added(path: str = "shop.py", text: str = SHOP) -> FileChange:
    rows = tuple("+" + row for row in text.splitlines())
    hunk = Hunk(old_start=0, old_count=0, new_start=1, new_count=len(rows), lines=rows)
    return FileChange(path=path, status=Status.added, hunks=(hunk,), text=text)


def context(*files: FileChange, outline: tuple[Symbol, ...] = ()) -> ReviewContext:
    return ReviewContext(change=ChangeSet(source="a test", files=files or (added(),)), outline=outline)


def claim(
    title: str = "SQL injection through name",
    quote: str = "rows = db.execute(f\"SELECT name FROM item WHERE name = '{name}'\")",
    line: int = 5,
    path: str = "shop.py",
    *,
    severity: Severity = Severity.high,
    category: str = "security",
    cwe: str | None = None,
    rationale: str = "",
    confidence: float | None = None,
    rule: str | None = None,
) -> Finding:
    return Finding(
        title=title,
        severity=severity,
        category=category,
        location=Location(path=path, start_line=line, end_line=line),
        quote=quote,
        rationale=rationale,
        cwe=cwe,
        confidence=confidence,
        rule=rule,
    )


def model_seat(family: str = "red", persona: str = "security", categories: tuple[str, ...] | None = None) -> Seat:
    return Seat(
        name=f"{persona}@{family}:large",
        method=Method.model,
        persona=persona,
        model=f"{family}:large",
        family=family,
        categories=categories or (persona,),
    )


def analyser_seat(name: str = "ruff", method: Method = Method.lexical) -> Seat:
    return Seat(name=name, method=method)


def said(seat: Seat, *findings: Finding) -> Review:
    return Review(seat=seat, findings=findings)
