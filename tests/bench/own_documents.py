"""Questions to twenty documents of a user's own, which nobody wrote questions for: what finds the right passage."""

import json
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from knowledge.content import Content
from knowledge.documents import Document, make_document
from knowledge.features import Reader, learn_words
from knowledge.frozen import Frozen, freeze
from knowledge.headings import markdown_blocks, plain_blocks
from knowledge.retrieval import WEIGHTS, Search, weigh
from knowledge.text import Concepts, words

from tests.bench.ablation import Rank
from tests.bench.shares import share

DATA = Path(__file__).parent.parent / "data"

SETS = (("own_documents", "own_questions.jsonl"), ("own_documents_fresh", "own_questions_fresh.jsonl"))

Place = tuple[str, str, str]
"""File, section and text of a passage."""


def rows(content: Content, data: Path = DATA) -> list[dict[str, Any]]:
    """Each set of documents, each way of searching: how often the right section, and document, comes first."""
    return [
        {"documents": documents, "name": name} | _measured(places, asked, rank)
        for documents, questions in SETS
        if (data / documents).is_dir()
        for places in [list(_places(data / documents))]
        for asked in [_questions(data / questions)]
        for name, rank in _rankings(content, places)
    ]


def _questions(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _places(folder: Path) -> Iterator[Place]:
    for file in sorted(folder.iterdir()):
        document = read_document(file)
        yield from ((file.name, passage.section, passage.text) for passage in document.passages)


def read_document(file: Path) -> Document:
    """A document of Markdown or plain text."""
    text = file.read_text(encoding="utf-8")
    blocks = markdown_blocks(text) if file.suffix == ".md" else plain_blocks((line, None) for line in text.splitlines())
    return make_document(file.name, blocks)


def _rankings(content: Content, places: Sequence[Place]) -> Iterator[tuple[str, Rank]]:
    """Every way of ranking that is there; the meaning-based one gets its line here when the product has it."""
    texts = [f"{section} {text}" for _, section, text in places]
    if find_spec("rank_bm25"):
        yield "plain BM25 (rank_bm25)", _plain(texts)
    yield "lexical: stems, pairs, concepts, pieces, repair", _lexical(content, texts)


def _plain(texts: Sequence[str]) -> Rank:
    from rank_bm25 import BM25Okapi  # an extra

    ranked = BM25Okapi([words(text) for text in texts])
    return lambda question: [float(score) for score in ranked.get_scores(words(question))]


def _lexical(content: Content, texts: Sequence[str]) -> Rank:
    """The search of the agreements over other texts, as plain passages."""
    concepts = Concepts.from_groups(content.glossary)
    read = Reader(concepts, frozenset()).features
    with TemporaryDirectory() as folder:
        index = weigh([[read(text)] for text in texts], WEIGHTS)
        freeze(Path(folder) / "own", {}, {f"s.{name}": values for name, values in index.items()})
        search = Search(Frozen(Path(folder) / "own"), "s", len(texts))
    spelled = learn_words([(a.voice, a.q) for a in content.asked], content.glossary)
    reader = Reader(concepts, spelled | {word for text in texts for word in words(text)})
    return lambda question: search.scores(reader.features(question))


def _measured(places: Sequence[Place], asked: Sequence[dict[str, str]], rank: Rank) -> dict[str, Any]:
    found = [_ranked(places, rank(a["q"])) for a in asked]
    right = [(a["document"], a["section"]) for a in asked]

    def among(most: int, same: Callable[[tuple[str, str], tuple[str, str]], bool]) -> Any:
        return share(any(same(f, r) for f in some[:most]) for some, r in zip(found, right, strict=True))

    return {
        "hit@1": among(1, lambda f, r: f == r),
        "hit@3": among(3, lambda f, r: f == r),
        "document@1": among(1, lambda f, r: f[0] == r[0]),
    }


def _ranked(places: Sequence[Place], scores: Sequence[float]) -> list[tuple[str, str]]:
    order = sorted(range(len(scores)), key=lambda at: -scores[at])
    return list(dict.fromkeys((places[at][0], places[at][1]) for at in order))
