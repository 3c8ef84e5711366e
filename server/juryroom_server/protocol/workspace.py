"""The folder that a server works in. Its owner says which; a client's model can't."""

from collections.abc import Mapping
from pathlib import Path

from juryroom_reviewers.failure import Failure


class WorkspaceError(Failure):
    """What was named is no folder. The message says who named it."""


def workspace_root(flag: Path | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """The flag, else JURYROOM_WORKSPACE, else CLAUDE_PROJECT_DIR (which Claude Code sets), else the working directory.

    Args:
        flag: as given on the command line.
        environ: the process's environment.
        cwd: the working directory; relative names start there.

    Raises:
        WorkspaceError: when what was named is no folder.
    """
    named = {
        "--root": flag,
        "JURYROOM_WORKSPACE": environ.get("JURYROOM_WORKSPACE"),
        "CLAUDE_PROJECT_DIR": environ.get("CLAUDE_PROJECT_DIR"),
    }
    for source, path in named.items():
        if path:
            folder = cwd / path
            if not folder.is_dir():
                raise WorkspaceError(f"{source}: {str(path)!r} is no folder; name the root of the repository to review")
            return folder.resolve()
    return cwd.resolve()
