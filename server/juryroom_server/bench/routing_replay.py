"""Chains of models with a verifier between them, replayed on recorded outcomes and costs, by five folds."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from random import Random
from statistics import fmean
from typing import NamedTuple

from juryroom_reviewers.value import Value

from ..routing.hull import Mix, Point, cheapest, hull
from .routing_data import RecordedTask, folds
from .routing_gain import FOLDS

TARGET = 0.98
TRUE_POSITIVE, TRUE_NEGATIVE = 0.95, 0.80
"""Of the verifier that is replayed: right answers that it accepts, wrong ones that it rejects."""
FRONTIER = "claude-opus-4.5"
"""What savings are counted against besides the best recorded model."""
_LONGEST = 3
_NEXT = " > "


class ReplayRow(Value):
    """How much of a model's quality was kept, and how much of its cost saved."""

    frontier: str
    tasks: int
    frontier_quality: float
    frontier_usd: float
    hull_kept: float
    hull_saved: float
    """By mixes chosen on the training folds."""
    cascade_kept: float
    cascade_saved: float
    hull_saved_at_target: float | None
    """With the mix chosen on the same tasks, as if they were known; None: out of reach."""
    cascade_saved_at_target: float | None
    chains: tuple[str, ...]
    """Chosen, the most used first."""


class ReplayStep(Value):
    """One answer of a chain, with what the simulated verifier said (`--dump`)."""

    id: str
    weak: str
    strong: str
    accept: bool
    simulated: bool = True


class _Cell(NamedTuple):
    right: float
    usd: float


def measure_replay(tasks: Sequence[RecordedTask], frontiers: Sequence[str]) -> tuple[list[ReplayRow], list[ReplayStep]]:
    """Replay on tasks whose costs are recorded; nothing where the best model's are not, as no saving is known then.

    Args:
        tasks: of one domain.
        frontiers: models to count against; the best recorded one is always among them.
    """
    models = sorted({model for task in tasks for model in task.outcomes})
    full = [
        model
        for model in models
        if all(model in task.outcomes and task.outcomes[model].cost_usd is not None for task in tasks)
    ]
    if len(full) < 2:  # noqa: PLR2004 - a chain
        return [], []
    best = max(models, key=lambda model: fmean(t.outcomes[model].quality for t in tasks if model in t.outcomes))
    if best not in full:
        return [], []
    table = [
        {model: _Cell(task.outcomes[model].quality, task.outcomes[model].cost_usd or 0.0) for model in full}
        for task in tasks
    ]
    names = dict.fromkeys((*(one for one in frontiers if one in full), best))
    drawn = folds(tasks, FOLDS, 0)
    parts = []
    for fold in drawn:
        out = set(fold)
        parts.append(([row for k, row in enumerate(table) if k not in out], [table[k] for k in fold]))
    edges = [(_single(train, full), _chains(train, full)) for train, _ in parts]
    everything = (_single(table, full), _chains(table, full))
    rows: list[ReplayRow] = []
    steps: list[ReplayStep] = []
    for frontier in names:
        row, chosen = _row(frontier, table, parts, edges, everything)
        rows.append(row)
        if not steps:
            for fold, chain in zip(drawn, chosen, strict=True):
                steps += [step for k in fold for step in _steps(tasks[k], chain)]
    return rows, steps


def _single(table: Sequence[dict[str, _Cell]], models: Sequence[str]) -> tuple[Point, ...]:
    return hull(_point((model,), table) for model in models)


def _chains(table: Sequence[dict[str, _Cell]], models: Sequence[str]) -> tuple[Point, ...]:
    usd = {model: fmean(row[model].usd for row in table) for model in models}
    ordered = sorted(models, key=lambda model: usd[model])
    return hull(_point(chain, table) for length in range(1, _LONGEST + 1) for chain in combinations(ordered, length))


def _point(chain: Sequence[str], table: Sequence[dict[str, _Cell]]) -> Point:
    """Expected quality and cost: what the verifier rejects goes on, the last answer is kept."""
    quality = usd = 0.0
    for row in table:
        reached = 1.0
        for model in chain[:-1]:
            right, cost = row[model]
            usd += reached * cost
            accepted = right * TRUE_POSITIVE
            quality += reached * accepted
            reached *= 1 - accepted - (1 - right) * (1 - TRUE_NEGATIVE)
        right, cost = row[chain[-1]]
        usd += reached * cost
        quality += reached * right
    return Point(name=_NEXT.join(chain), cost_usd=usd / len(table), quality=quality / len(table))


def _row(
    frontier: str,
    table: Sequence[dict[str, _Cell]],
    parts: Sequence[tuple[Sequence[dict[str, _Cell]], Sequence[dict[str, _Cell]]]],
    edges: Sequence[tuple[Sequence[Point], Sequence[Point]]],
    everything: tuple[Sequence[Point], Sequence[Point]],
) -> tuple[ReplayRow, list[str]]:
    whole = _point((frontier,), table)
    kept: list[list[float]] = [[], []]
    spent: list[list[float]] = [[], []]
    chosen: list[str] = []
    for (train, test), pair in zip(parts, edges, strict=True):
        wanted = TARGET * _point((frontier,), train).quality
        for which, edge in enumerate(pair):
            mix = cheapest(edge, wanted) or Mix(weaker=edge[-1], stronger=edge[-1], share=0.0)
            ends = [_point(one.name.split(_NEXT), test) for one in (mix.weaker, mix.stronger)]
            there = Mix(weaker=ends[0], stronger=ends[1], share=mix.share)
            kept[which].append(there.quality * len(test))
            spent[which].append(there.cost_usd * len(test))
        chosen.append((mix.stronger if mix.share >= 0.5 else mix.weaker).name)  # noqa: PLR2004 - a half
    hindsight = [cheapest(edge, TARGET * whole.quality) for edge in everything]
    savings = [None if one is None else 1 - one.cost_usd / whole.cost_usd for one in hindsight]
    number = len(table)
    return (
        ReplayRow(
            frontier=frontier,
            tasks=number,
            frontier_quality=whole.quality,
            frontier_usd=whole.cost_usd,
            hull_kept=sum(kept[0]) / number / whole.quality,
            hull_saved=1 - sum(spent[0]) / number / whole.cost_usd,
            cascade_kept=sum(kept[1]) / number / whole.quality,
            cascade_saved=1 - sum(spent[1]) / number / whole.cost_usd,
            hull_saved_at_target=savings[0],
            cascade_saved_at_target=savings[1],
            chains=tuple(sorted(set(chosen), key=lambda one: (-chosen.count(one), one))),
        ),
        chosen,
    )


def _steps(task: RecordedTask, chain: str) -> Iterator[ReplayStep]:
    """The chain's answers until one is accepted; the same task and model draw the same."""
    models = chain.split(_NEXT)
    for model, following in pairwise(models):
        draw = Random(f"{task.id} {model}").random()  # noqa: S311 - no secret
        accept = draw < (TRUE_POSITIVE if task.outcomes[model].correct else 1 - TRUE_NEGATIVE)
        yield ReplayStep(id=task.id, weak=model, strong=following, accept=accept)
        if accept:
            return
