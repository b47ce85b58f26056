"""What each part adds: the same cross-validated questions, searched with a part less, or with fewer questions."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from knowledge.building import Readings, documents
from knowledge.content import Content
from knowledge.crossvalidation import Outcome
from knowledge.features import Reader, learn_words
from knowledge.frozen import Frozen, freeze
from knowledge.questions import Asked
from knowledge.retrieval import WEIGHTS, Search, weigh
from knowledge.text import Concepts, words
from tests.bench.authors import each
from tests.bench.quality import measures

COUNTS = (1, 2, 4, 8, 16, 32)
_SEED = 20180101
_BM25 = "plain BM25 (rank_bm25) over the text"

Rank = Callable[[str], Sequence[float]]
"""A question to a score per provision."""


@dataclass(frozen=True)
class Variant:
    """The search with something left out; `questions` is how many may teach each provision, None all."""

    name: str
    questions: int | None = None
    weights: Mapping[str, float] = field(default_factory=lambda: WEIGHTS)
    repair: bool = True
    text: bool = True


def variants() -> list[Variant]:
    """The rows of the table, in order."""
    counts = [Variant(f"+ {n} question{'s' * (n > 1)} per provision", n) for n in COUNTS]
    lesser = [
        Variant(f"everything without {kind}", weights={k: w for k, w in WEIGHTS.items() if k != kind})
        for kind in WEIGHTS
    ]
    return [
        Variant("text of the provisions alone", 0),
        *counts,
        Variant("everything"),
        *lesser,
        Variant("everything without spelling repair", repair=False),
        Variant("everything without the provisions' text", text=False),
    ]


def rows(content: Content, authors: Iterable[frozenset[str]], workers: int, every: int = 1) -> list[dict[str, Any]]:
    """Each variant's figures over the questions of these authors, or one in `every`."""
    asking = {a.voice for a in content.asked if not a.history}
    found = each(partial(_held_back, content, every), [group for group in authors if group & asking], workers)
    by_name: dict[str, list[Outcome]] = defaultdict(list)
    for name, outcome in found:
        by_name[name].append(outcome)
    return [{"name": name} | measures(some) for name, some in by_name.items()]


def _held_back(content: Content, every: int, voices: frozenset[str]) -> list[tuple[str, Outcome]]:
    read = Readings(Reader(Concepts.from_groups(content.glossary), frozenset()))
    asked = [a for a in content.asked if a.voice in voices and not a.history][::every]
    taught = content.without(voices)
    found: list[tuple[str, Outcome]] = []
    with TemporaryDirectory() as folder:
        for name, rank in _rankings(taught, read, Path(folder)):
            found += [(name, _outcome(content, rank(a.q), a)) for a in asked]
    return found


def _rankings(taught: Content, read: Readings, folder: Path) -> Iterator[tuple[str, Rank]]:
    """Every way of ranking that is there. A part that ranks by itself (a model, a ranker) gets its line here."""
    if find_spec("rank_bm25"):
        yield _BM25, _plain(taught)
    for variant in variants():
        yield variant.name, searching(taught, variant, read, folder / "index")


def searching(taught: Content, variant: Variant, read: Readings, path: Path) -> Rank:
    """The product's own search, learned from `taught` with something left out."""
    kept = taught if variant.questions is None else thinned(taught, variant.questions)
    texts = [document if variant.text else document[1:] for document in documents(kept, read)]
    freeze(path, {}, {f"s.{name}": values for name, values in weigh(texts, variant.weights).items()})
    search = Search(Frozen(path), "s", len(kept.provisions))
    reader = Reader(Concepts.from_groups(kept.glossary), _known(kept) if variant.repair else frozenset())
    return lambda question: search.scores(reader.features(question))


def thinned(content: Content, count: int) -> Content:
    """The content with at most `count` questions a provision: a random choice, the smaller within the larger."""
    own: dict[str, list[Asked]] = defaultdict(list)
    for asked in content.asked:
        own[asked.id].append(asked)
    kept: set[int] = set()  # by identity: two voices may have written the same words
    for provision, some in own.items():
        random.Random(f"{_SEED} {provision}").shuffle(some)
        kept.update(map(id, some[:count]))
    return content.keep(lambda asked: id(asked) in kept)


def _known(content: Content) -> frozenset[str]:
    texts = [(a.voice, a.q) for a in content.asked] + [(p.id, f"{p.title} {p.answer}") for p in content.provisions]
    return learn_words(texts, content.glossary)


def _plain(taught: Content) -> Rank:
    from rank_bm25 import BM25Okapi  # an extra

    ranked = BM25Okapi([words(f"{p.title} {p.answer} {p.first} {p.never}") for p in taught.provisions])
    return lambda question: [float(score) for score in ranked.get_scores(words(question))]


def _outcome(content: Content, scores: Sequence[float], asked: Asked) -> Outcome:
    ranked = sorted(range(len(scores)), key=lambda at: -scores[at])
    ids = [content.provisions[at].id for at in ranked]
    twins = content.provisions[ranked[ids.index(asked.id)]].twins
    return Outcome(asked, ids.index(asked.id), ids[0] in twins)
