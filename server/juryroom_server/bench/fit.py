"""Fits the numbers that ship: words, agreement, traits, reliability, threshold; all on the given cases alone."""

import itertools
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from juryroom_reviewers.anchor import Anchored
from juryroom_reviewers.calibration import logit, sigmoid
from juryroom_reviewers.cluster import Cluster, cluster
from juryroom_reviewers.consensus import explain
from juryroom_reviewers.priors import PairWeights, Priors, Trait
from juryroom_reviewers.reliability import Record, Reliability
from juryroom_reviewers.reviewer import Review
from juryroom_reviewers.similarity import Comparison
from juryroom_reviewers.traits import NAMES

from .aggregate import seat_panel, weigh
from .data import Panel, PanelSet, PullRequest
from .metrics import Counts, Outcome, at_threshold, outcome, pair_truth, total
from .regression import fit_logistic

EVERY = 5
"""One panel in so many is fitted on: they overlap, and the pull requests are what is scarce."""
_PAIR_RIDGE, _RIDGE = 1.0, 60.0
_CENTROID_SLOPE = 14.0
_CENTROID_MIDDLE = 0.19
# few: searched more widely, twenty pull requests choose a threshold that is worse on the ten others
_BIASES = (0.75, 1.0)
_LEAST_PRECISION = 0.82
"""Of pairs, in the fit: over-merging flatters every other figure."""
_PSEUDO = 8.0
_LEAST_STEP = 0.05
"""Least log-odds that a further agreeing family adds."""
_TAUS = tuple(round(0.10 + 0.02 * n, 2) for n in range(31))


class Sitting(NamedTuple):
    """One panel on one pull request."""

    case: PullRequest
    panel: Panel
    items: list[tuple[str, Anchored]]
    reviews: tuple[Review, ...]


class Merged(NamedTuple):
    """A sitting with its clusters."""

    sitting: Sitting
    clusters: tuple[Cluster, ...]

    def true(self, one: Cluster) -> bool:
        """Whether the shown text is about a golden bug."""
        return bool(self.sitting.case.truth[self.id_of(one.representative)])

    def outcome(self, priors: Priors) -> Outcome:
        """Weighed by `priors` and scored."""
        case, panel, items, reviews = self.sitting
        return outcome(case, panel, weigh(self.clusters, items, reviews, priors))

    def id_of(self, item: Anchored) -> str:
        """The finding's id in the data."""
        return next(key for key, other in self.sitting.items if other is item)


def sit(case: PullRequest, panel: Panel) -> Sitting:
    """Seat a panel on a pull request."""
    items, reviews = seat_panel(case.said(panel), case.about(panel))
    return Sitting(case, panel, items, reviews)


def sittings(cases: Sequence[PullRequest], sets: Sequence[PanelSet], every: int = EVERY) -> list[Sitting]:
    """One panel in `every`, each on all the pull requests that its set covers."""
    return [
        sit(case, panel) for group in sets for panel in group.panels[::every] for case in cases if group.covers(case)
    ]


def merge(all_of: Sequence[Sitting], priors: Priors) -> list[Merged]:
    """Cluster each."""
    return [Merged(one, cluster([item for _, item in one.items], priors)) for one in all_of]


def fit(cases: Sequence[PullRequest], sets: Sequence[PanelSet]) -> Priors:
    """All numbers, from these pull requests."""
    seated = sittings(cases, sets)
    pair = fit_words(seated)
    start = Priors(pair=pair, agreement=((0.5,),), traits={}, reliability_slope=0.0, tau=0.5)
    # agreement is fitted for every size up to the largest: a panel's first n members are a panel of n
    parts = {
        panel[:size]: group for group in sets for panel in group.panels[:: 2 * EVERY] for size in range(1, len(panel))
    }
    small = [sit(case, panel) for panel, group in sorted(parts.items()) for case in cases if group.covers(case)]
    whole = merge(seated, start)
    agreement = fit_agreement([*whole, *merge(small, start)])
    records = count_records(whole)
    return finish(whole, start.model_copy(update={"agreement": agreement, "reliability": records}))


def fit_words(seated: Sequence[Sitting]) -> PairWeights:
    """A logistic model on pairs of known truth, then the thresholds that give clusters the best pair F1."""
    rows: list[tuple[float, ...]] = []
    truths: list[bool] = []
    for one in seated:
        comparison = Comparison([item for _, item in one.items])
        at = {key: number for number, (key, _) in enumerate(one.items)}
        features = comparison.features(list(itertools.combinations(range(len(at)), 2)))
        for (a, b), same in pair_truth(one.case, one.panel).items():
            rows.append(features[min(at[a], at[b]), max(at[a], at[b])])
            truths.append(same)
    bias, weights = fit_logistic(rows, truths, ridge=_PAIR_RIDGE)
    best: tuple[float, PairWeights] | None = None
    for shift in _BIASES:
        tried = PairWeights(
            bias=round(bias + shift, 4),
            features=tuple(round(weight, 4) for weight in weights),
            centroid_slope=_CENTROID_SLOPE,
            centroid_middle=_CENTROID_MIDDLE,
        )
        found = _pairs(seated[::3], tried)
        # below the wanted precision, its lack counts double
        worth = found.f1 - 2 * max(0.0, _LEAST_PRECISION - found.precision)
        if best is None or worth > best[0]:
            best = worth, tried
    assert best is not None  # noqa: S101 - the grid is not empty
    return best[1]


def _pairs(seated: Sequence[Sitting], pair: PairWeights) -> Counts:
    priors = Priors(pair=pair, agreement=((0.5,),), traits={}, reliability_slope=0.0, tau=0.5)
    return total(one.outcome(priors).pairs for one in merge(seated, priors))


def fit_agreement(merged: Sequence[Merged]) -> tuple[tuple[float, ...], ...]:
    """P(true | k of n) with pseudo-counts; raised where needed so that a further agreeing family never lowers it."""
    counts: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for one in merged:
        for item in one.clusters:
            votes = len({member.seat.name for member in item.findings})
            row = counts[len(one.sitting.panel), votes]
            row[0] += one.true(item)
            row[1] += 1
    overall = sum(row[0] for row in counts.values()) / sum(row[1] for row in counts.values())
    table: list[list[float]] = []
    for size in range(1, max(size for size, _ in counts) + 1):
        line: list[float] = []
        for votes in range(1, size + 1):
            right, of = counts.get((size, votes), (0.0, 0.0))
            odds = logit((right + _PSEUDO * overall) / (of + _PSEUDO))
            least = [logit(line[-1])] if line else []
            if table and votes > 1:
                least.append(logit(table[-1][votes - 2]))
            line.append(sigmoid(max([odds, *(value + _LEAST_STEP for value in least)])))
        table.append(line)
    return tuple(tuple(round(p, 4) for p in line) for line in table)


def count_records(merged: Sequence[Merged]) -> Reliability:
    """How often each reviewer made what was true, and what was not; a reviewer on many panels is counted once."""
    seats: dict[str, set[Panel]] = defaultdict(set)
    for one in merged:
        for tool in one.sitting.panel:
            seats[tool].add(one.sitting.panel)
    counts: dict[str, list[float]] = defaultdict(lambda: [0.0] * 4)
    for one in merged:
        for item in one.clusters:
            true, made = one.true(item), {member.seat.name for member in item.findings}
            for tool in one.sitting.panel:
                row, at = counts[tool], 0 if true else 2
                row[at] += (tool in made) / len(seats[tool])
                row[at + 1] += 1 / len(seats[tool])
    return Reliability(
        records=tuple(
            Record(
                reviewer=tool,
                true_said=round(row[0], 2),
                true_all=round(row[1], 2),
                false_said=round(row[2], 2),
                false_all=round(row[3], 2),
            )
            for tool, row in sorted(counts.items())
        )
    )


def finish(merged: Sequence[Merged], priors: Priors) -> Priors:
    """Weights of traits and of reliability beside agreement, then the threshold.

    The terms that are told are the features: asked for with weight 1 and mean 0, they are the bare values.
    """
    bare = priors.model_copy(
        update={"traits": {name: Trait(mean=0.0, weight=1.0) for name in NAMES}, "reliability_slope": 1.0}
    )
    rows, truths, offsets = [], [], []
    for one in merged:
        for item in one.clusters:
            terms = {term.name: term.log_odds for term in explain(item, (), one.sitting.reviews, priors=bare)}
            reliability = sum(odds for name, odds in terms.items() if name.startswith("reliability:"))
            rows.append([reliability, *(terms.get(f"text:{name}", 0.0) for name in NAMES)])
            truths.append(one.true(item))
            offsets.append(terms["agreement"])
    means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    centred = [[x - mean for x, mean in zip(row, means, strict=True)] for row in rows]
    _, (slope, *weights) = fit_logistic(centred, truths, ridge=_RIDGE, offsets=offsets)
    traits = {
        name: Trait(mean=round(mean, 3), weight=round(weight, 3))
        for name, mean, weight in zip(NAMES, means[1:], weights, strict=True)
    }
    fitted = priors.model_copy(update={"traits": traits, "reliability_slope": round(min(max(slope, 0.0), 1.0), 3)})
    return fitted.model_copy(update={"tau": best_tau(merged, fitted)})


def best_tau(merged: Sequence[Merged], priors: Priors) -> float:
    """The threshold with the best F1 over all."""
    scored = [one.outcome(priors) for one in merged]
    return max(_TAUS, key=lambda tau: total(at_threshold(one, tau) for one in scored).f1)
