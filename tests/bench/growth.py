"""How the search by words grows: 127, 1,000 and 10,000 passages, recombined from the provisions' sentences."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from knowledge.content import Content
from knowledge.documents import LONGEST, Block, make_document
from knowledge.own_index import build_own_index
from knowledge.own_search import search_own
from knowledge.shelf import Shelf
from tests.bench.passages import questions, recombined
from tests.bench.processes import percentiles

SIZES = (127, 1_000, 10_000)
_TOGETHER = 1_000  # passages in one document


def rows(content: Content, sizes: Sequence[int] = SIZES, count: int = 500, rounds: int = 5) -> list[dict[str, Any]]:
    """Per size: milliseconds from a question to the three best passages, medians over rounds; and the index."""
    asked = questions(content, count * rounds)  # each once: a word that was repaired before is quicker
    return [_row(content, size, [asked[start::rounds] for start in range(rounds)]) for size in sizes]


def _row(content: Content, size: int, rounds: Sequence[Sequence[str]]) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        shelf = Shelf(Path(folder))
        _fill(shelf, recombined(content, size))
        start = perf_counter()
        build_own_index(shelf.data)
        built = perf_counter() - start
        search_own(shelf.data, "")  # opens the index
        cuts = [percentiles([_search(shelf.data, question) for question in asked]) for asked in rounds]
        disk = sum(file.stat().st_size for file in shelf.data.rglob("*.wgz"))
        told = {name: median(cut[name] for cut in cuts) for name in cuts[0]}
        return {"passages": size, "seconds to build": built, "bytes": disk, **told}


def _fill(shelf: Shelf, passages: Sequence[str]) -> None:
    """Keep the passages as documents with a section each."""
    for start in range(0, len(passages), _TOGETHER):
        part = passages[start : start + _TOGETHER]
        blocks = [block for text in part for block in (Block(" ".join(text.split()[:4]), 2), Block(text[:LONGEST]))]
        shelf.put(make_document(f"deel-{start}.md", blocks))


def _search(data: Path, question: str) -> float:
    start = perf_counter()
    search_own(data, question)
    return perf_counter() - start
