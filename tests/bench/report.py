"""`make bench`: every measurement beside its floor and its target, as ratios within one run.

python -m tests.bench.report
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def run(script: str, *args: str) -> Any:
    """The JSON that a measurement prints."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.bench.{script}", *args],
        cwd=HERE.parent.parent,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def row(what: str, ours: str, floor: str, target: str, *, met: bool | None) -> None:
    """One line of the table; `met` is None where there is no target."""
    verdict = "" if met is None else "met" if met else "MISSED"
    print(f"{what:44} {ours:>14} {floor:>22} {target:>16}  {verdict}".rstrip())


def main() -> None:
    """Measure everything and print the table."""
    print(f"{'what':44} {'measured':>14} {'floor':>22} {'target':>16}")
    start = run("startup")
    cpu, memory = start["cpu_ratio"], start["peak_ratio"]
    row("serve: CPU to tools/list", f"{cpu:.2f} x", "one-tool server", "<= 1.25 x", met=cpu <= 1.25)
    row("serve: resident memory", f"{memory:.2f} x", "one-tool server", "<= 1.20 x", met=memory <= 1.2)
    seats = run("seats")
    shown = f"{seats['review_s']:.3f} s"
    row(
        "three seats, one call, warm",
        shown,
        f"{seats['answer_s']} s answer",
        "<= 0.560 s",
        met=seats["review_s"] <= 0.56,
    )
    row("model calls in flight", str(seats["in_flight"]), "3 seats", "3", met=seats["in_flight"] == 3)
    seating = run("seating")
    p50, p99 = seating["p50_ms"], seating["p99_ms"]
    row("a seat decision, median, CPU", f"{p50:.3f} ms", "4 seats, 20 models", "<= 0.15 ms", met=p50 <= 0.15)
    row("a seat decision, 99 of 100, CPU", f"{p99:.3f} ms", "4 seats, 20 models", "<= 1 ms", met=p99 <= 1)
    calls = run("calls")
    speed, effort = calls["throughput_ratio"], calls["cpu_ratio"]
    row("50 calls with seats and ledger, per second", f"{speed:.2f} x", "bare SDK", ">= 0.85 x", met=speed >= 0.85)
    row("50 calls with seats and ledger, CPU", f"{effort:.2f} x", "bare SDK", "<= 1.30 x", met=effort <= 1.3)
    streaming = calls["whole_against_bare_streaming"]["cpu_ratio"]
    row("the same, where the SDK streams too", f"{streaming:.2f} x", "bare SDK", "", met=None)
    ledger = run("ledger")
    alone = ledger["with_budgets"]["cpu_p50_ms"]
    together = f"{ledger['with_budgets']['cpu_mean_of_50_at_once_ms']:.2f} ms, 50 at once"
    row("reserve and settle in a budget, CPU", f"{alone:.2f} ms", together, "<= 1 ms", met=alone <= 1)
    offline = run("offline")
    change = offline["change"]
    row("offline change of 2,000 lines, CPU", f"{change['cpu_s']:.2f} s", "", "<= 2 s", met=change["cpu_s"] <= 2)
    first, *_, last = offline["audits"]
    for audit in offline["audits"]:
        ours = f"{audit['cpu_s']:.2f} s"
        each = f"{1000 * audit['s_per_kloc']:.0f} ms/1,000 lines"
        allowed = 20 * audit["lines"] / 100_000 if audit is last else float("inf")
        target = "<= 20 s" if audit is last else ""
        row(f"audit of {audit['lines']:,} lines, CPU", ours, each, target, met=audit["cpu_s"] <= allowed)
    growth = last["s_per_kloc"] / first["s_per_kloc"]
    row("growth per line, largest to smallest", f"{growth:.2f} x", "linear", "<= 1.2 x", met=growth <= 1.2)


if __name__ == "__main__":
    main()
