"""What a sentence may hold at all: no number, role, word or limit that its source does not have. Simple on purpose.

`sameness` asks for more; these are the checks that need no reading of the sentence, and each stands alone.
"""

import re
from collections import Counter
from functools import lru_cache

from knowledge.phrasing.omitting import shortened
from knowledge.phrasing.otherwise import ways
from knowledge.phrasing.pieces import may_come
from knowledge.phrasing.tokens import BREAKS, base, tokens
from knowledge.phrasing.wordlists import lists

_DIGITS = re.compile(r"\d+(?:[\s.\-\u2013/]*\d+)*")


def numbers_stand_there(said: str, source: str) -> bool:
    """Whether every run of digits stands so in the source."""
    return set(_DIGITS.findall(said)) <= set(_DIGITS.findall(source))


def roles_stand_there(said: str, source: str) -> bool:
    """Whether everybody who is named is named in the source."""
    return _of(said, lists().actors).keys() <= _all_words(source)


def words_stand_there(said: str, source: str) -> bool:
    """Whether every word stands in the source or in a written way to tell it, by itself, its stem or its group."""
    return {base(word) for word in tokens(said)} - BREAKS <= _all_words(source) | may_come() | _joining()


def limits_stand(said: str, source: str) -> bool:
    """Whether "niet", "geen", "alleen", "mag", "moet" and the like are those of the source, no more and no fewer."""
    return _of(said, lists().limits - lists().even) in _limits(source)


def _joining() -> frozenset[str]:
    """What joins two clauses and stands for a comma or a verb in front: "Stopt iets, dan" is "als iets stopt"."""
    return lists().even | {"dan", lists().single["als"]}


def _of(text: str, words: frozenset[str]) -> Counter[str]:
    return Counter(base(word) for word in tokens(text) if word in words)


@lru_cache(maxsize=1024)
def _all_words(source: str) -> frozenset[str]:
    return frozenset(base(word) for way in ways(source) for word in tokens(way))


@lru_cache(maxsize=1024)
def _limits(source: str) -> list[Counter[str]]:
    """The limits of every way to tell a source."""
    words = lists().limits - lists().even
    rows = [*shortened(source), *(row for way in ways(source)[1:] for row in shortened(way, clauses=False))]
    return [Counter(base(word) for word in row if word in words) for row in rows]
