"""What the tests of the model part start from: the shipped provisions, good answers by hand, and more made of them."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.phrasing.evidence import Row, rows_of
from knowledge.phrasing.keeping import Said, keep
from knowledge.provisions import Provision, load_provisions
from knowledge.sources import SHIPPED

YEAR = 2026
_HERE = Path(__file__).parent
_SWAPS = (
    ("CJG", "Centrum voor Jeugd en Gezin"), ("IB'er", "intern begeleider"), ("SWV", "samenwerkingsverband"),
    ("MDO", "multidisciplinair overleg"), ("meteen", "direct"), ("direct", "meteen"), ("toestemming", "akkoord"),
    ("samen", "gezamenlijk"), ("wanneer", "als"), ("als", "wanneer"), ("casus", "zaak"), ("regelmatig", "geregeld"),
    ("De ouders", "Ouders"), ("de ouders", "ouders"), ("ondersteuning", "hulp"), ("elke", "iedere"), ("Elke", "Iedere"),
    ("vooraf", "van tevoren"), ("krijgt", "ontvangt"), ("Zij", "Ze"),
)  # fmt: skip
_LIGHT = re.compile(r" (?:dus|ook|zorgvuldig|nadrukkelijk|zelf|al|precies)\b| \([\w',. -]+\)(?=[ ,.:;])")


@dataclass(frozen=True)
class Good:
    """A good answer: the provision it rests on, and its sentences, each with the number of its source."""

    id: str
    sentences: tuple[tuple[int, str], ...]

    def said(self) -> list[Said]:
        """As a model gives it."""
        return [Said(text, f"{self.id}.{number}") for number, text in self.sentences]


@cache
def provisions() -> dict[str, Provision]:
    """The shipped provisions by id."""
    return {p.id: p for p in load_provisions(SHIPPED / "agreements")}


@cache
def rows(*ids: str) -> tuple[Row, ...]:
    """Some provisions as the model sees them."""
    return rows_of([provisions()[id] for id in ids], YEAR)


@cache
def by_hand() -> Sequence[Good]:
    """Answers written by hand; the word lists were extended while looking at them, so their figures flatter."""
    found: list[tuple[str, list[tuple[int, str]]]] = []
    for line in (_HERE / "good_answers.txt").read_text(encoding="utf-8").splitlines():
        number, _, text = line.partition(" ")
        if number.isdigit():
            found[-1][1].append((int(number), text))
        elif line and not line.startswith("#"):
            found.append((line, []))
    return [Good(id, tuple(said)) for id, said in found]


@cache
def composed() -> Sequence[Good]:
    """More good answers: those by hand in other words, and the provisions' own sentences with light words left out."""
    draw = random.Random(8)
    made = [Good(g.id, tuple((n, _other_words(text, draw)) for n, text in g.sentences)) for g in by_hand()]
    made += [Good(id, tuple(_lighter(rows(id)[0]))) for id in provisions()]
    return [good for good in dict.fromkeys(made) if good not in by_hand()]


def _other_words(text: str, draw: random.Random) -> str:
    for old, new in draw.sample(_SWAPS, len(_SWAPS)):
        if draw.random() < 0.7:
            text = re.sub(rf"(?<!-)\b{re.escape(old)}\b(?!['-])", new, text, count=1)
    return text[0].upper() + text[1:]


def _lighter(row: Row) -> Iterator[tuple[int, str]]:
    """The first three sentences as they go to the model, without light words and plain asides."""
    for number, text in enumerate(row.sent[:3], 1):
        if not re.search(r"\((?:[^)]*\b(?:geen|alleen|landelijk|voorbeeld|beeld)\b)", text):
            yield number, _LIGHT.sub("", text)


@cache
def heldout() -> Sequence[tuple[int, str, str]]:
    """The number of the source (0 for a lie), the provision, the sentence: written before the checks, measured once."""
    found: list[tuple[int, str, str]] = []
    id = ""
    for line in (_HERE / "heldout.txt").read_text(encoding="utf-8").splitlines():
        if good := re.match(r"\+(\d)(?:-\d)? (.*)", line):
            found.append((int(good[1]), id, good[2]))
        elif line.startswith("- "):
            found.append((0, id, line[2:]))
        elif line and not line.startswith("#"):
            id = line
    return found


@dataclass(frozen=True)
class Hand:
    """One writer: its good answers, those that are true but do not follow the instruction, and its lies."""

    name: str
    good: tuple[Good, ...]
    loose: tuple[Good, ...]
    lies: tuple[tuple[str, str], ...]


LOOKED_AT = ("careful", "fluent", "direct")
"""Hands whose sentences were looked at while the lists and written ways grew."""
UNSEEN = ("again", "served", "guided", "plain", "brief")
"""Hands that nobody looked at after they were written: only their figures were read."""
OPPONENTS = ("opponent", "opponent-2", "opponent-3", "reader")
"""Who wrote nothing but lies, to slip past; nobody looked at those of the third."""
OWN_WAY = "halfway"
"""A hand that says half of its sentences in words of its own, whatever the instruction; nothing was changed for it."""


@cache
def hand(name: str) -> Hand:
    """A hand from its file: "+N" says sentence N of the provision above it, "~N" as well but loosely, "-" is a lie."""
    answers: dict[str, list[tuple[str, list[tuple[int, str]]]]] = {"+": [], "~": []}
    lies: list[tuple[str, str]] = []
    id = ""
    for line in (_HERE / "hands" / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if told := re.match(r"([+~])(\d) (.*)", line):
            row = answers[told[1]]
            if not row or row[-1][0] != id:
                row.append((id, []))
            row[-1][1].append((int(told[2]), told[3]))
        elif line.startswith("- "):
            lies.append((id, line[2:]))
        elif line and not line.startswith("#"):
            id = line
    good, loose = (tuple(Good(id, tuple(said)) for id, said in answers[mark]) for mark in "+~")
    return Hand(name, good, loose, tuple(lies))


def is_shown(text: str, id: str) -> bool:
    """Whether a sentence is shown, whichever sentence of the provision it names as its source."""
    return any(keep([Said(text, source)], rows(id)).kept for source in rows(id)[0].sources)
