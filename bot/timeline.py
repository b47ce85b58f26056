"""The coming six weeks as a picture: a row for each meeting and action, what is late in front. No words of actions.

Nothing is said by colour alone: a meeting is a square, an action a dot, what is late has a triangle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from knowledge import pictures
from knowledge.pictures import LINE, TEXT, WIDTH, as_png, canvas, font, wrapped
from prompts import render
from workflows.checklist import dutch

if TYPE_CHECKING:
    from knowledge.pictures import Pen

WEEKS = 6

_ROWS = 40
_TOP, _MARGIN, _BETWEEN, _DOT, _ASIDE, _TODAY = 130, 24, 18, 15, 36, 58  # pixels
_YELLOW = "#e69f00"


@dataclass(frozen=True)
class Mark:
    """Something on one day: a meeting, or an action that is due."""

    day: date
    label: str
    is_meeting: bool = False


@dataclass(frozen=True)
class _Row:
    """A mark with its place: the middle of its sign, and its words beside it on the side with most room."""

    mark: Mark
    late: bool
    x: int
    y: int
    lines: Sequence[str]
    left: int

    @property
    def bottom(self) -> int:
        """Pixels from the top of the picture."""
        return self.y + LINE * len(self.lines)


def draw(marks: Sequence[Mark], today: date) -> bytes:
    """The picture as PNG, from the Monday of this week on; what was due before stands at the left edge."""
    start = today - timedelta(days=today.weekday())
    shown = within(marks, start)
    rows = _rows(shown[:_ROWS], start, today)
    foot = _more(shown) if len(shown) > _ROWS else "" if shown else render("mdo.timeline_nothing")
    bottom = rows[-1].bottom if rows else _TOP + _TODAY
    height = bottom + (LINE if foot else 0) + _MARGIN
    picture, pen = canvas(height)
    _weeks(pen, start, height)
    _today(pen, _x(today, start), height)
    if foot:
        _write(pen, (_MARGIN + _DOT, bottom), foot)
    for row in rows:
        _sign(pen, row)
        for n, line in enumerate(row.lines):
            _write(pen, (row.left, row.y + LINE * n), line, bold=row.mark.is_meeting)
    return as_png(picture)


def within(marks: Sequence[Mark], start: date) -> list[Mark]:
    """What fits in the picture: everything until the last of the six weeks, late actions too."""
    end = start + timedelta(weeks=WEEKS)
    return [mark for mark in marks if mark.day < end and (mark.day >= start or not mark.is_meeting)]


def describe(marks: Sequence[Mark], today: date) -> str:
    """What the picture shows, in words, for who cannot see it."""
    shown = within(marks, today - timedelta(days=today.weekday()))
    rows = [f"{dutch(mark.day)} {mark.label}" for mark in shown[:_ROWS]]
    rows += [_more(shown)] if len(shown) > _ROWS else [] if shown else [render("mdo.timeline_nothing")]
    return render("mdo.timeline_alt", weeks=WEEKS, rows="; ".join(rows))


def _more(shown: Sequence[Mark]) -> str:
    return render("mdo.timeline_more", count=len(shown) - _ROWS)


def _rows(marks: Sequence[Mark], start: date, today: date) -> list[_Row]:
    rows: list[_Row] = []
    for mark in marks:
        y = rows[-1].bottom + _BETWEEN if rows else _TOP + _TODAY
        rows.append(_row(mark, _x(mark.day, start), y, mark.day < today and not mark.is_meeting))
    return rows


def _row(mark: Mark, x: int, y: int, late: bool) -> _Row:
    text = render("mdo.timeline_late", label=mark.label, date=dutch(mark.day)) if late else mark.label
    letters = font(TEXT, bold=mark.is_meeting)
    right, left = WIDTH - _MARGIN - x - _ASIDE, x - _ASIDE - _MARGIN
    lines = wrapped(text, max(right, left), letters)
    width = max(map(letters.getlength, lines))
    return _Row(mark, late, x, y, lines, x + _ASIDE if width <= right else round(x - _ASIDE - width))


def _weeks(pen: "Pen", start: date, height: int) -> None:
    for week in range(WEEKS):
        monday = start + timedelta(weeks=week)
        left, right = _x(monday, start), _x(monday + timedelta(days=7), start)
        if week % 2 == 0:
            pen.rectangle((left, _TOP - 12, right, height - _MARGIN), fill=pictures.BAND)
        pen.line((left, _TOP - 12, left, height - _MARGIN), fill=pictures.GREY, width=2)
        number = render("mdo.timeline_week", week=monday.isocalendar().week)
        pen.text((left + 6, 14), number, font=font(bold=True), fill=pictures.INK)
        pen.text((left + 6, 62), f"{monday.day}-{monday.month}", font=font(), fill=pictures.INK)


def _today(pen: "Pen", x: int, height: int) -> None:
    """A line down the picture, with the word beside it above the first row."""
    pen.line((x, _TOP - 12, x, height - _MARGIN), fill=pictures.BLUE, width=5)
    _write(pen, (x + 12, _TOP - 6), render("mdo.timeline_today"), colour=pictures.BLUE)


def _sign(pen: "Pen", row: _Row) -> None:
    x, y = row.x, row.y + LINE // 2
    box = (x - _DOT, y - _DOT, x + _DOT, y + _DOT)
    if row.mark.is_meeting:
        pen.rectangle(box, fill=pictures.BLUE)
    elif row.late:
        pen.polygon([(x - _DOT - 2, y + _DOT), (x + _DOT + 2, y + _DOT), (x, y - _DOT - 2)], fill=pictures.ORANGE)
    else:
        pen.ellipse(box, fill=_YELLOW, outline=pictures.INK, width=2)


def _write(pen: "Pen", at: tuple[int, int], text: str, bold: bool = False, colour: str = pictures.INK) -> None:
    """Words on a patch of their own, so that no line runs through them."""
    letters = font(TEXT, bold=bold)
    pen.rectangle((at[0] - 6, at[1] + 2, at[0] + letters.getlength(text) + 6, at[1] + LINE - 2), fill=pictures.PAPER)
    pen.text(at, text, font=letters, fill=colour)


def _x(day: date, start: date) -> int:
    days = min(max((day - start).days, 0), WEEKS * 7)
    return _MARGIN + _DOT + round(days * (WIDTH - 2 * _MARGIN - _DOT) / (WEEKS * 7))
