"""What judged findings teach: of each reviewer's word, and of our own probabilities."""

from collections.abc import Iterable, Sequence

from .calibration import calibrate
from .consensus import Learnt
from .reliability import Record, Reliability, Voice
from .terms import CALIBRATION
from .track_record import Counts, Labelled, tally


def learn(labelled: Sequence[Labelled]) -> Learnt:
    """All that the probability of the next finding takes from the labels of earlier ones.

    Nothing but the labels goes in, so that taking one back takes back what it taught.
    """
    records = [record for counts in tally(labelled).counts for record in _records(counts)]
    return Learnt(reliability=Reliability(records=tuple(records)), calibration=calibrate(list(_cases(labelled))))


def _records(counts: Counts) -> Iterable[Record]:
    """As a proposer it could have made what it was silent about; as a voter it was asked."""
    name = f"{counts.persona}@{counts.reviewer}" if counts.persona else counts.reviewer
    who = {"reviewer": name, "family": counts.family, "version": counts.version, "category": counts.category}
    if counts.made_true + counts.made_false + counts.silent_true + counts.silent_false:
        yield Record(
            **who,
            true_said=counts.made_true,
            true_all=counts.made_true + counts.silent_true,
            false_said=counts.made_false,
            false_all=counts.made_false + counts.silent_false,
        )
    if counts.confirmed_true + counts.confirmed_false + counts.rejected_true + counts.rejected_false:
        yield Record(
            **who,
            voice=Voice.ballot,
            true_said=counts.confirmed_true,
            true_all=counts.confirmed_true + counts.rejected_true,
            false_said=counts.confirmed_false,
            false_all=counts.confirmed_false + counts.rejected_false,
        )


def _cases(labelled: Iterable[Labelled]) -> Iterable[tuple[float, bool]]:
    """What the terms said before any calibration, and what turned out."""
    for case in labelled:
        if case.terms:
            yield sum(term.log_odds for term in case.terms if term.name != CALIBRATION), case.correct
