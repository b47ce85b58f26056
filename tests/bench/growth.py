"""How the lexical search grows: 127, 1,000 and 10,000 passages, recombined from the provisions' sentences."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from knowledge.building import Readings
from knowledge.content import Content
from knowledge.features import Reader, learn_words
from knowledge.frozen import Frozen, freeze
from knowledge.retrieval import WEIGHTS, Search, weigh
from knowledge.text import Concepts

from tests.bench.passages import questions, recombined
from tests.bench.processes import percentiles

SIZES = (127, 1_000, 10_000)
_SHOWN = 10


def rows(content: Content, sizes: Sequence[int] = SIZES, count: int = 500) -> list[dict[str, Any]]:
    """Per size: milliseconds to read a question, score every passage and take the best ten; and the index."""
    return [_row(content, size, questions(content, count)) for size in sizes]


def _row(content: Content, size: int, asked: Sequence[str]) -> dict[str, Any]:
    read = Readings(Reader(Concepts.from_groups(content.glossary), frozenset()))
    with TemporaryDirectory() as folder:
        file = Path(folder) / "index"
        start = perf_counter()
        index = weigh([[read.features(text)] for text in recombined(content, size)], WEIGHTS)
        freeze(file, {}, {f"s.{name}": values for name, values in index.items()})
        built = perf_counter() - start
        search = Search(Frozen(file), "s", size)
        reader = _reader(content)
        seconds = [_search(search, reader, question) for question in asked]
        return {"passages": size, "seconds to build": built, "bytes": file.stat().st_size} | percentiles(seconds)


def _reader(content: Content) -> Reader:
    spelled = learn_words([(a.voice, a.q) for a in content.asked], content.glossary)
    return Reader(Concepts.from_groups(content.glossary), spelled)


def _search(search: Search, reader: Reader, question: str) -> float:
    start = perf_counter()
    scores = search.scores(reader.features(question))
    sorted(range(len(scores)), key=lambda at: -scores[at])[:_SHOWN]
    return perf_counter() - start
