"""The confidence that an analyser's finding starts with."""

import math
import tomllib

import pytest
import yaml

from juryroom_server.analysers.ast_grep import RULES
from juryroom_server.analysers.precision import FAMILIES, LEAST_ALERTS, TABLE, prior

COUNTS = tomllib.loads(TABLE.read_text("utf-8"))


def test_what_was_not_measured_is_unknown() -> None:
    assert prior("ruff", "correctness", None) is None
    assert prior("ruff", "architecture", "CWE-89") is None
    assert prior("nobody", "security", "CWE-89") is None


def test_outside_of_security_single_rules_are_measured_and_the_rest_is_unknown() -> None:
    right, alerts = COUNTS["ast-grep"]["correctness"]["js-result-dropped"]
    measured = (right + 8 * 0.61) / (alerts + 8)
    assert prior("ast-grep", "correctness", None, "js-result-dropped") == pytest.approx(halfway(measured), abs=0.001)
    assert prior("ast-grep", "correctness", None, "js-async-effect") is None
    assert prior("ast-grep", "performance", None, "js-result-dropped") is None


def test_a_family_is_drawn_towards_its_engine_and_that_towards_all() -> None:
    right, alerts = COUNTS["ast-grep"]["security"]["all"]
    mean = (right + 8 * 0.61) / (alerts + 8)
    assert prior("ast-grep", "security", None) == pytest.approx(halfway(mean), abs=0.001)
    right, alerts = COUNTS["ast-grep"]["security"]["path"]
    family = (right + 8 * mean) / (alerts + 8)
    assert prior("ast-grep", "security", "CWE-22") == pytest.approx(halfway(family), abs=0.001)


def halfway(measured: float) -> float:
    """Between what was measured on records that the rules were written with, and 0.61, in log-odds."""
    odds = math.sqrt(measured / (1 - measured) * 0.61 / 0.39)
    return odds / (1 + odds)


def test_the_counts_are_counts() -> None:
    for categories in COUNTS.values():
        for category, rows in categories.items():
            assert sum(row[1] for name, row in rows.items() if name != "all") <= rows["all"][1]
            assert all(0 <= right <= alerts >= LEAST_ALERTS for right, alerts in rows.values())
            assert category != "security" or set(rows) - {"all"} <= set(FAMILIES)


def test_a_weakness_is_in_one_family() -> None:
    numbers = [number for family in FAMILIES.values() for number in family]
    assert len(numbers) == len(set(numbers))


def test_every_rule_about_injection_is_in_a_family() -> None:
    known = {f"CWE-{number}" for family in FAMILIES.values() for number in family}
    cwes = {
        rule["metadata"]["cwe"]
        for path in RULES.glob("*/*.yml")
        if path.parent.name != "utils"
        and (rule := yaml.safe_load(path.read_text("utf-8")))["metadata"]["category"] == "security"
    }
    assert cwes - known <= {"CWE-20", "CWE-190", "CWE-201", "CWE-208", "CWE-367", "CWE-494", "CWE-926"}
