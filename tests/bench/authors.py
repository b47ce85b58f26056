"""Who is held back together: the voices of one author, in questions and in signals."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

from knowledge.content import Content
from knowledge.crossvalidation import TOGETHER

_ALSO_WROTE = {"start-1": "start"}  # signals under another name
_T = TypeVar("_T")

QUICK = ("signalen-1", "verteller")
ROUNDS = 10


def voices_of(content: Content) -> Counter[str]:
    """How many questions and signals each voice has."""
    return Counter([*(asked.voice for asked in content.asked), *(signal.voice for signal in content.signals)])


def all_authors(content: Content) -> list[frozenset[str]]:
    """Every author who wrote questions or signals, as the voices to hold back."""
    voices = voices_of(content).keys()
    joint = [group | {_ALSO_WROTE[voice] for voice in group & _ALSO_WROTE.keys()} for group in TOGETHER]
    alone = voices - frozenset().union(*joint)
    return [group & voices for group in joint if group & voices] + [frozenset({voice}) for voice in sorted(alone)]


def in_rounds(content: Content, authors: Iterable[frozenset[str]], rounds: int = ROUNDS) -> list[frozenset[str]]:
    """The voices of several authors together, about as many texts in each round.

    A round held back at once leaves a little less to learn from than the product has, and takes a fraction of the time.
    """
    texts = voices_of(content)
    packed: list[list[frozenset[str]]] = [[] for _ in range(rounds)]
    for author in sorted(authors, key=lambda author: (-sum(texts[voice] for voice in author), sorted(author))):
        min(packed, key=lambda some: sum(texts[voice] for one in some for voice in one)).append(author)
    return [frozenset().union(*some) for some in packed if some]


def each(work: Callable[[frozenset[str]], list[_T]], held_back: Iterable[frozenset[str]], workers: int) -> list[_T]:
    """What `work` gives for every author, all in one row; so many processes at once."""
    groups = list(held_back)
    if workers < 2:
        return [item for group in groups for item in work(group)]
    with ProcessPoolExecutor(workers) as pool:
        return [item for items in pool.map(work, groups) for item in items]
