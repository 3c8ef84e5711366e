"""The command line: data on stdout, everything else on stderr, one error boundary."""

import argparse
import contextlib
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from juryroom_reviewers.failure import Failure

from .interrupt import Ending, as_interrupts
from .outcome import Exit

SEVERITIES = ("critical", "high", "medium", "low", "nit", "never")
FORMATS = ("text", "json", "sarif", "markdown", "github")
DEPTHS = ("quick", "standard", "deep")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    parser = _parser()
    args = parser.parse_args(argv)
    if args.command is None:
        parser.print_help(sys.stderr)
        return Exit.error
    # the server has handlers of its own
    with contextlib.nullcontext(Ending()) if args.command == "serve" else as_interrupts() as ending:
        try:
            return _guarded(args)
        except KeyboardInterrupt:
            with contextlib.suppress(OSError):  # the terminal may be gone, which is what SIGHUP says
                print("juryroom: interrupted", file=sys.stderr)
            return ending.exit_code


def script() -> NoReturn:
    """The console script: ends the process at once, even if a thread still reads a change that nobody waits for."""
    code = main()
    if threading.active_count() > 1:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):  # closed, or nobody reads it
                stream.flush()
        os._exit(code)
    sys.exit(code)


def _guarded(args: argparse.Namespace) -> int:
    try:
        return _run(args, os.environ)
    except BrokenPipeError:
        from .commands.output import give_up_stdout  # noqa: PLC0415 - as in _run

        give_up_stdout()  # the reader (`| head`) has seen enough
        return Exit.clean
    except Exception as error:  # noqa: BLE001 - the outermost frame
        return _report_error(error, os.environ)


def _run(args: argparse.Namespace, environ: Mapping[str, str]) -> int:  # noqa: C901, PLR0911, PLR0912 - one return a command
    # each command imports what it needs: the editor and the hook wait for our start
    match args.command:
        case "review":
            from .commands.review import run_review  # noqa: PLC0415

            return run_review(args, environ)
        case "hook":
            from .commands.hook import run_hook  # noqa: PLC0415

            return run_hook(args, environ)
        case "models":
            from .commands.models import run_models  # noqa: PLC0415

            return run_models(args, environ)
        case "serve":
            from .app import run_stdio  # noqa: PLC0415

            return run_stdio(args.root)
        case "batch":
            from .commands.batch import run_batch  # noqa: PLC0415

            return run_batch(args, environ)
        case "usage":
            from .commands.usage import run_usage  # noqa: PLC0415

            return run_usage(args, environ)
        case "ledger":
            from .commands.ledger import run_ledger  # noqa: PLC0415

            return run_ledger(args, environ)
        case "bench":
            if args.what == "analysers":
                from .commands.bench_analysers import run_bench_analysers  # noqa: PLC0415

                return run_bench_analysers(args)
            if args.what == "routing":
                from .commands.bench_routing import run_bench_routing  # noqa: PLC0415

                return run_bench_routing(args)
            from .commands.bench import run_bench  # noqa: PLC0415

            return run_bench(args)
        case "route":
            from .commands.route import run_route  # noqa: PLC0415

            return run_route(args, environ)
        case "calibrate":
            from .commands.calibrate import run_calibrate  # noqa: PLC0415

            return run_calibrate(args)
        case "feedback":
            from .commands.feedback import run_feedback  # noqa: PLC0415

            return run_feedback(args, environ)
        case "suppress":
            from .commands.suppress import run_suppress  # noqa: PLC0415

            return run_suppress(args, environ)
        case "explain":
            from .commands.explain import run_explain  # noqa: PLC0415

            return run_explain(args, environ)
        case _:
            from .commands.setup import run_setup  # noqa: PLC0415

            return run_setup(args, environ)


def _report_error(error: Exception, environ: Mapping[str, str]) -> int:
    if environ.get("JURYROOM_DEBUG"):
        raise error
    if isinstance(error, Failure):
        print(f"juryroom: error: {error}", file=sys.stderr)
    else:
        print(
            f"juryroom: internal error: {type(error).__name__}: {error}\n"
            "This is a defect of juryroom; JURYROOM_DEBUG=1 shows where it happened.",
            file=sys.stderr,
        )
    return Exit.error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="juryroom",
        description="A jury of models and analysers reviews your change.",
        epilog="Exit codes: 0 clean or below the bar, 1 findings at or above it, 2 error, 3 partial, "
        "130 interrupted (143 by SIGTERM, 129 by SIGHUP).",
    )
    parser.add_argument("--version", action=_Version, help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_review(commands.add_parser("review", help="review a change", description=_REVIEW))
    _add_hook(commands.add_parser("hook", help="review what is about to be committed or pushed"))
    _add_serve(commands.add_parser("serve", help="serve editors and assistants (MCP on stdio)"))
    _add_setup(commands)
    _add_batch(commands.add_parser("batch", help="look after batches of questions to models", description=_BATCH))
    _add_usage(commands.add_parser("usage", help="show what models took and cost", description=_USAGE))
    _add_ledger(commands.add_parser("ledger", help="look after the record of what models cost", description=_LEDGER))
    measured = commands.add_parser("bench", help="measure on recorded truth").add_subparsers(
        dest="what", metavar="WHAT", required=True
    )
    _add_bench_review(measured.add_parser("review", help="the consensus, on recorded reviews", description=_BENCH))
    _add_bench_analysers(
        measured.add_parser("analysers", help="the analysers, on labelled code", description=_BENCH_ANALYSERS)
    )
    _add_bench_routing(measured.add_parser("routing", help="routing, on recorded outcomes", description=_BENCH_ROUTING))
    _add_route(commands.add_parser("route", help="show which model a task would start on", description=_ROUTE))
    calibrate = commands.add_parser("calibrate", help="learn from recorded outcomes where tasks should start")
    calibrate.add_argument("--outcomes", type=Path, metavar="FILE", required=True, help="one task a line, as JSON")
    _add_feedback(commands.add_parser("feedback", help="say what became of a finding", description=_FEEDBACK))
    _add_suppress(commands.add_parser("suppress", help="put findings into the team's baseline", description=_SUPPRESS))
    explain = commands.add_parser("explain", help="say what a finding's probability is made of")
    explain.add_argument("id", metavar="ID", help="jr-..., as in a report")
    explain.add_argument("--json", action="store_true", help="as JSON")
    return parser


_BENCH = (
    "Score merging, ranking and probabilities on recorded reviews with known truth, everything fitted without the "
    "repository that is scored. Panels come from panels.json beside the data."
)


def _add_bench_review(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, metavar="FILE", required=True, help="one pull request a line, as JSON")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="score one panel in N (default: all)")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--shipped", action="store_true", help="score the numbers that ship instead of fitting")
    how.add_argument("--fit-on", type=Path, metavar="FILE", help="fit on another judge's file of the same repositories")
    how.add_argument("--fit", action="store_true", help="fit on all of the data and write the numbers")
    parser.add_argument(
        "--priors", type=Path, metavar="FILE", help="with --fit: write them there, not into the package"
    )


_BENCH_ANALYSERS = (
    "Score every analyser and the panel of them on labelled code, by source, language, persona and family of "
    "weaknesses, beside ruff with all of its rules and those of bandit and semgrep that are on this machine."
)


def _add_bench_analysers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, metavar="FILE", required=True, help="one labelled file a line, as JSON")
    parser.add_argument("--json", action="store_true", help="as JSON, families of weaknesses included")
    parser.add_argument("--dump", type=Path, metavar="FILE", help="write the panel's findings, one a line, as JSON")
    parser.add_argument(
        "--mature",
        type=Path,
        metavar="FOLDER",
        action="append",
        default=[],
        help="count alerts on a project that is in order (repeat for more)",
    )
    parser.add_argument("--fit", action="store_true", help="write how often each engine was right, as its new weights")
    parser.add_argument(
        "--precision", type=Path, metavar="FILE", help="with --fit: write it there, not into the package"
    )


_ROUTE = "Show the model that a task would start on, why, and the most that it costs. No model is called."


def _add_route(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("task", metavar="TASK", help="what is to be done; - reads it from stdin")
    parser.add_argument(
        "--file", action="append", default=[], type=Path, metavar="PATH", help="a file that it is about"
    )
    parser.add_argument("--tier", choices=("economy", "workhorse", "frontier"), help="the lowest to start on")
    parser.add_argument("--budget", metavar="USD", help="the most that the first model may cost")
    parser.add_argument("--deadline", metavar="SECONDS", type=float, help="leave out models that are measured slower")
    parser.add_argument("--privacy", choices=("any", "local"), help="local: nothing leaves this machine")
    parser.add_argument(
        "--quality", type=float, default=0.98, metavar="SHARE", help="of what the best model solves (default: 0.98)"
    )
    parser.add_argument("--json", action="store_true", help="as JSON")


_BENCH_ROUTING = "Score router and cascade by five folds on recorded outcomes, beside what needs no router."


def _add_bench_routing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, metavar="FILE", required=True, help="one task a line, as JSON")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--dump", type=Path, metavar="FILE", help="write each decision there, one JSON object a line")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="draw the folds N times (default: 3)")
    parser.add_argument(
        "--pair",
        action="append",
        default=[],
        metavar="WEAK:STRONG",
        help="these models instead of the well-known ones; may be repeated",
    )


_REVIEW = (
    "Review a change: the work tree against HEAD (untracked files included), or what an option names. "
    "With paths: whole files, as an audit."
)


def _add_review(parser: argparse.ArgumentParser) -> None:
    what = parser.add_argument_group("what to review (one of)")
    source = what.add_mutually_exclusive_group()
    source.add_argument("--staged", action="store_true", help="the index against HEAD")
    source.add_argument("--base", metavar="REF", help="from the merge base with REF to HEAD")
    source.add_argument("--commit", metavar="REV", help="one commit")
    source.add_argument("--diff", metavar="FILE", help="a unified diff; - reads it from stdin")
    source.add_argument("paths", nargs="*", default=[], metavar="PATH", help="whole files or folders")
    _add_panel(parser)
    show = parser.add_argument_group("what to print")
    show.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    show.add_argument("--output", metavar="FILE", type=Path, help="write the report there")
    show.add_argument("--all", action="store_true", help="also the findings that are held back")
    show.add_argument("--max-findings", type=int, metavar="N", help="findings shown (default: 7)")
    show.add_argument("--max-per-file", type=int, metavar="N", help="findings shown of one file (default: 3)")
    show.add_argument("--exit-zero", action="store_true", help="exit 0 whatever was found; errors stay errors")
    _add_noise(show)


def _add_panel(parser: argparse.ArgumentParser) -> None:
    how = parser.add_argument_group("how to review")
    how.add_argument("--persona", action="append", default=[], metavar="NAME", help="only this one; may be repeated")
    how.add_argument("--depth", choices=DEPTHS, help="default: standard")
    how.add_argument("--deadline", metavar="SECONDS", dest="deadline_s", help="end with what there is (default: 120)")
    how.add_argument("--no-models", action="store_true", help="analysers only; nothing leaves this machine")
    how.add_argument(
        "--batch", action="store_true", help="no hurry: through providers' batch APIs, at their lower price"
    )
    how.add_argument("--no-cache", action="store_true", help="ask models again what they were asked before")
    how.add_argument("--explain", action="store_true", help="say who sits on which model, and why")
    how.add_argument("--fail-on", choices=SEVERITIES, help="severity that makes the exit code 1 (default: high)")
    how.add_argument("--fail-closed", action="store_true", help="exit 3 when a reviewer failed")
    how.add_argument(
        "--personas-from",
        choices=("base", "work-tree"),
        default="base",
        help="where .juryroom/personas are read: the base of the change (default), or the work tree",
    )


def _add_noise(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--quiet", action="store_true", help="nothing on stderr but errors")
    group.add_argument("--no-progress", action="store_true", help="no progress on stderr")


def _add_hook(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("stage", choices=("pre-commit", "pre-push"), nargs="?", default="pre-commit")
    parser.add_argument("--deadline", metavar="SECONDS", dest="deadline_s", help="default: 10 to commit, 60 to push")
    parser.add_argument("--depth", choices=DEPTHS, default="quick", help="default: quick")
    parser.add_argument("--fail-on", choices=SEVERITIES, help="severity that stops (default: high)")
    parser.add_argument("--fail-closed", action="store_true", help="stop when a reviewer failed (for CI)")
    parser.add_argument("--no-models", action="store_true", help="analysers only")


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--root", type=Path, metavar="DIR", help="the workspace (default: CLAUDE_PROJECT_DIR or the working directory)"
    )


def _add_setup(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    init = commands.add_parser("init", help="write a commented juryroom.toml that fits this repository")
    init.add_argument("--force", action="store_true", help="overwrite an existing one")
    doctor = commands.add_parser("doctor", help="say what works, what is missing, and where each key comes from")
    doctor.add_argument("--probe", action="store_true", help="also connect to the models' servers")
    doctor.add_argument("--json", action="store_true", help="as JSON")
    models = commands.add_parser("models", help="list the models: tier, price, health, and who sits where")
    models.add_argument("--probe", action="store_true", help="also connect to servers elsewhere; no model is paid")
    models.add_argument("--catalogue", action="store_true", help="the models that are known, instead of your own")
    models.add_argument("--json", action="store_true", help="as JSON")
    config = commands.add_parser("config", help="show the settings in force")
    config.add_argument("action", choices=("show", "schema"), nargs="?", default="show")
    config.add_argument("--origin", action="store_true", help="also where each comes from")


_BATCH = (
    "What `review --batch` handed in. list: the batches of this repository. resume: wait for one, pay for it and keep "
    "its answers, which the same review with --batch then finds. cancel: end one, and keep what it had answered."
)


def _add_batch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("list", "resume", "cancel"), nargs="?", default="list")
    parser.add_argument("id", nargs="?", metavar="ID", help="resume, cancel: the batch, as list shows it")
    parser.add_argument("--deadline", metavar="SECONDS", dest="deadline_s", help="resume, cancel: wait no longer")
    parser.add_argument("--json", action="store_true", help="list: as JSON")


_USAGE = (
    "Calls of models of this repository: tokens, cost (calls whose cost is unknown are counted apart), what caches "
    "saved, and latency of the answered ones."
)


def _add_usage(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="TIME", help="30m, 12h, 7d or 2w ago, or a date (UTC); default: all")
    parser.add_argument("--by", choices=("day", "model", "tier", "persona", "task"), default="day", help="default: day")
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table", help="default: table")
    parser.add_argument("--all-projects", action="store_true", help="of all repositories, not only this one")


_LEDGER = (
    "status: where the ledger is, what is open and what budgets have left. reconcile: close reservations whose process "
    "died; they count as spent, unless --refund. purge: delete recorded calls, and findings with their feedback."
)


def _add_ledger(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("status", "reconcile", "purge"), nargs="?", default="status")
    parser.add_argument(
        "--older-than", metavar="TIME", default="2h", help="reconcile: those made before then (default: 2h ago)"
    )
    parser.add_argument("--refund", action="store_true", help="reconcile: they were not billed; give the money back")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--before", metavar="TIME", help="purge: calls made before then; what was spent stays counted")
    what.add_argument("--all", action="store_true", help="purge: all calls, and what was spent, so budgets begin anew")


_FEEDBACK = (
    "accepted: correct, and to be fixed. rejected: a false alarm. wontfix: correct, and not to be fixed. What is "
    "rejected or wontfix is held back from then on (review --all shows it), and reviewers are weighed by what they "
    "were right about. Findings whose lines a later commit changes count as accepted by themselves."
)


def _add_feedback(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", nargs="?", help="jr-..., as in a report")
    parser.add_argument("judgement", choices=("accepted", "rejected", "wontfix"), nargs="?")
    parser.add_argument("--why", metavar="TEXT", help="the reason; shown where the finding is held back")
    parser.add_argument("--undo", action="store_true", help="take the newest judgement of this finding back")
    parser.add_argument("--json", action="store_true", help="as JSON")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="all that was said, what was undone included (the default)")
    what.add_argument("--label", action="store_true", help="a random 2 %% of what was held back, to be judged")
    what.add_argument("--scan", action="store_true", help="look for findings that later commits have fixed")


_SUPPRESS = (
    "Put findings into .juryroom/baseline.json, which is committed: they are held back in everybody's reviews "
    "(review --all shows them). In a review of commits the baseline of the base revision counts: a change can't bring "
    "its own. For yourself alone, `juryroom feedback ID wontfix` does the same."
)


def _add_suppress(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", metavar="ID", nargs="*", help="jr-..., as in a report")
    parser.add_argument("--why", metavar="TEXT", help="the reason; shown where the finding is held back")
    parser.add_argument("--shown", action="store_true", help="all that the newest review has shown, its cap aside")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--remove", action="store_true", help="take findings out again")
    what.add_argument("--list", action="store_true", help="what is in the baseline")
    parser.add_argument("--json", action="store_true", help="with --list: as JSON")


class _Version(argparse.Action):
    """Prints the version; reading it takes time that other commands don't have."""

    def __init__(self, option_strings: Sequence[str], dest: str, **options: object) -> None:
        super().__init__(option_strings, dest, nargs=0, help=str(options.get("help")))

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version  # noqa: PLC0415

        print(f"juryroom {version('juryroom')}")
        parser.exit()
