"""The seats that need no key: deterministic engines, one file each, on the same panel as the models.

async with analysers.workspace(change) as tree:
    reviewers = analysers.seated(tree)
"""

from juryroom_reviewers.reviewer import Reviewer

from .architecture import Architecture
from .ast_grep import AstGrep
from .lizard import Lizard
from .performance import Performance
from .regexes.seat import Regexes
from .ruff import Ruff
from .run import Limits
from .secret_scan import SecretScan
from .taint import Taint
from .tree import Workspace, workspace

__all__ = ["Limits", "Workspace", "seated", "workspace"]

ENGINES = (Ruff, AstGrep, Regexes, Taint, Performance, Lizard, Architecture, SecretScan)


def seated(tree: Workspace) -> tuple[Reviewer, ...]:
    """All analysers, ready to review the change that the workspace holds."""
    return tuple(engine(tree) for engine in ENGINES)
