"""Danger comes first: a fixed floor of expressions that needs nothing, and learned judges above it.

A word list alone misses half of what people type; a judge alone may miss what it never saw. Either raises the alarm.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path

from knowledge.linear import Judges
from knowledge.signs import Signs, Verdicts, certain_odds, danger_odds
from knowledge.text import fold, is_english

SURE, POSSIBLE = (
    1.8,
    -2.75,
)  # log-odds (signs.certain_odds, danger_odds); docs/retrieval.md has what they were chosen on
STRANGE = 0.3  # share of words nobody ever used from which only the floor can be sure
SAYS_SOMETHING = 3**0.5  # root of the number of stems from which the judge can be sure
_FLOOR_VOTE = {"112": 4.0, "113": 1.5, "veilig-thuis": 1.5}  # log-odds; a life at risk goes before who else can help
NUMBERS = ("112", "113", "veilig-thuis")


class Level(IntEnum):
    """How sure it is that somebody is in danger."""

    NONE = 0
    POSSIBLE = 1
    SURE = 2


@dataclass(frozen=True)
class Danger:
    """What was found, whom to call first (one of NUMBERS, or empty), and whether the floor found it."""

    level: Level
    call: str = ""
    spoken: bool = False


@cache
def _floor(file: Path) -> Mapping[str, Sequence[re.Pattern[str]]]:
    sections: dict[str, list[re.Pattern[str]]] = {}
    current: list[re.Pattern[str]] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            current = sections.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            current.append(re.compile(line))
    return sections


_FILE = Path(__file__).with_name("danger.txt")


def by_words(text: str, file: Path = _FILE) -> str:
    """Whom to call by the floor alone: one of NUMBERS, or nothing."""
    floor, folded = _floor(file), re.sub(r"[^a-z0-9]+", " ", fold(text))
    if any(pattern.search(folded) for pattern in floor["harmless"]):
        return ""
    return next((n for n in NUMBERS if any(pattern.search(folded) for pattern in floor[n])), "")


def perhaps(text: str) -> bool:
    """Whether danger can be meant, by wide words: for when nothing else can be asked."""
    folded = re.sub(r"[^a-z0-9]+", " ", fold(text))
    return bool(by_words(text)) or any(pattern.search(folded) for pattern in _floor(_FILE)["wide"])


def can_be_sure(signs: Signs) -> bool:
    """Whether the judge alone can be sure of a message.

    Nonsense is unlike every question, as danger is; and a word or two is hardly anything to be sure of.
    """
    return signs.unknown < STRANGE and signs.length >= SAYS_SOMETHING


class Watch:
    """The floor and the learned judge together; without an index the floor stands alone."""

    def __init__(self, judges: Judges | None) -> None:
        self._judges = judges
        self._has_learned = judges is not None and "danger" in judges.biases  # content of one's own may teach less

    def look(
        self, spellings: Sequence[str], features: Sequence[str], judged: Verdicts, signs: Signs | None = None
    ) -> Danger:
        """How much danger a message (as typed, and repaired) speaks of, beside how it compares with what people ask."""
        spoken = next(filter(None, map(by_words, spellings)), "")
        if not self._has_learned or signs is None:
            return Danger(Level.SURE, spoken, spoken=True) if spoken else Danger(Level.NONE)
        odds = danger_odds(judged, signs, bool(spoken), is_english(spellings[0]))
        is_sure = certain_odds(judged, signs, bool(spoken)) >= SURE and can_be_sure(signs)
        if is_sure or (spoken and odds >= POSSIBLE):
            return Danger(Level.SURE, self._call(features, spoken), bool(spoken))
        if spoken or odds >= POSSIBLE:
            return Danger(Level.POSSIBLE, self._call(features, spoken), bool(spoken))
        return Danger(Level.NONE)

    def _call(self, features: Sequence[str], spoken: str) -> str:
        """The judges and the floor vote; the floor's word counts for as much as a clear judgement."""
        judged = self._judges.scores(features) if self._judges else {}
        called = {n: judged[f"danger-{n}"] for n in NUMBERS if f"danger-{n}" in judged}
        odds = {n: odds + (_FLOOR_VOTE[n] if n == spoken else 0.0) for n, odds in called.items()}
        return max(odds, key=lambda n: odds[n]) if odds else spoken or NUMBERS[0]
