"""`juryroom explain`: what a finding's probability is made of."""

import argparse
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from juryroom_reviewers.report import Publication
from juryroom_reviewers.terms import Term, total
from juryroom_reviewers.track_record import Stand, Voter

from ..desk import open_desk
from ..ledger.feedback import Label
from ..ledger.stored import StoredFinding
from ..outcome import Exit
from ..render.clean import block, line, path
from ..render.words import PUBLICATIONS, percent
from .output import write_out

NAME = 16
"""Columns of a term's name."""
LABEL = 10


def run_explain(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Print the terms and return the exit code.

    Raises:
        FeedbackError: when there is no such finding.
        LedgerError: when the ledger can't be used.
    """
    finding, said = open_desk(Path.cwd(), environ).find(args.id)
    if args.json:
        document = {
            "schema_version": "1",
            **finding.model_dump(mode="json", exclude={"anchor"}),
            "feedback": [label.model_dump(mode="json", exclude={"finding"}) for label in said],
        }
        write_out(json.dumps(document, indent=2) + "\n")
    else:
        write_out("\n".join(_rows(finding, said)) + "\n")
    return Exit.clean


def _rows(finding: StoredFinding, said: Sequence[Label]) -> Iterator[str]:
    place = path(finding.path) if finding.path else "no place given"
    if finding.start_line:
        place += f":{finding.start_line}"
    yield f"{finding.id}  {finding.severity}  {percent(finding.probability)}  {line(finding.title)}"
    about = (finding.symbol and f"in {line(finding.symbol)}", finding.category, finding.cwe, line(finding.rule))
    yield "  " + " · ".join((place, *(part for part in about if part)))
    yield f"  {line(finding.source)}, last seen {finding.seen_at:%Y-%m-%d %H:%M} UTC"
    if finding.rationale:
        yield f"  {line(block(finding.rationale))}"
    yield ""
    yield from _sum(finding.terms)
    yield ""
    for stand, heading in _STANDS.items():
        if seats := [_seat(voter) for voter in finding.voters if voter.stand is stand]:
            yield f"{heading:<{LABEL}}{', '.join(seats)}"
    for one in finding.dissent:
        yield f"{'against':<{LABEL}}{line(one.reviewer)}: {line(one.reason)}"
    yield f"{'outcome':<{LABEL}}{_outcome(finding)}"
    for label in said:
        undone = ", undone" if label.undone_at else ""
        why = f": {line(label.why)}" if label.why else ""
        yield f"{'feedback':<{LABEL}}{label.judgement} on {label.made_at:%Y-%m-%d} by {label.judge}{undone}{why}"


_STANDS = {
    Stand.made: "made by",
    Stand.confirmed: "confirmed",
    Stand.rejected: "rejected",
    Stand.silent: "silent",
}


def _sum(terms: Sequence[Term]) -> Iterator[str]:
    """One row a term: the probability with it and all before it, and how it changes the odds."""
    if not terms:
        yield "The probability is unknown: nothing was measured that could say how often such findings are true."
        return
    for count, term in enumerate(terms, 1):
        reached = total(terms[:count]) or 0.0
        factor = "starts" if count == 1 else f"odds x {math.exp(term.log_odds):.2g}"
        yield f"{reached:>6.1%}  {factor:<12}  {line(term.name):<{NAME}}  {line(term.words)}"
    yield f"{percent(total(terms)):>6}  is shown, in steps of 5 %"


def _seat(voter: Voter) -> str:
    who = f"{voter.persona}@{voter.reviewer}" if voter.persona else voter.reviewer
    kind = voter.family or voter.method
    return f"{line(who)} ({line(kind)}{', version ' + line(voter.version) if voter.version else ''})"


def _outcome(finding: StoredFinding) -> str:
    if finding.dismissal:
        return f"held back: {line(finding.dismissal)}"
    said = PUBLICATIONS[finding.publication] or "shown"
    if finding.publication is Publication.published and finding.blocking:
        said += ", and asks for changes"
    if finding.threshold is None:
        return said
    return f"{said}; one so severe is shown from {finding.threshold:.0%} on"
