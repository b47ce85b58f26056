"""What a message is made of, as numbers that an index can look up: one reading, used by every judge."""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations, pairwise

from knowledge.text import Concepts, is_english, pieces, stem, words

_SHORT, _MIDDLE = 4, 7  # letters: shorter words are not repaired, longer ones may differ in two places


@dataclass(frozen=True)
class Reader:
    """Reads a text: knows the concept groups and which words exist."""

    concepts: Concepts
    known_words: Set[str]

    def features(self, text: str) -> tuple[str, ...]:
        """Every feature of a text once, as kind:value."""
        return self._read(text)[0]

    def repaired(self, text: str) -> str:
        """The words of a text, spelled right where a known word is near."""
        return self._read(text)[1]

    @cached_property
    def _read(self) -> Callable[[str], tuple[tuple[str, ...], str]]:
        # A message is read by several in turn, with the one before it: the last few are remembered.
        return lru_cache(maxsize=4)(self._read_anew)

    def _read_anew(self, text: str) -> tuple[tuple[str, ...], str]:
        tokens = self._tokens(text)
        return tuple(dict.fromkeys(self._features(tokens))), " ".join(tokens)

    def _tokens(self, text: str) -> list[str]:
        # English words are near to Dutch ones by accident: "ring" is no misspelt "ging".
        return words(text) if is_english(text) else [self._repair(token) for token in words(text)]

    def _features(self, tokens: list[str]) -> Iterator[str]:
        stems = [stem(token) for token in tokens]
        yield from ("stem:" + s for s in stems)
        yield from (f"pair:{a} {b}" for a, b in pairwise(stems))
        yield from _of_groups(self.concepts.of(tokens))
        yield from ("piece:" + p for token in tokens for p in pieces(token))

    def _repair(self, word: str) -> str:
        if word in self.known_words or len(word) < _SHORT or word.isdigit() or not self.known_words:
            return word
        if any(map(is_alarm, self.concepts.of([word]))):  # "riem" is right, and no misspelt "niet"
            return word
        return _nearest(word, self.known_words) or word


def is_alarm(group: str) -> bool:
    """Whether a group of words tells of danger: no search looks at it, the judges of danger learn from it."""
    return group.startswith("gevaar_")


def _of_groups(names: Iterable[str]) -> Iterator[str]:
    """A concept for each group; of the groups of danger an alarm for each, and for each two that occur together."""
    found = set(names)
    alarms = sorted(filter(is_alarm, found))
    yield from ("concept:" + name for name in sorted(found.difference(alarms)))
    yield from ("alarm:" + name for name in alarms)
    yield from (f"alarm:{one} {other}" for one, other in combinations(alarms, 2))


@lru_cache(maxsize=4096)
def _nearest(word: str, known: frozenset[str]) -> str | None:
    # Imported here because most questions have no unknown word and start-up counts.
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extractOne

    edits = 1 if len(word) <= _MIDDLE else 2
    found = extractOne(word, _by_length(known, len(word), edits), scorer=OSA.distance, score_cutoff=edits)
    return str(found[0]) if found else None


@lru_cache(maxsize=64)
def _by_length(known: frozenset[str], length: int, edits: int) -> tuple[str, ...]:
    return tuple(sorted(w for w in known if abs(len(w) - length) <= edits))


def number(feature: str) -> int:
    """The number under which a feature is kept: 32 bits, the same on every machine and in every version."""
    return zlib.crc32(feature.encode())


def kind_of(feature: str) -> str:
    """The kind of a feature."""
    return feature.partition(":")[0]


def learn_words(texts: Iterable[tuple[str, str]], glossary: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """The words that count as spelled right: in the glossary, or used by two voices, out of (voice, text).

    Not those of danger: nothing anybody mistypes is to become one of them.
    """
    users: dict[str, set[str]] = {}
    for voice, text in texts:
        for word in words(text):
            users.setdefault(word, set()).add(voice)
    right = {word for word, voices in users.items() if len(voices) > 1}
    variants = [v for group, variants in glossary.items() if not is_alarm(group) for v in variants]
    return frozenset(right | {word for variant in variants for word in words(variant)})
