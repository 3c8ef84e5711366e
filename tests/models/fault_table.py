"""The table of faults in docs/faults.md, from the tests' names: `python -m tests.models.fault_table` makes it."""

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "faults.md"
SOURCES = ("test_faults.py", "test_limits.py", "test_hedge.py")
SDKS = ("openai", "anthropic")
_CASE = re.compile(r"test_case_(\d\d)_(.+)")

HEAD = """\
# What is tested when a provider fails

Each row is a test that drives the real SDK against a scripted server on a raw socket of this machine. Waits, deadlines
and the rests of circuit breakers are those of clocks that the tests move, so no test sleeps. The table is made from the
tests' names by `python -m tests.models.fault_table`, and the suite fails when it is out of date.

| case | what holds | openai | anthropic |
|---:|---|:---:|:---:|
"""


def rows() -> list[tuple[int, str, tuple[bool, ...]]]:
    """Number, sentence, and for each SDK whether the test runs through it."""
    sources = [HERE / name for name in SOURCES if (HERE / name).exists()]
    nodes = [node for path in sources for node in ast.parse(path.read_text(encoding="utf-8")).body]
    found = [
        (int(match[1]), match[2].replace("_", " "), _through(node))
        for node in nodes
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef) and (match := _CASE.fullmatch(node.name))
    ]
    return sorted(found, key=lambda row: row[0])


def _through(node: ast.AsyncFunctionDef | ast.FunctionDef) -> tuple[bool, ...]:
    if any(argument.arg == "api" for argument in node.args.args):
        return (True,) * len(SDKS)
    words = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)}
    return tuple(sdk in words for sdk in SDKS)


def page() -> str:
    """The page as it should be."""
    lines = [
        f"| {number} | {sentence} | {' | '.join('✓' if through else '' for through in ticks)} |"
        for number, sentence, ticks in rows()
    ]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
