"""Small yes-or-no judges over features: what each feature weighs for each judge, read for all at once, without numpy.

`fitting` finds the weights, when an index is built.
"""

import math
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from knowledge.frozen import Frozen
from knowledge.retrieval import Search, as_arrays

_SMALL = 1e-3  # weights below this change nothing that is shown
_PREFIX = "judges"


def arrays(weights: Mapping[str, Mapping[int, float]]) -> dict[str, "array[Any]"]:
    """The weights of every judge by feature number as arrays for a frozen file; what weighs nothing is left out."""
    rows: dict[int, dict[int, float]] = {}
    for judge, own in enumerate(weights.values()):
        for key, value in own.items():
            if key and abs(value) > _SMALL:
                rows.setdefault(key, {})[judge] = value
    return {f"{_PREFIX}.{name}": values for name, values in as_arrays(rows, len(weights)).items()}


def biases(weights: Mapping[str, Mapping[int, float]]) -> dict[str, dict[str, float]]:
    """For the JSON of a frozen file: the judges in order, each with what it says of a text without features."""
    return {_PREFIX: {name: own[0] for name, own in weights.items()}}


class Judges:
    """The trained judges, opened from a frozen file."""

    def __init__(self, frozen: Frozen) -> None:
        self.biases: Mapping[str, float] = frozen.meta[_PREFIX]
        self._index = Search(frozen, _PREFIX, len(self.biases))
        self._last: tuple[tuple[str, ...], Mapping[str, float]] = ((), self.biases)

    def scores(self, features: Sequence[str]) -> Mapping[str, float]:
        """By judge: the log-odds that the answer is yes. One message is judged by many in turn, so it is remembered."""
        asked, last = tuple(features), self._last
        if last[0] != asked:
            self._last = last = asked, self._read(asked)
        return last[1]

    def _read(self, features: tuple[str, ...]) -> Mapping[str, float]:
        totals, root = self._index.scores(features), math.sqrt(len(features) or 1)
        return {name: bias + total / root for (name, bias), total in zip(self.biases.items(), totals, strict=True)}
