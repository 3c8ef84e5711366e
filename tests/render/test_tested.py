"""What came of trying to disprove a finding, in the formats for people."""

import pytest

from juryroom_reviewers.refutation import Outcome
from juryroom_reviewers.report import Attempt
from juryroom_server.render import words
from tests.render.reports import finding


@pytest.mark.parametrize(
    ("outcome", "model", "expected"),
    [
        (Outcome.stands, "blue:large", "blue:large tried to disprove it and could not: the guard is on another path"),
        (Outcome.void, "blue:large", "blue:large tried to disprove it, without a usable answer: "),
        (Outcome.nobody, None, "nobody could try to disprove it: "),
        (Outcome.refuted, "blue:large", ""),
    ],
)
def test_a_reader_is_told_who_tried_and_what_came_of_it(outcome: Outcome, model: str | None, expected: str) -> None:
    attempt = Attempt(outcome=outcome, model=model, reason="the guard is on another path")
    said = words.tested(finding(refutation=attempt))
    assert said.startswith(expected)
    assert bool(said) is bool(expected)


def test_nothing_is_said_where_nobody_was_asked() -> None:
    assert words.tested(finding(refutation=None)) == ""


def test_a_refuters_words_cannot_forge_lines() -> None:
    attempt = Attempt(outcome=Outcome.stands, model="m\x1b[31m", reason="a\n::error::b\x1b[0m")
    said = words.tested(finding(refutation=attempt))
    assert "\n" not in said
    assert "\x1b" not in said
