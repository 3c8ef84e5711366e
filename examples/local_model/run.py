"""Review a change with a real model on this machine, over both APIs. Opt-in: see the README."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

JURYROOM = Path(sys.executable).parent / "juryroom"
CODE = """\
import sqlite3


def find(db: sqlite3.Connection, name: str) -> list[tuple[str]]:
    cursor = db.cursor()
    cursor.execute("SELECT name FROM item WHERE name = '%s'" % name)
    return cursor.fetchall()
"""
CONFIGURATION = """\
personas = ["security", "correctness"]
deadline_s = 600.0
depth = "quick"
cache = false

[models.first]
provider = "openai-compatible"
base_url = {openai}
{common}
[models.second]
provider = "anthropic-compatible"
base_url = {anthropic}
{common}
"""


def main() -> None:
    """Review, check that both seats have answered, and print the report."""
    urls = {api: os.environ.get(f"JURYROOM_TEST_{api.upper()}_URL") for api in ("openai", "anthropic")}
    if not all(urls.values()):
        print("no model was asked: set JURYROOM_TEST_OPENAI_URL and JURYROOM_TEST_ANTHROPIC_URL (see README.md)")
        return
    common = 'key_variable = "JURYROOM_TEST_KEY"\n' if os.environ.get("JURYROOM_TEST_KEY") else ""
    common += "timeout_s = 600.0\nquick = true\n"
    if model := os.environ.get("JURYROOM_TEST_MODEL"):
        common += f"model = {json.dumps(model)}\n"
    quoted = {api: json.dumps(url) for api, url in urls.items()}
    with tempfile.TemporaryDirectory() as name:
        home, work = Path(name, "home"), Path(name, "work")
        (home / "juryroom").mkdir(parents=True)
        (home / "juryroom" / "config.toml").write_text(CONFIGURATION.format(**quoted, common=common), encoding="utf-8")
        work.mkdir()
        (work / "shop.py").write_text(CODE, encoding="utf-8")
        done = subprocess.run(
            [JURYROOM, "review", "shop.py", "--format", "json", "--all"],
            cwd=work,
            env={**os.environ, "XDG_CONFIG_HOME": str(home), "XDG_CACHE_HOME": str(home)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1, done.stdout + done.stderr
    report = json.loads(done.stdout)
    seats = [seat for seat in report["reviewers"] if seat["method"] == "model"]
    assert [seat["persona"] for seat in seats] == ["security", "correctness"]
    for seat in seats:
        tokens = seat["usage"]
        print(f"{seat['name']}: {seat['status']} in {seat['seconds']:.1f} s, {seat['findings']} findings, {tokens}")
        print("   ", seat["reason"] or "; ".join(seat["notes"]) or "a usable answer at once")
        assert tokens["input_tokens"], "a real model counts tokens"
    assert any(seat["status"] == "done" for seat in seats)
    blocking = [finding for finding in report["findings"] if finding["blocking"]]
    assert all(finding["anchored"] for finding in blocking)
    assert any(finding["cwe"] == "CWE-89" for finding in report["findings"]), "the analysers know this one"


if __name__ == "__main__":
    main()
