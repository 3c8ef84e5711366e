"""Review a change and its clean twin with the analysers alone, and compare the findings with what is known to be wrong.

No key and no network: `juryroom review` runs as a user would run it, with an environment that holds neither.
"""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TOLERANCE = 3
"""Lines by which a finding may be off."""
SHOWN = ("published", "human_look")
"""What a reader sees without asking for all."""
SERIOUS = ("critical", "high", "medium")

Row = dict[str, Any]


def review(diff: str) -> tuple[int, Row]:
    """The exit code and the report of a review."""
    command = ["juryroom", "review", "--diff", str(HERE / diff), "--format", "json", "--all", "--no-models", "--quiet"]
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_API_KEY") and not k.startswith("JURYROOM_")}
    # a virtual environment need not be activated for this example
    environment["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), environment.get("PATH", "")))
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), f"{' '.join(command)} ended with {done.returncode}: {done.stderr}"
    report: Row = json.loads(done.stdout)
    return done.returncode, report


def pair(defects: list[Row], findings: list[Row]) -> list[tuple[Row, Row | None]]:
    """Each defect with the nearest finding about it: same file, same category, and each finding once only."""
    near = [
        (distance, number, index)
        for number, defect in enumerate(defects)
        for index, finding in enumerate(findings)
        if (finding["path"], finding["category"]) == (defect["path"], defect["category"])
        and (distance := max(finding["start_line"] - defect["line"], defect["line"] - finding["end_line"], 0))
        <= TOLERANCE
    ]
    taken: dict[int, int] = {}
    for _, number, index in sorted(near):
        if number not in taken and index not in taken.values():
            taken[number] = index
    return [(defect, findings[taken[number]] if number in taken else None) for number, defect in enumerate(defects)]


def show(defect: Row, finding: Row | None) -> str:
    """A line of the table."""
    place = f"{Path(defect['path']).name}:{defect['line']}"
    by = ", ".join(supporter["reviewer"] for supporter in finding["supporters"]) if finding else ""
    status = "found" if finding else "missed"
    return f"{status:7} {defect['category']:13} {place:26} {defect['title'][:64]:65} {by}"


def main() -> None:
    """Review both, print the table, and insist on what the analysers are good for."""
    defects: list[Row] = tomllib.loads((HERE / "expected.toml").read_text(encoding="utf-8"))["defect"]
    exit_code, changed = review("change.diff")
    matches = pair(defects, changed["findings"])
    for defect, finding in matches:
        print(show(defect, finding))
    found = sum(finding is not None for _, finding in matches)
    shown = sum(finding["publication"] in SHOWN for finding in changed["findings"])
    verdict = f"{changed['verdict']}; {found} of {len(defects)} defects found"
    print(f"\nchange.diff: {verdict}, {shown} findings shown by default")

    clean_exit_code, clean = review("clean.diff")
    serious = [
        finding for finding in clean["findings"] if finding["publication"] in SHOWN and finding["severity"] in SERIOUS
    ]
    print(f"clean.diff:  {clean['verdict']}; {len(serious)} findings of medium severity or more shown by default")

    missed = [defect["title"] for defect, finding in matches if defect["found_by"] == "analysers" and not finding]
    assert not missed, f"the analysers should have found: {missed}"
    assert not serious, f"the clean twin should pass: {[(f['path'], f['start_line'], f['title']) for f in serious]}"
    assert (exit_code, clean_exit_code) == (1, 0), f"exit codes {exit_code} and {clean_exit_code}"


if __name__ == "__main__":
    main()
