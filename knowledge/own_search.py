"""Searches a user's own documents: by words at once, and by meaning too where the dense half is loaded."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from knowledge.faults import ContentError
from knowledge.own_passages import OwnIndex, open_own_index
from knowledge.shelf import Shelf

MEANING = 0.5  # how much of the similarity in meaning is added to the share of the words (docs/retrieval.md)
SURE = 0.43  # share of the words from which a passage is an answer; 1 in 20 other questions has it
_CANDIDATES = 50

Near = Callable[[str, int], Mapping[str, float]]
"""From a question and a number to the similarity of the nearest passages, by passage id; {} when not ready."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OwnHit:
    """A passage that fits a question; `score` is the share of the question it has, meaning added, 0 to about 1."""

    id: str
    file: str
    section: str
    page: int | None
    text: str
    score: float
    confident: bool


def search_own(
    data_folder: Path, question: str, most: int = 3, near: Near | None = None, today: date | None = None
) -> tuple[OwnHit, ...]:
    """The best passages of the own documents in force, best first; () at once when there are no documents."""
    stamp = Shelf(data_folder).stamp()
    index = _index(data_folder, stamp) if stamp else None
    if index is None:
        return ()
    shares = index.shares(question)
    scores = _with_meaning(index, shares, near(question, _CANDIDATES) if near else {})
    best = sorted((at for at, score in enumerate(scores) if score > 0), key=lambda at: -scores[at])
    hits = (_hit(index, at, scores[at], shares[at]) for at in best if index.in_force(at, today))
    return tuple(hit for hit, _ in zip(hits, range(most), strict=False))


def section_around(data_folder: Path, id: str, today: date | None = None) -> tuple[OwnHit, ...]:
    """The passages of the section that a passage stands in, in order; () when its document is gone or not in force."""
    stamp = Shelf(data_folder).stamp()
    index = _index(data_folder, stamp) if stamp else None
    at = index.place_of.get(id) if index else None
    if index is None or at is None or not index.in_force(at, today):
        return ()
    first = last = at
    while first and index.is_beside(first - 1, at):
        first -= 1
    while last + 1 < len(index.ids) and index.is_beside(last + 1, at):
        last += 1
    return tuple(_hit(index, place, 0.0, 0.0) for place in range(first, last + 1))


@lru_cache(maxsize=4)
def _index(data: Path, stamp: str) -> OwnIndex | None:
    """The index of the documents as they are; built here only when a file was edited by hand or the index is gone."""
    index = open_own_index(data, stamp)
    if index is not None:
        return index
    from knowledge.own_index import build_own_index  # reading and weighing; not needed to answer

    try:
        build_own_index(data)
    except (ContentError, OSError) as error:
        # A damaged document is for `knowledge check` to tell; answers from the agreements go on.
        _log.warning("own documents cannot be indexed: %s", type(error).__name__)
        return None
    return open_own_index(data, stamp)


def _with_meaning(index: OwnIndex, shares: list[float], similar: Mapping[str, float]) -> list[float]:
    """Share of the words plus a part of the similarity; what is not among the nearest counts as the least near."""
    found = {index.place_of[id]: value for id, value in similar.items() if id in index.place_of}
    if not found:
        return shares
    least = min(found.values())
    return [share + MEANING * max(0.0, found.get(at, least)) for at, share in enumerate(shares)]


def _hit(index: OwnIndex, at: int, score: float, share: float) -> OwnHit:
    file, section, page, text = index.passage(at)
    return OwnHit(index.ids[at], file, section, page, text, score, share >= SURE)
