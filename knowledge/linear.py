"""A small yes-or-no judge over features: a weight for each, kept as numbers and read without numpy.

`fitting` finds the weights, when an index is built.
"""

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any

from knowledge.features import number
from knowledge.frozen import Frozen

_SMALL = 1e-3  # weights below this change nothing that is shown


def arrays(weights: Mapping[int, float]) -> dict[str, "array[Any]"]:
    """The weights as arrays for a frozen file; what weighs nothing is left out."""
    kept = sorted((key, value) for key, value in weights.items() if abs(value) > _SMALL or key == 0)
    return {"keys": array("I", [k for k, _ in kept]), "weights": array("f", [w for _, w in kept])}


class Judge:
    """A trained judge, opened from a frozen file under a prefix."""

    def __init__(self, frozen: Frozen, prefix: str) -> None:
        self._keys, self._weights = frozen.numbers(f"{prefix}.keys"), frozen.numbers(f"{prefix}.weights")

    def score(self, features: Iterable[str]) -> float:
        """The log-odds that the answer is yes."""
        keys = [number(feature) for feature in features]
        return float(self._weights[0]) + sum(map(self._weight, keys)) / math.sqrt(len(keys) or 1)

    def _weight(self, key: int) -> float:
        at = bisect_left(self._keys, key)
        return float(self._weights[at]) if at < len(self._keys) and self._keys[at] == key else 0.0
