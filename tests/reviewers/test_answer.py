import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juryroom_reviewers.answer import AnswerError, answer_schema, parse_answer, read_object
from juryroom_reviewers.finding import Finding, Location, Severity

ITEM = {
    "title": "SQL injection",
    "severity": "high",
    "category": "security",
    "path": "a.py",
    "line": 3,
    "quote": "db.execute(q)",
    "rationale": "because",
    "suggestion": "bind it",
    "cwe": "CWE-89",
    "confidence": 0.8,
}
WHOLE = Finding(
    title="SQL injection",
    severity=Severity.high,
    category="security",
    location=Location(path="a.py", start_line=3, end_line=3),
    quote="db.execute(q)",
    rationale="because",
    suggestion="bind it",
    confidence=0.8,
    cwe="CWE-89",
)
PLAIN = json.dumps({"findings": [ITEM]})


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        f"Here is my review:\n\n```json\n{PLAIN}\n```\nI hope it helps {{really}}.",
        json.dumps([ITEM]),
        f"```\n{json.dumps([ITEM])}\n```",
        json.dumps(ITEM),
        PLAIN.replace("}]}", "},],}"),
        "The set {a, b} matters. " + PLAIN,
        '<think>{"x": 1} maybe</think>' + PLAIN,
    ],
)
def test_the_form_of_an_answer_does_not_matter(text: str) -> None:
    answer = parse_answer(text, ("security",))
    assert answer.findings == (WHOLE,)
    assert answer.notes == ()


def test_a_truncated_answer_keeps_its_complete_items_and_says_so() -> None:
    text = json.dumps({"findings": [ITEM, ITEM]})[:-40]
    answer = parse_answer(text, ("security",))
    assert answer.findings == (WHOLE,)
    assert answer.notes == ("the answer was cut off; 1 complete finding kept",)


def test_trailing_commas_in_a_truncated_list_lose_nothing() -> None:
    item = json.dumps(ITEM)[:-1] + ",}"
    answer = parse_answer('{"findings": [' + ", ".join([item] * 3) + ', {"title": "cut', ("security",))
    assert answer.findings == (WHOLE, WHOLE, WHOLE)


@pytest.mark.parametrize("text", ["", "I approve.", "{}", "null", '{"verdict": "fine"}', "[1, 2", "{" * 5000])
def test_an_answer_without_findings_is_no_clean_review(text: str) -> None:
    with pytest.raises(AnswerError):
        parse_answer(text, ("security",))


def test_an_empty_list_is_an_answer() -> None:
    assert parse_answer('{"findings": []}', ("security",)).findings == ()


@pytest.mark.parametrize(
    ("field", "value", "attribute", "expected"),
    [
        ("severity", "BLOCKER!!!", "severity", Severity.critical),
        ("severity", "apocalyptic", "severity", Severity.medium),
        ("severity", None, "severity", Severity.medium),
        ("confidence", 250, "confidence", None),
        ("confidence", "very", "confidence", None),
        ("confidence", float("nan"), "confidence", None),
        ("cwe", "cwe-079: XSS", "cwe", "CWE-79"),
        ("cwe", "none", "cwe", None),
        ("line", -1, "location", Location(path="a.py", start_line=1, end_line=1)),
        ("line", "7", "location", Location(path="a.py", start_line=7, end_line=7)),
        ("line", 10**400, "location", Location(path="a.py", start_line=1, end_line=1)),
        ("path", None, "location", None),
        ("suggestion", "", "suggestion", None),
        ("suggestion", ["x"], "suggestion", None),
        ("category", None, "category", "security"),
        ("title", "two\nlines", "title", "two lines"),
    ],
)
def test_odd_values_are_read_as_what_they_can_mean(field: str, value: object, attribute: str, expected: object) -> None:
    (finding,) = parse_answer(json.dumps({"findings": [{**ITEM, field: value}]}), ("security",)).findings
    assert getattr(finding, attribute) == expected


@pytest.mark.parametrize("item", [{**ITEM, "title": " "}, {**ITEM, "category": "style"}, "approved", 7, None])
def test_what_is_no_finding_of_this_persona_is_dropped_and_counted(item: object) -> None:
    answer = parse_answer(json.dumps({"findings": [item, ITEM]}), ("security",))
    assert answer.findings == (WHOLE,)
    assert answer.notes == ("1 item without a title or outside security dropped",)


def test_a_flood_is_cut_and_said() -> None:
    answer = parse_answer(json.dumps({"findings": [ITEM] * 10_000}), ("security",))
    assert len(answer.findings) == 100
    assert answer.notes == ("10000 findings in one answer; the first 100 kept",)


def test_long_texts_are_cut() -> None:
    (finding,) = parse_answer(json.dumps({"findings": [{**ITEM, "rationale": "x" * 10**6}]}), ("security",)).findings
    assert len(finding.rationale) == 3_000


def test_every_property_is_required_as_strict_schemas_demand() -> None:
    item = answer_schema(("security", "privacy"))["properties"]["findings"]["items"]
    assert item["required"] == list(item["properties"])
    assert item["properties"]["category"]["enum"] == ["security", "privacy"]
    assert set(item["properties"]) == set(ITEM)


def test_an_object_is_found_in_prose() -> None:
    assert read_object('I vote: {"vote": "confirm",}') == {"vote": "confirm"}
    with pytest.raises(AnswerError):
        read_object("I vote yes")


@given(st.text(max_size=300), st.integers(0, 400))
def test_whatever_a_model_says_is_findings_or_an_answer_error(noise: str, cut: int) -> None:
    for text in (noise, noise + PLAIN[:cut], PLAIN[:cut] + noise):
        try:
            answer = parse_answer(text, ("security",))
        except AnswerError:
            continue
        assert all(finding.category == "security" for finding in answer.findings)
