"""From recorded findings to merged ones with a probability, by the pipeline's own stages."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from juryroom_reviewers.anchor import Anchored, fingerprint
from juryroom_reviewers.cluster import Cluster, cluster
from juryroom_reviewers.consensus import agree
from juryroom_reviewers.finding import CATEGORIES, Finding, Location, Severity
from juryroom_reviewers.priors import Priors
from juryroom_reviewers.reviewer import Method, Review, Seat

Merge = Callable[[Sequence[Anchored]], tuple[Cluster, ...]]
_CATEGORY = "correctness"
"""Recorded findings name none; every reviewer looked for everything."""


def aggregate(findings: Sequence[Mapping[str, Any]], pr: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Merge and weigh what a panel said of one pull request, with the numbers that ship.

    Args:
        findings: each with id, tool, body, file and line (both may be None).
        pr: with panel, the names of all reviewers; those of whom there is no finding were silent.

    Returns:
        Clusters with members (ids), rep (id of the shown text) and score (the shown probability); every finding is in
        exactly one.
    """
    items, reviews = seat_panel(findings, pr)
    return weigh(cluster([item for _, item in items]), items, reviews)


def weigh(
    merged: Sequence[Cluster],
    items: Sequence[tuple[str, Anchored]],
    reviews: Sequence[Review],
    priors: Priors | None = None,
) -> list[dict[str, Any]]:
    """Clusters in the form that scorers read."""
    ids: dict[int, str] = {id(item): key for key, item in items}
    out = []
    for one in merged:
        probability = agree(one, (), reviews, priors=priors).probability
        assert probability is not None  # noqa: S101 - only models sit here, and of those it is always known
        members = [ids[id(member)] for member in one.findings]
        out.append({"members": members, "rep": members[0], "score": probability})
    return out


def seat_panel(
    findings: Sequence[Mapping[str, Any]], pr: Mapping[str, Any]
) -> tuple[list[tuple[str, Anchored]], tuple[Review, ...]]:
    """The findings as anchoring leaves those of which there is no code to look at, and the panel's reviews."""
    tools = list(dict.fromkeys([*pr.get("panel", ()), *(str(item["tool"]) for item in findings)]))
    seats = {
        tool: Seat(name=tool, method=Method.model, model=tool, family=tool, categories=CATEGORIES) for tool in tools
    }
    items = [(str(item["id"]), _item(seats[item["tool"]], item)) for item in findings]
    said: dict[str, list[Finding]] = {tool: [] for tool in tools}
    for _, item in items:
        said[item.seat.name].append(item.finding)
    return items, tuple(Review(seat=seats[tool], findings=tuple(said[tool])) for tool in tools)


def _item(seat: Seat, row: Mapping[str, Any]) -> Anchored:
    path, line = row.get("file"), row.get("line")
    place = Location(path=path, start_line=max(line or 1, 1), end_line=max(line or 1, 1)) if path else None
    finding = Finding(title=row["body"], severity=Severity.medium, category=_CATEGORY, location=place)
    return Anchored(seat=seat, finding=finding, location=None, fingerprint=fingerprint(finding, row["body"]))
