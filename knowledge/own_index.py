"""Builds the index over a user's own documents, when they change; knowledge/own_passages.py opens it."""

import json
import math
from array import array
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from knowledge.documents import Document, Passage
from knowledge.features import Reader, learn_words
from knowledge.frozen import Frozen, FrozenError, freeze
from knowledge.glossary import load_glossary
from knowledge.library import INDEX_NAME, Progress
from knowledge.own_passages import FORMAT, NAME
from knowledge.retrieval import WEIGHTS, weigh
from knowledge.shelf import FOLDER, Shelf
from knowledge.sources import SHIPPED
from knowledge.text import Concepts

_COMMON = 0.25  # share of the passages: what more of them have tells little and costs most, on a shelf that is large
_LARGE = 500  # passages
_RARER = 0.3  # power of the rarity added to retrieval's own: without written questions a rare word says more


def build_own_index(data: Path, progress: Progress = lambda *_: None) -> None:
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
    for done, document in enumerate(documents):
        progress(document.file, done / len(documents))
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


def _features(reader: Reader, document: Document, passage: Passage) -> list[Sequence[str]]:
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


def _search_arrays(texts: Sequence[Sequence[Sequence[str]]]) -> dict[str, "array[Any]"]:
    arrays = weigh(texts, WEIGHTS)
    keys, starts, rows, scores = (arrays[name] for name in ("keys", "starts", "documents", "scores"))
    kept: dict[str, array[Any]] = {
        "keys": array("I"),
        "starts": array("I", [0]),
        "documents": array("H"),
        "scores": array("f"),
    }
    tops = array("f")
    for key, (start, end) in zip(keys, pairwise(starts), strict=True):
        if len(texts) > _LARGE and end - start > _COMMON * len(texts):
            continue
        rarer = rarity(len(texts), end - start) ** _RARER
        kept["keys"].append(key)
        kept["documents"].extend(rows[start:end])
        kept["scores"].extend([rarer * score for score in scores[start:end]])
        kept["starts"].append(len(kept["documents"]))
        tops.append(rarer * max(scores[start:end]))
    return {f"search.{name}": values for name, values in kept.items()} | {"search.tops": tops}


def rarity(size: int, times: int) -> float:
    """How much it says that a passage has something that `times` of `size` passages have."""
    return math.log(1 + (size - times + 0.5) / (times + 0.5))


def _passage_arrays(documents: Sequence[Document]) -> dict[str, "array[Any]"]:
    """Every passage as its own piece of JSON, so that only those shown are read."""
    starts, text = array("I", [0]), array("B")
    for at, document in enumerate(documents):
        for passage in document.passages:
            text.frombytes(json.dumps([at, passage.section, passage.page, passage.text], ensure_ascii=False).encode())
            starts.append(len(text))
    return {"passages.starts": starts, "passages.text": text}
