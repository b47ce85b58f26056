"""Personal data in what people type: found, pointed out, masked. It warns; it does not claim to find every name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from knowledge.national import NATIONAL_NUMBERS


class Finding(StrEnum):
    """What kind of personal data was found; the value is the Dutch word for it."""

    BSN = "een burgerservicenummer (BSN)"
    BIRTH_DATE = "een geboortedatum"
    PHONE = "een telefoonnummer"
    EMAIL = "een e-mailadres"
    ADDRESS = "een adres"
    POSTCODE = "een postcode"
    NUMBER = "een lang nummer"


_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_POSTCODE = re.compile(r"\b[1-9]\d{3}\s?(?!SA|SD|SS)[A-Z]{2}\b|\b[1-9]\d{3}(?!sa|sd|ss)[a-z]{2}\b")
_PHONE = re.compile(r"(?<![\w.])(?:\+31|0031|0)[\s\-()]*(?:\d[\s\-()]*){7,8}\d(?!\d)")
_LONG = re.compile(r"(?<![\w.])\d(?:[\s.\-]?\d){7,11}(?![\w])")
_MONTH = r"(?:jan|feb|mrt|maart|apr|mei|jun|jul|aug|sep|okt|nov|dec)[a-z]*"
_DATE = re.compile(
    rf"\b\d{{1,2}}\s?[-/. ]\s?(?:\d{{1,2}}|{_MONTH})\s?[-/. ]\s?(?:19|20)?\d{{2}}\b|\b(?:19|20)\d\d-\d\d?-\d\d?\b",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"20\d\d-20\d\d|\d{1,2}[-/.]\d{1,2}[-/.]20\d\d \d{1,2}\.\d\d")  # a school year; a day with a time
_BORN = re.compile(r"\b(?:geb(?:oren|\.|oortedatum)?|gbd|jarig|birthday|born)\b", re.IGNORECASE)
_YEAR = re.compile(r"^\d{4}|(?:\d{4}|\d{2})$")
_IBAN = re.compile(r"\bNL\d\d\s?[A-Z]{4}(?:\s?\d){10}\b")
_STREET = re.compile(
    r"\b[A-Za-zÀ-ÿ'.-]{2,}(?:straat|laan|weg|plein|hof|dreef|pad|singel|kade|dijk|steeg|plantsoen|park)\s+\d{1,4}\s?[a-zA-Z]?\b",
    re.IGNORECASE,
)
_OLDEST_PUPIL = 24  # a date of birth of a pupil or student lies in the last years


@dataclass(frozen=True)
class Found:
    """Something personal and where it stands in the text."""

    what: Finding
    start: int
    end: int


def find(text: str, this_year: int) -> list[Found]:
    """All personal data that is recognised, in order, without overlap."""
    found = sorted(_all(text, this_year), key=lambda f: (f.start, -f.end))
    kept: list[Found] = []
    for item in found:
        start = max(item.start, kept[-1].end if kept else 0)
        if start < item.end:  # what sticks out of an overlap is personal too
            kept.append(Found(item.what, start, item.end))
    return kept


_WANTED = re.compile(
    r"\b(?:bsn|burgerservicenummer|(?:huis|woon|e?-?mail)?adres|geboortedatum|(?:telefoon)?nummer|mobiel|06|dossier|cijfers"
    r"|diagnose|gegevens)\b"
    r"(?: en (?:het |de )?\w+)? (?:van|v) (?:die|dat|deze|dit|een|de|het|mijn|onze) "
    r"(?:\w+ )?(?:jongen|meisje|leerling|kind|kindje|student|vader|moeder|ouders|gezin)\b",
    re.IGNORECASE,
)


_SHARED = re.compile(
    r"\b(?:delen|deel|doorgeven|geef door|uitwisselen|bespreken|noteren|vastleggen|bewaren|opslaan|noemen|vertellen)\b",
    re.IGNORECASE,
)
"""Then the rule about somebody's data is asked, not the data."""


def asks_for_personal_data(text: str) -> bool:
    """Whether somebody asks for the data of a child or family, which is never kept here."""
    return bool(_WANTED.search(text)) and not _SHARED.search(text)


def mask(text: str, this_year: int) -> str:
    """The text with everything found replaced by what it was."""
    for item in reversed(find(text, this_year)):
        text = f"{text[: item.start]}[{item.what.value.split(' ', 1)[1]}]{text[item.end :]}"
    return text


def _all(text: str, this_year: int) -> Iterator[Found]:
    for pattern, what in (
        (_EMAIL, Finding.EMAIL),
        (_POSTCODE, Finding.POSTCODE),
        (_STREET, Finding.ADDRESS),
        (_IBAN, Finding.NUMBER),
    ):
        yield from (Found(what, *match.span()) for match in pattern.finditer(text))
    for match in _DATE.finditer(text):
        if _BORN.search(text[: match.end() + 20]) or _is_past_childhood(match.group(), this_year):
            yield Found(Finding.BIRTH_DATE, *match.span())
    for match in _PHONE.finditer(text):
        if re.sub(r"\D", "", match.group()) not in {re.sub(r"\D", "", n) for n in NATIONAL_NUMBERS}:
            yield Found(Finding.PHONE, *match.span())
    for match in _LONG.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if _DATE.fullmatch(match.group()) or _PLAIN.fullmatch(match.group()):
            continue
        if digits in {re.sub(r"\D", "", n) for n in NATIONAL_NUMBERS}:
            continue
        yield Found(Finding.BSN if is_bsn(digits) else Finding.NUMBER, *match.span())


def is_bsn(digits: str) -> bool:
    """Whether the digits pass the 11-proof of a BSN; 9 % of random numbers do, so it is a warning, no proof."""
    from stdnum.nl import bsn  # only when a long number was typed

    return len(digits) in (8, 9) and bool(bsn.is_valid(digits.zfill(9)))


def _is_past_childhood(date: str, this_year: int) -> bool:
    year = _YEAR.search(date)
    if year is None:
        return False
    value = int(year.group())
    full = value if value > 99 else 2000 + value
    return this_year - _OLDEST_PUPIL <= full < this_year - 2
