"""The coming six weeks as a picture: a row for each meeting and action, what is late in front. No words of actions.

Colours are from the Okabe-Ito set, and nothing is said by colour alone: a meeting is a square, an action a dot,
what is late has a triangle.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from knowledge.drawing import FONTS
from prompts import render
from workflows.checklist import dutch

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

WEEKS = 6
WIDTH = 1080  # pixels

_ROWS = 40
_TOP, _ROW, _MARGIN, _LABEL, _DOT = 96, 46, 24, 26, 11
_PAPER, _INK, _BAND, _LINE = "#ffffff", "#1a1a1a", "#f2f2f2", "#8a8a8a"
_BLUE, _ORANGE, _RED = "#0072b2", "#e69f00", "#d55e00"


@dataclass(frozen=True)
class Mark:
    """Something on one day: a meeting, or an action that is due."""

    day: date
    label: str
    is_meeting: bool = False


def draw(marks: Sequence[Mark], today: date) -> bytes:
    """The picture as PNG, from the Monday of this week on; what was due before stands at the left edge."""
    from PIL import Image, ImageDraw  # only when somebody wants a picture

    start = today - timedelta(days=today.weekday())
    shown = within(marks, start)[:_ROWS]
    height = _TOP + _ROW * max(len(shown), 1) + _MARGIN
    picture = Image.new("RGB", (WIDTH, height), _PAPER)
    pen = ImageDraw.Draw(picture)
    _weeks(pen, start, height)
    x = _x(today, start)
    pen.line((x, _TOP - 12, x, height - _MARGIN), fill=_BLUE, width=4)
    for row, mark in enumerate(shown):
        _mark(pen, mark, _x(mark.day, start), _TOP + _ROW * row + _ROW // 2, mark.day < today and not mark.is_meeting)
    out = io.BytesIO()
    picture.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()


def within(marks: Sequence[Mark], start: date) -> list[Mark]:
    """What fits in the picture: everything until the last of the six weeks, late actions too."""
    end = start + timedelta(weeks=WEEKS)
    return [mark for mark in marks if mark.day < end and (mark.day >= start or not mark.is_meeting)]


def describe(marks: Sequence[Mark], today: date) -> str:
    """What the picture shows, in words, for who cannot see it."""
    shown = within(marks, today - timedelta(days=today.weekday()))[:_ROWS]
    rows = "; ".join(f"{dutch(mark.day)} {mark.label}" for mark in shown)
    return render("mdo.timeline_alt", weeks=WEEKS, rows=rows or render("mdo.timeline_nothing"))


def _weeks(pen: "ImageDraw.ImageDraw", start: date, height: int) -> None:
    for week in range(WEEKS):
        monday = start + timedelta(weeks=week)
        left, right = _x(monday, start), _x(monday + timedelta(days=7), start)
        if week % 2 == 0:
            pen.rectangle((left, _TOP - 12, right, height - _MARGIN), fill=_BAND)
        pen.line((left, _TOP - 12, left, height - _MARGIN), fill=_LINE, width=2)
        pen.text(
            (left + 8, 14), render("mdo.timeline_week", week=monday.isocalendar().week), font=_font(True), fill=_INK
        )
        pen.text((left + 8, 48), f"{monday.day}-{monday.month}", font=_font(), fill=_INK)


def _mark(pen: "ImageDraw.ImageDraw", mark: Mark, x: int, y: int, late: bool) -> None:
    box = (x - _DOT, y - _DOT, x + _DOT, y + _DOT)
    if mark.is_meeting:
        pen.rectangle(box, fill=_BLUE)
    elif late:
        pen.polygon([(x - _DOT, y + _DOT), (x + _DOT, y + _DOT), (x, y - _DOT)], fill=_RED)
    else:
        pen.ellipse(box, fill=_ORANGE, outline=_INK)
    text = render("mdo.timeline_late", label=mark.label, date=dutch(mark.day)) if late else mark.label
    font, room = _font(mark.is_meeting), WIDTH - _MARGIN
    text = _fitted(text, font)
    width = int(font.getlength(text))
    left = x + 2 * _DOT if x + 2 * _DOT + width < room else x - 2 * _DOT - width
    pen.text((left, y - _LABEL // 2 - 3), text, font=font, fill=_INK)


def _fitted(text: str, font: "ImageFont.FreeTypeFont") -> str:
    while font.getlength(text) > WIDTH * 3 // 4:
        text = f"{text[:-2]}…"
    return text


def _x(day: date, start: date) -> int:
    days = min(max((day - start).days, 0), WEEKS * 7)
    return _MARGIN + _DOT + round(days * (WIDTH - 2 * _MARGIN - _DOT) / (WEEKS * 7))


def _font(bold: bool = False) -> "ImageFont.FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(FONTS / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"), _LABEL)
