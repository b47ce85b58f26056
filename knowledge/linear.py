"""A small yes-or-no judge over features: logistic regression, trained in plain Python, kept as numbers.

Some thousands of short texts: training takes seconds, and neither building nor answering needs numpy.
"""

import math
import random
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from knowledge.features import number
from knowledge.frozen import Frozen

_SEED = 20180101
_ROUNDS, _RATE = 8, 0.5
_SMALL = 1e-3  # weights below this change nothing that is shown


def train(yes: Sequence[Sequence[int]], no: Sequence[Sequence[int]]) -> dict[int, float]:
    """Weights per feature number, and the bias under 0; both sides count equally, whatever their number."""
    place = {key: at for at, key in enumerate({key for text in (*yes, *no) for key in text})}
    heavy = (len(yes) + len(no)) / 2
    examples = [
        ([place[key] for key in text], wanted, heavy / len(side), 1 / math.sqrt(len(text) or 1))
        for side, wanted in ((yes, 1.0), (no, 0.0))
        for text in side
    ]
    weights, bias = [0.0] * len(place), 0.0
    shuffle = random.Random(_SEED)  # noqa: S311 - the order of training, not a secret
    for turn in range(_ROUNDS):
        rate = _RATE / (1 + turn)
        shuffle.shuffle(examples)
        for at, wanted, share, scale in examples:
            log_odds = bias + scale * sum([weights[key] for key in at])
            step = rate * share * (wanted - _chance(log_odds))
            if abs(step) > 1e-5:
                bias += 0.1 * step
                step *= scale
                for key in at:
                    weights[key] += step
    return {0: bias} | {key: weights[at] for key, at in place.items()}


def _chance(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, log_odds))))


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
