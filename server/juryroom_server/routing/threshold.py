"""Where to draw the line between keeping an answer and escalating, from few recorded outcomes."""

from collections.abc import Sequence
from math import inf, sqrt
from typing import NamedTuple


class Outcome(NamedTuple):
    """A task on which both models are known."""

    score: float
    """The expected gain of escalating, made without this task's own outcome."""
    weak: float
    """Was the weaker model's answer right: 0 to 1."""
    strong: float


def line(outcomes: Sequence[Outcome], target: float, sigmas: float = 1.0) -> float:
    """The score from which on to escalate; below it the weaker model's answer is kept.

    It is the line with the fewest escalations at which the mean over tasks of `kept - target x strong`, less so many
    standard errors, is not below 0. What is lost and what the strong model solves are measured on the same tasks, so
    the luck of the draw counts once.

    Args:
        outcomes: recorded tasks.
        target: share of what the stronger model solves that is to be kept, 0 to 1.
        sigmas: standard errors to stay clear by; 0 takes the recorded tasks at their word.

    Returns:
        A score; `-inf` escalates everything (nothing less is shown to do), `inf` nothing.
    """
    ranked = sorted(outcomes, key=lambda one: -one.score)
    number = len(ranked)
    if not number:
        return -inf
    slack = [one.weak - target * one.strong for one in ranked]
    total, squares = sum(slack), sum(one * one for one in slack)
    for place, one in enumerate(ranked):
        tied = place and ranked[place - 1].score == one.score
        if not tied and _lower(total, squares, number, sigmas) >= 0:
            return ranked[place - 1].score if place else inf
        other = one.strong - target * one.strong
        total += other - slack[place]
        squares += other * other - slack[place] ** 2
    return -inf


def _lower(total: float, squares: float, number: int, sigmas: float) -> float:
    mean = total / number
    return mean - sigmas * sqrt(max(squares / number - mean * mean, 0.0) / number)
