import json
from decimal import Decimal

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest

from juryroom_reviewers.model import Usage
from juryroom_reviewers.report import Report
from juryroom_server.render import Format, render
from tests.render.reports import ALL, finding, full, quiet

DOCUMENTED = {
    "report": ["schema_version", "verdict", "reason", "findings", "reviewers", "coverage", "usage"],
    "finding": [
        *("id", "path", "start_line", "end_line", "title", "severity", "category", "cwe", "probability", "anchored"),
        *("in_change", "supporters", "dissent", "rationale", "suggestion"),
    ],
    "supporter": ["reviewer", "persona", "model", "family"],
    "reviewer": ["name", "persona", "model", "status", "reason", "seconds", "usage"],
    "coverage": ["files", "skipped"],
    "usage": ["cost_usd", "input_tokens", "output_tokens"],
}


@pytest.mark.parametrize("show_all", [False, True])
@pytest.mark.parametrize("report", ALL.values(), ids=ALL)
def test_the_document_is_a_report_by_its_own_schema_and_says_what_it_left_out(report, show_all):
    document = json.loads(render(report(), Format.json, show_all=show_all))
    held_back = document.pop("held_back")
    jsonschema.Draft202012Validator(Report.model_json_schema()).validate(document)
    assert len(document["findings"]) + sum(held_back.values()) == len(report().findings)


def test_with_all_findings_the_document_reads_back_as_the_same_report():
    document = json.loads(render(full(), Format.json, show_all=True))
    assert document.pop("held_back") == {}
    assert Report.model_validate_json(json.dumps(document)) == full()


def test_findings_that_are_held_back_are_counted_by_reason():
    document = json.loads(render(full(), Format.json))
    assert [found["id"] for found in document["findings"]] == ["jr-0f3a9c11d2", "jr-5be1d07733", "jr-77aa01be02"]
    assert document["held_back"] == {
        "below_threshold": 1,
        "over_cap": 1,
        "non_production": 1,
        "outside_change": 1,
        "unanchored": 1,
    }


def test_the_documented_fields_come_first_and_in_their_order():
    document = json.loads(render(full(), Format.json))
    found = document["findings"][0]
    objects = {
        "report": document,
        "finding": found,
        "supporter": found["supporters"][0],
        "reviewer": document["reviewers"][0],
        "coverage": document["coverage"],
        "usage": document["usage"],
    }
    assert {name: list(value)[: len(DOCUMENTED[name])] for name, value in objects.items()} == DOCUMENTED


def test_cost_is_a_number_or_null_and_never_a_string():
    priced = quiet().model_copy(update={"usage": Usage(cost_usd=Decimal("0.0123"))})
    assert json.loads(render(priced, Format.json))["usage"]["cost_usd"] == 0.0123
    assert json.loads(render(full(), Format.json))["usage"]["cost_usd"] is None


def test_an_unknown_probability_is_null():
    assert json.loads(render(full(), Format.json))["findings"][2]["probability"] is None


def test_a_hostile_character_reaches_a_program_whole_and_a_terminal_escaped():
    title = "\x1b[2J\x7f\u202egnp\u200b\U000e0041"
    report = quiet().model_copy(update={"findings": (finding(title=title),)})
    written = render(report, Format.json)
    assert r'"title": "\u001b[2J\u007f\u202egnp\u200b\udb40\udc41"' in written
    assert json.loads(written)["findings"][0]["title"] == title


def test_half_a_character_does_not_make_the_document_unreadable():
    report = quiet().model_copy(update={"findings": (finding(title="a\udc80b"),)})
    assert json.loads(render(report, Format.json).encode())["findings"][0]["title"] == "a\ufffdb"
