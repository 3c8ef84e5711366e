"""What the package knows before a user has labelled anything: fitted numbers, in priors.json.

`juryroom bench review --fit` writes that file. It holds numbers and their names; no text of anybody's findings.
"""

import pkgutil
from functools import cache

from pydantic import Field

from .reliability import Reliability
from .value import Value


class PairWeights(Value):
    """A logistic model of whether two findings' words mean one defect."""

    bias: float
    """Holds the threshold too: two clusters are merged above 0."""
    features: tuple[float, ...] = Field(min_length=7, max_length=7)
    """In the order of `similarity.Features`."""
    centroid_slope: float
    """Log-odds per unit of cosine between two clusters' summed words."""
    centroid_middle: float
    """The cosine that says nothing."""


class Trait(Value):
    """What one feature of a finding's text says: weight * (x - mean), so that the mean finding gets 0."""

    mean: float
    weight: float


class Priors(Value):
    """Everything fitted that ships."""

    pair: PairWeights
    agreement: tuple[tuple[float, ...], ...]
    """P(true | k of n families made it): row n - 1, column k - 1."""
    traits: dict[str, Trait]
    reliability_slope: float
    """Share of a reviewer's log-likelihood ratio that counts, since reviewers find the same bugs."""
    reliability: Reliability = Reliability()
    tau: float
    """Least probability at which showing a finding pays, where severities are unknown: the best F1 in the fit."""


@cache
def shipped() -> Priors:
    """The numbers of this release."""
    data = pkgutil.get_data(__package__, "priors.json")
    assert data is not None  # noqa: S101 - the loader of any wheel or checkout gives bytes or raises
    return Priors.model_validate_json(data)
