"""What a stronger model would gain on a task, from its text alone."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from juryroom_reviewers.value import Value

from .denoise import denoised
from .features import Features
from .linear import dot, gram, solve, weights

RIDGE = 2.0
"""Pull of the weights to 0, in cases. By cross-validation; 1 to 4 differ by 0.004 APGR."""


class Qualities(Value):
    """A line for each model: the share of such tasks that it solves.

    The gain of a stronger one is the difference of two lines, and not a difficulty: a task may be hard for both.
    """

    cases: int
    """Tasks that it was fitted on."""
    means: Mapping[str, float]
    lines: Mapping[str, tuple[float, ...]]

    def quality(self, vector: Features, model: str) -> float:
        """Share that this model is expected to solve, about 0 to 1."""
        return self.means[model] + dot(self.lines[model], vector)

    def gain(self, vector: Features, weak: str, strong: str) -> float:
        """P(strong solves it) - P(weak solves it); above 0 where the stronger one is worth asking."""
        return self.quality(vector, strong) - self.quality(vector, weak)


class Case(NamedTuple):
    """A task with what became of it."""

    vector: Features
    solved: Mapping[str, float]
    """Model -> share of its answers that were right."""


def fit(
    cases: Sequence[Case],
    models: Sequence[str],
    kernel: Sequence[Sequence[float]] | None = None,
    *,
    own: float = 0.0,
    ridge: float = RIDGE,
) -> Qualities:
    """Fit a line for each model on what all of them have in common.

    Args:
        cases: tasks; one that a model did not try counts as its mean.
        models: which lines to keep; the outcomes of all models steady them.
        kernel: products of the cases' vectors, when they are known already.
        own: share of the target that is the model's own outcome, 0 to 1; the rest is what it has in common with others.
        ridge: pull of the weights to 0, in cases.
    """
    everyone = sorted({name for case in cases for name in case.solved})
    means = {name: _mean([case.solved[name] for case in cases if name in case.solved]) for name in everyone}
    table = [[case.solved.get(name, means[name]) for name in everyone] for case in cases]
    steady = denoised(table)
    vectors = [case.vector for case in cases]
    targets = []
    for name in models:
        place = everyone.index(name)
        pairs = zip(table, steady, strict=True)
        targets.append([own * row[place] + (1 - own) * shared[place] - means[name] for row, shared in pairs])
    shares = solve(kernel or gram(vectors), targets, ridge)
    lines = {name: weights(vectors, each) for name, each in zip(models, shares, strict=True)}
    return Qualities(cases=len(cases), means={name: means[name] for name in models}, lines=lines)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
