"""Dutch as typed into tokens: where each word stands, and which weekday, month, number, unit or time it is.

Spelling is forgiven here. What a row of tokens means on a given day is for `days` and `clock`.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from knowledge.text import fold, sound
from workflows import lexicon

_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_ABBREVIATED = "|".join(sorted(lexicon.DOTTED, key=len, reverse=True))
_SHAPES = re.compile(
    rf"""
    (?P<link>https?://\S+|[\w.+-]+@[\w-]+\.[\w.-]*\w)
  | (?P<mention><@\w+(?:\|[^>]*)?>|@\w+(?:[.'’-]\w+)*(?::[\w-]+(?:\.[\w-]+)+)?)
  | (?P<iso>(?<![\w.-])[0-9]{{4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}(?![0-9-]))
  | (?P<dmy>(?<![\w-])[0-9]{{1,2}}(?P<sep>[-/.])[0-9]{{1,2}}(?P=sep)['’‘]?(?:[0-9]{{4}}|[0-9]{{2}})(?![\w-]))
  | (?P<compound>(?<![\w-])[0-9]+(?:-[0-9]+)*-[^\W\d_]\w*(?:-\w+)*)
  | (?P<dm>(?<![\w.,:/-])[0-9]{{1,2}}[-/][0-9]{{1,2}}(?![\w/:]|[-.,][0-9]|-))
  | (?P<clock>(?<![\w.,:])[0-9]{{1,2}}[:.][0-9]{{2}}(?::[0-9]{{2}})?(?![0-9])|(?<=[0-9])T[0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}})?)
  | (?P<year>['’‘][0-9]{{2}}(?!\w))
  | (?P<glued>[0-9]+[^\W\d_]+(?:[0-9]{{1,2}}(?!\w))?)
  | (?P<number>[0-9]+)
  | (?P<dotted>(?i:{_ABBREVIATED})\.(?=\s|$|[,;:)]))
  | (?P<initials>(?:[^\W\d_]\.)+[^\W\d_]\b\.?|[tvs]/[md]\b)
  | (?P<word>['’‘]?[^\W\d_](?:\w|['’‘](?=\w)|-(?=\w))*)
  | (?P<other>\S)
    """,
    re.VERBOSE,
)
_GLUED_TIME = re.compile(r"([0-9]{1,2})[uh]([0-9]{1,2})")
_GLUED = re.compile(r"([0-9]+)([a-z]+)")
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Token:
    """A word or sign, its place in the text, and one or more tags: "vrijdagmiddag" is WD4 and Pmiddag."""

    text: str
    start: int
    end: int
    kind: str
    tags: tuple[str, ...]


def clean(text: str) -> str:
    """The text composed (é is one sign), without hidden characters, its blanks single spaces."""
    return " ".join(_HIDDEN.sub("", unicodedata.normalize("NFC", text)).split())


def tokenise(text: str) -> list[Token]:
    """The tokens of a cleaned text, words whose meaning hangs on their neighbours settled."""
    found = [
        Token(m.group(), m.start(), m.end(), m.lastgroup or "", _tags(m)) for m in _SHAPES.finditer(text) if m.group()
    ]
    return [_settled(found, i) for i in range(len(found))]


def folded(text: str) -> str:
    """A word in lower case without accents and apostrophes: VÓÓR → voor, 's → s."""
    return re.sub(r"['‘’\s]", "", fold(text).lower())


def _tags(match: re.Match[str]) -> tuple[str, ...]:
    kind = next(k for k in _KINDS if match.group(k))
    return _KINDS[kind](match.group())


def _plain(text: str) -> tuple[str, ...]:
    return (folded(text) or "?",)


def _iso(text: str) -> tuple[str, ...]:
    year, month, day = map(int, _DIGITS.findall(text))
    return (f"DT{year}-{month}-{day}",)


def _dmy(text: str) -> tuple[str, ...]:
    day, month, year = _DIGITS.findall(text)
    return (f"DT{int(year) + 2000 if len(year) == 2 else int(year)}-{int(month)}-{int(day)}",)


def _dm(text: str) -> tuple[str, ...]:
    day, month = map(int, _DIGITS.findall(text))
    return ("24/7",) if text == "24/7" else (f"DT_-{month}-{day}",)


def _compound(text: str) -> tuple[str, ...]:
    """"1-dec-2026" is a date, "1-juli-overleg" a word."""
    parts = text.split("-")
    month = lexicon.MONTHS.get(folded(parts[1])) if len(parts) > 1 else None
    if month and (len(parts) == 2 or (len(parts) == 3 and parts[2].isascii() and parts[2].isdigit())):
        year = f"N{int(parts[2]) % 100 + 2000}" if len(parts) == 3 else None
        return tuple(t for t in (f"N{int(parts[0])}", f"MO{month}", year) if t)
    return _plain(text)


def _clock(text: str) -> tuple[str, ...]:
    hour, minute = _DIGITS.findall(text)[:2]
    both = "." in text and int(hour) <= 24 and 1 <= int(minute) <= 12 and int(hour) > 0
    return (f"{'X' if both else 'T'}{hour}:{minute}",)


def _year(text: str) -> tuple[str, ...]:
    return (f"N{2000 + int(text[1:])}",)


def _number(text: str) -> tuple[str, ...]:
    return (f"N{int(text)}",) if len(text) <= 6 else (text,)


def _glued(text: str) -> tuple[str, ...]:
    """Digits with letters: 14u30, 27e, 1dec, 2weken, 9uur, half3."""
    word = folded(text)
    if time := _GLUED_TIME.fullmatch(word):
        return (f"T{time[1]}:{time[2]}",)
    parts = _GLUED.fullmatch(word)
    if not parts or len(parts[1]) > 4:
        return (word or "?",)
    if parts[2] in lexicon.ORDINAL_ENDINGS:
        return (f"O{int(parts[1])}",)
    tags = word_tags(parts[2])
    return (f"N{int(parts[1])}", *tags) if tags[0][0] in "UM" or parts[2] in ("am", "pm") else (word,)


def _word(text: str) -> tuple[str, ...]:
    word = folded(text)
    if "-" in word:
        parts = [word_tags(p) for p in word.split("-") if p]
        if parts and all(p[0][0].isupper() for p in parts):
            return tuple(tag for p in parts for tag in ("-", *p))[1:]
    return word_tags(word) if word else ("?",)


_KINDS = {
    "link": lambda text: (re.sub(r"\s", "", text.lower()),),
    "mention": lambda _: ("@",),
    "iso": _iso, "dmy": _dmy, "compound": _compound, "dm": _dm, "clock": _clock, "year": _year,
    "glued": _glued, "number": _number, "dotted": _word, "initials": lambda text: word_tags(folded(text).replace(".", "")),
    "word": _word, "other": _plain,
}  # fmt: skip


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
    return ((_day_tag(word) or _meant(word) or word) or "?",)


def _day_tag(word: str) -> str | None:
    """The tag of a weekday, of vandaag, morgen or overmorgen, typed well or nearly so."""
    known = lexicon.WORDS.get(word, "")
    if known.startswith("WD") or word in lexicon.NEAR_DAYS:
        return known or word
    guess = _meant(word, lexicon.FORGIVEN_DAYS)
    return guess if guess and (guess.startswith("WD") or guess in lexicon.NEAR_DAYS) else None


@lru_cache(maxsize=20_000)
def _meant(word: str, choices: frozenset[str] = lexicon.FORGIVEN) -> str | None:
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


def _settled(tokens: list[Token], i: int) -> Token:
    """The token with its meaning settled by its neighbours: "zo" is mostly not Sunday, "Jan" not January."""
    token = tokens[i]
    before = [t for other in tokens[max(0, i - 3) : i] for t in other.tags]
    after = [t for other in tokens[i + 1 : i + 4] for t in other.tags]
    tag = token.tags[0]
    if tag.startswith("?"):
        tags = (tag[1:],) if _is_day(token, before, after) else (folded(token.text),)
    elif tag.startswith("X"):
        tags = (_dotted_pair(tag, before, after),)
    elif tag.startswith("DT_") and (after[:1] and after[0][0] in "UM" or before[-1:] and before[-1] in lexicon.COUNTED):
        _, month, day = tag.split("-")
        tags = (f"N{day}", "-", f"N{month}")
    elif tag.startswith("N") and len(token.tags) == 1 and before[-1:] and before[-1] in lexicon.COUNTED:
        tags = (token.text.lower(),)
    else:
        return token
    return Token(token.text, token.start, token.end, token.kind, tags)


def _is_day(token: Token, before: list[str], after: list[str]) -> bool:
    """Whether a word that can be a short weekday or month (zo, ma, vrij, jan, mei) is one here."""
    meant, last, nxt = token.tags[0][1:], before[-1] if before else "", after[0] if after else ""
    if meant.startswith("MO"):
        return last[:1] in ("N", "O") and last[1:].isdigit() and int(last[1:]) <= 31
    if last in lexicon.NOT_BEFORE_DAY or nxt in lexicon.NOT_AFTER_DAY:
        return False
    dated = nxt[:1] in ("T", "X", "O", "P") or nxt.startswith("DT") or nxt in ("as", "aanstaande", "over", "om")
    dated = dated or (nxt[:1] == "N" and bool(after[1:]) and after[1][:1] in ("M", "U"))
    joined = last in ("of", "en", "/", "-") and len(before) > 1 and before[-2].lstrip("?").startswith("WD")
    joined = joined or (nxt in ("of", "en", "/", "-") and len(after) > 1 and after[1].lstrip("?").startswith("WD"))
    alone = not before and not after
    closing = not after or (nxt in ",.;!?)" and folded(token.text) != "zo")
    usual = folded(token.text) in lexicon.USUAL_DAYS
    final = closing and folded(token.text) != "zo" and token.text.islower()
    return dated or joined or alone or usual or final or last in lexicon.BEFORE_DAY


def _dotted_pair(tag: str, before: list[str], after: list[str]) -> str:
    """1.12 is a time beside a day, after "om" or before "uur", a date after "op"; else nobody knows: "?"."""
    hour, minute = tag[1:].split(":")
    near = before[-2:] + after[:2]
    if "Uuur" in after[:1] or set(before[-1:]) & {"om", "rond", "vanaf"} or any(_names_day(t) for t in near):
        return f"T{hour}:{minute}"
    if set(before[-1:]) & {"op", "uiterlijk", "per", "datum", "deadline"}:
        return f"DT_-{int(minute)}-{int(hour)}"
    return "UNSURE"


def _names_day(tag: str) -> bool:
    return tag[:2] in ("WD", "MO", "DT") or tag[:1] == "P" or tag in lexicon.NEAR_DAYS or tag.startswith("N20")


def folded_words(tokens: list[Token]) -> Iterator[str]:
    """The folded words of tokens, in order."""
    yield from (folded(t.text) for t in tokens)
