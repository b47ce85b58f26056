"""The lexical index over a user's own documents: built when they change, opened without reading them."""

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from knowledge.documents import Document, Passage
from knowledge.features import Reader, kind_of, learn_words, number
from knowledge.frozen import Frozen, FrozenError, freeze
from knowledge.glossary import load_glossary
from knowledge.library import INDEX_NAME, Progress
from knowledge.retrieval import WEIGHTS, Search, weigh
from knowledge.shelf import FOLDER, Shelf
from knowledge.sources import SHIPPED
from knowledge.text import Concepts

FORMAT = 1
NAME = "own.wgz"
_COMMON = 0.25  # share of the passages: what more of them have tells little and costs most, on a shelf that is large
_LARGE = 500  # passages


def build_own_index(data: Path, progress: Progress = lambda _: None) -> None:
    """Write the index of the documents in a data folder; without documents there is none. Raises ContentError."""
    shelf = Shelf(data)
    stamp, documents = shelf.stamp(), shelf.documents()
    path = data / FOLDER / NAME
    if not documents:
        path.unlink(missing_ok=True)
        return
    glossary, known = _language(data)
    reader = Reader(Concepts.from_groups(glossary), frozenset())
    texts = []
    for document in documents:
        progress(document.file)
        texts += [_features(reader, document, passage) for passage in document.passages]
    known |= learn_words(_twice(documents), glossary)
    meta = _meta(stamp, documents) | {"glossary": glossary, "known_words": sorted(known)}
    freeze(path, meta, _search_arrays(texts) | _passage_arrays(documents))


def _language(data: Path) -> tuple[dict[str, list[str]], frozenset[str]]:
    """The words that mean the same and the words that exist, as the index of the agreements has them."""
    try:
        meta = Frozen(data / INDEX_NAME).meta
        return meta["glossary"], frozenset(meta["known_words"])
    except (OSError, FrozenError, KeyError):
        return load_glossary(SHIPPED / "glossary.yaml"), frozenset()


def _features(reader: Reader, document: Document, passage: Passage) -> list[list[str]]:
    """The features of a passage; where it stands says as much as two texts."""
    place = reader.features(f"{document.title} {passage.section}")
    return [place, place, reader.features(passage.text)]


def _twice(documents: Sequence[Document]) -> Iterable[tuple[str, str]]:
    # A word of a document is spelled right, whether or not a second one has it.
    for document in documents:
        for passage in document.passages:
            text = f"{document.title} {passage.section} {passage.text}"
            yield from (("once", text), ("twice", text))


def _meta(stamp: str, documents: Sequence[Document]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "stamp": stamp,
        "ids": [passage.id for document in documents for passage in document.passages],
        "documents": [d.model_dump(mode="json", include={"file", "valid_from", "valid_until"}) for d in documents],
    }


def _search_arrays(texts: Sequence[list[list[str]]]) -> dict[str, "array[Any]"]:
    arrays = weigh(texts, WEIGHTS)
    keys, starts, rows, scores = (arrays[name] for name in ("keys", "starts", "documents", "scores"))
    kept: dict[str, array[Any]] = {"keys": array("I"), "starts": array("I", [0]), "documents": array("H"), "scores": array("f")}
    tops = array("f")
    for key, (start, end) in zip(keys, pairwise(starts), strict=True):
        if len(texts) > _LARGE and end - start > _COMMON * len(texts):
            continue
        kept["keys"].append(key)
        kept["documents"].extend(rows[start:end])
        kept["scores"].extend(scores[start:end])
        kept["starts"].append(len(kept["documents"]))
        tops.append(max(scores[start:end]))
    return {f"search.{name}": values for name, values in kept.items()} | {"search.tops": tops}


def _passage_arrays(documents: Sequence[Document]) -> dict[str, "array[Any]"]:
    """Every passage as its own piece of JSON, so that only those shown are read."""
    starts, text = array("I", [0]), array("B")
    for at, document in enumerate(documents):
        for passage in document.passages:
            text.frombytes(json.dumps([at, passage.section, passage.page, passage.text], ensure_ascii=False).encode())
            starts.append(len(text))
    return {"passages.starts": starts, "passages.text": text}


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
        starts, text = self._frozen.numbers("passages.starts"), self._frozen.numbers("passages.text")
        document, section, page, words = json.loads(bytes(text[starts[at] : starts[at + 1]]))
        return self._frozen.meta["documents"][document]["file"], section, page, words

    def in_force(self, at: int, today: date | None) -> bool:
        """Whether the document of a passage holds on a day; with no day given it does."""
        starts, text = self._frozen.numbers("passages.starts"), self._frozen.numbers("passages.text")
        document = self._frozen.meta["documents"][json.loads(bytes(text[starts[at] : starts[at + 1]]))[0]]
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
