import re
from decimal import Decimal
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.text import Text

from juryroom_reviewers.change import Skipped
from juryroom_reviewers.model import Usage
from juryroom_reviewers.report import Coverage, Publication
from juryroom_server.render import Format, render
from juryroom_server.render.words import PUBLICATIONS, dollars, percent
from tests.render.reports import ALL, empty, finding, full, model_seat, quiet, unclear

EXPECTED = Path(__file__).with_name("expected")


@pytest.mark.parametrize("report", ALL.values(), ids=ALL)
def test_a_piped_report_reads_like_this(report):
    assert render(report(), Format.text) == (EXPECTED / f"{report.__name__}.txt").read_text()


@pytest.mark.parametrize("show_all", [False, True])
@pytest.mark.parametrize("width", [1, 60, 80, 100, 120])
def test_no_line_is_wider_than_the_terminal_or_ends_in_spaces(width, show_all):
    hostile = finding(title="長い題名" * 30, rationale="x" * 400, path="a/" * 90, excerpt="\tlong " * 60)
    report = full().model_copy(update={"findings": (hostile, *full().findings)})
    rows = render(report, Format.text, width=width, show_all=show_all).splitlines()
    assert [row for row in rows if cell_len(row) > max(width, 40) or row != row.rstrip()] == []


def test_colour_changes_nothing_but_the_colour():
    coloured = render(full(), Format.text, colour=True)
    assert "\x1b[1;31mChanges requested\x1b[0m" in coloured
    assert Text.from_ansi(coloured).plain.splitlines() == render(full(), Format.text).splitlines()


def test_what_the_environment_says_of_colour_and_width_is_the_callers_business(monkeypatch):
    before = render(full(), Format.text)
    for name, value in {"FORCE_COLOR": "1", "COLUMNS": "50", "TERM": "dumb"}.items():
        monkeypatch.setenv(name, value)
    assert render(full(), Format.text) == before


def test_all_shows_what_is_held_back_and_why():
    shown = render(full(), Format.text, show_all=True)
    assert re.findall(r"^ (\d)  ", shown, re.MULTILINE) == list("12345678")
    assert "held back" not in shown
    flowing = " ".join(shown.split())
    assert [flowing.count(PUBLICATIONS[reason]) for reason in full().held_back] == [1, 1, 1, 1, 1]


def test_markup_of_another_is_text():
    report = quiet().model_copy(
        update={"findings": (finding(title="[bold red]x[/] :tada: [link=https://e.x]y[/link]"),)}
    )
    assert "[bold red]x[/] :tada: [link=https://e.x]y[/link]" in render(report, Format.text, colour=True, width=120)


def test_without_a_line_the_code_is_shown_without_numbers():
    report = quiet().model_copy(update={"findings": (finding(start_line=None, end_line=None, excerpt="a\nb"),)})
    assert "        │ a\n        │ b\n" in render(report, Format.text)


def test_long_code_is_cut_and_says_so():
    report = quiet().model_copy(update={"findings": (finding(excerpt="\n".join("abcdefghijklmno"), end_line=56),)})
    written = render(report, Format.text)
    assert "    > 53 │ l\n         … 3 more lines\n" in written


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(None, "p ?"), (0.0, "<5 %"), (0.02, "<5 %"), (0.03, "5 %"), (0.83, "85 %"), (0.97, "95 %"), (1.0, ">95 %")],
)
def test_a_probability_is_rounded_to_what_is_known_of_it(probability, shown):
    assert percent(probability) == shown


@pytest.mark.parametrize(
    ("cost", "shown"),
    [(None, "cost unknown"), (0, "$0.00"), ("0.0123", "$0.0123"), ("0.00001", "<$0.0001"), ("12.5", "$12.50")],
)
def test_a_cost_is_exact_to_what_matters_and_unknown_is_not_zero(cost, shown):
    assert dollars(None if cost is None else Decimal(cost)) == shown


def test_known_costs_are_told():
    usage = Usage(input_tokens=1200, output_tokens=80, cost_usd=Decimal("0.0123"))
    seats = (model_seat("security", "openai:gpt-5.2", "openai", usage=usage),)
    written = render(quiet().model_copy(update={"reviewers": seats, "usage": usage}), Format.text)
    assert "cost          $0.0123, tokens 1,200 in, 80 out; 0.3 s\n" in written
    assert written.endswith("not checked   no file and no reviewer was left out; code outside of them was not judged\n")


def test_reasons_for_not_reviewing_are_grouped_and_capped():
    skipped = tuple(Skipped(path=f"{n}.bin", reason=f"too large: {n} MB") for n in range(20))
    written = render(quiet().model_copy(update={"coverage": Coverage(skipped=skipped)}), Format.text)
    assert "not reviewed  0.bin: too large: 0 MB\n" in written
    assert "              and 12 other reasons, see --format json\n" in written
    assert written.endswith("not checked   20 files skipped; whatever no rule describes (no model was asked)\n")


@pytest.mark.parametrize("report", [quiet, unclear])
def test_an_empty_list_is_never_called_safe_or_clean(report):
    written = render(report(), Format.text).lower()
    assert "safe" not in written
    assert "clean" not in written


def test_every_publication_has_its_words():
    assert set(PUBLICATIONS) == set(Publication)


def test_an_empty_change_is_no_lack_of_opinion():
    silent = model_seat("security", "openai:x", "openai", status="abstained", reason="no file to read")
    report = empty().model_copy(update={"reviewers": (silent,)})
    assert render(report, Format.text) == "Nothing to review: the change is empty (index against HEAD)\n"
    for name in (Format.markdown, Format.github):
        assert "gave no opinion" not in render(report, name)
