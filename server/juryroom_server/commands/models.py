"""`juryroom models`: which there are, what they cost, whether they answer, and who sits on them."""

import argparse
import functools
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import anyio

from ..configuration.credentials import read_keyring
from ..configuration.files import user_config_dir
from ..engine import open_workspace
from ..outcome import Exit
from ..render.options import Options
from ..setup.around import check_personas
from ..setup.roster import call_roll, shipped

PIPED_WIDTH = 160
"""Columns where nobody looks on: a row stays a line."""


def run_models(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Print the roster as a table or as JSON."""
    workspace = open_workspace(Path.cwd(), environ, {})
    settings = workspace.loaded.settings
    if args.catalogue:
        roster = shipped()
    else:
        # a persona that can't be read is for the doctor to tell
        personas, _ = check_personas(workspace.root, settings)
        keyring = read_keyring(environ, user_config_dir())
        roster = anyio.run(functools.partial(call_roll, settings, environ, keyring, personas, probe=args.probe))
    if args.json:
        sys.stdout.write(roster.model_dump_json(indent=2) + "\n")
        return Exit.clean
    from ..render.roster import table  # noqa: PLC0415 - not for who reads JSON

    terminal = sys.stdout.isatty()
    width = max(shutil.get_terminal_size().columns, 80) if terminal else PIPED_WIDTH
    colour = terminal and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    if roster.models:
        sys.stdout.write(table(roster, Options(width=width, colour=colour)))
    else:
        config = user_config_dir() / "config.toml"
        print(f"no model: set OPENAI_API_KEY, ANTHROPIC_API_KEY or the like, or name a model in {config}")
    for warning in workspace.loaded.warnings:
        print(f"juryroom: {warning}", file=sys.stderr)
    return Exit.clean
