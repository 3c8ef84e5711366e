"""How likely an answer is right, given what checked it and what was asked."""

from bisect import bisect_left
from collections.abc import Sequence
from enum import StrEnum
from math import sqrt
from typing import NamedTuple

from juryroom_reviewers.value import Value

from .features import Features
from .router import Case, Qualities, fit
from .threshold import Outcome, line

PULL = 4.0
"""Pull of the weights to 0, in cases. By cross-validation; 3 to 8 differ by 0.01 of the tasks escalated."""
OWN = 0.5
"""Share of the target that is the model's own outcome; the rest is what it has in common with the others."""
_EVIDENCE = 1.4
"""A check weighs as much as all words and counts together."""
_PARTS = 3
"""Scores that calibrate come from fits without the answer's own part."""


class CheckKind(StrEnum):
    """What can check an answer. A new one goes to the end: the place is the column."""

    given_tests = "given_tests"
    parses = "parses"
    types = "types"
    lint = "lint"
    generated_tests = "generated_tests"
    properties = "properties"
    difference = "difference"
    agreement = "agreement"
    panel = "panel"


_COLUMN = {kind: place for place, kind in enumerate(CheckKind)}


class Check(Value):
    """One check's verdict on one answer."""

    kind: CheckKind
    passed: bool | None
    """None: it could not tell, which is no evidence."""


class Estimate(Value):
    """A probability, with what it rests on."""

    p: float
    lower: float
    """One standard error below: what decides."""
    n: float
    """Recorded answers like this one."""


class Step(NamedTuple):
    """Recorded answers between two scores, taken as equal."""

    upto: float
    """The highest score among them."""
    right: float
    n: int


class Posterior(Value):
    """P(right | checks, task), and the gain of escalating."""

    weak: str
    strong: str
    qualities: Qualities
    steps: tuple[Step, ...]
    """Ascending; of scores that were made without the answer's own outcome."""
    bar: float
    """The expected gain from which on to escalate."""

    def __call__(self, checks: Sequence[Check], vector: Features) -> Estimate:
        """How likely the weaker model's answer is right."""
        score = self.qualities.quality(evidence(vector, checks), self.weak)
        place = min(bisect_left(self.steps, score, key=lambda one: one.upto), len(self.steps) - 1)
        return rate(self.steps[place].right, self.steps[place].n)

    def worth(self, checks: Sequence[Check], vector: Features) -> float:
        """Share by which the stronger model is expected to do better than keeping this answer."""
        return self.qualities.gain(evidence(vector, checks), self.weak, self.strong)

    def accepts(self, checks: Sequence[Check], vector: Features) -> bool:
        """Is the answer kept, at the target and the margin that the bar was drawn for?"""
        return self.worth(checks, vector) < self.bar


def evidence(vector: Features, checks: Sequence[Check]) -> Features:
    """A task's vector with a column for each kind of check."""
    columns = [0.0] * len(CheckKind)
    for check in checks:
        if check.passed is not None:
            columns[_COLUMN[check.kind]] = _EVIDENCE if check.passed else -_EVIDENCE
    return Features(vector.slots, [*vector.numbers, *columns])


def rate(right: float, number: int) -> Estimate:
    """A share of so many, and its lower bound of one standard error (Wilson, 1927)."""
    if not number:
        return Estimate(p=0.5, lower=0.0, n=0)
    share = right / number
    middle = (share + 0.5 / number) / (1 + 1 / number)
    spread = sqrt(share * (1 - share) / number + 0.25 / number**2) / (1 + 1 / number)
    return Estimate(p=share, lower=max(0.0, middle - spread), n=number)


def learn(
    cases: Sequence[Case],
    weak: str,
    strong: str,
    kernel: Sequence[Sequence[float]] | None = None,
    *,
    target: float = 0.98,
    sigmas: float = 1.0,
) -> Posterior:
    """Fit on recorded answers of the weaker model.

    Args:
        cases: their vectors made by `evidence`; without the weaker model's outcome a case steadies the others only.
        weak: the model whose answers were checked.
        strong: the one to escalate to.
        kernel: products of the cases' vectors, when they are known already.
        target: share of what the stronger model solves that is to be kept.
        sigmas: standard errors by which to stay clear of missing it.
    """
    scored: list[tuple[float, float]] = []
    outcomes: list[Outcome] = []
    for part in range(_PARTS if len(cases) >= 2 * _PARTS else 0):
        inside = [k for k in range(len(cases)) if k % _PARTS != part]
        square = kernel and [[kernel[i][j] for j in inside] for i in inside]
        found = _fit([cases[k] for k in inside], weak, strong, square)
        for case in cases[part::_PARTS]:
            if weak not in case.solved:
                continue
            scored.append((found.quality(case.vector, weak), case.solved[weak]))
            if strong in case.solved:
                gain = found.gain(case.vector, weak, strong)
                outcomes.append(Outcome(gain, case.solved[weak], case.solved[strong]))
    return Posterior(
        weak=weak,
        strong=strong,
        qualities=_fit(cases, weak, strong, kernel),
        steps=isotonic(scored),
        bar=line(outcomes, target, sigmas),
    )


def _fit(cases: Sequence[Case], weak: str, strong: str, kernel: Sequence[Sequence[float]] | None) -> Qualities:
    return fit(cases, (weak, strong), kernel, own=OWN, ridge=PULL)


def isotonic(scored: Sequence[tuple[float, float]]) -> tuple[Step, ...]:
    """Shares of right answers that rise with the score (pool adjacent violators); one empty step of no scores."""
    steps: list[Step] = []
    for score, right in sorted(scored):
        steps.append(Step(score, right, 1))
        while len(steps) > 1 and steps[-2].right * steps[-1].n >= steps[-1].right * steps[-2].n:
            last = steps.pop()
            steps[-1] = Step(last.upto, steps[-1].right + last.right, steps[-1].n + last.n)
    return tuple(steps) or (Step(0.0, 0.0, 0),)
