"""Dutch as typed into tokens: where each word stands, and which weekday, month, number, unit or time it is.

`spelling` forgives slips; what a row of tokens means on a given day is for `days` and `clock`.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from workflows import lexicon
from workflows.neighbours import settled
from workflows.spelling import folded, word_tags

_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_ABBREVIATED = "|".join(sorted(lexicon.DOTTED, key=len, reverse=True))
_SHAPES = re.compile(
    rf"""
    (?P<link>https?://\S+|[\w.+-]+@[\w-]+\.[\w.-]*\w)
  | (?P<mention><@\w+(?:\|[^>]*)?>|@\w+(?:[.'’-]\w+)*(?::[\w-]+(?:\.[\w-]+)+)?)
  | (?P<iso>(?<![\w.-])[0-9]{{4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}(?![0-9-]))
  | (?P<dmy>(?<![\w-])[0-9]{{1,2}}(?P<sep>[-/.])[0-9]{{1,2}}(?P=sep)['’‘]?(?:[0-9]{{4}}|[0-9]{{2}})(?![\w-]))
  | (?P<compound>(?<![\w-])[0-9]+(?:-[0-9]+)*-[^\W\d_]\w*(?:-\w+)*)
  | (?P<dm>(?<![\w.,:/-])[0-9]{{1,2}}[-/][0-9]{{1,2}}(?![\w/]|[-.,:][0-9]|-))
  | (?P<clock>(?<![\w.,:])[0-9]{{1,2}}[:.][0-9]{{2}}(?::[0-9]{{2}})?(?![0-9])
             |(?<=[0-9])T[0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}})?)
  | (?P<decimal>[0-9]+,[0-9]+)
  | (?P<year>['’‘][0-9]{{2}}(?!\w))
  | (?P<glued>[0-9]+[^\W\d_]+(?:[0-9]{{1,2}}(?!\w))?)
  | (?P<number>[0-9]+)
  | (?P<dotted>(?i:{_ABBREVIATED})\.(?=\s|$|[,;:)]))
  | (?P<initials>(?:[^\W\d_]\.)+[^\W\d_]\b\.?|[A-Z]\.(?=\ (?:[A-Z]|de|den|der|van|ten|ter|el)\b)|[tvs]/[md]\b)
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
    found = [_token(match) for match in _SHAPES.finditer(text)]
    return [replace(token, tags=_in_context(found, i)) for i, token in enumerate(found)]


def _token(match: re.Match[str]) -> Token:
    kind = next(name for name in _KINDS if match.group(name))
    return Token(match.group(), match.start(), match.end(), kind, _KINDS[kind](match.group()))


def _in_context(tokens: list[Token], i: int) -> tuple[str, ...]:
    before = [tag for token in tokens[max(0, i - 3) : i] for tag in token.tags]
    after = [tag for token in tokens[i + 1 : i + 4] for tag in token.tags]
    return settled(tokens[i].text, tokens[i].tags, before, after)


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
    """Read "1-dec-2026" is a date, "1-juli-overleg" a word."""
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


def _decimal(_: str) -> tuple[str, ...]:
    return ("DEC",)


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
    tags = tuple(t.lstrip("~") for t in word_tags(parts[2]))
    return (f"N{int(parts[1])}", *tags) if tags[0][0] in "UM" or parts[2] in ("am", "pm") else (word,)


def _word(text: str) -> tuple[str, ...]:
    word = folded(text)
    if word == "een" and "é" in text.lower():
        return ("N1",)
    if "-" in word:
        parts = [tuple(t.lstrip("~") for t in word_tags(p)) for p in word.split("-") if p]
        if parts and all(p[0][0].isupper() for p in parts):
            return tuple(tag for p in parts for tag in ("-", *p))[1:]
    return word_tags(word) if word else ("?",)


def _initials(text: str) -> tuple[str, ...]:
    return word_tags(re.sub("[./]", "", folded(text)))


def _mention(_: str) -> tuple[str, ...]:
    return ("@",)


_KINDS: dict[str, Callable[[str], tuple[str, ...]]] = {
    "link": _plain, "mention": _mention, "iso": _iso, "dmy": _dmy, "compound": _compound, "dm": _dm, "clock": _clock,
    "decimal": _decimal, "year": _year, "glued": _glued, "number": _number, "dotted": _word, "initials": _initials,
    "word": _word, "other": _plain,
}  # fmt: skip
