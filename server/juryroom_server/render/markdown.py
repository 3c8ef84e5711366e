"""The report as Markdown, for the summary of a pull request.

Outside text can't leave its place: punctuation that Markdown obeys is escaped, HTML becomes entities, whatever GitHub
would turn into a link, a mention, a reference or a formula is shown as code, and code stands in a fence longer than
any in it.
"""

import re
from pathlib import PurePosixPath
from textwrap import dedent

from juryroom_reviewers.report import Publication, Report, ReportedFinding, ReviewerStatus

from . import words
from .clean import block, clip, line, source, unarmed
from .options import Options

MARKER = "<!-- juryroom:summary -->"
"""Hidden; by it the one summary of a pull request is found again and replaced."""
LONGEST = 55_000
"""Characters of findings: GitHub takes 65,536 in one comment."""
LONGEST_PROSE = 4_000

LANGUAGES = {
    ".c": "c",
    ".cc": "cpp",
    ".cpp": "cpp",
    ".cs": "csharp",
    ".go": "go",
    ".h": "c",
    ".java": "java",
    ".js": "javascript",
    ".jsx": "jsx",
    ".php": "php",
    ".py": "python",
    ".rb": "ruby",
    ".rs": "rust",
    ".ts": "typescript",
    ".tsx": "tsx",
}

_LIVE = re.compile(r"[@$]|#\d|GH-\d|://|www\.", re.IGNORECASE)
"""In a word, what GitHub makes live: a mention, a formula, a reference, a link."""
_CODE = re.compile(r"`([^`]+)`")
_MARKS = re.compile(r"[\\`*_{}\[\]|~#!]")
_LINE_MARKS = re.compile(r"^([-+=:]|\d+(?=[.)]))")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def render(report: Report, options: Options) -> str:
    """Write the report as one Markdown document: the verdict, the findings to unfold, and what was not checked."""
    findings = options.findings(report)
    parts = [MARKER, f"## juryroom: {words.VERDICTS[report.verdict].lower()}", _head(report, findings)]
    room = LONGEST
    for number, finding in enumerate(findings):
        entry = _finding(finding, report)
        room -= len(entry)
        if room < 0:
            parts.append(f"**{words.many(len(findings) - number, 'further finding')}** not shown here.")
            break
        parts.append(entry)
    if report.held_back and not options.show_all:
        parts.append(f"Held back: {words.held_back(report)}.")
    parts.append(_panel(report))
    parts.extend(_files("Not reviewed", words.by_reason(report.coverage.skipped)))
    parts.extend(_files("Read in part", words.by_reason(report.coverage.partial)))
    parts.append(f"Cost: {words.cost(report)}. Not checked: {words.not_checked(report)}.")
    return "\n\n".join(parts) + "\n"


def prose(text: str) -> str:
    """Outside text as Markdown text: paragraphs, line breaks and code are kept, nothing else of it takes effect."""
    shown: list[str] = []
    listing: list[str] = []
    fenced = False
    for row in (*clip(block(text), LONGEST_PROSE).split("\n"), "```"):
        marks = row.lstrip().startswith("```")
        if not marks and (fenced or row.startswith(" " * 4) or (listing and not row)):
            listing.append(row)
            continue
        if any(listing):
            shown += ["", fence("\n".join(listing)), ""]
        listing, fenced = [], marks and not fenced
        if not marks:
            shown.append(_row(row))
    return "\n".join(shown).strip("\n")


def code(text: str) -> str:
    """Outside text as a code span, on one line."""
    shown = line(text)
    ticks = "`" * (_longest_run(shown) + 1)
    space = " " if shown[:1] == "`" or shown[-1:] == "`" else ""
    return f"{ticks}{space}{shown}{space}{ticks}" if shown else ""


def fence(text: str, language: str = "") -> str:
    """Outside text as a code block."""
    shown = "\n".join(map(unarmed, clip(dedent("\n".join(source(text))), LONGEST_PROSE).split("\n")))
    ticks = "`" * max(3, _longest_run(shown) + 1)
    return f"{ticks}{language}\n{shown}\n{ticks}"


def html(text: str) -> str:
    """Outside text on one line within a tag, where Markdown is not read."""
    return " ".join(f"<code>{_entities(w)}</code>" if _LIVE.search(w) else _entities(w) for w in line(text).split())


def _head(report: Report, findings: tuple[ReportedFinding, ...]) -> str:
    heard = f"{len(words.judges(report))} of {words.many(len(report.reviewers), 'reviewer')}"
    counted = f"**{words.counts(findings).capitalize()}**, {heard}" if findings else prose(words.no_findings(report))
    files = words.many(len(report.coverage.files), "file")
    rows = [f"{prose(line(report.reason))}  ", f"{counted}; {files} read; {prose(line(report.source))}"]
    rows.extend(f"\n**Incomplete:** {prose(line(reason))}" for reason in report.incomplete)
    return "\n".join(rows)


def _finding(finding: ReportedFinding, report: Report) -> str:
    said = words.PUBLICATIONS[finding.publication]
    summary = [
        f"<b>{finding.severity}</b>",
        words.percent(finding.probability).replace("<", "&lt;").replace(">", "&gt;"),
        html(finding.title),
        f"<code>{_entities(words.place(finding))}</code>",
        f"<b>{said}</b>" if finding.publication is Publication.human_look else said,
    ]
    kind = " ".join(part for part in (prose(line(finding.category)), prose(line(finding.cwe or ""))) if part)
    names = ", ".join(code(words.member(supporter)) for supporter in finding.supporters)
    inside = f", in {code(finding.symbol)}" if finding.symbol else ""
    details = [
        f"{kind}{inside}, reported by {words.support(finding, report)}: {names}",
        *(f"Against it: {code(words.member(one))}: {prose(line(one.reason, 1000))}" for one in finding.dissent),
        f"Tested: {prose(words.tested(finding))}" if finding.refutation else "",
        f"Dismissed: {prose(line(finding.dismissal))}" if finding.dismissal else "",
        fence(finding.excerpt, _language(finding)) if finding.excerpt.strip() else "",
        prose(finding.rationale),
        f"**Instead:**\n\n{prose(finding.suggestion)}" if finding.suggestion else "",
    ]
    opened = f"<details><summary>{' · '.join(part for part in summary if part)}</summary>"
    return "\n\n".join([opened, *(part for part in details if part), "</details>"])


def _panel(report: Report) -> str:
    rows = "\n".join(f"* {_seat(reviewer)}" for reviewer in report.reviewers)
    notes = "\n".join(f"* note: {prose(line(note))}" for note in report.notes)
    silent = len(report.reviewers) - len(words.judges(report))
    title = words.many(len(report.reviewers), "reviewer") + (f", {silent} without an opinion" if silent else "")
    listed = "\n".join(part for part in (rows, notes) if part)
    return f"<details><summary>{title}, {report.seconds:.1f} s</summary>\n\n{listed}\n\n</details>"


def _seat(reviewer: ReviewerStatus) -> str:
    parts = [code(words.member(reviewer)), reviewer.status, words.many(reviewer.findings, "finding")]
    if reviewer.status != "done":
        parts[2] = prose(line(reviewer.reason or "no reason given"))
    parts.append(f"{reviewer.seconds:.1f} s")
    parts.extend(prose(line(note)) for note in reviewer.notes)
    if reviewer.model is not None:
        parts.append(_entities(words.dollars(reviewer.usage.cost_usd)))
    return ", ".join(parts)


def _files(title: str, rows: list[str]) -> list[str]:
    if not rows:
        return []
    listed = "\n".join(f"* {_row(line(row, LONGEST_PROSE))}" for row in rows)
    return [f"<details><summary>{title}</summary>\n\n{listed}\n\n</details>"]


def _row(row: str) -> str:
    """One line; what stands between two backticks stays code, fenced by us."""
    shown = ""
    for index, piece in enumerate(_CODE.split(" ".join(row.split()))):
        text = code(piece) if index % 2 else " ".join(map(_word, piece.split(" ")))
        apart = shown.endswith("`") and text.startswith("`")  # or the two would read as one longer fence
        shown += f" {text}" if apart else text
    return _LINE_MARKS.sub(_escape_line_mark, shown)


def _word(word: str) -> str:
    return code(word) if _LIVE.search(word) else _MARKS.sub(r"\\\g<0>", _entities(word))


def _entities(text: str) -> str:
    return "".join(_ENTITIES.get(letter, letter) for letter in text)


def _escape_line_mark(match: re.Match[str]) -> str:
    mark = match[0]
    return f"{mark}\\" if mark.isdigit() else f"\\{mark}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _language(finding: ReportedFinding) -> str:
    return LANGUAGES.get(PurePosixPath(finding.path or "").suffix, "")
