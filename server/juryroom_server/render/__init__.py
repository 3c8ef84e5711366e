"""A report as text, JSON, SARIF, Markdown or workflow commands. Pure: a report in, a string out."""

from collections.abc import Callable
from pathlib import Path

from juryroom_reviewers.report import Report

from . import github, json_document, markdown, sarif, text
from .options import Format, Options

FORMATS: dict[Format, Callable[[Report, Options], str]] = {
    Format.text: text.render,
    Format.json: json_document.render,
    Format.sarif: sarif.render,
    Format.markdown: markdown.render,
    Format.github: github.render,
}
"""All formats. Every renderer treats each field of a report as hostile: it came from code, or from a model."""

PIPED_WIDTH = 100
NARROWEST = 40


def render(
    report: Report,
    format: Format,  # noqa: A002 - the name that the command line gives it
    *,
    show_all: bool = False,
    colour: bool = False,
    width: int | None = None,
    root: Path | None = None,
) -> str:
    """Write a report down.

    Args:
        report: what to write.
        format: how.
        show_all: also the findings that are held back by default.
        colour: text only: with ANSI colours.
        width: text only: columns of the terminal, at least 40; None, when there is no terminal, is 100.
        root: SARIF only: the absolute path of the repository, for viewers that open files.

    Returns:
        The whole output, its last line ended. It can always be encoded as UTF-8.
    """
    columns = PIPED_WIDTH if width is None else max(width, NARROWEST)
    return FORMATS[format](report, Options(show_all=show_all, colour=colour, width=columns, root=root))


__all__ = ["FORMATS", "Format", "Options", "render"]
