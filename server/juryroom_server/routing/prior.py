"""How likely an answer is right before any outcome of one's own is recorded."""

from collections.abc import Sequence
from math import sqrt

from .posterior import Check, CheckKind, Estimate

_RIGHT_PASSED, _RIGHT = 882, 883
_WRONG_PASSED, _WRONG = 111, 650
"""Answers of four models to 471 tasks of HumanEval and MBPP that passed the tests in the prompt, by whether the hidden
tests held: programs recorded by LLMDebugger (Apache-2.0). On contest problems more wrong answers pass."""


def before_outcomes(checks: Sequence[Check], base: float = 0.5) -> Estimate:
    """Bayes' rule on the given tests; the other kinds of check are no evidence until outcomes say what they are worth.

    Args:
        checks: of one answer.
        base: share of right answers before any check, above 0 and below 1; it is not known, so the middle.

    Returns:
        `lower` takes the rates one standard error to the worse; `n` is 0, as none of the answers were of these tasks.
    """
    tests = [check.passed for check in checks if check.kind is CheckKind.given_tests and check.passed is not None]
    if not tests:
        return Estimate(p=base, lower=0.0, n=0)
    right, wrong = _RIGHT_PASSED / _RIGHT, _WRONG_PASSED / _WRONG
    # one more failure than was seen: with 1 of 883 the error of the rate is not normal
    worse_right = right - sqrt((_RIGHT - _RIGHT_PASSED + 1) / _RIGHT**2)
    worse_wrong = wrong + sqrt(wrong * (1 - wrong) / _WRONG)
    if all(tests):
        return Estimate(p=_bayes(base, right, wrong), lower=_bayes(base, worse_right, worse_wrong), n=0)
    return Estimate(p=_bayes(base, 1 - right, 1 - wrong), lower=0.0, n=0)


def _bayes(base: float, if_right: float, if_wrong: float) -> float:
    return base * if_right / (base * if_right + (1 - base) * if_wrong)
