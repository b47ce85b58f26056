"""What a written word stands for: its tags by the lexicon, a slip of the finger or the ear forgiven."""

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from knowledge.text import fold, sound
from workflows import lexicon


def folded(text: str) -> str:
    """A word in lower case without accents and apostrophes: VÓÓR → voor, 's → s."""
    return re.sub(r"['‘’\s]", "", fold(text).lower())


@lru_cache(maxsize=20_000)
def word_tags(word: str) -> tuple[str, ...]:
    """The tags of a folded word; the word itself when it means no day, time or number."""
    word = word.strip(".")
    if known := lexicon.WORDS.get(word):
        return tuple(known.split())
    for part, name in lexicon.PARTS.items():
        if word.endswith(part) and (day := _day_tag(word.removesuffix(part).rstrip("-"))):
            return (day, f"P{name}")
    if word.startswith("half") and (rest := lexicon.WORDS.get(word[4:], "")).startswith("N"):
        return ("half", rest)
    return ((_day_tag(word) or slip(word) or word) or "?",)


def _day_tag(word: str) -> str | None:
    """The tag of a weekday, of vandaag, morgen or overmorgen, typed well or nearly so."""
    known = lexicon.WORDS.get(word, "")
    if known.startswith("WD") or word in lexicon.NEAR_DAYS:
        return known or word
    if known in lexicon.NEAR_DAYS:
        return known
    guess = slip(word, lexicon.FORGIVEN_DAYS)
    return guess if guess and (guess.startswith("WD") or guess in lexicon.NEAR_DAYS) else None


@lru_cache(maxsize=20_000)
def slip(word: str, choices: frozenset[str] = lexicon.FORGIVEN) -> str | None:
    """The tag of the one word this is a slip of the finger or the ear for, if there is one."""
    if len(word) < 5 or word in lexicon.NO_SLIPS:
        return None
    heard = sound(word)
    near = sorted((_distance(word, heard, choice), choice) for choice in choices)
    if near[0][0] > (1 if len(word) < 7 else 2) or (len(near) > 1 and near[0][0] == near[1][0]):
        return None
    choice = near[0][1]
    return lexicon.WORDS.get(choice, choice)


def _distance(word: str, heard: str, choice: str) -> int:
    if heard == sound(choice):
        return 0
    return OSA.distance(word, choice, score_cutoff=2) if word[0] == choice[0] else 9
