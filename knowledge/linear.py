"""A small yes-or-no judge over features: logistic regression, trained in plain Python, kept as numbers.

Few thousand short texts: training takes seconds, and neither building nor answering needs numpy.
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


def train(
    yes: Sequence[Sequence[str]],
    no: Sequence[Sequence[str]],
    rounds: int = 12,
    rate: float = 0.5,
    decay: float = 1e-5,
) -> dict[int, float]:
    """Weights per feature number, and the bias under 0; both sides count equally, whatever their number."""
    examples = [(list(map(number, features)), 1.0, 0.5 / len(yes)) for features in yes]
    examples += [(list(map(number, features)), 0.0, 0.5 / len(no)) for features in no]
    mean = 1.0 / len(examples)
    weights: dict[int, float] = {0: 0.0}
    shuffle = random.Random(_SEED)  # noqa: S311 - the order of training, not a secret
    for turn in range(rounds):
        step = rate / (1 + turn)
        shuffle.shuffle(examples)
        for keys, wanted, share in examples:
            scale = 1.0 / math.sqrt(len(keys) or 1)
            z = weights[0] + scale * sum(weights.get(key, 0.0) for key in keys)
            error = (wanted - 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))) * share / mean
            weights[0] += step * error * 0.1
            for key in keys:
                old = weights.get(key, 0.0)
                weights[key] = old + step * (error * scale - decay * old)
    return weights


def arrays(weights: Mapping[int, float]) -> dict[str, "array[Any]"]:
    """The weights as arrays for a frozen file; what weighs nothing is left out."""
    kept = sorted((key, value) for key, value in weights.items() if abs(value) > 1e-4 or key == 0)
    return {"keys": array("I", [k for k, _ in kept]), "weights": array("f", [w for _, w in kept])}


class Judge:
    """A trained judge, opened from a frozen file under a prefix."""

    def __init__(self, frozen: Frozen, prefix: str) -> None:
        self._keys, self._weights = frozen.numbers(f"{prefix}.keys"), frozen.numbers(f"{prefix}.weights")

    def score(self, features: Iterable[str]) -> float:
        """The log-odds that the answer is yes."""
        keys = [number(feature) for feature in features]
        return self._weights[0] + sum(map(self._weight, keys)) / math.sqrt(len(keys) or 1)

    def _weight(self, key: int) -> float:
        at = bisect_left(self._keys, key)
        return float(self._weights[at]) if at < len(self._keys) and self._keys[at] == key else 0.0
