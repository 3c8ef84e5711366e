"""`juryroom feedback`: what became of findings, said and taken back."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..desk import Desk, Entry, open_desk
from ..ledger.feedback import Judge, Judgement
from ..outcome import Exit
from ..render.clean import line, path
from ..render.words import many
from .errors import UsageError
from .output import write_out

EFFECTS = {
    Judgement.accepted: "correct, and to be fixed",
    Judgement.rejected: "a false alarm: held back from now on",
    Judgement.wontfix: "correct, and not to be fixed: held back from now on",
}


def run_feedback(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Do what is asked, and return the exit code.

    Raises:
        UsageError: when it is not clear what to do.
        FeedbackError: when there is no such finding, or nothing to undo.
        LedgerError, GitError: when one of them can't be used.
    """
    _check(args)
    desk = open_desk(Path.cwd(), environ)
    if args.id is not None:
        entry = desk.undo(args.id) if args.undo else desk.give(args.id, Judgement(args.judgement), Judge.user, args.why)
        _tell(entry, as_json=args.json)
    elif args.scan:
        count = desk.scan()
        print(f"juryroom: {many(count, 'finding')} fixed by later commits", file=sys.stderr)
    else:
        entries = desk.to_judge() if args.label else desk.given()
        write_out(_document(entries) if args.json else _listing(entries, desk, to_judge=args.label))
    return Exit.clean


def _check(args: argparse.Namespace) -> None:
    if args.id is None:
        if args.judgement is not None or args.why is not None or args.undo:
            raise UsageError("juryroom feedback: say of which finding: juryroom feedback jr-... accepted")
        return
    if args.list or args.label or args.scan:
        raise UsageError("juryroom feedback: --list, --label and --scan are about all findings; leave the id out")
    if args.undo == (args.judgement is not None):
        raise UsageError(f"juryroom feedback {args.id}: say accepted, rejected or wontfix, or --undo")
    if args.undo and args.why is not None:
        raise UsageError("juryroom feedback: --why says why a finding is judged so; --undo takes no reason")


def _tell(entry: Entry, *, as_json: bool) -> None:
    if as_json:
        write_out(_document((entry,)))
        return
    said = entry.judgement
    what = f"{said} is taken back" if entry.undone else f"{said}: {EFFECTS[said]}" if said else ""
    print(f"juryroom: {entry.id} ({line(entry.title, 80)}) {what}", file=sys.stderr)


def _document(entries: Sequence[Entry]) -> str:
    body = {"schema_version": "1", "feedback": [entry.model_dump(mode="json") for entry in entries]}
    return json.dumps(body, indent=2) + "\n"


def _listing(entries: Sequence[Entry], desk: Desk, *, to_judge: bool) -> str:
    if not entries:
        return (
            "Nothing to judge: of what was held back here, the random 2 % is empty.\n"
            if to_judge
            else f"No feedback on {desk.root} yet: juryroom feedback ID accepted|rejected|wontfix\n"
        )
    rows = []
    for entry in entries:
        place = f"{path(entry.path)}:{entry.start_line}" if entry.path and entry.start_line else path(entry.path or "-")
        about = f"{entry.id:<15}  {entry.severity:<8}  {place}  {line(entry.title, 100)}"
        if entry.judgement is None:
            rows += [about, f"    {line(entry.rationale)}"]
            continue
        when = f"{entry.made_at:%Y-%m-%d}" if entry.made_at else "-"
        rows.append(f"{when}  {entry.judge:<6}  {'undone ' if entry.undone else ''}{entry.judgement:<8}  {about}")
        if entry.why:
            rows.append(f"    {line(entry.why)}")
    end = "\nJudge them with: juryroom feedback ID accepted|rejected|wontfix\n" if to_judge else ""
    return "\n".join(rows) + "\n" + end
