"""Who is held back together: the voices of one author, in questions and in signals."""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

from knowledge.content import Content
from knowledge.crossvalidation import TOGETHER

_ALSO_WROTE = {"start-1": "start"}  # signals under another name
_T = TypeVar("_T")

QUICK = ("signalen-1", "verteller")


def all_authors(content: Content) -> list[frozenset[str]]:
    """Every author who wrote questions or signals, as the voices to hold back."""
    voices = {a.voice for a in content.asked} | {s.voice for s in content.signals}
    joint = [group | {_ALSO_WROTE[voice] for voice in group & _ALSO_WROTE.keys()} for group in TOGETHER]
    alone = voices - frozenset().union(*joint)
    return [group & voices for group in joint if group & voices] + [frozenset({voice}) for voice in sorted(alone)]


def each(work: Callable[[frozenset[str]], list[_T]], held_back: Iterable[frozenset[str]], workers: int) -> list[_T]:
    """What `work` gives for every author, all in one row; so many processes at once."""
    groups = list(held_back)
    if workers < 2:
        return [item for group in groups for item in work(group)]
    with ProcessPoolExecutor(workers) as pool:
        return [item for items in pool.map(work, groups) for item in items]
