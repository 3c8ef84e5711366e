"""The cascade on recorded answers whose visible tests are known, by five folds."""

from collections.abc import Callable, Sequence
from random import Random
from statistics import fmean, pstdev

from juryroom_reviewers.value import Value

from ..routing.linear import gram
from ..routing.posterior import Check, CheckKind, evidence, learn
from ..routing.router import Case
from ..routing.threshold import Outcome, line
from .routing_data import RecordedTask, folds
from .routing_gain import FOLDS, LEAST, vectors_of

PAIRS = (("o1-mini", "o1-2024-12-17-high"), ("o1-mini", "o4-mini-high"))
TARGET = 0.98
SAMPLE = 200
DRAWS = 2_000
_TOLERANCE = 0.01
_TIES = 50
"""Random orders over which answers that the visible tests don't tell apart are averaged."""


class Decided(Value):
    """What was decided on an answer (`--dump`)."""

    id: str
    weak: str
    strong: str
    accept: bool
    """With a bar from the training folds alone, one standard error clear of the target."""
    gain: float
    """Expected of escalating, without this answer's own outcome: the order of the sweep."""
    p: float
    """P(the weaker answer is right)."""
    lower: float


class CascadeRow(Value):
    """One pair of models. Shares of the tasks that are escalated for 98 % of what the stronger model solves."""

    weak: str
    strong: str
    tasks: int
    weak_quality: float
    strong_quality: float
    posterior: float
    posterior_sd: float
    visible_alone: float
    random: float
    oracle: float
    brier: float
    brier_base: float
    """Of the mean share for everyone."""
    decided: float
    """Escalated with bars from the training folds."""
    decided_kept: float
    """Share of the stronger model's quality that this kept."""


class ThresholdRow(Value):
    """Bars from few outcomes: how often the target is missed on all tasks."""

    weak: str
    strong: str
    sigmas: float
    missed: float
    """Share of the draws below the target at all."""
    missed_by_a_point: float
    """Share of the draws below it by more than 0.01."""
    escalated: float


def measure_cascade(
    tasks: Sequence[RecordedTask], pairs: Sequence[tuple[str, str]], seeds: int, say: Callable[[str], None]
) -> tuple[list[CascadeRow], list[ThresholdRow], list[Decided]]:
    """Measure each pair on the tasks where the weaker model's visible tests are known.

    Args:
        tasks: of one domain.
        pairs: weaker and stronger model; those that the tasks don't have are left out.
        seeds: how many times the folds are drawn. What was decided is of the first.
        say: told what is being done.
    """
    rows: list[CascadeRow] = []
    bars: list[ThresholdRow] = []
    decided: list[Decided] = []
    for weak, strong in pairs:
        known = [t for t in tasks if t.has(weak, strong) and t.outcomes[weak].visible_pass is not None]
        if len(known) < LEAST:
            continue
        runs = []
        vectors = [evidence(vector, _checks(task, weak)) for vector, task in zip(vectors_of(known), known, strict=True)]
        kernel = gram(vectors)
        for seed in range(seeds):
            say(f"cascade {weak} to {strong}: folds drawn {seed + 1} of {seeds}")
            runs.append(_run(known, weak, strong, kernel, seed))
        outcomes = [_outcomes(known, weak, strong, [one.gain for one in run]) for run in runs]
        rows.append(_row(known, weak, strong, runs, outcomes))
        bars += [_thresholds(weak, strong, outcomes[0], sigmas) for sigmas in (0.0, 1.0)]
        decided += runs[0]
    return rows, bars, decided


def _checks(task: RecordedTask, weak: str) -> tuple[Check, ...]:
    return (Check(kind=CheckKind.given_tests, passed=task.outcomes[weak].visible_pass),)


def _run(
    tasks: Sequence[RecordedTask], weak: str, strong: str, kernel: Sequence[Sequence[float]], seed: int
) -> list[Decided]:
    plain = vectors_of(tasks)
    cases = [
        Case(evidence(vector, _checks(task, weak)), {m: one.quality for m, one in task.outcomes.items()})
        for vector, task in zip(plain, tasks, strict=True)
    ]
    found: dict[int, Decided] = {}
    for fold in folds(tasks, FOLDS, seed):
        out = set(fold)
        inside = [k for k in range(len(tasks)) if k not in out]
        square = [[kernel[i][j] for j in inside] for i in inside]
        posterior = learn([cases[k] for k in inside], weak, strong, square, target=TARGET)
        for k in fold:
            checks = _checks(tasks[k], weak)
            estimate = posterior(checks, plain[k])
            found[k] = Decided(
                id=tasks[k].id,
                weak=weak,
                strong=strong,
                accept=posterior.accepts(checks, plain[k]),
                gain=posterior.worth(checks, plain[k]),
                p=estimate.p,
                lower=estimate.lower,
            )
    return [found[k] for k in range(len(tasks))]


def _outcomes(tasks: Sequence[RecordedTask], weak: str, strong: str, scores: Sequence[float]) -> list[Outcome]:
    return [
        Outcome(score, task.outcomes[weak].quality, task.outcomes[strong].quality)
        for task, score in zip(tasks, scores, strict=True)
    ]


def escalated_for(outcomes: Sequence[Outcome], target: float) -> float:
    """The smallest share escalated, in falling order of the score, that keeps so much of the stronger model."""
    wanted = target * sum(one.strong for one in outcomes)
    solved = sum(one.weak for one in outcomes)
    for place, one in enumerate(sorted(outcomes, key=lambda one: -one.score)):
        if solved >= wanted - 1e-9:
            return place / len(outcomes)
        solved += one.strong - one.weak
    return 1.0


def _kept(outcomes: Sequence[Outcome], bar: float) -> tuple[float, float]:
    """Share of the stronger model's quality, and share escalated."""
    solved = sum(one.strong if one.score >= bar else one.weak for one in outcomes)
    return solved / sum(one.strong for one in outcomes), fmean(one.score >= bar for one in outcomes)


def _row(
    tasks: Sequence[RecordedTask],
    weak: str,
    strong: str,
    runs: Sequence[Sequence[Decided]],
    outcomes: Sequence[Sequence[Outcome]],
) -> CascadeRow:
    shares = [escalated_for(one, TARGET) for one in outcomes]
    draw = Random(0).random  # noqa: S311 - no secret
    failed = [float(not task.outcomes[weak].visible_pass) for task in tasks]

    def mean(score: Callable[[int], float]) -> float:
        return fmean(
            escalated_for(_outcomes(tasks, weak, strong, [score(k) for k in range(len(tasks))]), TARGET)
            for _ in range(_TIES)
        )

    right = [one.weak for one in outcomes[0]]
    pairs = [(one.p, true) for run in runs for one, true in zip(run, right, strict=True)]
    base = fmean(right)
    solved = [
        fmean(one.weak if chosen.accept else one.strong for one, chosen in zip(outcomes[0], run, strict=True))
        for run in runs
    ]
    strong_quality = fmean(one.strong for one in outcomes[0])
    return CascadeRow(
        weak=weak,
        strong=strong,
        tasks=len(tasks),
        weak_quality=base,
        strong_quality=strong_quality,
        posterior=fmean(shares),
        posterior_sd=pstdev(shares),
        visible_alone=mean(lambda k: failed[k] + draw() / 2),
        random=mean(lambda _: draw()),
        oracle=escalated_for(
            [Outcome(one.strong - one.weak, one.weak, one.strong) for one in outcomes[0]],
            TARGET,
        ),
        brier=fmean((p - true) ** 2 for p, true in pairs),
        brier_base=fmean((base - true) ** 2 for true in right),
        decided=fmean(not one.accept for run in runs for one in run),
        decided_kept=fmean(solved) / strong_quality,
    )


def _thresholds(weak: str, strong: str, outcomes: Sequence[Outcome], sigmas: float) -> ThresholdRow:
    """Each draw sees a sample; what it decides is judged on all tasks, whose scores none of the samples made."""
    source = Random(0)  # noqa: S311 - no secret
    kept, escalated = [], []
    for _ in range(DRAWS):
        bar = line(source.sample(outcomes, min(SAMPLE, len(outcomes))), TARGET, sigmas)
        share, calls = _kept(outcomes, bar)
        kept.append(share)
        escalated.append(calls)
    return ThresholdRow(
        weak=weak,
        strong=strong,
        sigmas=sigmas,
        missed=fmean(one < TARGET for one in kept),
        missed_by_a_point=fmean(one < TARGET - _TOLERANCE for one in kept),
        escalated=fmean(escalated),
    )
