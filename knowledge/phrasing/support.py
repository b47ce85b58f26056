"""What a sentence may hold at all: no number, role, word or limit that its source does not have. Simple on purpose.

`sameness` asks for more; these are the checks that need no reading of the sentence, and each stands alone.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from knowledge.phrasing.omitting import shortened
from knowledge.phrasing.otherwise import ways
from knowledge.phrasing.tokens import BREAKS, tokens
from knowledge.phrasing.wordlists import lists

_DIGITS = re.compile(r"\d+(?:[\s.\-\u2013/]*\d+)*")


def numbers_stand_there(said: str, source: str) -> bool:
    """Whether every run of digits stands so in the source."""
    return set(_DIGITS.findall(said)) <= set(_DIGITS.findall(source))


def roles_stand_there(said: str, source: str) -> bool:
    """Whether everybody who is named is named in the source."""
    return _of(tokens(said), lists().actors).keys() <= _all_words(source)


def words_stand_there(said: str, source: str) -> bool:
    """Whether every word stands in the source or in a written way to tell it, by itself or its group."""
    return set(tokens(said)) - BREAKS <= _all_words(source) | lists().free


def limits_stand(said: str, source: str) -> bool:
    """Whether "niet", "geen", "alleen", "mag", "moet" and the like are those of the source, no more and no fewer."""
    return _of(tokens(said), lists().limits) in _limits(source)


def _of(row: Sequence[str], words: frozenset[str]) -> Counter[str]:
    return Counter(word for word in row if word in words)


@lru_cache(maxsize=1024)
def _all_words(source: str) -> frozenset[str]:
    return frozenset(word for way in ways(source) for word in tokens(way))


@lru_cache(maxsize=1024)
def _limits(source: str) -> list[Counter[str]]:
    """The limits of every way to tell a source."""
    rows = [*shortened(source), *(row for way in ways(source)[1:] for row in shortened(way, clauses=False))]
    return [_of(row, lists().limits) for row in rows]
