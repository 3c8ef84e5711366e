"""From a score to a probability that holds: by as much fitting as the number of labels carries."""

import math
from collections.abc import Sequence
from itertools import pairwise

from .value import Value

LEAST_LABELS, MANY_LABELS = 25, 200
_PULL = 4.0
"""Strength with which Platt's line is drawn to the one that changes nothing, in labels."""
_STEPS = 30
_EDGE = 1e-3


def logit(p: float) -> float:
    """Log-odds; 0 and 1 are taken as almost so."""
    p = min(max(p, 1e-6), 1 - 1e-6)
    return math.log(p / (1 - p))


def sigmoid(odds: float) -> float:
    """The probability of log-odds."""
    return 1 / (1 + math.exp(-odds)) if odds > -700 else 0.0  # noqa: PLR2004 - exp overflows a float at 710


class Calibration(Value):
    """A monotone map of log-odds; the empty one changes nothing."""

    labels: int = 0
    """How many cases it was fitted on."""
    points: tuple[tuple[float, float], ...] = ()
    """(log-odds before, after), ascending in both; straight between them, parallel to the diagonal outside."""

    def __call__(self, odds: float) -> float:
        """Calibrated log-odds."""
        if not self.points:
            return odds
        (first, low), (last, high) = self.points[0], self.points[-1]
        if odds <= first:
            return odds - first + low
        if odds >= last:
            return odds - last + high
        for (x0, y0), (x1, y1) in pairwise(self.points):
            if odds <= x1:
                return y0 + (y1 - y0) * (odds - x0) / (x1 - x0)
        return odds - last + high


def calibrate(cases: Sequence[tuple[float, bool]]) -> Calibration:
    """Fit on (log-odds, was it true): nothing below 25 labels, Platt's line up to 200, isotonic from there on.

    Platt, Probabilistic outputs for support vector machines (1999); Zadrozny and Elkan, Transforming classifier scores
    into accurate multiclass probability estimates (2002).
    """
    if len(cases) < LEAST_LABELS or len({true for _, true in cases}) == 1:
        return Calibration(labels=len(cases))
    if len(cases) <= MANY_LABELS:
        slope, shift = _platt(cases)
        return Calibration(labels=len(cases), points=tuple((x, slope * x + shift) for x in (-8.0, 8.0)))
    return Calibration(labels=len(cases), points=_isotonic(cases))


def _platt(cases: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Slope and shift by Newton's method, with a pull towards 1 and 0; the slope stays above 0."""
    slope, shift = 1.0, 0.0
    for _ in range(_STEPS):
        g0, g1 = _PULL * (slope - 1), _PULL * shift
        h00, h01, h11 = _PULL, 0.0, _PULL
        for x, true in cases:
            p = sigmoid(slope * x + shift)
            error, w = p - true, p * (1 - p)
            g0, g1 = g0 + error * x, g1 + error
            h00, h01, h11 = h00 + w * x * x, h01 + w * x, h11 + w
        det = h00 * h11 - h01 * h01
        slope -= (h11 * g0 - h01 * g1) / det
        shift -= (h00 * g1 - h01 * g0) / det
        slope = max(slope, _EDGE)
    return slope, shift


def _isotonic(cases: Sequence[tuple[float, bool]]) -> tuple[tuple[float, float], ...]:
    """Pool adjacent violators; each block becomes a point at its mean, its rate drawn to the middle by one case."""
    blocks: list[list[float]] = []  # [sum of log-odds, true ones, cases]
    for x, true in sorted(cases):
        blocks.append([x, float(true), 1.0])
        while len(blocks) > 1 and blocks[-2][1] * blocks[-1][2] >= blocks[-1][1] * blocks[-2][2]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    points: list[tuple[float, float]] = []
    for total, true_ones, number in blocks:
        x, y = total / number, logit((true_ones + 0.5) / (number + 1))
        if not points or (x > points[-1][0] and y > points[-1][1]):
            points.append((x, y))
    return tuple(points)
