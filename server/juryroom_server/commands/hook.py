"""`juryroom hook`: what git calls before a commit or a push."""

import argparse
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from juryroom_reviewers.report import Report

from ..engine import PersonasFrom, open_workspace
from ..git import busy
from ..outcome import Exit, at_or_above, exit_code
from ..render import Format, render
from ..source import Kind, Source
from ..work.order import Order
from .errors import UsageError
from .review import flags, review_with_progress


class Stage(StrEnum):
    """When git calls."""

    pre_commit = "pre-commit"
    pre_push = "pre-push"


DEADLINES_S = {Stage.pre_commit: 10.0, Stage.pre_push: 60.0}
"""Seconds: people reach for `--no-verify` when a commit takes longer."""


def hook_source(stage: Stage, environ: Mapping[str, str]) -> Source:
    """What to review: the index before a commit; before a push what the remote doesn't have.

    Args:
        stage: when git calls.
        environ: pre-commit says in PRE_COMMIT_FROM_REF and PRE_COMMIT_TO_REF what is pushed. It says nothing at the
            first push of all: then it is the commits of HEAD that no remote has.

    Raises:
        UsageError: when only one of the two is set.
    """
    if stage is Stage.pre_commit:
        return Source(kind=Kind.staged)
    old, new = environ.get("PRE_COMMIT_FROM_REF"), environ.get("PRE_COMMIT_TO_REF")
    if bool(old) != bool(new):
        raise UsageError("PRE_COMMIT_FROM_REF and PRE_COMMIT_TO_REF belong together; set both, or none")
    return Source(kind=Kind.range, revision=old or "0" * 40, until=new or "HEAD")


def run_hook(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Review what is staged or pushed; print only what stops it, or one line.

    A merge, rebase or the like passes at once: its changes were reviewed where they were made.
    """
    stage = Stage(args.stage)
    if args.deadline_s is None:
        args.deadline_s = DEADLINES_S[stage]
    source = hook_source(stage, environ)
    workspace = open_workspace(Path.cwd(), environ, flags(args))
    if workspace.repository and busy(workspace.root):
        return Exit.clean
    order = Order(source=source)
    report = review_with_progress(
        workspace, order, personas_from=PersonasFrom.base, models=not args.no_models, wanted=True
    )
    settings = workspace.loaded.settings
    stopped = at_or_above(report, settings.fail_on)
    if stopped:
        sys.stdout.write(render(report, Format.text))
    elif report.shown:
        bar = settings.fail_on or "any bar"
        print(f"juryroom: nothing at or above {bar}; {len(report.shown)} below (juryroom review --staged)")
    if not report.incomplete:
        return Exit.findings if stopped else Exit.clean
    print(_missing(report), file=sys.stderr)
    code = exit_code(report, settings.fail_on, fail_closed=settings.fail_closed)
    # fails open: an outage is said, and stops nobody's work
    return code if stopped or settings.fail_closed else Exit.clean


def _missing(report: Report) -> str:
    """One line: who did not review, and the first reason."""
    rest = f" (and {len(report.incomplete) - 1} more)" if len(report.incomplete) > 1 else ""
    return f"juryroom: not reviewed by {' '.join(report.incomplete[0].split())}{rest}"
