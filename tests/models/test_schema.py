"""Schemas are said in the words that every provider enforces, or not at all."""

import pytest
from pydantic import BaseModel

from juryroom_reviewers.answer import answer_schema
from juryroom_server.models.schema import enforceable


class Item(BaseModel):
    name: str
    size: int | None = None


class Basket(BaseModel):
    items: list[Item]
    rest: list["Basket"] = []


def test_a_schema_made_by_pydantic_becomes_closed_and_complete():
    item = {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "size": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        },
        "required": ["name", "size"],
        "additionalProperties": False,
    }
    basket = {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": {"$ref": "#/$defs/Item"}},
            "rest": {"type": "array", "items": {"$ref": "#/$defs/Basket"}},
        },
        "required": ["items", "rest"],
        "additionalProperties": False,
    }
    outer = {"type": "object", "properties": {"basket": {"$ref": "#/$defs/Basket"}}, "required": ["basket"]}
    defs = Basket.model_json_schema()["$defs"]
    assert enforceable({**outer, "$defs": defs}) == {
        **outer,
        "additionalProperties": False,
        "$defs": {"Item": item, "Basket": basket},
    }


def test_the_answer_of_a_review_can_be_enforced():
    narrowed = enforceable(answer_schema(("security",)))
    assert narrowed is not None
    item = narrowed["properties"]["findings"]["items"]
    assert item["properties"]["severity"]["enum"] == ["critical", "high", "medium", "low", "nit"]
    assert item["properties"]["cwe"] == {"anyOf": [{"type": "string"}, {"type": "null"}]}
    assert item["required"] == list(item["properties"])


@pytest.mark.parametrize(
    "part",
    [
        {"type": "object"},
        {"type": "object", "additionalProperties": True},
        {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "string"}},
        {"type": "object", "properties": {}, "patternProperties": {"x": {}}},
        {"not": {"type": "string"}},
        {"allOf": [{"type": "string"}]},
        {"type": "array"},
        True,
    ],
)
def test_what_can_not_be_said_is_not_half_said(part):
    whole = {"type": "object", "properties": {"part": part}, "required": ["part"]}
    assert enforceable(whole) is None
    assert enforceable({"type": "object", "properties": {"list": {"type": "array", "items": part}}}) is None


def test_the_root_must_be_an_object():
    assert enforceable({"type": "array", "items": {"type": "string"}}) is None
    assert enforceable({"anyOf": [{"type": "string"}]}) is None
