"""`juryroom usage`: what calls of models took and cost."""

import argparse
import csv
import json
import re
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from ..git import repository_root
from ..ledger.accounts import project_of
from ..ledger.address import find_address
from ..outcome import Exit
from ..render.clean import line as clean
from .errors import UsageError

if TYPE_CHECKING:
    from ..ledger.usage import Line, Usage

COLUMNS = (
    ("calls", "calls"),
    ("failed", "failed"),
    ("from_cache", "from cache"),
    ("input_tokens", "input"),
    ("cached_tokens", "cached"),
    ("output_tokens", "output"),
    ("cost_usd", "cost"),
    ("unknown", "unpriced"),
    ("held_usd", "held for them"),
    ("saved_usd", "saved"),
    ("saved_unknown", "unsaid"),
    ("p50_s", "p50"),
    ("p95_s", "p95"),
)
"""Field of a line -> its heading in the table."""
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def run_usage(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Print what was used and return the exit code.

    Raises:
        LedgerError: when the ledger can't be read.
        UsageError: when `--since` is no time.
    """
    since = moment(args.since, datetime.now(UTC)) if args.since else None
    cwd = Path.cwd()
    project = None if args.all_projects else project_of(repository_root(cwd) or cwd)
    usage = _read(args.by, environ, since, project)
    match args.format:
        case "json":
            document = {
                "schema_version": "1",
                "by": args.by,
                "since": since.isoformat() if since else None,
                "project": project,
                **usage.model_dump(mode="json"),
                "usd_per_accepted": None if usage.usd_per_accepted is None else f"{usage.usd_per_accepted:.6f}",
            }
            sys.stdout.write(json.dumps(document, indent=2) + "\n")
        case "csv":
            _write_csv(usage, args.by)
        case _:
            sys.stdout.write(_table(usage, args.by))
    return Exit.clean


def _read(by: str, environ: Mapping[str, str], since: datetime | None, project: str | None) -> "Usage":
    from ..ledger.database import Database  # noqa: PLC0415 - SQLAlchemy takes 0.2 s, which the help doesn't need
    from ..ledger.usage import By, Line, Usage, read_usage  # noqa: PLC0415 - as above

    address = find_address(environ)
    if address.file is not None and not address.file.exists():
        return Usage(lines=(), total=Line(group=None))  # asking is no reason to begin one
    database = Database(address)
    try:
        return read_usage(database, By(by), since=since, project=project)
    finally:
        database.close()


def moment(text: str, now: datetime) -> datetime:
    """`7d`, `12h`, `2w`, `30m` before now, or the beginning of a day in UTC, `2030-01-31`.

    Raises:
        UsageError: when it is neither.
    """
    wrong = UsageError(f"{text!r} is no time; write 30m, 12h, 7d or 2w, or a date such as 2030-01-31")
    try:
        if match := re.fullmatch(r"(\d{1,6})([mhdw])", text):
            return now - timedelta(**{_UNITS[match[2]]: int(match[1])})
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except (ValueError, OverflowError):
        raise wrong from None


def _table(usage: "Usage", by: str) -> str:
    if not usage.lines:
        return "No calls of models are recorded for this.\n"
    rows = [[by, *(heading for _, heading in COLUMNS)]]
    rows += [[clean(line.group or "-"), *_cells(line)] for line in usage.lines]
    if len(usage.lines) > 1:
        rows.append(["all", *_cells(usage.total)])
    # a column in which there is nothing to say is left out
    kept = [
        0,
        *(n for n in range(1, len(rows[0])) if any(row[n] not in ("-", "0", "$0") for row in rows[1:]) or n == 1),
    ]
    widths = [max(len(row[n]) for row in rows) for n in kept]
    text = ""
    for row in rows:
        cells = [row[n].ljust(width) if n == 0 else row[n].rjust(width) for n, width in zip(kept, widths, strict=True)]
        text += "  ".join(cells).rstrip() + "\n"
    notes = []
    if usage.usd_per_accepted is not None:
        notes.append(
            f"${usage.usd_per_accepted:,.4f} for each accepted finding: {usage.accepted:,} accepted, reviews took "
            f"${usage.review_usd:,.4f}."
        )
    if usage.total.unknown:
        notes.append("unpriced: calls whose cost is not known; it is not part of the cost.")
    if usage.total.saved_unknown:
        notes.append("unsaid: calls from the cache that saved an amount that is not known; it is not part of saved.")
    return text + ("\n" + "\n".join(notes) + "\n" if notes else "")


def _cells(line: "Line") -> list[str]:
    cells = []
    for field, _ in COLUMNS:
        value = getattr(line, field)
        if value is None:
            cells.append("-")
        elif isinstance(value, Decimal):
            cells.append(f"{'-' if value < 0 else ''}${abs(value):,.4f}" if value else "$0")
        elif isinstance(value, float):
            cells.append(f"{value:.1f} s")
        else:
            cells.append(f"{value:,}")
    return cells


def _write_csv(usage: "Usage", by: str) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([by, *(field for field, _ in COLUMNS)])
    for line in usage.lines:
        values = (getattr(line, field) for field, _ in COLUMNS)
        group = clean(line.group or "")
        # a cell that begins so is a formula to a spreadsheet
        shown = f"'{group}" if group.startswith(("=", "+", "-", "@")) else group
        writer.writerow(
            [
                shown,
                *("" if value is None else f"{value:f}" if isinstance(value, Decimal) else value for value in values),
            ]
        )
