"""Honest figures on our own questions: what each voice wrote is searched in an index that never saw that voice."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from knowledge.building import Readings, documents
from knowledge.content import Content
from knowledge.features import Reader, learn_words
from knowledge.frozen import Frozen, freeze
from knowledge.questions import Asked
from knowledge.retrieval import WEIGHTS, Search, weigh
from knowledge.text import Concepts

TOGETHER = (frozenset({"start-1", "start-2"}),)
"""Voices of one author: held back together."""


@dataclass(frozen=True)
class Outcome:
    """Where a held-back question's own provision came: 0 is first; `twin` when a twin of it came first."""

    asked: Asked
    place: int
    twin: bool

    def is_hit(self, within: int = 1) -> bool:
        """Whether the provision, or a twin that says the same, is among the first ones."""
        return self.place < within or self.twin


def authors(content: Content) -> list[frozenset[str]]:
    """The voices, those of one author together."""
    joint = frozenset().union(*TOGETHER)
    voices = {a.voice for a in content.asked}
    return [group & voices for group in TOGETHER if group & voices] + [frozenset({v}) for v in sorted(voices - joint)]


def cross_validate(
    content: Content,
    weights: Mapping[str, float] = WEIGHTS,
    thin: Callable[[Asked], bool] = lambda _: True,
    only: Iterable[frozenset[str]] | None = None,
) -> list[Outcome]:
    """Every question of every author, answered without that author; `thin` chooses which questions may teach."""
    read = Readings(Reader(Concepts.from_groups(content.glossary), frozenset()))
    outcomes: list[Outcome] = []
    for held_back in only or authors(content):
        kept = content.without(held_back).keep(thin)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "index"
            freeze(path, {}, {f"s.{name}": values for name, values in weigh(documents(kept, read), weights).items()})
            search = Search(Frozen(path), "s", len(content.provisions))
            reader = Reader(Concepts.from_groups(content.glossary), _known(kept))
            asked = [a for a in content.asked if a.voice in held_back and not a.history]
            outcomes += [_outcome(content, search.scores(reader.features(a.q)), a) for a in asked]
    return outcomes


def _known(content: Content) -> frozenset[str]:
    texts = [(a.voice, a.q) for a in content.asked] + [(p.id, f"{p.title} {p.answer}") for p in content.provisions]
    return learn_words(texts, content.glossary)


def _outcome(content: Content, scores: Sequence[float], asked: Asked) -> Outcome:
    ranked = sorted(range(len(scores)), key=lambda at: -scores[at])
    ids = [content.provisions[at].id for at in ranked]
    twins = content.provisions[ranked[ids.index(asked.id)]].twins
    return Outcome(asked, ids.index(asked.id), ids[0] in twins)
