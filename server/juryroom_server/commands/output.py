"""Where reports go: standard output, or a file that is looked at before anything is paid for."""

import os
import sys
from pathlib import Path

from juryroom_reviewers.failure import Failure

from .errors import UsageError


class OutputError(Failure):
    """What was worked out could not be written; the message says why, and what to do."""


def write_out(text: str) -> None:
    """Write text to standard output, now.

    Raises:
        BrokenPipeError: when its reader has gone.
        OutputError: when it can't be written for another reason, such as a full disk.
    """
    try:
        sys.stdout.flush()
        # a file name that is not UTF-8 must not end the review
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        give_up_stdout()
        advice = "make room there, or send the output somewhere else"
        raise OutputError(f"standard output can't be written: {error.strerror}; {advice}") from error


def give_up_stdout() -> None:
    """Send what is still buffered nowhere, or the interpreter complains about it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def check_file(path: Path) -> None:
    """See that a file can probably be written, without touching it.

    Raises:
        UsageError: when it can't.
    """
    folder = path.parent
    if path.is_dir():
        raise UsageError(f"--output {str(path)!r}: it is a folder; name a file in it")
    if not folder.is_dir():
        raise UsageError(f"--output {str(path)!r}: there is no folder {str(folder)!r}; name a file in one that exists")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise UsageError(f"--output {str(path)!r}: you may not write there; name a file that you may write")


def write_file(path: Path, text: str) -> None:
    """Write a file; where that fails, print the text instead, so that it is not lost.

    Raises:
        OutputError: when the file can't be written.
    """
    try:
        path.write_bytes(text.encode("utf-8", "replace"))
    except OSError as error:
        write_out(text)
        raise OutputError(f"--output {str(path)!r}: {error.strerror}; the report is on standard output") from error
