"""Engines that are found on the machine: they join the panel where the user wants them (`found_engines = true`).

They read the same copies as the others, with their own rules: no configuration, plugin or suppression of the reviewed
tree is obeyed, and nothing of the tree is executed.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from juryroom_reviewers.reviewer import Reviewer

from ..tree import Workspace
from . import bandit, gitleaks, oxlint, pylint, semgrep
from .seat import Found
from .tool import Tool

__all__ = ["NOT_JOINED", "TOOLS", "located", "seated"]

TOOLS: tuple[Tool, ...] = (bandit.TOOL, pylint.TOOL, semgrep.TOOL, oxlint.TOOL, gitleaks.TOOL)
NOT_JOINED: Mapping[str, str] = {
    "eslint": "it says nothing without the project's configuration, which is code that it would run",
    "clippy-driver": "it builds the project, and a build runs the project's code (build.rs, procedural macros)",
    "golangci-lint": "it loads the project's packages with their dependencies, and the copies to read have none",
}
"""Engines that people have and that can't join, and why."""


def located(name: str, environ: Mapping[str, str]) -> Path | None:
    """Where an engine is on the PATH; relative folders of it are passed over, since a tree could fill them."""
    folders = [folder for folder in environ.get("PATH", "").split(os.pathsep) if Path(folder).is_absolute()]
    found = shutil.which(name, path=os.pathsep.join(folders)) if folders else None
    return Path(found) if found else None


def seated(tree: Workspace, environ: Mapping[str, str]) -> tuple[Reviewer, ...]:
    """Those that are on the PATH and have what they need."""
    found = ((tool, located(tool.name, environ)) for tool in TOOLS)
    return tuple(Found(tree, tool, path, environ) for tool, path in found if path and tool.lacks(environ) is None)
