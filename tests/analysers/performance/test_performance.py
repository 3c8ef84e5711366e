"""What costs more as its input grows: twins of code that must and must not be spoken of, and changes."""

import random
import re
import time
from pathlib import Path

import pytest

from juryroom_reviewers.change import ChangeSet
from juryroom_server.analysers.performance.alert import KINDS, kinds
from juryroom_server.analysers.performance.dialect import DIALECTS
from juryroom_server.analysers.performance.scan import Scan, scan
from tests.analysers.material import Reading, modified

CASES = sorted((Path(__file__).parent / "cases").iterdir())
MARK = re.compile(r"(?:#|//) (hit|ok) ([a-z-]+)")
LANGUAGES = {".py": "python", ".ts": "typescript", ".go": "go", ".java": "java", ".rb": "ruby"}


def read_case(path: Path) -> Scan:
    return scan(path.name, path.read_text("utf-8"), LANGUAGES[path.suffix])


def marks(path: Path) -> list[tuple[int, str, str]]:
    lines = path.read_text("utf-8").splitlines()
    return [(number, m[1], m[2]) for number, line in enumerate(lines, 1) if (m := MARK.search(line))]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_each_kind_speaks_of_the_marked_lines_and_of_no_others(path: Path) -> None:
    alerts = read_case(path).alerts
    marked = marks(path)

    def told(line: int, kind: str) -> bool:
        return any(one.kind == kind and one.first <= line <= one.last for one in alerts)

    missed = [(line, kind) for line, mark, kind in marked if mark == "hit" and not told(line, kind)]
    hits = [(line, kind) for line, mark, kind in marked if mark == "hit"]
    strays = [
        (one.kind, one.first)
        for one in alerts
        if not any(kind == one.kind and one.first <= line <= one.last for line, kind in hits)
    ]
    assert (missed, strays) == ([], [])


def test_each_kind_has_a_case_that_must_be_spoken_of_and_one_that_must_not() -> None:
    told = {(mark, kind) for path in CASES for _, mark, kind in marks(path)}
    wanted = {(mark, kind) for kind in kinds() for mark in ("hit", "ok")}
    assert wanted - told == set()


def test_each_kind_says_what_it_costs_and_what_to_do() -> None:
    for kind, words in kinds().items():
        assert set(words) == {"title", "severity", "why", "instead"}, f"{kind} in {KINDS.name}"
        assert words["severity"] in ("medium", "low", "nit")


OLD = "def f(db, ids):\n    for key in ids:\n        db.execute('select 1', key)\n    x = 1\n    return x\n"


async def test_only_loops_that_the_change_touched_are_spoken_of(read: Reading) -> None:
    elsewhere = modified("a.py", OLD, OLD.replace("x = 1", "x = 2"))
    assert (await read("loops", ChangeSet(source="a test", files=(elsewhere,)))).findings == ()
    here = modified("a.py", OLD.replace("    for key in ids:\n        db", "    if ids:\n        db"), OLD)
    [finding] = (await read("loops", ChangeSet(source="a test", files=(here,)))).findings
    assert (finding.rule, finding.category, finding.title) == (
        "query-in-loop",
        "performance",
        "One query for each element of ids",
    )
    assert "n elements cost n round trips" in finding.rationale


async def test_test_code_is_not_read(read: Reading) -> None:
    review = await read("loops", {"tests/test_a.py": OLD})
    assert review.abstained == "no file in a language that it reads"


PIECES = [
    *("for", "while", "in", "x", "y", "(", ")", "[", "]", "{", "}", ":", "=", "+=", ",", ".", "def", "class", "async"),
    *(
        "await",
        "try:",
        "except",
        "zip(a.b,",
        "list(",
        "sorted(",
        '"s"',
        "'q'",
        "#",
        "\n",
        "=>",
        "function",
        "if",
        "else",
    ),
    *("each", "do", "|x|", "end", "set(", "not", "return", "lambda", "*[]", "->", ";", "<", ">", "len(", "cache[", "`"),
]


@pytest.mark.parametrize("language", DIALECTS)
def test_no_text_breaks_it(language: str) -> None:
    dice = random.Random(language)
    suffix = {"python": "py", "javascript": "js", "typescript": "ts", "go": "go", "java": "java", "ruby": "rb"}[
        language
    ]
    for _ in range(150):
        text = " ".join(dice.choices(PIECES, k=dice.randrange(5, 120)))
        assert isinstance(scan(f"a.{suffix}", text, language), Scan)
    real = "\n".join(path.read_text("utf-8") for path in CASES if LANGUAGES[path.suffix][:4] == language[:4])
    for _ in range(15):
        cut = dice.randrange(len(real) + 1)
        assert isinstance(scan(f"a.{suffix}", real[cut : cut + dice.randrange(2_000)], language), Scan)


@pytest.mark.parametrize(
    "text",
    [
        "for x in zip(" + "a.b " * 5_000 + "): pass\n",
        "for x in y:\n    z = " + "f(" * 2_000 + ")" * 2_000 + "\n",
        "for x in y:\n    if " + "a.b" * 3_000 + ": pass\n",
        "def f():\n" + "".join(f"    v{n} = [x for x in y]\n" for n in range(3_000)),
    ],
)
def test_hostile_code_takes_no_more_than_its_share_of_time(text: str) -> None:
    ordinary = "def f(rows):\n    for row in rows:\n        row.value = row.value + 1\n" * (len(text) // 70 + 300)
    started = time.process_time()
    scan("a.py", ordinary, "python")
    usual = time.process_time() - started
    started = time.process_time()
    scan("a.py", text, "python")
    assert time.process_time() - started < 30 * usual
