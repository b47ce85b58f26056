"""What a message is, before it is answered: its danger, its kind, its side, and the provisions that fit it, best first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from knowledge.danger import Danger, Level
from knowledge.library import Library
from knowledge.text import words
from knowledge.vocabulary import Side

# How much of the previous turn counts: much when the new one cannot stand alone, a little otherwise.
CARRIED_ELLIPTIC, CARRIED = 0.6, 0.25
OUTSIDE_SURE, SMALLTALK_SURE, COMMAND_SURE = 1.5, 1.0, 1.5  # log-odds; docs/retrieval.md has the figures

_OPENERS = frozenset("en maar dus nee ja oke ok of want and but so".split())
_POINTERS = frozenset("die dat dan daar daarvan daarna dit deze er ze hij zij hem haar het wel ook that then it they".split())
_ENGLISH = frozenset(
    "the is are do does who what how when can should i my we they of with for a an to in it if and or there".split()
)
_DUTCH = frozenset("de het een ik we wij en is van dat die niet met voor mag moet wie wat hoe kan er op aan".split())


class Sort(StrEnum):
    """What a message is."""

    QUESTION = "question"
    SMALLTALK = "smalltalk"
    COMMAND = "command"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Understood:
    """A message as it was read; `ranking` pairs provision ids with scores, best first."""

    text: str
    sort: Sort
    danger: Danger
    ranking: Sequence[tuple[str, float]]
    side: Side
    is_english: bool
    outside: float

    @property
    def lead(self) -> float:
        """How far the best provision is ahead of the second: 0 is a tie, 1 is alone."""
        if len(self.ranking) < 2:
            return 1.0
        (_, best), (_, second) = self.ranking[:2]
        return (best - second) / best if best else 0.0


def understand(library: Library, text: str, history: Sequence[str] = (), side: Side | None = None) -> Understood:
    """Read a message with what was said before it in this conversation."""
    features = library.reader.features(text)
    danger = library.watch.look(text, features)
    ranking = _rank(library, features, text, history)
    outside = library.judge("outside").score(features)
    return Understood(
        text,
        _sort(library, features, danger, outside, ranking, bool(history)),
        danger,
        ranking,
        side or _side(library, features),
        is_english(text),
        outside,
    )


def _rank(library: Library, features: Sequence[str], text: str, history: Sequence[str]) -> list[tuple[str, float]]:
    scores = library.search.scores(features)
    if history:
        carried = CARRIED_ELLIPTIC if leans_on_history(text) else CARRIED
        new = set(features)
        before = [f for f in library.reader.features(history[-1]) if f not in new]
        library.search.scores(before, carried, into=scores)
    return sorted(zip(library.ids, scores, strict=True), key=lambda pair: -pair[1])


def leans_on_history(text: str) -> bool:
    """Whether a message cannot stand alone: short, opening with "en", or pointing back."""
    tokens = words(text)
    return len(tokens) <= 4 or tokens[0] in _OPENERS or (len(tokens) <= 10 and len(_POINTERS & set(tokens)) >= 2)


def is_english(text: str) -> bool:
    """Whether a message is in English."""
    tokens = words(text)
    return sum(t in _ENGLISH for t in tokens) > max(1, sum(t in _DUTCH for t in tokens) * 1.5)


def _sort(
    library: Library,
    features: Sequence[str],
    danger: Danger,
    outside: float,
    ranking: Sequence[tuple[str, float]],
    has_history: bool,
) -> Sort:
    smalltalk, command = (library.judge(name).score(features) for name in ("smalltalk", "command"))
    if danger.level is Level.SURE:
        return Sort.QUESTION
    if smalltalk > max(SMALLTALK_SURE, command, outside) or not features:
        return Sort.SMALLTALK
    if command > max(COMMAND_SURE, outside):
        return Sort.COMMAND
    if outside > OUTSIDE_SURE or not ranking or ranking[0][1] <= 0:
        return Sort.OUTSIDE
    return Sort.QUESTION


def _side(library: Library, features: Sequence[str]) -> Side:
    return Side.YOUTH_CARE if library.judge("youth_care").score(features) > 0 else Side.EDUCATION


