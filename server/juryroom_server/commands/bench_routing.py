"""`juryroom bench routing`: how good router and cascade are on recorded outcomes."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from ..outcome import Exit
from .errors import UsageError

if TYPE_CHECKING:
    from ..bench.routing import RoutingReport
    from ..bench.routing_gain import GainRow

# as published by LiteLLM (complexity and semantic routers) and measured on the same kind of tasks
_LITELLM_MS = "1.7 ms p50, 44 ms at worst"
_LITELLM_APGR = "0.51-0.55"


def run_bench_routing(args: argparse.Namespace) -> int:
    """Measure, print, and return the exit code.

    Raises:
        DataError: when the data can't be used.
        UsageError: when an option can't.
    """
    from ..bench.routing import measure_routing  # noqa: PLC0415 - not for who asks for help
    from ..bench.routing_data import read_tasks  # noqa: PLC0415 - as above

    if args.seeds < 1:
        raise UsageError(f"--seeds {args.seeds}: how many times are the folds drawn? At least 1")
    pairs = [_pair(text) for text in args.pair]
    tasks = read_tasks(args.data)

    def say(line: str) -> None:
        print(f"juryroom: {line}", file=sys.stderr)

    measured = measure_routing(args.data.name, tasks, pairs, args.seeds, say)
    if args.dump:
        with args.dump.open("w", encoding="utf-8") as file:
            file.writelines(one.model_dump_json() + "\n" for one in measured.decisions)
    report = measured.report
    sys.stdout.write(report.model_dump_json(indent=2) + "\n" if args.json else routing_table(report))
    return Exit.clean


def _pair(text: str) -> tuple[str, str]:
    weak, colon, strong = text.partition(":")
    if not (weak and colon and strong):
        raise UsageError(f"--pair {text!r}: write the weaker model, a colon, and the stronger one")
    return weak, strong


def routing_table(report: "RoutingReport") -> str:
    """The report for a reader."""
    speed = report.speed
    lines = [
        f"{report.data}: {report.tasks} tasks, 5 folds drawn {report.seeds} times; nothing is scored by what saw it",
        "",
        (
            f"decision: {speed.p50_ms:.3f} ms p50, {speed.p99_ms:.3f} ms p99, {speed.worst_ms:.3f} ms at worst (CPU); "
            f"LiteLLM {_LITELLM_MS}"
        ),
    ]
    if report.gain:
        lines += ["", "Router: which of two models a prompt goes to (random and hull mix: APGR 0.5)"]
        lines += _columns(_gain_rows(report.gain))
        for domain in dict.fromkeys(row.domain for row in report.gain):
            lines.append(_gain_mean(domain, [row for row in report.gain if row.domain == domain]))
    if report.cascade:
        lines += ["", "Cascade: share escalated for 98 % of the stronger model"]
        head = ("pair", "tasks", "posterior", "sd", "visible alone", "random mix", "oracle", "Brier", "of the mean")
        rows: list[tuple[str, ...]] = [head]
        for one in report.cascade:
            shares = (one.posterior, one.posterior_sd, one.visible_alone, one.random, one.oracle, one.brier)
            cells = (*(f"{value:.3f}" for value in shares), f"{one.brier_base:.3f}")
            rows.append((f"{one.weak} > {one.strong}", str(one.tasks), *cells))
        lines += _columns(rows)
        for one in report.cascade:
            lines.append(
                f"  {one.weak} > {one.strong}, bars from the training folds, one sigma clear: "
                f"{one.decided:.1%} escalated, {one.decided_kept:.1%} kept"
            )
        lines += ["", "Bars from 200 outcomes: share of the draws that miss 98 %"]
        bars: list[tuple[str, ...]] = [("pair", "margin", "missed by a point", "missed at all", "escalated")]
        for bar in report.thresholds:
            shares_of_bar = (bar.missed_by_a_point, bar.missed, bar.escalated)
            cells_of_bar = tuple(f"{value:.3f}" for value in shares_of_bar)
            margin = "plug-in" if not bar.sigmas else f"{bar.sigmas:g} sigma"
            bars.append((f"{bar.weak} > {bar.strong}", margin, *cells_of_bar))
        lines += _columns(bars)
    if report.replay:
        lines += ["", "Replay: a verifier that accepts 95 % of the right and 20 % of the wrong answers; 98 % wanted"]
        replay: list[tuple[str, ...]] = [
            ("against", "USD a task", "hull mix kept", "saved", "cascade kept", "saved", "both at 98 % in hindsight")
        ]
        for run in report.replay:
            held = (run.hull_kept, run.hull_saved, run.cascade_kept, run.cascade_saved)
            after = " and ".join(
                "out of reach" if value is None else f"{value:.1%}"
                for value in (run.hull_saved_at_target, run.cascade_saved_at_target)
            )
            replay.append((run.frontier, f"{run.frontier_usd:.3f}", *(f"{value:.1%}" for value in held), after))
        lines += _columns(replay)
        lines += [f"  chains: {'; '.join(report.replay[0].chains)}"]
    lines += [
        "",
        "APGR: mean share of the gap recovered. CPT: share of calls for 50 and 80 % of it.",
        "AIQ: mean quality along the hull of cost; - where a cost is not recorded.",
        "sd: over the draws of the folds. chance: half-width in which 95 % of random orders lie.",
    ]
    return "\n".join(lines) + "\n"


def _gain_rows(rows: Iterable["GainRow"]) -> list[tuple[str, ...]]:
    table: list[tuple[str, ...]] = [
        (
            "group",
            "pair",
            "tasks",
            "APGR",
            "sd",
            "chance",
            "oracle",
            "CPT50/80",
            "oracle",
            "AIQ",
            "mix",
            "oracle",
            "used",
        )
    ]
    for row in rows:
        shares = (f"{value:.3f}" for value in (row.apgr, row.apgr_sd, row.chance, row.oracle))
        calls = (f"{row.cpt50:.2f}/{row.cpt80:.2f}", f"{row.oracle_cpt50:.2f}/{row.oracle_cpt80:.2f}")
        quality = ("-" if value is None else f"{value:.3f}" for value in (row.aiq, row.aiq_mix, row.aiq_oracle))
        used = "gain" if row.knows == 1 else "hull mix" if not row.knows else f"gain in {row.knows:.0%}"
        table.append((row.group, f"{row.weak} > {row.strong}", str(row.tasks), *shares, *calls, *quality, used))
    return table


def _gain_mean(domain: str, rows: Sequence["GainRow"]) -> str:
    groups = dict.fromkeys(row.group for row in rows)
    means = {group: fmean(row.apgr for row in rows if row.group == group) for group in groups}
    decided = fmean(fmean(row.apgr_decided for row in rows if row.group == group) for group in groups)
    oracle = fmean(fmean(row.oracle for row in rows if row.group == group) for group in groups)
    said = ", ".join(f"{group} {value:.3f}" for group, value in means.items())
    if not any(row.knows for row in rows):
        verdict = "the text predicts nothing here: the hull mix is used"
    else:
        verdict = f"as used {decided:.3f}"
    return (
        f"  {domain}: mean APGR within the groups {fmean(means.values()):.3f} ({said}); {verdict}; "
        f"random and hull mix 0.500, LiteLLM {_LITELLM_APGR}, oracle {oracle:.3f}"
    )


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
