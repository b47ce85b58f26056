"""From the sentences a model gave to the text that may be shown: each held against its source, in its order."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.phrasing.evidence import Row
from knowledge.phrasing.sameness import says_the_same
from knowledge.phrasing.spelling import cleaned, is_plain
from knowledge.phrasing.support import limits_stand, numbers_stand_there, roles_stand_there, words_stand_there
from knowledge.phrasing.tokens import tokens
from knowledge.phrasing.wordlists import lists

Check = Callable[[str, str], bool]

CHECKS: Mapping[str, Check] = {
    "spelling": is_plain,
    "numbers": numbers_stand_there,
    "roles": roles_stand_there,
    "words": words_stand_there,
    "limits": limits_stand,
    "sameness": says_the_same,
}
"""Every check by name: whether a sentence may be shown, given its source. The last asks for what those before it do
and for more; they are there because they are simple: a fault in the last does not get past them."""

_CONDITION = re.compile(
    r"\b(?:alleen|mits|tenzij|uitzondering|toestemming|mag|mogen|eerst|voordat|pas|geen plicht|(?:kan|kunnen) niet"
    r"|moet|moeten|verplicht)\b|aanbevel|aanbevolen|afspraak van|geen (?:afspraak|plan)|advies|advise|elders|landelijk"
    r"|algemeen beeld|een gemeente|memo\b",
    re.IGNORECASE,
)
_OPENING = 3  # tokens among which a demonstrative points back to the sentence before


@dataclass(frozen=True)
class Said:
    """A sentence as the model gave it, and the numbered sentence it says it comes from, such as UP-A-ouders-1.2."""

    text: str
    source: str


@dataclass(frozen=True)
class Dropped:
    """A sentence that is not shown, and the check that stopped it."""

    text: str
    check: str


@dataclass(frozen=True)
class Kept:
    """What came through: the text to show (empty when the core fell away), what was kept and what was not."""

    text: str
    kept: tuple[str, ...]
    dropped: tuple[Dropped, ...]


def keep(said: Sequence[Said], rows: Sequence[Row], checks: Mapping[str, Check] = CHECKS) -> Kept:
    """The sentences that pass, laid out as the provisions are; no text when nothing of `rows[0]` is among them."""
    told: dict[str, dict[int, list[str]]] = {row.id: {} for row in rows}
    dropped: list[Dropped] = []
    for item in said:
        row = next((row for row in rows if item.source in row.sources), None)
        text = row.filled(cleaned(item.text)) if row else ""
        if row is None or (fault := _fault(text, row.sentences[row.sources[item.source]], checks)):
            dropped.append(Dropped(item.text, "source" if row is None else fault))
        elif text not in (there := told[row.id].setdefault(row.sources[item.source], [])):
            there.append(text)
    kept = tuple(text for row in rows for place in sorted(told[row.id]) for text in told[row.id][place])
    laid = [_laid_out(row, told[row.id]) for row in rows]
    return Kept(" ".join(filter(None, laid)) if laid and laid[0] else "", kept, tuple(dropped))


def _fault(text: str, source: str, checks: Mapping[str, Check]) -> str:
    """The name of the first check that stops it, or nothing."""
    return next((name for name, passes in checks.items() if not passes(text, source)), "")


def _laid_out(row: Row, told: Mapping[int, Sequence[str]]) -> str:
    """What was told, in the provision's order, with its own opening and conditions and what a sentence points back to.

    Nothing when that is more than what was told.
    """
    shown = [at in told or at == 0 or is_condition(text) for at, text in enumerate(row.sentences)]
    for at in range(len(shown) - 1, 0, -1):
        shown[at - 1] |= shown[at] and points_back(row.sentences[at])
    own = sum(shown) - len(told)
    if own > len(told):
        return ""
    return " ".join(" ".join(told.get(at, [text])) for at, text in enumerate(row.sentences) if shown[at])


def is_condition(sentence: str) -> bool:
    """Whether a sentence of a provision limits what it says, or says what kind of source it is."""
    return bool(_CONDITION.search(sentence))


def points_back(sentence: str) -> bool:
    """Whether a sentence of a provision is only understood after the one before it."""
    row = tokens(sentence)
    first = lists().pointing & set(row[:1]) or lists().demonstrative & set(row[1:_OPENING])
    bare = row[:1] == ("het",) and bool(lists().after_het & set(row[1:2]))
    return bool(first or bare or lists().anywhere & set(row))
