"""Router, cascade, replay and bars on recorded outcomes, in one report."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from juryroom_reviewers.value import Value

from . import routing_cascade, routing_gain
from .lines import DataError
from .routing_cascade import CascadeRow, Decided, ThresholdRow, measure_cascade
from .routing_data import RecordedTask
from .routing_gain import Choice, GainRow, measure_gain
from .routing_replay import FRONTIER, ReplayRow, ReplayStep, measure_replay
from .routing_speed import SpeedRow, measure_speed


class RoutingReport(Value):
    """What was measured; each figure stands beside what needs no router."""

    schema_version: int = 1
    data: str
    tasks: int
    seeds: int
    speed: SpeedRow
    gain: tuple[GainRow, ...]
    cascade: tuple[CascadeRow, ...]
    thresholds: tuple[ThresholdRow, ...]
    replay: tuple[ReplayRow, ...]


class Measured(NamedTuple):
    """The report, and what was decided on each task."""

    report: RoutingReport
    decisions: tuple[Choice | Decided | ReplayStep, ...]


def measure_routing(
    data: str,
    tasks: Sequence[RecordedTask],
    pairs: Sequence[tuple[str, str]],
    seeds: int,
    say: Callable[[str], None],
) -> Measured:
    """Measure all that the data allows.

    Args:
        data: what to call it.
        tasks: recorded outcomes.
        pairs: weaker and stronger model, instead of the well-known ones; empty: those.
        seeds: how many times the folds are drawn.
        say: told what is being done.

    Raises:
        DataError: when the data has none of the pairs.
    """
    gains: list[GainRow] = []
    cascades: list[CascadeRow] = []
    bars: list[ThresholdRow] = []
    replays: list[ReplayRow] = []
    decisions: list[Choice | Decided | ReplayStep] = []
    for domain in sorted({task.domain for task in tasks}):
        inside = [task for task in tasks if task.domain == domain]
        rows, choices = measure_gain(inside, pairs or routing_gain.PAIRS, seeds, say)
        gains += rows
        decisions += choices
        cascade, thresholds, decided = measure_cascade(inside, pairs or routing_cascade.PAIRS, seeds, say)
        cascades += cascade
        bars += thresholds
        decisions += decided
        replay, steps = measure_replay(inside, (FRONTIER,))
        replays += replay
        decisions += steps
    if not gains and not cascades:
        known = ", ".join(sorted({model for task in tasks for model in task.outcomes}))
        raise DataError(
            f"{data}: no pair of models that at least {routing_gain.LEAST} tasks of a group have, the stronger one "
            f"solving more; name one by --pair WEAK:STRONG, of: {known}"
        )
    report = RoutingReport(
        data=data,
        tasks=len(tasks),
        seeds=seeds,
        speed=measure_speed([task.prompt for task in tasks]),
        gain=tuple(gains),
        cascade=tuple(cascades),
        thresholds=tuple(bars),
        replay=tuple(replays),
    )
    return Measured(report, tuple(decisions))
