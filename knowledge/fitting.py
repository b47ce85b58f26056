"""Fitting a judge: logistic regression by Newton's method, each step solved by conjugate gradients.

Needs numpy, so nothing that answers imports it: an index is built once, and read without numpy (`linear`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

_FREEDOM = 30.0  # how far weights may move for the sake of the examples; chosen on voices held back (docs/retrieval.md)
_TWICE = 2  # a feature of one text alone says something about that text only
_STEPS, _INNER = 5, 8  # of Newton, and of conjugate gradients within one; more moves the log-odds by a few tenths
_NEAR = 0.01  # share of the squared gradient at which a step is solved well enough
_LEAST = 1e-3  # share of a step that is still worth taking


@dataclass(frozen=True)
class Examples:
    """The texts as a sparse table: for every feature of every text its row, its column and its value."""

    keys: Places
    rows: Places
    columns: Places
    values: Numbers
    size: int

    @classmethod
    def of(cls, texts: Sequence[Sequence[int]]) -> Self:
        """The table of texts, each its feature numbers; a text's features share a length of 1."""
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        flat = np.fromiter((key for text in texts for key in text), np.int64, int(lengths.sum()))
        _, at, times = np.unique(flat, return_inverse=True, return_counts=True)
        kept = times[at] >= _TWICE
        rows = np.repeat(np.arange(len(texts)), lengths)[kept]
        keys, columns = np.unique(flat[kept], return_inverse=True)
        return cls(keys, rows, columns, 1 / np.sqrt(lengths[rows]), len(texts))

    def odds(self, weights: Numbers) -> Numbers:
        """Log-odds per text; the last weight is the bias."""
        odds: Numbers = np.bincount(self.rows, weights[self.columns] * self.values, self.size) + weights[-1]
        return odds

    def pull(self, per_text: Numbers) -> Numbers:
        """What each text wants, summed per weight."""
        summed = np.bincount(self.columns, per_text[self.rows] * self.values, len(self.keys))
        return np.append(summed, per_text.sum())


def train(examples: Examples, wanted: Sequence[bool]) -> dict[int, float]:
    """Weights per feature number, and the bias under 0; both sides count equally, whatever their number."""
    yes = np.asarray(wanted, np.float64)
    heavy = _FREEDOM * len(yes) / 2 / np.where(yes == 1, yes.sum(), len(yes) - yes.sum())
    weights = np.zeros(len(examples.keys) + 1)
    for _ in range(_STEPS):
        weights = _stepped(examples, yes, heavy, weights)
    return {0: float(weights[-1])} | dict(zip(examples.keys.tolist(), weights[:-1].tolist(), strict=True))


def _stepped(examples: Examples, wanted: Numbers, heavy: Numbers, weights: Numbers) -> Numbers:
    """The weights one step of Newton further; halved until it helps."""
    odds = examples.odds(weights)
    chance = np.exp(-np.logaddexp(0, -odds))
    step = _solved(examples, heavy * chance * (1 - chance), -examples.pull(heavy * (chance - wanted)) - weights)
    along, share = examples.odds(step), 1.0

    def loss(share: float) -> float:
        there, signed = weights + share * step, np.where(wanted == 1, -1, 1) * (odds + share * along)
        return float((heavy * np.logaddexp(0, signed)).sum() + _product(there, there) / 2)

    start = loss(0.0)
    while share > _LEAST and loss(share) > start:
        share /= 2
    return weights + share * step if share > _LEAST else weights


def _solved(examples: Examples, curve: Numbers, wanted: Numbers) -> Numbers:
    """The step x for which (curvature + 1) x is nearly what is wanted."""
    step, rest, way = np.zeros_like(wanted), wanted, wanted
    left = enough = _product(rest, rest)
    for _ in range(_INNER):
        bent = examples.pull(curve * examples.odds(way)) + way
        length = left / _product(way, bent) if left else 0.0
        step, rest = step + length * way, rest - length * bent
        before, left = left, _product(rest, rest)
        if left <= _NEAR * enough:
            break
        way = rest + left / before * way
    return step


def _product(one: Numbers, other: Numbers) -> float:
    """The inner product; `@` would wake a thread on every processor for these few numbers."""
    return float((one * other).sum())
