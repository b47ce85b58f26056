"""The words that decide whether two sentences say the same; read once from wordlists.toml."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.text import fold, words

_FILE = Path(__file__).with_name("wordlists.toml")
_GAP = r"((?:[~a-z0-9]+ ){0,12}?)"  # what stands inside "licht * in"


@dataclass(frozen=True)
class Lists:
    """Every list; words folded."""

    single: Mapping[str, str]
    """Word to the name of its group."""
    phrases: tuple[tuple[re.Pattern[str], str], ...]
    """How a phrase looks in a row of words, and what it becomes; longest first."""
    free: frozenset[str]
    light: frozenset[str]
    limits: frozenset[str]
    status: frozenset[str]
    counts: frozenset[str]
    conditions: frozenset[str]
    reasons: frozenset[str]
    restatement: frozenset[str]
    examples: frozenset[str]
    additions: frozenset[str]
    pointing: frozenset[str]
    demonstrative: frozenset[str]
    anywhere: frozenset[str]
    after_het: frozenset[str]
    plain_openings: frozenset[str]
    imperatives: frozenset[str]
    actors: frozenset[str]


@cache
def lists() -> Lists:
    """The lists of wordlists.toml; words of a group are called by its name from here on, in the other lists too."""
    raw = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    single: dict[str, str] = {}
    phrases: dict[str, str] = {}
    for row in raw.pop("same"):
        variants = [" ".join(fold(variant).split()) for variant in row.split("|")]
        for variant in variants:
            (phrases if " " in variant else single)[variant] = "~" + re.sub(r"[ *]", "", variants[0])
    longest_first = sorted(phrases, key=lambda phrase: -len(phrase))
    groups = {*single.values(), *phrases.values()}
    named = {
        name: frozenset(single.get(word, f"~{word}" if f"~{word}" in groups else word) for word in words(row))
        for name, row in raw.items()
    }
    return Lists(
        single=single,
        phrases=tuple((_pattern(phrase), phrases[phrase]) for phrase in longest_first),
        **named,
    )


def _pattern(phrase: str) -> re.Pattern[str]:
    told = re.escape(phrase).replace(r"\ \*\ ", " " + _GAP)
    return re.compile(rf"(?<!\S){told}(?!\S)")
