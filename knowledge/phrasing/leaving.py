"""What may go to a language model: no danger, no look-up, no case; numbers, addresses and schools masked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from knowledge import guard
from knowledge.answering import Answer
from knowledge.danger import Level, by_words
from knowledge.guard import Finding
from knowledge.library import Library
from knowledge.phrasing.spelling import cleaned
from knowledge.text import fold, stem, words

_FIRST_NAMES = Path(__file__).with_name("first_names.txt")
LONGEST = 60  # words: who types more tells a case
_CASE = frozenset({Finding.BSN, Finding.BIRTH_DATE, Finding.ADDRESS, Finding.POSTCODE})
_WORD = re.compile(r"[\w'’-]+")
_CHILD = (
    "leerling|zoon(?:tje)?|dochter(?:tje)?|kleuter|jongen|meisje|broer(?:tje)?|zus(?:je)?|student|kind|neefje|nichtje"
)
_NAMED = re.compile(
    rf"\b(?:heet|genaamd|naam is|(?:mijn|onze|een|de|het|die|deze|dit|dat) (?:{_CHILD})|leerling"
    r"|met|van|over|voor|bij|door|aan|dat|als|en) ([a-z'-]{3,})\b"
)
_INITIAL = re.compile(r"\b[A-Z]\.(?:\s?[A-Z]\.)*\s?(?:van |de |den |der |el |ten )*[A-Z]?")
_DIGITS = re.compile(r"\d{3,}(?:[\s.-]?\d+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SHORT = 2  # letters of what is too short to be a name
_MASK = "[school]"


@dataclass(frozen=True)
class Gate:
    """What may go out, for one library: knows its words, people and places."""

    library: Library

    def may_leave(self, found: Answer, text: str, this_year: int) -> bool:
        """Whether a question may go at all: answered from the agreements, no danger, no sign of a case."""
        plain = found.kind == "answer" and not found.topic and not found.own and bool(found.provisions)
        calm = found.asked.danger.level is Level.NONE and not by_words(text)
        return plain and calm and not self.looks_like_a_case(text, this_year)

    def looks_like_a_case(self, text: str, this_year: int) -> bool:
        """Whether a text may be about one child or family: personal data, a name, initials, or a long story."""
        if guard.asks_for_personal_data(text) or len(words(text)) > LONGEST:
            return True
        text = cleaned(text)
        return bool(_CASE & {item.what for item in guard.find(text, this_year)}) or self.names_somebody(text)

    def names_somebody(self, text: str) -> bool:
        """Whether a word may be a name: a known first name, or a word that nobody uses here, where a name may stand."""
        text = self._without_schools(text)
        plain = " ".join(words(text))
        if _INITIAL.search(text) or any(f" {name} " in f" {plain} " for name in self._people):
            return True
        if any(self._may_be_a_name(word) for word in _WORD.findall(text)):
            return True
        plain = " ".join(_WORD.findall(fold(text)))
        return any(not self._is_known(word) for word in _NAMED.findall(plain))

    def _may_be_a_name(self, word: str) -> bool:
        """Whether one word may be, wherever it stands: a first name that is no word here, or an unknown capital."""
        known = self._is_known(word)
        if word[0].isupper():
            return not known or fold(word) in first_names()
        return not known and fold(word) in first_names()

    def outgoing(self, text: str, this_year: int) -> str:
        """The text as it leaves: nothing hidden in it, numbers, mail addresses and schools masked."""
        masked = guard.mask(self._without_schools(cleaned(text)), this_year)
        return _DIGITS.sub(lambda m: m.group() if _YEAR.fullmatch(m.group()) else "[nummer]", masked)

    @cached_property
    def _known(self) -> frozenset[str]:
        """The words people use here: of two voices or the glossary, of the provisions, the places of the list."""
        said = [f"{p.title} {p.answer} {p.first} {p.never}" for p in self.library.provisions.values()]
        places = [*self.library.contacts.municipalities, *(s.town for s in self.library.contacts.schools)]
        known = set(self.library.frozen.meta["known_words"])
        return frozenset(known | {word for text in (*said, *places, _MASK) for word in words(text)})

    @cached_property
    def _people(self) -> frozenset[str]:
        """The names in the contact list, whole, and their parts that are no ordinary words."""
        names = [words(c.name.split("(")[0]) for c in self.library.contacts.contacts]
        parts = {word for name in names for word in name if len(word) > _SHORT} - self._known
        return frozenset(parts | {" ".join(name) for name in names})

    def _is_known(self, word: str) -> bool:
        return all(part in self._known or part.isdigit() or len(part) < _SHORT for part in words(word))

    @cached_property
    def _schools(self) -> re.Pattern[str] | None:
        names = {n for s in self.library.contacts.schools for n in (s.name, *s.nicknames) if len(n) > _SHORT}
        told = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        return re.compile(rf"(?<!\w)(?:{told})(?!\w)", re.IGNORECASE) if told else None

    def _without_schools(self, text: str) -> str:
        return self._schools.sub(_MASK, text) if self._schools else text


@cache
def first_names() -> frozenset[str]:
    """The first names of first_names.txt, folded."""
    lines = _FIRST_NAMES.read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


def is_recombined(new: str, before: Sequence[str]) -> bool:
    """Whether a rewritten question says nothing that was not asked: every word, or its stem, was there."""
    given = {stem(word) for text in before for word in words(text)} | _LINKING
    said = [stem(word) for word in words(new)]
    return 2 <= len(said) <= LONGEST and all(word in given for word in said)


_LINKING = frozenset(
    stem(word)
    for word in (
        "de het een en of maar want dus als dan dat die dit deze er hier daar wie wat welke hoe waarom wanneer"
        " te om van voor met op in aan bij door naar uit over onder tussen is zijn was wordt worden heeft hebben kan"
        " kunnen mag mogen moet moeten ik u wij we zij ze hun hen niet geen ook nog"
    ).split()
)
