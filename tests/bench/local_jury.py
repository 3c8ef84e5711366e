"""`make bench-local`: the whole product with real small models, over planted defects and their clean twins.

Two personas on the models that are given (their seats by family), deep: ballots and attempts to disprove are on,
analysers are off, so that what is counted is the jury's own. Prints a table, and one JSON object with --json.

    python -m tests.bench.local_jury [--json] [--cases N] FAMILY=URL FAMILY=URL

Each URL is an OpenAI base URL (`http://127.0.0.1:8081/v1`) of a server with one model. Two models of one family can't
disprove each other's findings: name two families. What models this small say is no measure of the product's quality:
they recognise topics more than defects.
"""

import argparse
import json
import os
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import anyio

from juryroom_reviewers.depth import Depth
from juryroom_reviewers.report import Report, ReportedFinding
from juryroom_server.engine import Workspace, review
from juryroom_server.models.card import ModelCard
from juryroom_server.settings import Loaded, Settings
from juryroom_server.source import Kind, Source
from juryroom_server.work.order import Order

CASES = Path(__file__).parent / "cases"
PERSONAS = ("security", "correctness")
NEAR = 3
"""Lines between a finding and the planted line that still count as found."""
DEADLINE_S = 3_600.0


class Case(NamedTuple):
    """One planted defect and its clean twin."""

    name: str
    file: str
    line: str
    """Part of the line that the defect stands on."""

    def text(self, side: str) -> str:
        """The file with the defect (`defect`) or without it (`clean`)."""
        return (CASES / side / self.file).read_text(encoding="utf-8")

    @property
    def spot(self) -> int:
        """Number of the planted line."""
        return next(n for n, line in enumerate(self.text("defect").splitlines(), 1) if self.line in line)


class Outcome(NamedTuple):
    """A case with both of its reports."""

    case: Case
    defect: Report
    clean: Report


def load(number: int | None = None) -> list[Case]:
    """The first so many cases, or all."""
    table = tomllib.loads((CASES / "cases.toml").read_text(encoding="utf-8"))
    return [Case(name, one["file"], one["line"]) for name, one in table.items()][:number]


def settings(models: Mapping[str, str]) -> Settings:
    """One model for each family, seated by the product's own rules, at no price."""
    free = {"input": 0, "output": 0}
    cards = [
        ModelCard.model_validate(
            {"key": family, "provider": "openai-compatible", "base_url": url, "family": family, "price": free}
            | {"timeout_s": DEADLINE_S}
        )
        for family, url in models.items()
    ]
    return Settings(models=tuple(cards), personas=PERSONAS, analysers=False, cache=False, deadline_s=DEADLINE_S)


async def measure(models: Mapping[str, str], cases: Sequence[Case]) -> list[Outcome]:
    """Review both twins of each case, one after the other."""
    loaded = Loaded(settings=settings(models), origins={})
    outcomes = []
    with tempfile.TemporaryDirectory() as name:
        workspace = Workspace(root=Path(name), repository=False, loaded=loaded, environ=dict(os.environ))
        for case in cases:
            reports = []
            for side in ("defect", "clean"):
                (workspace.root / case.file).write_text(case.text(side), encoding="utf-8")
                source = Source(kind=Kind.paths, paths=(case.file,))
                reports.append(await review(workspace, Order(source=source, depth=Depth.deep)))
            outcomes.append(Outcome(case, *reports))
    return outcomes


def hits(case: Case, findings: Iterable[ReportedFinding]) -> bool:
    """Whether one of the findings is about the planted line."""
    return any(
        one.start_line is not None
        and one.end_line is not None
        and one.start_line - NEAR <= case.spot <= one.end_line + NEAR
        for one in findings
    )


def summary(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """The counts, as they are."""
    reports = [report for one in outcomes for report in (one.defect, one.clean)]
    findings = [finding for report in reports for finding in report.findings]
    usage = [report.usage for report in reports]
    costs = [one.cost_usd for one in usage]
    attempts = Counter(str(one.refutation.outcome) for one in findings if one.refutation)
    return {
        "cases": len(outcomes),
        "found_and_shown": sum(hits(one.case, one.defect.shown) for one in outcomes),
        "found_at_all": sum(hits(one.case, one.defect.findings) for one in outcomes),
        "clean_files_with_shown_findings": sum(bool(one.clean.shown) for one in outcomes),
        "clean_files_with_blocking_findings": sum(any(f.blocking for f in one.clean.findings) for one in outcomes),
        "shown_on_defects": sum(len(one.defect.shown) for one in outcomes),
        "shown_on_clean": sum(len(one.clean.shown) for one in outcomes),
        "findings": len(findings),
        "anchored": sum(one.anchored for one in findings),
        "with_two_supporters": sum(len(one.supporters) > 1 for one in findings),
        "with_dissent": sum(bool(one.dissent) for one in findings),
        "attempts_to_disprove": dict(sorted(attempts.items())),
        "seats": sum(len(report.reviewers) for report in reports),
        "seats_without_a_usable_answer": sum(s.status != "done" for report in reports for s in report.reviewers),
        "input_tokens": sum(one.input_tokens or 0 for one in usage),
        "output_tokens": sum(one.output_tokens or 0 for one in usage),
        "cost_usd": None if None in costs else str(sum(filter(None, costs))),
        "seconds": round(sum(report.seconds for report in reports), 1),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--cases", type=int, help="only the first so many")
    parser.add_argument("models", nargs="+", metavar="FAMILY=URL")
    args = parser.parse_args()
    models = dict(one.split("=", 1) for one in args.models)
    with tempfile.TemporaryDirectory() as home:
        # no user's ledger, cache or configuration has a part in this
        os.environ.pop("JURYROOM_DATABASE_URL", None)
        os.environ |= {f"XDG_{kind}_HOME": home for kind in ("CONFIG", "STATE", "CACHE", "DATA")}
        outcomes = anyio.run(measure, models, load(args.cases))
    counts = summary(outcomes)
    if args.json:
        print(json.dumps(counts, indent=2))
        return
    for one in outcomes:
        found = "held back" if hits(one.case, one.defect.findings) else "not found"
        found = "shown" if hits(one.case, one.defect.shown) else found
        print(f"{one.case.name:16} planted: {found:10} clean twin: {len(one.clean.shown)} shown")
    for key, value in counts.items():
        print(f"{key.replace('_', ' '):36} {value}")


if __name__ == "__main__":
    main()
