"""`juryroom bench analysers`: how good the engines are on labelled code, each and together."""

import argparse
import json
import sys
from typing import TYPE_CHECKING

import anyio

from ..outcome import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..bench.static.measure import StaticReport
    from ..bench.static.score import Score


def run_bench_analysers(args: argparse.Namespace) -> int:
    """Measure, write what was asked for, and return the exit code.

    Raises:
        DataError: when the data can't be used.
    """
    from ..analysers.precision import TABLE  # noqa: PLC0415 - not for who asks for help
    from ..bench.static.fit import fit, rendered  # noqa: PLC0415 - as above
    from ..bench.static.labels import read_records  # noqa: PLC0415 - as above
    from ..bench.static.measure import dumped, measure  # noqa: PLC0415 - as above
    from ..bench.static.reading import PANEL  # noqa: PLC0415 - as above
    from ..bench.static.rivals import RIVALS, rivals  # noqa: PLC0415 - as above

    records = read_records(args.data)
    report, reading = anyio.run(measure, args.data.name, records, tuple(args.mature), rivals)
    if args.dump:
        rows = (json.dumps(dumped(alert)) for alert in reading.alerts.get(PANEL, ()))
        args.dump.write_text("".join(f"{row}\n" for row in rows), "utf-8")
    if args.fit:
        target = args.precision or TABLE
        engines = [name for name in reading.cpu_s if name not in RIVALS]
        target.write_text(rendered(fit(records, reading, engines)), "utf-8")
        print(f"juryroom: wrote {target}", file=sys.stderr)
    sys.stdout.write(json.dumps(report.document(), indent=2) + "\n" if args.json else table(report))
    return Exit.clean


def table(report: "StaticReport") -> str:
    """The report for a reader: families only as JSON, since they fill pages."""
    lines = [f"{report.data}: {report.records} files, {report.lines} lines", ""]
    head = ("source", "language", "persona", "engine", "labels", "recall", "prec", "F1", "pairs J", "before", "after")
    rows = [
        (
            *(row.source, row.language, row.persona, row.engine, str(row.labels)),
            *map(_number, (row.recall, row.precision, row.f1, row.youden)),
            *((str(row.before), str(row.after)) if row.before or row.after else ("", "")),
        )
        for row in _by_part(report.scores)
    ]
    lines += _aligned([head, *rows])
    lines += ["", "agreement of method classes on security (panel):"]
    lines += _aligned(
        [
            ("source", "classes", "alerts", "prec"),
            *((a.source, str(a.methods), str(a.alerts), f"{a.precision:.2f}") for a in report.agreement),
        ]
    )
    lines += ["", "CPU seconds for 1,000 lines, child processes included:"]
    lines += _aligned([(name, f"{seconds:.3f}") for name, seconds in report.cpu_s_per_1000_lines])
    if report.mature:
        read = report.mature
        lines += ["", f"mature code: {', '.join(read.folders)}; {read.files} files, {read.lines} lines, without tests"]
        lines += _aligned(
            [
                ("engine", "per 1,000", "CPU s", "most by"),
                *(
                    (
                        *(one.engine, f"{one.per_1000_lines:.2f}", f"{one.cpu_s_per_1000_lines:.3f}"),
                        ", ".join(f"{rule} {count}" for rule, count in one.rules[:4]),
                    )
                    for one in read.noise
                ),
            ]
        )
    for problem in (*report.problems, *(report.mature.problems if report.mature else ())):
        lines.append(f"did not read: {problem}")
    lines += [
        "",
        "Alerts on families of weaknesses that nobody looked for in a file are neither right nor wrong. J: Youden's,",
        "by file; before and after: alerts on the faulty and on the mended versions. Outside of security an alert",
        "without a label says nothing, so that precision is a lower bound there.",
    ]
    return "\n".join(lines) + "\n"


def _by_part(scores: "Sequence[Score]") -> "list[Score]":
    # an engine that has nothing to say of a persona or a language fills no line
    whole = [row for row in scores if row.family is None and (row.alerts or row.files_hit or row.before or row.after)]
    # sorted is stable: within a part the engines keep their order
    return sorted(whole, key=lambda row: (row.persona, row.source, row.language))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _aligned(rows: "Sequence[tuple[str, ...]]") -> list[str]:
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
