"""Logistic regression with a ridge, by Newton's method: small enough to need no package."""

from collections.abc import Sequence

from juryroom_reviewers.calibration import sigmoid

_STEPS = 12


def fit_logistic(
    rows: Sequence[Sequence[float]], truths: Sequence[bool], *, ridge: float, offsets: Sequence[float] | None = None
) -> tuple[float, list[float]]:
    """Bias and weights.

    Args:
        rows: features, one row a case.
        truths: one a case.
        ridge: penalty on the squared weights, in cases; the bias is free.
        offsets: log-odds that each case starts with; 0 when None.
    """
    width = len(rows[0]) + 1
    beta = [0.0] * width
    for _ in range(_STEPS):
        gradient = [0.0, *(-ridge * value for value in beta[1:])]
        hessian = [[0.0] * width for _ in range(width)]
        for k in range(1, width):
            hessian[k][k] = ridge
        hessian[0][0] = 1e-9
        for number, (row, true) in enumerate(zip(rows, truths, strict=True)):
            start = offsets[number] if offsets else 0.0
            p = sigmoid(start + beta[0] + sum(b * x for b, x in zip(beta[1:], row, strict=True)))
            error, spread = true - p, p * (1 - p)
            gradient[0] += error
            hessian[0][0] += spread
            for k, x in enumerate(row, 1):
                gradient[k] += error * x
                scaled = spread * x
                line = hessian[k]
                line[0] += scaled
                for m in range(k):
                    line[m + 1] += scaled * row[m]
        for k in range(width):
            for m in range(k):
                hessian[m][k] = hessian[k][m]
        beta = [b + step for b, step in zip(beta, _solve(hessian, gradient), strict=True)]
    return beta[0], beta[1:]


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gauss's elimination with pivots; the matrix is positive definite."""
    size = len(right)
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for k in range(size):
        pivot = max(range(k, size), key=lambda m: abs(rows[m][k]))
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for m in range(k + 1, size):
            factor = rows[m][k] / rows[k][k]
            rows[m] = [a - factor * b for a, b in zip(rows[m], rows[k], strict=True)]
    result = [0.0] * size
    for k in reversed(range(size)):
        result[k] = (rows[k][size] - sum(rows[k][m] * result[m] for m in range(k + 1, size))) / rows[k][k]
    return result
