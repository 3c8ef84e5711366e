"""Counts how often each engine was right, for precision.toml: of weaknesses by family, of the rest by rule."""

import json
from collections import defaultdict
from collections.abc import Sequence

from juryroom_reviewers.finding import CATEGORIES

from ...analysers.precision import LEAST_ALERTS
from .alert import Alert
from .labels import SECURITY, Record
from .reading import PANEL, Reading
from .score import unique

LEAST_HITS = 3
LEAST_SHARE = 0.5
"""A rule is taken to answer a query if it hits so many of its labels, and such a share of them: below, it is chance."""
OWN_FIXTURES = {"ruff": "ruff fixtures"}
"""Nobody is scored on tests of their own."""
ALL = "all"
HEADER = """\
# Alerts of each engine on labelled code, and how many were right: [right, alerts].
#
# Written by `juryroom bench analysers --fit`. Measured on the records under MIT or Apache-2.0 of a collection of
# third-party test cases and real vulnerability fixes (CodeQL's query tests, SVEN and others). Security: an alert counts
# only in files where its family of weaknesses is under test, and is right within 3 lines of a label of that family;
# families with fewer than {least} alerts are part of `all` only. Elsewhere labels answer single queries: a rule counts
# in files where a query is under test of which it hits half of all labels, and is right within a line of a label;
# rules with fewer than {least} alerts are left out. Some rules were corrected on the same records, which flatters them.
"""
Counts = dict[str, tuple[int, int]]
"""Family or rule, or `all` -> (right, alerts)."""


def fit(records: Sequence[Record], reading: Reading, engines: Sequence[str]) -> dict[str, dict[str, Counts]]:
    """Engine -> category -> counts, from records whose licences let such numbers ship.

    Args:
        records: the labelled code; the others, and those without lines, are passed over.
        reading: what was said of it.
        engines: whose counts to take; the panel itself has none.
    """
    usable = [record for record in records if record.free and record.granularity == "line"]
    table: dict[str, dict[str, Counts]] = {}
    for engine in sorted(set(engines) - {PANEL}):
        said = reading.by_record(engine)
        cases = [
            (record, unique(said.get(record.id, ())))
            for record in usable
            if engine not in OWN_FIXTURES or OWN_FIXTURES[engine] not in record.origin
        ]
        rows = {category: _counted(cases, category) for category in CATEGORIES}
        if kept := {category: counts for category, counts in rows.items() if counts}:
            table[engine] = kept
    return table


def rendered(table: dict[str, dict[str, Counts]]) -> str:
    """The data file."""
    parts = [HEADER.format(least=LEAST_ALERTS)]
    for engine, categories in sorted(table.items()):
        for category, counts in sorted(categories.items()):
            rows = "".join(f"{_key(name)} = [{right}, {alerts}]\n" for name, (right, alerts) in counts.items())
            parts.append(f"[{_key(engine)}.{category}]\n{rows}")
    return "\n".join(parts)


def _key(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() else json.dumps(name)


_Case = tuple[Record, list[Alert]]


def _counted(cases: Sequence[_Case], category: str) -> Counts:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    answers = frozenset() if category == SECURITY else _answers(cases, category)
    for record, alerts in cases:
        labels, queries = record.of(category), record.queries(category)
        for alert in alerts:
            if alert.persona != category:
                continue
            if category == SECURITY:
                if not alert.counts(record):
                    continue
                names = [ALL, *alert.families]
            elif any((alert.rule, query) in answers for query in queries):
                names = [ALL, alert.rule]
            else:
                continue
            right = any(alert.hits(label) for label in labels)
            for name in names:
                counts[name][0] += right
                counts[name][1] += 1
    kept = {name: (right, alerts) for name, (right, alerts) in sorted(counts.items()) if alerts >= LEAST_ALERTS}
    # a family that is nobody's is a single weakness
    named = {name: row for name, row in kept.items() if not name.startswith("CWE-")}
    return named if len(named) > (category != SECURITY) else {}


def _answers(cases: Sequence[_Case], category: str) -> frozenset[tuple[str, str]]:
    """Rules with the queries that they answer."""
    hit: dict[tuple[str, str], int] = defaultdict(int)
    asked: dict[str, int] = defaultdict(int)
    for record, alerts in cases:
        for label in record.of(category):
            asked[label.category] += 1
            for rule in {alert.rule for alert in alerts if alert.persona == category and alert.hits(label)}:
                hit[rule, label.category] += 1
    return frozenset(
        (rule, query)
        for (rule, query), count in hit.items()
        if count >= LEAST_HITS and count >= LEAST_SHARE * asked[query]
    )
