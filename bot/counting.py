"""What happened since the start, as numbers under names of ours: no text, no person, no room."""

import threading
from collections import Counter
from collections.abc import Mapping


class Counts:
    """Counts per name and labels; from any thread."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, ...]] = Counter()
        self._lock = threading.Lock()

    def add(self, name: str, *labels: str, times: int = 1) -> None:
        """Count something that happened."""
        with self._lock:
            self._counts[(name, *labels)] += times

    def of(self, name: str) -> Mapping[tuple[str, ...], int]:
        """How often, by labels."""
        with self._lock:
            return {key[1:]: times for key, times in self._counts.items() if key[0] == name}
