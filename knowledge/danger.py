"""Danger comes first: a fixed floor of expressions that needs nothing, and a learned judge above it.

A word list alone misses half of what people type; a judge alone may miss what it never saw. Either raises the alarm.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path

from knowledge.frozen import Frozen
from knowledge.linear import Judge
from knowledge.text import fold

SURE, POSSIBLE = 2.4, -1.0  # log-odds of the learned judge; docs/retrieval.md has the figures they were chosen on
NUMBERS = ("112", "113", "veilig-thuis")


class Level(IntEnum):
    """How sure it is that somebody is in danger."""

    NONE = 0
    POSSIBLE = 1
    SURE = 2


@dataclass(frozen=True)
class Danger:
    """What was found, and whom to call first: one of NUMBERS, or empty."""

    level: Level
    call: str = ""


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


def by_words(text: str, file: Path = Path(__file__).with_name("danger.txt")) -> str:
    """Whom to call by the floor alone: one of NUMBERS, or nothing."""
    floor, folded = _floor(file), re.sub(r"[^a-z0-9]+", " ", fold(text))
    if any(pattern.search(folded) for pattern in floor["harmless"]):
        return ""
    return next((n for n in NUMBERS if any(pattern.search(folded) for pattern in floor[n])), "")


class Watch:
    """The floor and the learned judge together; without an index the floor stands alone."""

    def __init__(self, frozen: Frozen | None) -> None:
        self._judge = Judge(frozen, "danger") if frozen else None
        self._calls = {n: Judge(frozen, f"danger-{n}") for n in NUMBERS} if frozen else {}

    def look(self, text: str, features: Iterable[str]) -> Danger:
        """How much danger a message speaks of."""
        spoken = by_words(text)
        found = list(features)
        score = self._judge.score(found) if self._judge else 0.0
        if spoken and score > POSSIBLE or score >= SURE or (spoken and not self._judge):
            return Danger(Level.SURE, spoken or self._call(found))
        if spoken or score >= POSSIBLE:
            return Danger(Level.POSSIBLE, spoken or self._call(found))
        return Danger(Level.NONE)

    def _call(self, features: list[str]) -> str:
        return max(NUMBERS, key=lambda n: self._calls[n].score(features)) if self._calls else ""
