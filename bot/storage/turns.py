"""Whose turn it is to write to a SQLite file, which has one pen.

Left to itself SQLite lets who waits look again now and then, ever less often, and whoever held the pen takes it again
meanwhile. Here what is urgent goes first within a process, and processes take turns: who waits for the pen keeps the
door, and nobody gets past the door. A process that dies lets go of both.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.storage.trouble import BusyError

try:
    import fcntl
except ImportError:  # Windows has none: there SQLite's own way is left
    fcntl = None  # type: ignore[assignment]

_LOOKS = 0.0005  # seconds between looks at a lock that another process holds


class Turn:
    """The turns of one open database, whose `file` lies beside those of the locks; without it there is one process."""

    def __init__(self, file: Path | None = None, patience: float = 10.0) -> None:
        self._file, self._patience = file, patience
        self._locks: list[int] = []
        self._change, self._taken, self._urgent = threading.Condition(), False, 0

    @contextmanager
    def take(self, urgent: bool = False) -> Iterator[None]:
        """Wait for the turn and hold it; `urgent`: before everybody in this process who is not.

        Raises BusyError when another process holds on to it for longer than `patience` seconds.
        """
        with self._change:
            self._urgent += urgent
            self._change.wait_for(lambda: not self._taken and (urgent or not self._urgent))
            self._urgent -= urgent
            self._taken = True
        try:
            with self._among_processes():
                yield
        finally:
            with self._change:
                self._taken = False
                self._change.notify_all()

    def close(self) -> None:
        """Let go of the files."""
        while self._locks:
            os.close(self._locks.pop())

    @contextmanager
    def _among_processes(self) -> Iterator[None]:
        if not self._opened():
            yield
            return
        door, pen = self._locks
        until = time.monotonic() + self._patience
        _lock(door, until)
        try:
            _lock(pen, until)
        finally:
            fcntl.flock(door, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(pen, fcntl.LOCK_UN)

    def _opened(self) -> bool:
        """Open the files, once; False where there are none to be had: what is wrong there SQLite tells better."""
        if self._file is None or fcntl is None:
            return False
        if not self._locks:
            with suppress(OSError):
                for name in ("door", "pen"):
                    file = f"{self._file}-{name}"
                    self._locks.append(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        return len(self._locks) == 2


def _lock(handle: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise BusyError from None
            time.sleep(_LOOKS)
        else:
            return
