"""`juryroom bench review`: how good the consensus is on recorded reviews."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import juryroom_reviewers
from juryroom_reviewers.priors import shipped

from ..outcome import Exit

if TYPE_CHECKING:
    from ..bench.measure import BenchReport

TABLE = Path(juryroom_reviewers.__file__).with_name("priors.json")
"""The numbers that ship; `--fit` rewrites it."""


def run_bench(args: argparse.Namespace) -> int:
    """Measure, or fit, and return the exit code.

    Raises:
        DataError: when the data can't be used.
    """
    from ..bench.data import read_cases, read_panels  # noqa: PLC0415 - not for who asks for help
    from ..bench.fit import fit  # noqa: PLC0415 - as above
    from ..bench.lines import DataError  # noqa: PLC0415 - as above
    from ..bench.measure import folds, measure  # noqa: PLC0415 - as above

    cases = read_cases(args.data)
    sets = read_panels(args.data, cases)
    if args.fit:
        print(f"juryroom: fitting on {len(cases)} pull requests", file=sys.stderr)
        target = args.priors or TABLE
        target.write_text(fit(cases, sets).model_dump_json(indent=1) + "\n", "utf-8")
        print(f"juryroom: wrote {target}", file=sys.stderr)
        return Exit.clean
    if args.every < 1:
        raise DataError(f"--every {args.every}: score one panel in how many? At least 1")
    repos = {case.repo for case in cases}
    if not args.shipped and len(repos) == 1:
        raise DataError(
            f"{args.data}: one repository only, so none can be left out; --shipped scores the numbers that ship"
        )
    if args.shipped:
        found = None
    elif args.fit_on:
        others = read_cases(args.fit_on)
        found = folds(others, read_panels(args.fit_on, others))
        if missing := sorted(repos - found.keys()):
            raise DataError(f"{args.fit_on}: has not {', '.join(missing)}; the same repositories must be in both files")
    else:
        found = folds(cases, sets)
    report = measure(args.data.name, cases, sets, found, shipped(), args.every)
    sys.stdout.write(report.model_dump_json(indent=2) + "\n" if args.json else table(report))
    return Exit.clean


def table(report: "BenchReport") -> str:
    """The report for a reader."""
    lines = [f"{report.data}, fitted: {report.fitted}; tau = {report.tau:g} (shipped); credit by the shown text", ""]
    head = ("panels", "pair P", "pair R", "pair F1", "AP", "P", "R", "F1", "95 %", "best F1", "Brier", "ECE", "lost")
    rows: list[tuple[str, ...]] = [head]
    for one in report.sets:
        f = one.figures
        low, high = one.f1_interval
        values = (f.pair_precision, f.pair_recall, f.pair_f1, f.average_precision, f.precision, f.recall, f.f1)
        tail = (
            f"{low:.2f}-{high:.2f}",
            f"{f.best_f1:.3f}",
            f"{f.brier:.3f}",
            f"{f.calibration_error:.3f}",
            f"{f.lost_recall:.3f}",
        )
        rows.append((f"{one.name} ({one.panels})", *(f"{value:.3f}" for value in values), *tail))
    widths = [max(len(row[k]) for row in rows) for k in range(len(head))]
    lines += ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    for one in report.sets:
        votes = ", ".join(f"{k}+ votes {value:.3f}" for k, value in one.votes_f1.items())
        lines += ["", f"{one.name}: best reviewer {one.best_reviewer_f1:.3f}, union {one.union_f1:.3f}, {votes}"]
        for part in one.ablations:
            word = "within the noise" if part.noise else "beyond the noise"
            gain = f"{part.gain:+.3f} F1 [{part.low:+.3f}, {part.high:+.3f}], {word}"
            lines.append(f"  {part.part}: {gain}; ECE without it {part.calibration_error:.3f}")
    lines += [
        "",
        "ECE: 10 bins of equal width; lost: share of golden bugs hidden by merging; intervals resample pull requests.",
    ]
    return "\n".join(lines) + "\n"
