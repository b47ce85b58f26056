"""Finding the provisions that answer a question: weighted features of the texts and of the questions people ask.

BM25F with a weight per kind of feature (docs/retrieval.md has what was tried). Built once by `weigh`, searched without
numpy: an index is a sorted row of feature numbers, each with the provisions it speaks for.
"""

import math
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from knowledge.features import kind_of, number
from knowledge.frozen import Frozen

WEIGHTS = {"stem": 0.5, "pair": 0.6, "concept": 1.5, "piece": 0.2}
_SATURATION, _LENGTH, _RARITY = 2.0, 0.9, 0.35  # BM25's k1 and b, and the power of its idf; chosen on held-back voices


def weigh(documents: Sequence[Iterable[Iterable[str]]], weights: Mapping[str, float]) -> dict[str, "array[Any]"]:
    """The arrays of an index of documents, each a row of texts, each text its features."""
    counts = [Counter(feature for text in texts for feature in text) for texts in documents]
    spread = Counter(feature for count in counts for feature in count)
    lengths = [_lengths(count) for count in counts]
    average = {kind: sum(length[kind] for length in lengths) / max(1, len(lengths)) for kind in weights}
    postings: dict[int, dict[int, float]] = {}
    for document, (count, length) in enumerate(zip(counts, lengths, strict=True)):
        for feature, times in count.items():
            kind = kind_of(feature)
            if kind not in weights:
                continue
            rarity = math.log(1 + (len(counts) - spread[feature] + 0.5) / (spread[feature] + 0.5)) ** _RARITY
            norm = _SATURATION * (1 - _LENGTH + _LENGTH * length[kind] / average[kind])
            score = weights[kind] * rarity * times * (_SATURATION + 1) / (times + norm)
            row = postings.setdefault(number(feature), {})
            row[document] = row.get(document, 0.0) + score
    return as_arrays(postings, len(documents))


def _lengths(count: Mapping[str, int]) -> Counter[str]:
    lengths: Counter[str] = Counter()
    for feature, times in count.items():
        lengths[kind_of(feature)] += times
    return lengths


def as_arrays(postings: Mapping[int, Mapping[int, float]], size: int) -> dict[str, "array[Any]"]:
    """The arrays of an index over `size` documents: by feature number, the score for each document.

    A row that speaks of most documents is kept whole, in their order: whole rows are added up without a loop of ours.
    """
    keys, starts, documents, scores = array("I"), array("I", [0]), array("H"), array("f")
    for key in sorted(postings):
        row = postings[key]
        if len(row) > size / 2:
            row = {document: row.get(document, 0.0) for document in range(size)}
        keys.append(key)
        documents.extend(row.keys())
        scores.extend(row.values())
        starts.append(len(documents))
    return {"keys": keys, "starts": starts, "documents": documents, "scores": scores}


class Search:
    """An index opened from a frozen file under a prefix, over `size` documents."""

    def __init__(self, frozen: Frozen, prefix: str, size: int) -> None:
        self._keys, self._starts, self._documents, self._scores = (
            frozen.numbers(f"{prefix}.{name}") for name in ("keys", "starts", "documents", "scores")
        )
        self._size = size

    def scores(self, features: Iterable[str]) -> list[float]:
        """One score per document."""
        totals, whole = [0.0] * self._size, []
        for feature in features:
            key = number(feature)
            at = bisect_left(self._keys, key)
            if at == len(self._keys) or self._keys[at] != key:
                continue
            start, end = self._starts[at], self._starts[at + 1]
            if end - start == self._size:
                whole.append(self._scores[start:end])
                continue
            for document, score in zip(self._documents[start:end], self._scores[start:end], strict=True):
                totals[document] += score
        return [*map(sum, zip(totals, *whole, strict=True))] if whole else totals

    def knows(self, feature: str) -> bool:
        """Whether any document has the feature."""
        key = number(feature)
        at = bisect_left(self._keys, key)
        return at < len(self._keys) and self._keys[at] == key
