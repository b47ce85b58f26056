"""The flowchart as a picture for a phone: one column of steps, what leads aside beside it, a case's own way marked.

Colours are from the Okabe-Ito set, and nothing is said by colour alone: the way has thick borders and a tick as well.
"""

import io
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.flowchart import Edge, Flowchart, Step
from prompts import render

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

FONTS = Path(__file__).parent / "fonts"
WIDTH, TEXT, TITLE = 1080, 38, 42  # pixels

_MARGIN, _GAP, _PAD, _LINE, _ARROW = 28, 74, 22, 50, 16
_MAIN, _SIDE_X = 600, 740
_INK, _PAPER, _PLAIN, _WAY, _HERE, _END = "#1a1a1a", "#ffffff", "#f2f2f2", "#cfe6f5", "#f0e442", "#f7dcc4"
_BLUE, _GREY, _ORANGE = "#0072b2", "#8a8a8a", "#d55e00"


@dataclass(frozen=True)
class _Box:
    """A box with its place: title and lines are wrapped already."""

    step: Step
    title: tuple[str, ...]
    lines: tuple[str, ...]
    x: int
    y: int
    width: int

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return 2 * _PAD + _LINE * (len(self.title) + len(self.lines))

    @property
    def middle(self) -> int:
        """The height of its middle, in pixels from the top of the picture."""
        return self.y + self.height // 2


def draw(chart: Flowchart, path: Sequence[str] = (), at: str = "") -> bytes:
    """The flowchart as PNG; `path` holds the steps already passed, `at` the step where the case is."""
    from PIL import Image, ImageDraw  # only when somebody wants a picture

    boxes, edges = _layout(chart)
    height = max(box.y + box.height for box in boxes) + _MARGIN
    picture = Image.new("RGB", (WIDTH, height), _PAPER)
    pen = ImageDraw.Draw(picture)
    for start, end in edges:
        _arrow(pen, start, end, marked={start.step.id, end.step.id} <= {*path, at})
    for box in boxes:
        _draw_box(pen, box, set(path), at)
    out = io.BytesIO()
    picture.quantize(64).save(out, "PNG", optimize=True)  # a quarter of the size, and nothing to see of it
    return out.getvalue()


def describe(chart: Flowchart, path: Sequence[str] = (), at: str = "") -> str:
    """What the picture shows, in words, for who cannot see it."""
    titles = {step.id: step.title for step in chart.steps}
    steps = " → ".join(titles[id] for id in spine(chart))
    way = [titles[id] for id in dict.fromkeys((*path, at)) if id in titles]
    return (
        render("case.chart_alt", steps=steps, path=" → ".join(way))
        if way
        else render("case.chart_alt_plain", steps=steps)
    )


def spine(chart: Flowchart) -> tuple[str, ...]:
    """The steps of the longest way from the start to an end: the column down the middle."""
    by_id = {step.id: step for step in chart.steps}
    longest: dict[str, tuple[str, ...]] = {}

    def way(id: str) -> tuple[str, ...]:
        if id not in longest:
            ways = [way(to) for to in dict.fromkeys(by_id[id].leads_to)]
            longest[id] = (id, *max(ways, key=len, default=()))
        return longest[id]

    return way(chart.start)


def _layout(chart: Flowchart) -> tuple[list[_Box], list[tuple[_Box, _Box]]]:
    column, y = spine(chart), _MARGIN
    by_id = {step.id: step for step in chart.steps}
    boxes: list[_Box] = []
    edges: list[tuple[_Box, _Box]] = []
    last: _Box | None = None
    for n, id in enumerate(column):
        onward = column[n + 1] if n + 1 < len(column) else ""
        step = by_id[id]
        wide = _MAIN if any(to not in column for to in step.leads_to) else WIDTH - 2 * _MARGIN
        box = _box(step, _lines(step, onward, column, by_id), _MARGIN, y, wide)
        boxes.append(box)
        if last:
            edges.append((last, box))
        below = box.y + box.height
        for aside in _aside(step, column, by_id, box.y):
            boxes.append(aside)
            edges.append((box, aside))
            below = max(below, aside.y + aside.height)
            y = aside.y
        last, y = box, below + _GAP
    boxes += _loose(chart, {box.step.id for box in boxes}, by_id, y)
    return boxes, edges


def _aside(step: Step, column: Sequence[str], by_id: dict[str, Step], y: int) -> Iterator[_Box]:
    """What leads off the column, stacked beside the step."""
    for to in dict.fromkeys(step.leads_to):
        if to not in column:
            lines = [f"• {edge.label}" for edge in step.choices if edge.to == to]
            made = _box(by_id[to], lines, _SIDE_X, y, WIDTH - _SIDE_X - _MARGIN)
            y = made.y + made.height + _PAD
            yield made


def _loose(chart: Flowchart, drawn: Set[str], by_id: dict[str, Step], y: int) -> Iterator[_Box]:
    """Steps that stand neither in the column nor beside it: an organisation's own side way, with where it leads."""
    for step in chart.steps:
        if step.id not in drawn:
            made = _box(step, [_leads(e, by_id) for e in step.choices], _MARGIN, y, WIDTH - 2 * _MARGIN)
            y = made.y + made.height + _PAD
            yield made


def _lines(step: Step, onward: str, column: Sequence[str], by_id: dict[str, Step]) -> list[str]:
    """The choices of a step: those that go on below, and where one skips ahead in the column."""
    on = [edge.label for edge in step.choices if edge.to == onward]
    skips = [_leads(edge, by_id) for edge in step.choices if edge.to in column and edge.to != onward]
    if len(on) > 1 and len(on) == len(step.choices):
        return [f"• {label}" for label in on]
    return [*(f"• {label}" for label in on), *skips]


def _leads(edge: Edge, by_id: dict[str, Step]) -> str:
    return f"• {edge.label} → {by_id[edge.to].title}"


def _box(step: Step, lines: Sequence[str], x: int, y: int, width: int) -> _Box:
    room = width - 2 * _PAD
    title = tuple(_wrap(step.title, room, _font(TITLE, bold=True)))
    wrapped = tuple(part for line in lines for part in _wrap(line, room, _font(TEXT)))
    return _Box(step, title, wrapped, x, y, width)


def _wrap(text: str, room: int, font: "ImageFont.FreeTypeFont") -> Iterator[str]:
    """The text in lines that fit the room; a word too long for a line is broken with a hyphen."""
    line = ""
    for word in text.split():
        for piece in _pieces(word, room, font):
            longer = f"{line} {piece}".strip()
            if line and font.getlength(longer) > room:
                yield line
                line = piece
            else:
                line = longer
    yield line


def _pieces(word: str, room: int, font: "ImageFont.FreeTypeFont") -> Iterator[str]:
    while font.getlength(word) > room:
        cut = next(n for n in range(len(word) - 1, 0, -1) if font.getlength(word[:n] + "-") <= room or n == 1)
        yield word[:cut] + "-"
        word = word[cut:]
    yield word


def _draw_box(pen: "ImageDraw.ImageDraw", box: _Box, path: Set[str], at: str) -> None:
    here, passed, ends = box.step.id == at, box.step.id in path, bool(box.step.outcome)
    fill = _HERE if here else _WAY if passed else _END if ends else _PLAIN
    edge, thick = (_BLUE, 9) if here or passed else (_ORANGE, 4) if ends else (_GREY, 3)
    corners = (box.x, box.y, box.x + box.width, box.y + box.height)
    pen.rounded_rectangle(corners, radius=34 if ends else 12, fill=fill, outline=edge, width=thick)
    y = box.y + _PAD
    for n, line in enumerate(box.title):
        tick = "✓ " if passed and not here and n == 0 and _fits_tick(box, line) else ""
        pen.text((box.x + _PAD, y), tick + line, font=_font(TITLE, bold=True), fill=_INK)
        y += _LINE
    for line in box.lines:
        pen.text((box.x + _PAD, y), line, font=_font(TEXT), fill=_INK)
        y += _LINE


def _fits_tick(box: _Box, line: str) -> bool:
    return _font(TITLE, bold=True).getlength(f"✓ {line}") <= box.width - _PAD


def _arrow(pen: "ImageDraw.ImageDraw", start: _Box, end: _Box, marked: bool) -> None:
    colour, thick = (_BLUE, 10) if marked else (_INK, 4)
    if end.x > start.x:
        y = min(max(end.middle, start.y + _PAD), start.y + start.height - _PAD)
        pen.line((start.x + start.width, y, end.x - _ARROW, y), fill=colour, width=thick)
        pen.polygon([(end.x, y), (end.x - 24, y - _ARROW), (end.x - 24, y + _ARROW)], fill=colour)
        return
    x = start.x + _MAIN // 2
    pen.line((x, start.y + start.height, x, end.y - _ARROW), fill=colour, width=thick)
    pen.polygon([(x, end.y), (x - _ARROW, end.y - 24), (x + _ARROW, end.y - 24)], fill=colour)


def _font(size: int, bold: bool = False) -> "ImageFont.FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(FONTS / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"), size)
