"""What an offline review costs in CPU time, children included: a change of 2,000 lines, and audits of growing size.

The code under review is the standard library of the Python that runs this, copied to a temporary folder. Prints one
JSON object: CPU seconds, lines, and seconds per 1,000 lines.

    python tests/bench/offline.py [LINES ...]
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from itertools import count
from pathlib import Path

JURYROOM = Path(sys.executable).parent / "juryroom"
SIZES = (10_000, 50_000, 100_000)
CHANGE = 2_000


def sources() -> list[Path]:
    """Modules of the standard library, in a stable order; its own tests are mostly data."""
    stdlib = Path(sysconfig.get_path("stdlib"))
    return [p for p in sorted(stdlib.rglob("*.py")) if not {"test", "tests", "site-packages", "idlelib"} & set(p.parts)]


def fill(folder: Path, lines: int) -> int:
    """Copy modules until there are so many lines; returns how many there are."""
    total = 0
    numbers = count()
    for source in sources():
        if total >= lines:
            break
        rows = source.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)[: lines - total]
        target = folder / f"part{next(numbers) % 20}" / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("".join(rows), encoding="utf-8")
        total += len(rows)
    return total


def cpu(root: Path, *args: str) -> float:
    """CPU seconds of one review and all its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [str(JURYROOM), "review", "--format", "json", "--exit-zero", "--no-models", *args]
    done = subprocess.run(command, cwd=root, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    report = json.loads(done.stdout)
    failed = [f"{seat['name']}: {seat['reason']}" for seat in report["reviewers"] if seat["status"] != "done"]
    if failed:
        print("\n".join(failed), file=sys.stderr)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def git(root: Path, *args: str) -> None:
    """Run git as nobody in particular."""
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *identity, *args], cwd=root, check=True, capture_output=True)


def measure_change(folder: Path) -> float:
    """A change of 2,000 lines in 20 files that are larger."""
    git(folder, "init", "-q")
    fill(folder, 10 * CHANGE)
    files = sorted(folder.rglob("*.py"))
    files = sorted(files, key=lambda p: -p.stat().st_size)[:20]
    kept = {}
    for file in files:
        rows = file.read_text(encoding="utf-8").splitlines(keepends=True)
        kept[file] = rows
        file.write_text("".join(rows[: len(rows) // 2] + rows[len(rows) // 2 + CHANGE // 20 :]), encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "before")
    for file, rows in kept.items():
        file.write_text("".join(rows), encoding="utf-8")
    return cpu(folder)


def main() -> None:
    """Measure and print."""
    sizes = [int(word) for word in sys.argv[1:]] or list(SIZES)
    os.environ |= {"XDG_CONFIG_HOME": "/nonexistent", "XDG_CACHE_HOME": "/nonexistent"}
    results: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as name:
        results["change"] = {"lines": CHANGE, "cpu_s": round(measure_change(Path(name)), 2)}
    audits = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            lines = fill(Path(name), size)
            seconds = cpu(Path(name), ".")
            audits.append({"lines": lines, "cpu_s": round(seconds, 2), "s_per_kloc": round(1000 * seconds / lines, 4)})
            shutil.rmtree(name, ignore_errors=True)
            Path(name).mkdir(exist_ok=True)
    results["audits"] = audits
    print(json.dumps(results))


if __name__ == "__main__":
    main()
