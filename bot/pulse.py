"""Whether the parts inside still do their rounds: when each last did one well, and what went wrong since."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

CLOCK, WORKER = "clock", "worker"
"""The parts that everything waits for."""


@dataclass
class Pulse:
    """The last good round of each part, and the last fault after it; from any thread. A part counts from its start."""

    clock: Callable[[], float] = time.monotonic
    _last: dict[str, float] = field(default_factory=dict)
    _moved: dict[str, float] = field(default_factory=dict)
    _faults: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._last, self._moved = (dict.fromkeys((CLOCK, WORKER), self.clock()) for _ in range(2))

    def beat(self, part: str) -> None:
        """A round went well."""
        with self._lock:
            self._last[part] = self._moved[part] = self.clock()
            self._faults.pop(part, None)

    def fault(self, part: str, error: Exception) -> None:
        """A round failed. Kept is a sentence of ours, else only the kind: an error's text can hold what was typed."""
        ours = {"StorageError", "VaultError", "ContentError"} & {kind.__name__ for kind in type(error).__mro__}
        with self._lock:
            self._moved[part] = self.clock()
            self._faults[part] = str(error) if ours else type(error).__name__

    def age(self, part: str) -> float:
        """Seconds since the last good round."""
        with self._lock:
            return self.clock() - self._last[part]

    def stillness(self) -> float:
        """The longest time in seconds that a part did no round at all, good or bad."""
        with self._lock:
            return self.clock() - min(self._moved.values())

    def trouble(self, part: str) -> str:
        """What went wrong since the last good round; empty when nothing did."""
        with self._lock:
            return self._faults.get(part, "")
