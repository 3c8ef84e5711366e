"""`juryroom init`, `doctor` and `config`: getting set up."""

import argparse
import functools
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import anyio

from ..configuration import show as settings_show
from ..configuration.files import user_config_dir
from ..engine import open_workspace
from ..git import repository_root
from ..outcome import Exit
from ..seats import cache_folder
from ..setup import doctor
from ..setup import init as initial
from .output import write_out


def run_setup(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Run one of the three and return its exit code."""
    match args.command:
        case "init":
            return _init(args)
        case "doctor":
            return _doctor(args, environ)
        case _:
            return _config(args, environ)


def _init(args: argparse.Namespace) -> int:
    cwd = Path.cwd()
    path = initial.write(repository_root(cwd) or cwd, force=args.force)
    print(f"juryroom: wrote {path}", file=sys.stderr)
    return Exit.clean


def _doctor(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    examine = functools.partial(
        doctor.examine, Path.cwd(), environ, config_dir=user_config_dir(), cache_dir=cache_folder(), probe=args.probe
    )
    diagnosis = anyio.run(examine)
    write_out(diagnosis.model_dump_json(indent=2) + "\n" if args.json else doctor.render(diagnosis))
    return diagnosis.exit_code


def _config(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    if args.action == "schema":
        write_out(json.dumps(settings_show.schema(), indent=2) + "\n")
        return Exit.clean
    workspace = open_workspace(Path.cwd(), environ, {})
    write_out(settings_show.show(workspace.loaded, origin=args.origin))
    for warning in workspace.loaded.warnings:
        print(f"juryroom: {warning}", file=sys.stderr)
    return Exit.clean
