"""`juryroom review`: a change, a panel, a report."""

import argparse
import logging
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import anyio

from juryroom_reviewers.report import Report

from ..changes.decoding import decode_diff
from ..engine import PersonasFrom, Workspace, open_workspace
from ..engine import review as review_change
from ..git import repository_root
from ..outcome import Exit, exit_code
from ..progress import observer_for
from ..render import Format, render
from ..source import Kind, Source
from ..work.order import Order
from .errors import UsageError
from .output import check_file, write_file, write_out


def run_review(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Review, print or write the report, and say by the exit code how it ended."""
    cwd = Path.cwd()
    if args.quiet:
        logging.getLogger("juryroom_server").setLevel(logging.ERROR)
    if args.output is not None:
        check_file(args.output)
    source = change_source(args, cwd)
    workspace = open_workspace(cwd, environ, flags(args), source)
    order = Order(source=source, personas=tuple(args.persona))
    report = review_with_progress(
        workspace,
        order,
        personas_from=PersonasFrom(args.personas_from),
        models=not args.no_models,
        explain=args.explain,
        wanted=not (args.quiet or args.no_progress),
        batch=args.batch,
    )
    write_report(report, args, environ, workspace.root)
    if not args.quiet:
        for warning in workspace.loaded.warnings:
            print(f"juryroom: {warning}", file=sys.stderr)
    settings = workspace.loaded.settings
    return Exit.clean if args.exit_zero else exit_code(report, settings.fail_on, fail_closed=settings.fail_closed)


def flags(args: argparse.Namespace) -> dict[str, object]:
    """The settings that flags decide; None where a flag was not given."""
    return {
        "fail_on": args.fail_on,
        "fail_closed": True if args.fail_closed else None,
        "depth": args.depth,
        "deadline_s": args.deadline_s,
        "max_findings": getattr(args, "max_findings", None),
        "max_per_file": getattr(args, "max_per_file", None),
        "cache": False if getattr(args, "no_cache", False) else None,
    }


def change_source(args: argparse.Namespace, cwd: Path) -> Source:
    """What the options name; paths are made relative to the root.

    Raises:
        UsageError: when a diff can't be read, or a path lies outside of the repository.
    """
    if args.staged:
        return Source(kind=Kind.staged)
    if args.base is not None:
        return Source(kind=Kind.base, revision=args.base)
    if args.commit is not None:
        return Source(kind=Kind.commit, revision=args.commit)
    if args.diff is not None:
        return Source(kind=Kind.diff, diff=_read_diff(args.diff))
    if args.paths:
        root = repository_root(cwd) or cwd.resolve()
        return Source(kind=Kind.paths, paths=tuple(_relative(path, root, cwd) for path in args.paths))
    return Source(kind=Kind.work_tree)


def _read_diff(name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"--diff {name!r}: {error.strerror}; give the path of a diff, or - for stdin") from error
    return decode_diff(data)


def _relative(path: str, root: Path, cwd: Path) -> str:
    # not resolved: a link inside of the repository is for the reader to refuse, by its own name
    whole = Path(os.path.normpath(cwd / path))
    if not whole.is_relative_to(root):
        raise UsageError(f"{path!r} is outside of {root}; change into its repository, or give a path inside this one")
    return whole.relative_to(root).as_posix()


def review_with_progress(
    workspace: Workspace,
    order: Order,
    *,
    personas_from: PersonasFrom,
    models: bool,
    wanted: bool,
    explain: bool = False,
    batch: bool = False,
) -> Report:
    """Run the review, with progress on stderr where somebody watches."""
    observer, line = observer_for(sys.stderr, wanted=wanted, columns=shutil.get_terminal_size().columns)

    async def run() -> Report:
        return await review_change(
            workspace,
            order,
            observer=observer,
            personas_from=personas_from,
            models=models,
            explain=explain,
            batch=batch,
        )

    if line:
        line.show("reading the change")
    try:
        return anyio.run(run)
    finally:
        if line:
            line.clear()


def write_report(report: Report, args: argparse.Namespace, environ: Mapping[str, str], root: Path) -> None:
    """Print the report, or write it to the file that was named.

    Raises:
        OutputError: when it can't be written.
    """
    terminal = args.output is None and sys.stdout.isatty()
    text = render(
        report,
        Format(args.format),
        show_all=args.all,
        colour=terminal and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb",
        width=max(40, min(shutil.get_terminal_size().columns, 120)) if terminal else 100,
        root=root,
    )
    if args.output is None:
        write_out(text)
    else:
        write_file(args.output, text)
