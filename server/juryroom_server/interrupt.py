"""Being told to end: SIGTERM and SIGHUP take the way of Ctrl-C, on which folders are removed and children killed."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_NAMES = ("SIGTERM", "SIGHUP")


class Ending:
    """Which signal ended the work, as far as one did."""

    def __init__(self) -> None:
        self.number = signal.SIGINT

    @property
    def exit_code(self) -> int:
        """128 and the signal's number, as shells have it."""
        return 128 + self.number


@contextmanager
def as_interrupts() -> Iterator[Ending]:
    """Within it both signals raise KeyboardInterrupt, in an event loop after the cancellation of what runs in it."""
    ending = Ending()

    def interrupt(number: int, _: FrameType | None) -> None:
        ending.number = signal.Signals(number)
        signal.raise_signal(signal.SIGINT)

    taken = []
    if threading.current_thread() is threading.main_thread():
        # what is ignored (nohup) stays so, and there is no SIGHUP on Windows
        numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
        taken = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, interrupt)
    try:
        yield ending
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)
