"""Questions to documents of a user's own, which nobody wrote questions for: what finds the right section."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from knowledge.dense import Dense
from knowledge.document_files import read_document
from knowledge.own_index import build_own_index
from knowledge.own_search import Near, search_own
from knowledge.shelf import Shelf
from knowledge.text import words
from tests.bench.shares import share

DATA = Path(__file__).parent.parent / "data"
_MOST = 3

Place = tuple[str, str]
"""File and section."""
Find = Callable[[str], Sequence[Place]]
"""A question to the places that fit, best first."""


def rows(data: Path = DATA, with_meaning: bool = True) -> list[dict[str, Any]]:
    """Each way of searching and each kind of wording: how often the right section, and document, comes first."""
    asked = [json.loads(line) for line in (data / "own_questions.jsonl").read_text(encoding="utf-8").splitlines()]
    with TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder))
        for file in sorted((data / "own_documents").iterdir()):
            shelf.put(read_document(file))
        build_own_index(shelf.data)
        dense = Dense(shelf.data)
        ways = dict(_ways(shelf, dense.near if with_meaning and _is_ready(dense) else None))
        found = [
            {"wording": wording, "name": name} | _measured([a for a in asked if a["wording"] == wording], find)
            for wording in sorted({a["wording"] for a in asked})
            for name, find in ways.items()
        ]
        dense.close()
    return found


def _is_ready(dense: Dense) -> bool:
    dense.wait()
    return bool(dense.near("wie bel ik"))


def _ways(shelf: Shelf, near: Near | None) -> Iterator[tuple[str, Find]]:
    passages = {p.id: (d.file, p.section, f"{p.section} {p.text}") for d in shelf.documents() for p in d.passages}
    if find_spec("rank_bm25"):
        yield "plain BM25 (rank_bm25)", _plain(list(passages.values()))
    yield "by words", lambda question: [(h.file, h.section) for h in search_own(shelf.data, question, _MOST)]
    if near:
        yield "by meaning alone", lambda question: _nearest(near(question, _MOST), passages)
        yield (
            "by words and meaning",
            lambda question: [(h.file, h.section) for h in search_own(shelf.data, question, _MOST, near)],
        )


def _plain(passages: Sequence[tuple[str, str, str]]) -> Find:
    from rank_bm25 import BM25Okapi  # an extra

    ranked = BM25Okapi([words(text) for _, _, text in passages])

    def find(question: str) -> list[Place]:
        scores = ranked.get_scores(words(question))
        best = sorted(range(len(passages)), key=lambda at: -scores[at])[:_MOST]
        return [passages[at][:2] for at in best]

    return find


def _nearest(similar: Mapping[str, float], passages: Mapping[str, tuple[str, str, str]]) -> list[Place]:
    return [passages[id][:2] for id in sorted(similar, key=lambda id: -similar[id])]


def _measured(asked: Sequence[Mapping[str, str]], find: Find) -> dict[str, Any]:
    found = [find(a["q"]) for a in asked]
    right = [(a["document"], a["section"]) for a in asked]
    pairs = list(zip(found, right, strict=True))
    return {
        "hit@1": share(place in some[:1] for some, place in pairs),
        "hit@3": share(place in some[:_MOST] for some, place in pairs),
        "document@1": share(bool(some) and some[0][0] == place[0] for some, place in pairs),
    }
