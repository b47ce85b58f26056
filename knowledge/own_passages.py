"""The opened index over a user's own documents: what each passage has of a question, and the passages themselves."""

import json
from bisect import bisect_left
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from knowledge.features import Reader, kind_of, number
from knowledge.frozen import Frozen, FrozenError
from knowledge.retrieval import WEIGHTS, Search
from knowledge.shelf import FOLDER
from knowledge.text import Concepts

FORMAT = 1
"""The version of what the index holds: raise it when building changes, so that older files are built anew."""

NAME = "own.wgz"


class OwnIndex:
    """An opened index of own documents."""

    def __init__(self, frozen: Frozen) -> None:
        self._frozen = frozen
        self.ids: list[str] = frozen.meta["ids"]
        self._search = Search(frozen, "search", len(self.ids))
        self._keys, self._tops = frozen.numbers("search.keys"), frozen.numbers("search.tops")

    @cached_property
    def reader(self) -> Reader:
        """Reads what people type, with spelling repair."""
        meta = self._frozen.meta
        return Reader(Concepts.from_groups(meta["glossary"]), frozenset(meta["known_words"]))

    @cached_property
    def place_of(self) -> Mapping[str, int]:
        """Where a passage stands in the index, by id."""
        return {id: at for at, id in enumerate(self.ids)}

    def shares(self, question: str) -> list[float]:
        """Per passage: how much of what the question says it has, 0 to 1."""
        features = self.reader.features(question)
        whole = sum(map(self._most, features)) or 1.0
        return [score / whole for score in self._search.scores(features)]

    def _most(self, feature: str) -> float:
        """What a passage can score at most for a feature; a word that no passage has counts as a rare one."""
        key = number(feature)
        at = bisect_left(self._keys, key)
        if at < len(self._keys) and self._keys[at] == key:
            return float(self._tops[at])
        return self._rare.get(kind_of(feature), 0.0)

    @cached_property
    def _rare(self) -> Mapping[str, float]:
        highest = max(self._tops, default=0.0) / max(WEIGHTS.values())
        return {kind: weight * highest for kind, weight in WEIGHTS.items() if kind == "stem"}

    def passage(self, at: int) -> tuple[str, str, int | None, str]:
        """File, section, page and text of a passage."""
        document, section, page, words = self._row(at)
        return self._frozen.meta["documents"][document]["file"], section, page, words

    def is_beside(self, one: int, other: int) -> bool:
        """Whether two passages are of the same section of the same document."""
        return self._row(one)[:2] == self._row(other)[:2]

    def _row(self, at: int) -> list[Any]:
        starts, text = self._frozen.numbers("passages.starts"), self._frozen.numbers("passages.text")
        row: list[Any] = json.loads(bytes(text[starts[at] : starts[at + 1]]))
        return row

    def in_force(self, at: int, today: date | None) -> bool:
        """Whether the document of a passage holds on a day; with no day given it does."""
        document = self._frozen.meta["documents"][self._row(at)[0]]
        day = today.isoformat() if today else ""
        return not day or (document["valid_from"] or day) <= day <= (document["valid_until"] or day)


def open_own_index(data: Path, stamp: str) -> OwnIndex | None:
    """The index when it is whole and of the documents as they are now, else None."""
    try:
        frozen = Frozen(data / FOLDER / NAME)
    except (OSError, FrozenError):
        return None
    fresh = frozen.meta.get("format") == FORMAT and frozen.meta.get("stamp") == stamp
    return OwnIndex(frozen) if fresh else None
