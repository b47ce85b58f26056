"""Who is who as a picture for a phone: a card for each person with role, name, number, days and schools.

Nothing is said by colour alone: a day that somebody is there is filled and bold, another is an outline.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from knowledge import pictures
from knowledge.contacts import DAYS, Contact
from knowledge.pictures import LINE, TEXT, WIDTH, as_png, canvas, drawable, font, wrapped
from knowledge.roles import Role
from knowledge.text import fold
from prompts import render

if TYPE_CHECKING:
    from knowledge.pictures import Pen

A_PICTURE = 12  # cards: what a thumb scrolls past in a moment

_MARGIN, _GAP, _PAD, _FACE = 28, 24, 26, 132  # pixels
_NAME, _HEADING = 46, 52
_DAY_WIDE, _DAY_HIGH, _DAY_GAP = 92, 58, 12
_WORDS_X = _MARGIN + _PAD + _FACE + _PAD
_ROOM = WIDTH - _MARGIN - _PAD - _WORDS_X
_WEEK = DAYS[:5]
_ABSENT = (pictures.PAPER, pictures.GREY, pictures.GREY)


@dataclass(frozen=True)
class _Line:
    """Words of a card, with how they look."""

    words: str
    size: int = TEXT
    bold: bool = False
    colour: str = pictures.INK

    @property
    def high(self) -> int:
        """Pixels to the next line."""
        return LINE + max(0, self.size - TEXT)


@dataclass(frozen=True)
class _Card:
    """One person: the lines above the days, the days, the lines below."""

    initials: str
    above: Sequence[_Line]
    days: Sequence[str]
    below: Sequence[_Line]

    @property
    def height(self) -> int:
        """Pixels."""
        days = _DAY_HIGH + _DAY_GAP if self.days else 0
        words = sum(line.high for line in (*self.above, *self.below))
        return max(2 * _PAD + words + days + 8, 2 * _PAD + _FACE)


def pages(people: Sequence[Contact]) -> list[Sequence[Contact]]:
    """The people by picture."""
    return [people[at : at + A_PICTURE] for at in range(0, len(people), A_PICTURE)]


def heading(school: str) -> str:
    """What stands above the cards; `school` is empty when they are everybody's."""
    return render("lookup.card_heading_at", school=school) if school else render("lookup.card_heading")


def draw(people: Sequence[Contact], roles: Mapping[str, Role], today: date, school: str = "") -> bytes:
    """The cards of these people under a heading, as PNG."""
    title = wrapped(heading(school), WIDTH - 2 * _MARGIN, font(_HEADING, bold=True))
    cards = [_card(person, roles, today) for person in people]
    top = _MARGIN + (_HEADING + 16) * len(title) + _GAP
    picture, pen = canvas(top + sum(card.height + _GAP for card in cards) + _MARGIN - _GAP)
    for n, words in enumerate(title):
        pen.text((_MARGIN, _MARGIN + (_HEADING + 16) * n), words, font=font(_HEADING, bold=True), fill=pictures.INK)
    for card in cards:
        _draw_card(pen, card, top)
        top += card.height + _GAP
    return as_png(picture)


def describe(people: Sequence[Contact], roles: Mapping[str, Role], school: str = "") -> str:
    """What the cards say, in words, for who cannot see them."""
    return f"{heading(school)}: {'; '.join(_in_words(person, roles) for person in people)}."


def _in_words(person: Contact, roles: Mapping[str, Role]) -> str:
    days = " ".join(day[:2] for day in person.days)
    return ", ".join(filter(None, (person.name, _role(person, roles), person.phone or person.email, days)))


def _card(person: Contact, roles: Mapping[str, Role], today: date) -> _Card:
    above = [
        *_lines(person.name, _NAME, bold=True), *_lines(_role(person, roles)), *_lines(person.phone, bold=True),
        *_lines(person.email),
    ]  # fmt: skip
    below = [*_lines(_places(person)), *_lines(_deputy(person)), *_lines(_stale(person, today), bold=True)]
    if not person.days:
        below = [*_lines(render("lookup.card_no_days")), *below]
    return _Card(_initials(person.name), above, tuple(map(fold, person.days)), below)


def _lines(text: str, size: int = TEXT, bold: bool = False, colour: str = pictures.INK) -> list[_Line]:
    return [_Line(words, size, bold, colour) for words in wrapped(text, _ROOM, font(size, bold))] if text else []


def _role(person: Contact, roles: Mapping[str, Role]) -> str:
    return roles[person.role].name if person.role in roles else person.role


def _places(person: Contact) -> str:
    # A name stays on one line where it can.
    places = ", ".join(place.replace(" ", "\u00a0") for place in (*person.schools, *person.municipalities))
    return render("lookup.card_places", places=places) if places else ""


def _deputy(person: Contact) -> str:
    return render("lookup.card_deputy", deputy=person.deputy) if person.deputy else ""


def _stale(person: Contact, today: date) -> str:
    return render("lookup.card_stale") if person.is_stale(today) else ""


def _initials(name: str) -> str:
    """The first letters of the first and the last name; what stands between brackets is no name."""
    words = [word for word in drawable(name).partition("(")[0].split() if word[:1].isalpha()]
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


def _draw_card(pen: "Pen", card: _Card, top: int) -> None:
    whole = (_MARGIN, top, WIDTH - _MARGIN, top + card.height)
    pen.rounded_rectangle(whole, radius=18, fill=pictures.BAND, outline=pictures.GREY, width=3)
    left, y = _MARGIN + _PAD, top + _PAD
    pen.ellipse((left, y, left + _FACE, y + _FACE), fill=pictures.LIGHT_BLUE, outline=pictures.BLUE, width=6)
    middle, letters = (left + _FACE // 2, y + _FACE // 2), font(_HEADING, bold=True)
    pen.text(middle, card.initials, font=letters, fill=pictures.INK, anchor="mm")
    y = _write(pen, card.above, y)
    if card.days:
        _draw_days(pen, card.days, y + 6)
        y += _DAY_HIGH + _DAY_GAP + 8
    _write(pen, card.below, y)


def _write(pen: "Pen", lines: Sequence[_Line], y: int) -> int:
    for line in lines:
        pen.text((_WORDS_X, y), line.words, font=font(line.size, line.bold), fill=line.colour)
        y += line.high
    return y


def _draw_days(pen: "Pen", days: Sequence[str], y: int) -> None:
    shown = _WEEK if set(days) <= set(_WEEK) else DAYS
    for n, day in enumerate(shown):
        x, there = _WORDS_X + n * (_DAY_WIDE + _DAY_GAP), day in days
        box, middle = (x, y, x + _DAY_WIDE, y + _DAY_HIGH), (x + _DAY_WIDE // 2, y + _DAY_HIGH // 2)
        fill, edge, ink = (pictures.BLUE, pictures.BLUE, pictures.PAPER) if there else _ABSENT
        pen.rounded_rectangle(box, radius=12, fill=fill, outline=edge, width=3)
        pen.text(middle, day[:2], font=font(bold=there), fill=ink, anchor="mm")
