"""Whether a sentence says what its source says: that sentence or a written way to say it, in the same words and order.

Freedom to move words was tried and taken away: whoever set out to lie in the source's own words found a way. What may
differ: words listed as the same, articles, and stretches and a few light words that may go.
"""

from collections.abc import Sequence
from functools import lru_cache

from knowledge.phrasing.omitting import shortened
from knowledge.phrasing.otherwise import ways
from knowledge.phrasing.tokens import tokens
from knowledge.phrasing.wordlists import lists


def says_the_same(said: str, source: str) -> bool:
    """Whether the sentence is a way to tell its source."""
    row = _plain(tokens(said))
    return bool(row) and any(_is_left_of(row, way) for way in _ways(source))


def _is_left_of(row: Sequence[str], way: Sequence[str]) -> bool:
    """Whether the row is what is left of a way when light words go, all in their order."""
    at = 0
    for word in way:
        if row[at : at + 1] == (word,):
            at += 1
        elif word not in lists().light:
            return False
    return at == len(row)


def _plain(row: Sequence[str]) -> tuple[str, ...]:
    """The row without what never changes the sense; "Zeggen ouders nee? Dan ..." is "Zeggen ouders nee, dan ..."."""
    last = len(row) - 1
    free = lists().free - {"dan"} if "eerst" in row else lists().free  # "eerst het CJG, dan de klantmanager"
    return tuple("," if word == "?" and at < last else word for at, word in enumerate(row) if word not in free)


@lru_cache(maxsize=1024)
def _ways(source: str) -> tuple[tuple[str, ...], ...]:
    """Every way to tell a source: itself with what may go left out, and what is written."""
    own, *others = ways(source)
    rows = [*shortened(own), *(row for way in others for row in shortened(way, clauses=False))]
    return tuple(dict.fromkeys(map(_plain, rows)))
