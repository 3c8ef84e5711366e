"""The gain router by five folds, beside a random mix, the hull and the oracle."""

from collections.abc import Callable, Sequence
from statistics import fmean, pstdev

from juryroom_reviewers.value import Value

from ..routing.features import Features, features, tokenize
from ..routing.linear import gram
from ..routing.router import Case, fit
from ..routing.skill import skill
from .routing_data import RecordedTask, folds
from .routing_metrics import Routed, aiq, apgr, cpt

FOLDS = 5
PAIRS = (
    ("gpt-4o-mini", "deepseek-v3"),
    ("gpt-4o-mini", "claude-3.5-sonnet"),
    ("gpt-4o-mini", "o4-mini-high"),
    ("deepseek-v3", "o4-mini-high"),
    ("claude-3.5-sonnet", "o4-mini-high"),
    ("gpt-3.5-turbo-0613", "gpt-4-1106"),
    ("deepseek-v3.2-reasoner", "gemini-3-pro"),
    ("deepseek-v3.2-reasoner", "claude-opus-4.5"),
    ("gpt-5-mini", "gemini-3-pro"),
    ("gpt-5-mini", "claude-opus-4.5"),
)
"""An economy, workhorse or frontier model of the recorded ones, and a stronger; `--pair` names others."""
LEAST = 40
"""Tasks in a group; of fewer an order says nothing."""

Say = Callable[[str], None]


class GainRow(Value):
    """One pair of models within one group of tasks; means over the seeds."""

    group: str
    domain: str
    weak: str
    strong: str
    tasks: int
    apgr: float
    apgr_sd: float
    """Over the seeds of the folds: the noise of fitting, not of the tasks."""
    chance: float
    """Half-width of the band in which 95 % of random orders lie."""
    apgr_decided: float
    """Of what is used: where the text was not shown to predict anything, the hull mix (0.5)."""
    oracle: float
    cpt50: float
    cpt80: float
    oracle_cpt50: float
    oracle_cpt80: float
    aiq: float | None
    """None where a cost is not recorded."""
    aiq_mix: float | None
    """Of the mix along the line between the two."""
    aiq_oracle: float | None
    knows: float
    """Share of the folds in which the router, by its training tasks alone, is taken to know something."""


class Choice(Value):
    """What was decided on a task (`--dump`)."""

    id: str
    weak: str
    strong: str
    gain: float
    """Predicted without this task; 0 for all where the text predicts nothing."""
    basis: str


def vectors_of(tasks: Sequence[RecordedTask]) -> list[Features]:
    """The tasks' texts as vectors."""
    return [features(tokenize(task.prompt)) for task in tasks]


def measure_gain(
    tasks: Sequence[RecordedTask], pairs: Sequence[tuple[str, str]], seeds: int, say: Say
) -> tuple[list[GainRow], list[Choice]]:
    """Measure each pair within each group.

    Args:
        tasks: of one domain: the router learns from all of them and is scored within the groups.
        pairs: weaker and stronger model; those that the tasks don't have are left out.
        seeds: how many times the folds are drawn. What was decided is of the first.
        say: told what is being done.
    """
    vectors = vectors_of(tasks)
    kernel = gram(vectors)
    cases = [Case(v, {m: one.quality for m, one in t.outcomes.items()}) for v, t in zip(vectors, tasks, strict=True)]
    known = {model for task in tasks for model in task.outcomes}
    present = [pair for pair in pairs if known.issuperset(pair)]
    models = sorted({model for pair in present for model in pair})
    predicted: list[list[dict[str, float]]] = []
    knowing: list[list[dict[tuple[str, str], bool]]] = []
    for seed in range(seeds if present else 0):
        say(f"gain router, {tasks[0].domain}: folds drawn {seed + 1} of {seeds}")
        qualities: list[dict[str, float]] = [{} for _ in tasks]
        knows: list[dict[tuple[str, str], bool]] = [{} for _ in tasks]
        for fold in folds(tasks, FOLDS, seed):
            out = set(fold)
            inside = [k for k in range(len(tasks)) if k not in out]
            square = [[kernel[i][j] for j in inside] for i in inside]
            training = [cases[k] for k in inside]
            found = fit(training, models, square)
            # what it may decide on is judged once: it costs as much as all the rest
            judged = {pair: _knows(training, pair, square) for pair in present} if seed == 0 else {}
            for k in fold:
                qualities[k] = {model: found.quality(vectors[k], model) for model in models}
                knows[k] = judged
        predicted.append(qualities)
        knowing.append(knows)
    rows, choices = [], []
    for weak, strong in present:
        for group in sorted({task.group for task in tasks}):
            places = [k for k, task in enumerate(tasks) if task.group == group and task.has(weak, strong)]
            if len(places) >= LEAST and sum(_true_gain(tasks[k], weak, strong) for k in places) > 0:
                rows.append(_row(tasks, places, (weak, strong), predicted, knowing[0]))
        for k, task in enumerate(tasks):
            if task.has(weak, strong):
                sure = knowing[0][k][weak, strong]
                gain = predicted[0][k][strong] - predicted[0][k][weak] if sure else 0.0
                choices.append(
                    Choice(id=task.id, weak=weak, strong=strong, gain=gain, basis="gain" if sure else "hull")
                )
    return rows, choices


def _knows(training: Sequence[Case], pair: tuple[str, str], kernel: Sequence[Sequence[float]]) -> bool:
    found = skill(training, *pair, kernel)
    return found is not None and found.knows


def _true_gain(task: RecordedTask, weak: str, strong: str) -> float:
    return task.outcomes[strong].quality - task.outcomes[weak].quality


def _row(
    tasks: Sequence[RecordedTask],
    places: Sequence[int],
    pair: tuple[str, str],
    predicted: Sequence[Sequence[dict[str, float]]],
    knows: Sequence[dict[tuple[str, str], bool]],
) -> GainRow:
    weak, strong = pair

    def routed(gain: Callable[[int], float]) -> list[Routed]:
        return [
            Routed(tasks[k].id, gain(k), tasks[k].outcomes[weak].quality, tasks[k].outcomes[strong].quality)
            for k in places
        ]

    runs = [routed(lambda k, one=one: one[k][strong] - one[k][weak]) for one in predicted]  # type: ignore[misc]
    oracle = routed(lambda k: _true_gain(tasks[k], weak, strong))
    areas = [apgr(run) or 0.0 for run in runs]
    costs = [(tasks[k].outcomes[weak].cost_usd, tasks[k].outcomes[strong].cost_usd) for k in places]
    cheap = [one for one, _ in costs if one is not None]
    dear = [one for _, one in costs if one is not None]
    priced = len(cheap) == len(dear) == len(places)
    sure = fmean(knows[k][pair] for k in places)
    return GainRow(
        group=tasks[places[0]].group,
        domain=tasks[places[0]].domain,
        weak=weak,
        strong=strong,
        tasks=len(places),
        apgr=fmean(areas),
        apgr_sd=pstdev(areas),
        chance=_band(oracle),
        apgr_decided=0.5 + sure * (areas[0] - 0.5),
        oracle=apgr(oracle) or 0.0,
        cpt50=fmean(cpt(run, 0.5) for run in runs),
        cpt80=fmean(cpt(run, 0.8) for run in runs),
        oracle_cpt50=cpt(oracle, 0.5),
        oracle_cpt80=cpt(oracle, 0.8),
        aiq=fmean(aiq(cheap, dear, run) for run in runs) if priced else None,
        aiq_mix=fmean((one.weak + one.strong) / 2 for one in oracle) if priced else None,
        aiq_oracle=aiq(cheap, dear, oracle) if priced else None,
        knows=sure,
    )


def _band(oracle: Sequence[Routed]) -> float:
    """By the variance of a linear statistic of ranks, as in `skill`."""
    gains = [one.strong - one.weak for one in oracle]
    number, mean = len(gains), fmean(gains)
    spread = sum((one - mean) ** 2 for one in gains) / (number - 1)
    return float(1.96 * (spread * number * (number * number - 1) / 12) ** 0.5 / (number * abs(sum(gains))))
