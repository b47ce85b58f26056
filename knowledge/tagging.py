"""What each piece of a short message is to a look-up: a role, a school, a person, a day, a way of asking, unknown."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby

from knowledge.contacts import DAYS, Contact, ContactList, School
from knowledge.forms import ELSEWHERE, NATIONAL, ORDINARY, TITLES, TODAY, Tag, forms
from knowledge.roles import Role
from knowledge.text import fold, sound, words

_UNKNOWN_MOST = 3  # words: more than this that no list knows, and it is a story
_REPAIRED, _LONG = 5, 8  # letters from which a word is repaired in one place, and in two; only to longer ones
_NAMES = frozenset(
    {Tag.NUMBER, Tag.ROLE, Tag.TITLE, Tag.NATIONAL, Tag.SCHOOL, Tag.PLACE, Tag.ELSEWHERE, Tag.PERSON, Tag.DAY}
)
"""What a misspelt word can be: a name, not the words around it, which are near to too many others."""
_DAY_ENDINGS = ("", "s", "en", "ochtend", "morgen", "middag", "avond")
_LETTERS = re.compile(r"[^\W\d_][\w'’-]*")


@dataclass(frozen=True)
class Piece:
    """A row of words with what it is; `value` is the folded phrase or what it stands for."""

    tag: Tag
    value: str


@dataclass(frozen=True)
class Tagged:
    """A message in pieces, in order."""

    pieces: Sequence[Piece]

    def has(self, *tags: Tag) -> bool:
        """Whether any of these occurs."""
        return any(piece.tag in tags for piece in self.pieces)

    def only(self, *tags: Tag) -> bool:
        """Whether nothing but these and fillers occurs."""
        return all(piece.tag in (*tags, Tag.FILLER) for piece in self.pieces)

    def values(self, tag: Tag) -> list[str]:
        """The values of one tag, each once, in order."""
        return list(dict.fromkeys(piece.value for piece in self.pieces if piece.tag is tag))

    def value(self, tag: Tag) -> str:
        """The first value of a tag, or nothing."""
        return next(iter(self.values(tag)), "")


@dataclass(frozen=True)
class Lexicon:
    """Every phrase that means something to a look-up, and the words they are made of."""

    phrases: Mapping[tuple[str, ...], Piece]
    known: frozenset[str]
    mendable: Sequence[str]
    longest: int

    def pieces(self, tokens: Sequence[str]) -> Iterator[Piece]:
        """The tokens in pieces, the longest phrase first; words in no phrase are unknown."""
        at = 0
        while at < len(tokens):
            ends = range(min(len(tokens), at + self.longest), at, -1)
            end = next((end for end in ends if tuple(tokens[at:end]) in self.phrases), at + 1)
            yield self.phrases.get(tuple(tokens[at:end]), Piece(Tag.UNKNOWN, tokens[at]))
            at = end

    def repaired(self, word: str) -> str:
        """The word of the lexicon that a misspelt word must be, or the word itself."""
        if word in self.known or word in ORDINARY or len(word) < _REPAIRED or word.isdigit():
            return word
        return self._nearest(word) or word

    def _nearest(self, word: str) -> str:
        from rapidfuzz.distance import OSA  # only when a word is unknown; start-up counts

        def distance(known: str) -> int:
            return min(OSA.distance(word, known), OSA.distance(sound(word), sound(known)))

        nearest = min((k for k in self.mendable if k[0] == word[0]), key=distance, default="")
        return nearest if nearest and distance(nearest) <= (2 if len(word) >= _LONG else 1) else ""


def tag(text: str, contacts: ContactList, roles: Iterable[Role], today: date | None = None) -> Tagged | None:
    """A message in pieces, misspelt ones repaired; None when it says too much that no list knows."""
    lexicon = _lexicon(contacts, tuple((role.id, tuple(role.words)) for role in roles), today)
    tokens = words(text)
    if sum(token not in lexicon.known for token in tokens) > _UNKNOWN_MOST:
        return None
    pieces = list(lexicon.pieces([lexicon.repaired(token) for token in tokens]))
    return Tagged(list(_joined(pieces)))


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Unknown words in a row as one piece."""
    for is_unknown, run in groupby(pieces, key=lambda piece: piece.tag is Tag.UNKNOWN):
        if is_unknown:
            yield Piece(Tag.UNKNOWN, " ".join(piece.value for piece in run))
        else:
            yield from run


def schools_named(name: str, contacts: ContactList) -> tuple[School, ...]:
    """The schools that carry a name of the lexicon."""
    return tuple(s for s in contacts.schools if any(_bare(n) == tuple(name.split()) for n in (s.name, *s.nicknames)))


def as_typed(run: str, text: str) -> str:
    """An unknown run of folded words as it stands in the text, with a capital article before it."""
    typed = _LETTERS.findall(text)
    folded = [" ".join(words(word)) for word in typed]
    length = len(run.split())
    at = next((n for n in range(len(typed)) if " ".join(folded[n : n + length]) == run), None)
    if at is None:
        return run
    start = at - 1 if at and typed[at - 1] in ("De", "Het", "Den") else at
    return " ".join(typed[start : at + length])


def own_names(contact: Contact) -> list[str]:
    """A person's names as words, without what stands between brackets."""
    return [word for word in words(re.sub(r"\(.*?\)", "", contact.name)) if len(word) > 2]


@lru_cache(maxsize=8)
def _lexicon(
    contacts: ContactList, roles: tuple[tuple[str, tuple[str, ...]], ...], today: date | None = None
) -> Lexicon:
    phrases: dict[tuple[str, ...], Piece] = {}
    for phrase, piece in _phrases(contacts, roles, today):
        if key := tuple(words(phrase)):
            phrases[key] = piece
    for contact in contacts.contacts:  # a name never takes the place of a word that asks
        for name in own_names(contact):
            phrases.setdefault((name,), Piece(Tag.PERSON, name))
    known = frozenset(word for key in phrases for word in key)
    mendable = {word for key, piece in phrases.items() if piece.tag in _NAMES for word in key if len(word) > _REPAIRED}
    return Lexicon(phrases, known, sorted(mendable), max(map(len, phrases)))


def _phrases(
    contacts: ContactList, roles: Iterable[tuple[str, tuple[str, ...]]], today: date | None
) -> Iterator[tuple[str, Piece]]:
    """Phrase and piece, the more particular ones later."""
    for place in ELSEWHERE:
        for form in (place, f"gemeente {place}"):
            yield form, Piece(Tag.ELSEWHERE, place)
    for phrase, kind in forms():
        yield phrase, Piece(kind, phrase)
    for role, names in roles:
        for name in names:
            if fold(name) != "school":
                yield name, Piece(Tag.ROLE, role)
    for name, title in TITLES.items():
        yield name, Piece(Tag.TITLE, title)
    for name, line in NATIONAL.items():
        yield name, Piece(Tag.NATIONAL, line)
    yield from _days(today)
    for place in dict.fromkeys((*contacts.municipalities, *(s.town for s in contacts.schools if s.town))):
        for form in (place, f"gemeente {place}"):
            yield form, Piece(Tag.PLACE, place)
    for school in contacts.schools:
        for name in (school.name, *school.nicknames):
            yield " ".join(_bare(name)), Piece(Tag.SCHOOL, " ".join(_bare(name)))


def _days(today: date | None) -> Iterator[tuple[str, Piece]]:
    for day in DAYS:
        for ending in _DAY_ENDINGS:
            yield day + ending, Piece(Tag.DAY, day)
        yield f"op {day[:2]}", Piece(Tag.DAY, day)
    if today is not None:
        for word, ahead in TODAY.items():
            yield word, Piece(Tag.DAY, DAYS[(today.weekday() + ahead) % len(DAYS)])


_FILLERS = frozenset(phrase for phrase, kind in forms() if kind is Tag.FILLER)


def _bare(name: str) -> tuple[str, ...]:
    """The words of a school's name that say which school it is."""
    tokens = words(name)
    return tuple(token for token in tokens if token not in _FILLERS) or tuple(tokens)
