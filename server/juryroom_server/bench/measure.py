"""The benchmark: fitted leaving one repository out, scored on that one, with what each part brings."""

import random
from collections.abc import Callable, Sequence
from statistics import fmean

from juryroom_reviewers.calibration import logit, sigmoid
from juryroom_reviewers.cluster import Cluster
from juryroom_reviewers.priors import Priors
from juryroom_reviewers.value import Value

from .aggregate import weigh
from .data import PanelSet, PullRequest
from .fit import EVERY, Merged, best_tau, fit, merge, sit, sittings
from .metrics import Counts, Outcome, at_threshold, average_precision, brier, calibration_error, outcome, total

RESAMPLES = 400


class Figures(Value):
    """Means over the panels of a set."""

    pair_precision: float
    pair_recall: float
    pair_f1: float
    average_precision: float
    precision: float
    recall: float
    f1: float
    best_threshold: float
    best_f1: float
    """At the best threshold on the very data that is scored: an upper bound, not an estimate."""
    brier: float
    calibration_error: float
    lost_recall: float
    """Share of the golden bugs that members found and no shown text speaks of any more."""


class Ablation(Value):
    """What is lost without one part: F1 with it less F1 without it, with a paired interval over pull requests."""

    part: str
    gain: float
    low: float
    high: float
    calibration_error: float
    """Without the part: what F1 can't show, since it sees ranks alone."""

    @property
    def noise(self) -> bool:
        """Whether the interval holds 0."""
        return self.low <= 0 <= self.high


class SetReport(Value):
    """One set of panels."""

    name: str
    panels: int
    pull_requests: int
    figures: Figures
    f1_interval: tuple[float, float]
    """95 %, by resampling pull requests."""
    best_reviewer_f1: float
    """Of the panel's best member, chosen with the truth at hand."""
    union_f1: float
    votes_f1: dict[int, float]
    """k -> F1 of showing what at least k of the panel made, on the same clusters."""
    ablations: tuple[Ablation, ...] = ()


class BenchReport(Value):
    """The whole measurement."""

    schema_version: int = 1
    data: str
    tau: float
    """The threshold that ships."""
    fitted: str
    """On what: `leave one repository out`, or `shipped`."""
    sets: tuple[SetReport, ...]


class Fold(Value):
    """Fitted numbers and the repository that they have not seen."""

    repo: str
    full: Priors
    variants: dict[str, Priors]


Grid = list[list[tuple[Outcome, float]]]
"""Panel -> pull request -> (outcome, threshold)."""


def folds(cases: Sequence[PullRequest], sets: Sequence[PanelSet]) -> dict[str, Fold]:
    """Repository -> what is fitted on the others."""
    result = {}
    for repo in sorted({case.repo for case in cases}):
        rest = [case for case in cases if case.repo != repo]
        full = fit(rest, sets)
        result[repo] = Fold(
            repo=repo, full=full, variants=_variants(full, merge(sittings(rest, sets, 2 * EVERY), full))
        )
    return result


def _variants(full: Priors, merged: Sequence[Merged]) -> dict[str, Priors]:
    """The same without a part, each with a threshold of its own."""
    plain = full.model_copy(update={"traits": {}, "reliability_slope": 0.0})
    changed = {
        "weights (traits and reliability)": plain,
        "correlation (votes as if independent)": full.model_copy(update={"agreement": independent(full)}),
        "calibration (noisy-or of the votes)": plain.model_copy(update={"agreement": noisy_or(full)}),
    }
    return {name: one.model_copy(update={"tau": best_tau(merged, one)}) for name, one in changed.items()}


def independent(priors: Priors) -> tuple[tuple[float, ...], ...]:
    """P(true | k of n) by naive Bayes from the ratio between one and two of two: votes add up, silence subtracts."""
    low, high = (logit(p) for p in priors.agreement[1]) if len(priors.agreement) > 1 else (0.0, 1.0)
    step, middle = high - low, (high + low) / 2
    return tuple(
        tuple(sigmoid(middle + step * (votes - size / 2)) for votes in range(1, size + 1))
        for size in range(1, len(priors.agreement) + 1)
    )


def noisy_or(priors: Priors) -> tuple[tuple[float, ...], ...]:
    """1 - (1 - p)^k, with p that of a lone reviewer's finding."""
    miss = 1 - priors.agreement[0][0]
    return tuple(tuple(1 - miss**votes for votes in range(1, size + 1)) for size in range(1, len(priors.agreement) + 1))


def measure(
    data: str,
    cases: Sequence[PullRequest],
    sets: Sequence[PanelSet],
    found: dict[str, Fold] | None,
    shipped: Priors,
    every: int,
) -> BenchReport:
    """Score every panel (or one in `every`) of each set.

    Args:
        data: the file's name, for the report.
        cases: the pull requests.
        sets: the panels.
        found: what was fitted without each repository; None: the shipped numbers are scored.
        shipped: the numbers that ship.
        every: stride over the panels.
    """
    reports = tuple(_set_report(group, cases, found, shipped, every) for group in sets)
    how = "leave one repository out" if found else "shipped"
    return BenchReport(data=data, tau=shipped.tau, fitted=how, sets=reports)


def _set_report(
    group: PanelSet, cases: Sequence[PullRequest], found: dict[str, Fold] | None, shipped: Priors, every: int
) -> SetReport:
    mine = [case for case in cases if group.covers(case)]
    panels = group.panels[::every]

    def priors_of(case: PullRequest) -> Priors:
        return found[case.repo].full if found else shipped

    merged = [[merge([sit(case, panel)], priors_of(case))[0] for case in mine] for panel in panels]

    def grid(priors: Callable[[PullRequest], Priors], change: Callable[[Cluster], Cluster] | None = None) -> Grid:
        return [
            [(_scored(one, priors(one.sitting.case), change), priors(one.sitting.case).tau) for one in row]
            for row in merged
        ]

    full = grid(priors_of)
    ablations = [_ablation("representative (longest text)", full, grid(priors_of, _longest_first))]
    if found:
        for name in next(iter(found.values())).variants:
            named = {repo: fold.variants[name] for repo, fold in found.items()}
            without = grid(lambda case, named=named: named[case.repo])  # type: ignore[misc]  # bound now, on purpose
            ablations.append(_ablation(name, full, without))
    tools = {tool for panel in panels for tool in panel}
    single = {
        tool: total(Counts(*case.recorded_counts.get(tool, (0, 0, len(case.golden)))) for case in mine).f1
        for tool in tools
    }
    votes = range(1, max(map(len, panels)) + 1)
    by_votes = [[_by_votes(one) for one in row] for row in merged]
    return SetReport(
        name=group.name,
        panels=len(panels),
        pull_requests=len(mine),
        figures=_figures(full),
        f1_interval=_interval([full], lambda grids: _f1(grids[0])),
        best_reviewer_f1=fmean(max(single[tool] for tool in panel) for panel in panels),
        union_f1=fmean(total(at_threshold(_union(one), 0.0) for one in row).f1 for row in merged),
        votes_f1={k: fmean(total(at_threshold(one, k) for one in row).f1 for row in by_votes) for k in votes},
        ablations=tuple(ablations),
    )


def _scored(one: Merged, priors: Priors, change: Callable[[Cluster], Cluster] | None) -> Outcome:
    if change is None:
        return one.outcome(priors)
    case, panel, items, reviews = one.sitting
    return outcome(case, panel, weigh([change(item) for item in one.clusters], items, reviews, priors))


def _longest_first(one: Cluster) -> Cluster:
    return Cluster(findings=tuple(sorted(one.findings, key=lambda item: -len(item.finding.title))))


def _by_votes(one: Merged) -> Outcome:
    rows = [
        {
            "members": [one.id_of(m) for m in item.findings],
            "rep": one.id_of(item.representative),
            "score": float(len({m.seat.name for m in item.findings})),
        }
        for item in one.clusters
    ]
    return outcome(one.sitting.case, one.sitting.panel, rows)


def _union(one: Merged) -> Outcome:
    rows = [{"members": [key], "rep": key, "score": 1.0} for key, _ in one.sitting.items]
    return outcome(one.sitting.case, one.sitting.panel, rows)


def _figures(full: Grid) -> Figures:
    pairs = [total(one.pairs for one, _ in row) for row in full]
    kept = [total(at_threshold(one, tau) for one, tau in row) for row in full]
    taus = sorted({round(item.score, 2) for row in full for one, _ in row for item in one.shown})
    at = {tau: fmean(total(at_threshold(one, tau) for one, _ in row).f1 for row in full) for tau in taus}
    best = max(at, key=lambda tau: at[tau])
    cases = [(item.score, bool(item.credit)) for row in full for one, _ in row for item in one.shown]
    reachable = sum(one.reachable for row in full for one, _ in row)
    left = sum(len(frozenset().union(*(item.credit for item in one.shown))) for row in full for one, _ in row)
    golden = sum(one.golden for row in full for one, _ in row)
    return Figures(
        pair_precision=fmean(one.precision for one in pairs),
        pair_recall=fmean(one.recall for one in pairs),
        pair_f1=fmean(one.f1 for one in pairs),
        average_precision=fmean(average_precision([one for one, _ in row]) for row in full),
        precision=fmean(one.precision for one in kept),
        recall=fmean(one.recall for one in kept),
        f1=fmean(one.f1 for one in kept),
        best_threshold=best,
        best_f1=at[best],
        brier=brier(cases),
        calibration_error=calibration_error(cases),
        lost_recall=(reachable - left) / max(golden, 1),
    )


def _f1(rows: Sequence[Sequence[Counts]]) -> float:
    return fmean(total(row).f1 for row in rows)


def _interval(
    grids: Sequence[Grid], figure: Callable[[Sequence[Sequence[Sequence[Counts]]]], float]
) -> tuple[float, float]:
    """95 % interval of a figure of counts, resampling pull requests for all grids and panels alike."""
    counts = [[[at_threshold(one, tau) for one, tau in row] for row in grid] for grid in grids]
    number, rng = len(counts[0][0]), random.Random(0)  # noqa: S311 - a measurement that repeats
    values = []
    for _ in range(RESAMPLES):
        drawn = [rng.randrange(number) for _ in range(number)]
        values.append(figure([[[row[i] for i in drawn] for row in grid] for grid in counts]))
    values.sort()
    return values[int(RESAMPLES * 0.025)], values[int(RESAMPLES * 0.975) - 1]


def _ablation(part: str, full: Grid, without: Grid) -> Ablation:
    def apart(grids: Sequence[Sequence[Sequence[Counts]]]) -> float:
        return _f1(grids[0]) - _f1(grids[1])

    counts = [[[at_threshold(one, tau) for one, tau in row] for row in grid] for grid in (full, without)]
    low, high = _interval([full, without], apart)
    cases = [(item.score, bool(item.credit)) for row in without for one, _ in row for item in one.shown]
    error = calibration_error(cases)
    return Ablation(part=part, gain=apart(counts), low=low, high=high, calibration_error=error)
