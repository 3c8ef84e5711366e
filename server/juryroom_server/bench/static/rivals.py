"""Engines to compare the panel with."""

import json
import os
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.finding import Finding, Severity
from juryroom_reviewers.reviewer import Method, Review, Reviewer, Seat

from ...analysers import Workspace, found
from ...analysers.claim import Note, broken, claim, nothing_to_read, reviewed
from ...analysers.ruff import ISOLATION, TARGET, codes
from ...analysers.run import EngineError, find

_SELECT = ("S", "PERF", "C4", "ASYNC", "B019", "FURB", "F", "B", "PLE", "C901", "PLR09")
_CATEGORY = {"S": "security", "PERF": "performance", "C4": "performance", "ASYNC": "performance", "B019": "performance"}
_CATEGORY |= {"FURB": "performance", "C901": "architecture", "PLR09": "architecture"}
# of bandit's rules that juryroom doesn't ask ruff for, by bandit's own assignment
_WEAKNESSES = {
    "CWE-703": ("S101", "S110", "S112"),
    "CWE-259": ("S105", "S106", "S107"),
    "CWE-400": ("S113",),
    "CWE-330": ("S311",),
    "CWE-319": ("S312", "S321", "S401", "S402", "S509"),
    "CWE-502": ("S403",),
    "CWE-78": ("S404", "S603", "S606", "S607"),
    "CWE-20": ("S313", "S315", "S316", "S320", "S405", "S406", "S407", "S408", "S409"),
    "CWE-327": ("S303", "S413"),
}
_CWE = {code: cwe for cwe, found in _WEAKNESSES.items() for code in found}


RIVALS = frozenset({"ruff with all rules", "semgrep"})
"""Those whose weights nobody can use: one sits on no panel, of the other each user has rules of their own."""


def rivals(tree: Workspace) -> tuple[Reviewer, ...]:
    """Those to measure beside the panel."""
    return (WholeRuff(tree), *found.seated(tree, os.environ))


@dataclass(frozen=True)
class WholeRuff:
    """ruff with all of its rules on security and performance, and the usual ones on the rest, as users run it."""

    workspace: Workspace

    @cached_property
    def seat(self) -> Seat:
        """Who this is."""
        return Seat(name="ruff with all rules", method=Method.lexical, version=version("ruff"))

    async def review(self, context: ReviewContext) -> Review:
        """Read the Python files."""
        del context  # the workspace holds the same change
        if not self.workspace.select(lambda language, _: language == "python")[0]:
            return nothing_to_read(self.seat)
        options = (*ISOLATION, "--target-version", TARGET, "--output-format", "json", "--exit-zero")
        try:
            output = await self.workspace.run(
                find("ruff"), "check", *options, "--select", ",".join(_SELECT), "--", "new"
            )
            rows = json.loads(output.stdout)
        except (EngineError, ValueError) as error:
            return broken(self.seat, str(error))
        return reviewed(self.seat, [found for row in rows if (found := self._finding(row))])

    def _finding(self, row: dict[str, Any]) -> Finding | None:
        code = row["code"] or ""
        if code in ("", "invalid-syntax"):
            return None
        ours = codes().get(code)
        note = Note(
            title=row["message"],
            category=next((_CATEGORY[prefix] for prefix in _CATEGORY if _is(code, prefix)), "correctness"),
            severity=Severity.low,
            cwe=ours.cwe if ours else _CWE.get(code),
            why=row["message"],
        )
        file = self.workspace.by_name[Path(row["filename"]).name].file
        return claim(self.seat, file, (row["location"]["row"], row["end_location"]["row"]), code, note)


def _is(code: str, prefix: str) -> bool:
    """A family of ruff's ends where its number begins: `S` is not in `SIM`."""
    rest = code.removeprefix(prefix)
    return rest != code and (not rest or rest[0].isdigit())
