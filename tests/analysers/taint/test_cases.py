"""The engine on programs that are harmful on the marked lines, and on those only."""

import re
import tomllib
from pathlib import Path

import anyio
import pytest

from juryroom_reviewers.finding import Severity
from juryroom_reviewers.reviewer import Review
from juryroom_server.analysers.taint.kinds import MODELS, kinds
from tests.analysers.material import read_with

CASES = sorted((Path(__file__).parent / "cases").iterdir())
HIT, OK = re.compile(r"(?:#|//) hit (\w+)"), re.compile(r"(?:#|//) ok\b")


@pytest.fixture(scope="module")
def everything() -> Review:
    """All cases read in one go."""
    return anyio.run(read_with, "taint", {f"src/{path.name}": path.read_text("utf-8") for path in CASES})


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_data_is_followed_to_where_it_does_harm_and_nowhere_else(path: Path, everything: Review) -> None:
    lines = path.read_text("utf-8").splitlines()
    expected = {(number, kind) for number, line in enumerate(lines, 1) for kind in HIT.findall(line)}
    assert expected
    assert any(OK.search(line) for line in lines)
    found = {
        (finding.location.start_line, (finding.rule or "").split("-")[1])
        for finding in everything.findings
        if finding.location and finding.location.path == f"src/{path.name}"
    }
    assert found == expected


def test_every_weakness_has_a_case_that_must_fire_but_for_the_rare_ones() -> None:
    marked = {kind for path in CASES for kind in HIT.findall(path.read_text("utf-8"))}
    rare = {"header", "xxe", "reflection", "format", "layout", "graphql"}
    assert marked | rare == set(kinds())


def test_nothing_is_left_unread(everything: Review) -> None:
    assert (everything.abstained, everything.unread, everything.notes) == (None, (), ())


@pytest.mark.parametrize("name", sorted(kinds()))
def test_a_weakness_says_what_is_wrong_why_and_what_to_do(name: str) -> None:
    note = kinds()[name].note
    assert len(note.title) <= 80
    assert not note.title.endswith(".")
    assert note.why.endswith(".")
    assert (note.instead or "").endswith(".")
    assert note.cwe
    assert Severity(note.severity)


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.toml")), ids=lambda path: path.stem)
def test_a_model_has_no_field_that_nobody_reads(path: Path) -> None:
    known = {
        "source": {"label", "group", "paths", "safe"},
        "sink": {
            *("kind", "calls", "writes", "named", "args", "groups"),
            *("when", "required", "first", "says", "receiver", "whole", "least"),
        },
        "sanitizer": {"calls", "kinds"},
        "check": {"calls", "kinds"},
        "guard": {"calls", "kinds", "on", "outcome", "requires", "argument"},
        "replacer": {"calls", "pattern"},
        "fill": {"calls", "args"},
        "handler": {"calls", "gets"},
    }
    table = tomllib.loads(path.read_text("utf-8"))
    for section, rows in table.items():
        for row in rows if isinstance(rows, list) else ():
            assert set(row) <= known[section], (section, row)
