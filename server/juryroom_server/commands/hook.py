"""`juryroom hook`: what git calls before a commit or a push."""

import argparse
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from juryroom_reviewers.report import Report

from ..changes.plumbing import Plumbing
from ..engine import PersonasFrom, Workspace, open_workspace
from ..git import base_revision, busy
from ..outcome import Exit, at_or_above, exit_code
from ..render import Format, render
from ..render.words import many
from ..settings import NEVER
from ..source import Kind, Source
from ..work.order import Order
from .output import write_out
from .pushed import push_sources, read_told
from .review import flags, review_with_progress


class Stage(StrEnum):
    """When git calls."""

    pre_commit = "pre-commit"
    pre_push = "pre-push"


DEADLINES_S = {Stage.pre_commit: 10.0, Stage.pre_push: 60.0}
"""Seconds: people reach for `--no-verify` when a commit takes longer."""


def run_hook(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Review what is staged or each ref that is pushed; print only what stops it, or one line.

    A merge, rebase or the like passes at once: its changes were reviewed where they were made.
    """
    stage = Stage(args.stage)
    if args.deadline_s is None:
        args.deadline_s = DEADLINES_S[stage]
    told = read_told(environ) if stage is Stage.pre_push else ""
    workspace = open_workspace(Path.cwd(), environ, flags(args))
    if stage is Stage.pre_commit:
        sources: tuple[Source, ...] = (Source(kind=Kind.staged),)
    else:
        sources = push_sources(environ, told, lambda commit: Plumbing(workspace.root).resolve(commit) is not None)
    if workspace.repository and busy(workspace.root):
        return Exit.clean
    codes = {_review(workspace, source, models=not args.no_models) for source in sources}
    return next((code for code in _WORST_FIRST if code in codes), Exit.clean)


_WORST_FIRST = (Exit.findings, Exit.partial)


def _review(workspace: Workspace, source: Source, *, models: bool) -> Exit:
    report = review_with_progress(
        workspace, Order(source=source), personas_from=PersonasFrom.base, models=models, wanted=True
    )
    settings = workspace.loaded.settings
    stopped = at_or_above(report, settings.fail_on)
    if stopped:
        write_out(render(report, Format.text))
    elif report.shown:
        what, bar = "commit" if source.kind is Kind.staged else "push", settings.fail_on or NEVER
        write_out(
            f"juryroom: nothing that stops this {what} (fail_on = {bar}); {many(len(report.shown), 'finding')}"
            f"{_where_shown(workspace.root, source)}\n"
        )
    if not report.incomplete:
        return Exit.findings if stopped else Exit.clean
    print(_missing(report), file=sys.stderr)
    code = exit_code(report, settings.fail_on, fail_closed=settings.fail_closed)
    # fails open: an outage is said, and stops nobody's work
    return code if stopped or settings.fail_closed else Exit.clean


def _where_shown(root: Path, source: Source) -> str:
    """The command that shows the same review; empty where there is none, as for a branch that is not checked out."""
    if source.kind is Kind.staged:
        return ": juryroom review --staged"
    git = Plumbing(root)
    base = base_revision(root, source)
    if base is None or git.resolve(source.until or "HEAD") != git.resolve("HEAD"):
        return ""
    return f": juryroom review --base {base[:12]}"


def _missing(report: Report) -> str:
    """One line: who did not review, and the first reason."""
    rest = f" (and {len(report.incomplete) - 1} more)" if len(report.incomplete) > 1 else ""
    return f"juryroom: not reviewed by {' '.join(report.incomplete[0].split())}{rest}"
