"""`juryroom suppress`: findings that the whole team lives with, in a file that is committed."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from ..baseline import FILE, accept, parse, without, write
from ..desk import open_desk
from ..git import text_at
from ..outcome import Exit
from ..render.clean import line, path
from ..render.words import many
from .errors import UsageError
from .output import write_out


def run_suppress(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Do what is asked, and return the exit code.

    Raises:
        UsageError: when it is not clear what to do, or no reason is given.
        FeedbackError: when there is no such finding.
        BaselineError, LedgerError, GitError: when one of them can't be used.
    """
    desk = open_desk(Path.cwd(), environ)
    baseline = parse(text_at(desk.root, None, FILE))
    if args.list:
        rows = (
            f"{one.id}  {path(one.path or '-')}  {line(one.title, 80)}\n    {line(one.why)}"
            for one in baseline.findings
        )
        body = json.dumps(baseline.model_dump(mode="json"), indent=2) if args.json else "\n".join(rows)
        write_out(f"{body or f'Nothing is in {FILE}.'}\n")
        return Exit.clean
    if bool(args.ids) == args.shown:
        raise UsageError("juryroom suppress: say which: juryroom suppress jr-... --why TEXT, or --shown --why TEXT")
    if args.remove:
        if args.shown or args.why:
            raise UsageError("juryroom suppress --remove: give ids, and no reason")
        write(desk.root, without(baseline, args.ids))
        print(f"juryroom: {many(len(set(args.ids)), 'finding')} taken out of {FILE}", file=sys.stderr)
        return Exit.clean
    if not (args.why or "").strip():
        raise UsageError("juryroom suppress: --why TEXT says why; whoever reads the baseline later wants to know")
    found = desk.last_shown() if args.shown else tuple(desk.find(one)[0] for one in args.ids)
    write(desk.root, accept(baseline, found, args.why.strip()))
    print(f"juryroom: {many(len(found), 'finding')} put into {FILE}; commit it", file=sys.stderr)
    return Exit.clean
