"""Ridge regression on sparse vectors, solved among the cases not the weights: it needs no package."""

from collections.abc import Sequence
from math import sqrt
from operator import mul

from .features import BUCKETS, Features


def dot(weights: tuple[float, ...], vector: Features) -> float:
    """The product of a weight for each bucket and number, and a vector."""
    slots, numbers = vector
    words: float = sum(map(weights.__getitem__, slots)) / sqrt(len(slots)) if slots else 0.0
    counts: float = sum(map(mul, weights[BUCKETS:], numbers))
    return words + counts


def gram(vectors: Sequence[Features]) -> list[list[float]]:
    """The products of all pairs: n x n, symmetric."""
    product = [[0.0] * len(vectors) for _ in vectors]
    sets = [frozenset(one.slots) for one in vectors]
    roots = [sqrt(len(one.slots)) or 1.0 for one in vectors]
    for i, one in enumerate(vectors):
        for j in range(i + 1):
            words = len(sets[i] & sets[j]) / (roots[i] * roots[j])
            product[i][j] = product[j][i] = words + sum(map(mul, one.numbers, vectors[j].numbers))
    return product


def solve(kernel: Sequence[Sequence[float]], targets: Sequence[Sequence[float]], ridge: float) -> list[list[float]]:
    """How much each case counts, for each target: `(kernel + ridge I)^-1 target`.

    Args:
        kernel: n x n products of the cases, as `gram` gives them.
        targets: each n long, with mean 0 (the caller keeps the mean).
        ridge: above 0; the strength of the pull to 0, in cases.
    """
    lower: list[list[float]] = []
    for i, row in enumerate(kernel):
        line: list[float] = []
        for j in range(i):
            other = lower[j]
            line.append((row[j] - sum(map(mul, line, other))) / other[j])
        line.append(sqrt(row[i] + ridge - sum(map(mul, line, line))))
        lower.append(line)
    columns = [[lower[i][k] for i in range(k + 1, len(lower))] for k in range(len(lower))]
    return [_substituted(lower, columns, target) for target in targets]


def _substituted(
    lower: Sequence[Sequence[float]], columns: Sequence[Sequence[float]], target: Sequence[float]
) -> list[float]:
    forward: list[float] = []
    for row, value in zip(lower, target, strict=True):
        forward.append((value - sum(map(mul, row, forward))) / row[-1])
    back = [0.0] * len(forward)
    for k in reversed(range(len(forward))):
        back[k] = (forward[k] - sum(map(mul, columns[k], back[k + 1 :]))) / lower[k][k]
    return back


def weights(vectors: Sequence[Features], shares: Sequence[float]) -> tuple[float, ...]:
    """The weights that give the same as the weighted cases: what is kept for run time."""
    width = BUCKETS + max((len(one.numbers) for one in vectors), default=0)
    total = [0.0] * width
    for vector, share in zip(vectors, shares, strict=True):
        each = share / (sqrt(len(vector.slots)) or 1.0)
        for slot in vector.slots:
            total[slot] += each
        for place, number in enumerate(vector.numbers, BUCKETS):
            total[place] += share * number
    return tuple(total)
