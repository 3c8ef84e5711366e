"""What a renderer is told besides the report."""

from enum import StrEnum
from pathlib import Path

from pydantic import Field

from juryroom_reviewers.report import Report, ReportedFinding
from juryroom_reviewers.value import Value


class Format(StrEnum):
    """The ways to write a report down."""

    text = "text"
    json = "json"
    sarif = "sarif"
    markdown = "markdown"
    github = "github"


class Options(Value):
    """How a report is to be written."""

    show_all: bool = False
    """Also the findings that are held back by default."""
    colour: bool = False
    """Text only: with ANSI colours."""
    width: int = Field(default=100, ge=40)
    """Text only: columns of the terminal."""
    root: Path | None = None
    """SARIF only: the absolute path of the repository, for viewers that open files. Left out when None."""

    def findings(self, report: Report) -> tuple[ReportedFinding, ...]:
        """The findings to write, best first."""
        return report.findings if self.show_all else report.shown
