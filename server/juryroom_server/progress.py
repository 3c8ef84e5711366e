"""Progress for people: on stderr, one line that is rewritten."""

from typing import TextIO

from juryroom_reviewers.panel import Observer, Progress, ignore_progress


class TerminalProgress:
    """Tells who has finished, on a line of its own that the next one replaces.

    Args:
        stream: a terminal.
        columns: its width; longer lines are cut.
    """

    def __init__(self, stream: TextIO, columns: int = 80) -> None:
        self._stream = stream
        self._columns = columns

    async def __call__(self, progress: Progress) -> None:
        """Show one finished review."""
        review = progress.review
        if review.abstained is None:
            said = f"{len(review.findings)} finding" + ("" if len(review.findings) == 1 else "s")
        else:
            said = "failed" if review.failed else "no opinion"
        text = f"reviewing {progress.done}/{progress.total}: {review.seat.name}: {said} ({review.seconds:.1f} s)"
        self.show(text)

    def show(self, text: str) -> None:
        """Replace the line."""
        self._stream.write(f"\r\x1b[2K{text[: self._columns - 1]}")
        self._stream.flush()

    def clear(self) -> None:
        """Leave nothing behind."""
        self._stream.write("\r\x1b[2K")
        self._stream.flush()


def observer_for(stream: TextIO, *, wanted: bool, columns: int = 80) -> tuple[Observer, TerminalProgress | None]:
    """The observer for a stream: none where nobody watches."""
    if not wanted or not stream.isatty():
        return ignore_progress, None
    progress = TerminalProgress(stream, columns)
    return progress, progress
