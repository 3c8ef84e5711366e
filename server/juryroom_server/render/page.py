"""Lines of one width: outside text is never read as markup, no line is wider than the page, and none ends in spaces."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Literal

from .clean import command_at
from .options import Options

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

HEADING = 14
"""Columns of the headings before entries."""


class Page:
    """Lines of one width, being written."""

    def __init__(self, options: Options) -> None:
        from rich.console import Console  # noqa: PLC0415 - 50 ms that only this format needs
        from rich.text import Text  # noqa: PLC0415 - as above

        self.width = options.width
        self._text = Text
        self._out = StringIO()
        self._console: Console = Console(
            file=self._out,
            width=options.width,
            force_terminal=options.colour,
            color_system="standard" if options.colour else None,
            no_color=not options.colour,
            force_jupyter=False,
            legacy_windows=False,
            markup=False,
            emoji=False,
            highlight=False,
            _environ={},  # what the environment asks for is in the options already
        )

    def text(self, *parts: str | tuple[str, str]) -> Text:
        """Text of clean strings, each with a style or without."""
        return self._text.assemble(*parts)

    def add(self, text: Text | None = None, *, first: Text | None = None, indent: int = 0) -> None:
        """Write text, folded, all its lines `indent` columns in; `first` stands in that room on the first of them."""
        if text is None:
            self._out.write("\n")
            return
        margin = self.text(" " * indent)
        rows = text.wrap(self._console, self.width - indent, overflow="fold")
        if any(command_at(row.plain) is not None for row in rows):
            # folding may put it at the beginning of a line; a column is kept free for the backslash
            rows = text.wrap(self._console, self.width - indent - 1, overflow="fold")
        for number, row in enumerate(rows):
            row.rstrip()
            lead = first if first is not None and not number else margin
            self._print(self.text("").append_text(lead).append_text(row) if row.plain or lead is first else row)

    def cut(self, text: Text) -> None:
        """Write one line, cut at the page's edge."""
        text.truncate(self.width, overflow="ellipsis")
        self._print(text)

    def entry(self, heading: str, rows: Iterable[Text]) -> None:
        """Write rows beside a heading; nothing when there are none."""
        for number, row in enumerate(rows):
            self.add(row, first=self.text((f"{'' if number else heading:<{HEADING}}", "bold")), indent=HEADING)

    def table(
        self,
        columns: Sequence[str],
        rows: Iterable[Sequence[tuple[str, str]]],
        *,
        right: Collection[str] = (),
        folded: Collection[str] = (),
    ) -> None:
        """Write rows of clean strings, each with its style, under headings.

        Args:
            columns: the headings.
            rows: a string and a style for each column.
            right: the columns of numbers.
            folded: the columns that give way when the page is too narrow.
        """
        from rich.table import Table  # noqa: PLC0415 - only tables need it

        grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for name in columns:
            justify: Literal["right", "left"] = "right" if name in right else "left"
            grid.add_column(self.text(name), justify=justify, overflow="fold", no_wrap=name not in folded)
        for row in rows:
            grid.add_row(*(self.text(cell) for cell in row))
        lines = self._console.render_lines(grid, pad=False)
        for segments in lines:
            row_text = self._text.assemble(*((one.text, one.style or "") for one in segments))
            row_text.rstrip()
            self._print(row_text)

    def finished(self) -> str:
        """All that was written."""
        return self._out.getvalue()

    def _print(self, text: Text) -> None:
        if (at := command_at(text.plain)) is not None:
            text = self.text("").append_text(text[:at]).append("\\").append_text(text[at:])
        self._console.print(text, no_wrap=True, overflow="ignore", crop=False, end="\n")
