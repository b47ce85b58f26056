"""The flowchart as a picture for a phone: one column of steps, what leads aside beside it, a case's own way marked.

Nothing is said by colour alone: the way has thick borders and ticks, and where the case is stands in words.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from knowledge import pictures
from knowledge.flowchart import Edge, Flowchart, Step
from knowledge.pictures import LINE, TEXT, TITLE, WIDTH, as_png, canvas, font, wrapped
from prompts import render

if TYPE_CHECKING:
    from knowledge.pictures import Pen

_LEFT, _MARGIN, _GAP, _PAD, _HEAD = 60, 28, 62, 22, 24  # pixels; left of the steps runs a way that skips some
_MAIN, _SIDE_X = 540, 656
_BULLET = 34  # pixels that the words stand in after a bullet
_TOP, _TITLE_SIZE = 110, 52


@dataclass(frozen=True)
class _Text:
    """One line of a box: bold or not, and whether a bullet stands before it or it goes on below one."""

    words: str
    bold: bool = False
    bullet: bool = False
    indented: bool = False


@dataclass(frozen=True)
class _Box:
    """A box with its place and its lines, wrapped already; `parent` is the step beside which it stands."""

    step: Step
    lines: tuple[_Text, ...]
    x: int
    y: int
    width: int
    parent: str = ""

    @property
    def bottom(self) -> int:
        """Pixels from the top of the picture."""
        return self.y + 2 * _PAD + LINE * len(self.lines)

    @property
    def middle(self) -> int:
        """The height of its middle, in pixels from the top of the picture."""
        return (self.y + self.bottom) // 2


@dataclass(frozen=True)
class _Way:
    """How a case went: the steps passed, where it is, and which step followed which."""

    path: Sequence[str]
    at: str
    moves: Set[tuple[str, str]] = field(default_factory=frozenset)

    @classmethod
    def of(cls, path: Sequence[str], at: str) -> "_Way":
        whole = (*path, at) if at and at not in path else tuple(path)
        return cls(path, at, frozenset(pairwise(whole)))

    def is_here(self, box: _Box) -> bool:
        """Whether the case stands at this box; of a step drawn twice, at the one it came to."""
        return box.step.id == self.at and self._came(box)

    def has_passed(self, box: _Box) -> bool:
        """Whether the case came by this box."""
        return box.step.id in self.path and self._came(box)

    def _came(self, box: _Box) -> bool:
        return not box.parent or not self.path or (box.parent, box.step.id) in self.moves


@dataclass
class _Layout:
    """Where everything stands: the column, what stands beside it, and what stands below."""

    chart: Flowchart
    way: _Way
    y: int = _TOP
    boxes: list[_Box] = field(default_factory=list)
    arrows: list[tuple[_Box, _Box]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by_id = {step.id: step for step in self.chart.steps}
        self._column = spine(self.chart)
        self._lay_column()
        self._lay_loose()

    def _lay_column(self) -> None:
        last: _Box | None = None
        for id, onward in zip(self._column, (*self._column[1:], ""), strict=True):
            step = self._by_id[id]
            asides = [to for to in dict.fromkeys(step.leads_to) if to not in self._column]
            box = self._box(step, self._choices(step, onward), _LEFT, _MAIN if asides else WIDTH - _LEFT - _MARGIN)
            self.boxes.append(box)
            if last:
                self.arrows.append((last, box))
            below = max([box.bottom, *(aside.bottom for aside in self._asides(box, asides))])
            last, self.y = box, below + _GAP

    def _asides(self, box: _Box, asides: Sequence[str]) -> Iterator[_Box]:
        """What leads off the column, stacked beside the step: first when it does, then where to."""
        for to in asides:
            when = [edge.label for edge in box.step.choices if edge.to == to]
            aside = self._box(self._by_id[to], when, _SIDE_X, WIDTH - _SIDE_X - _MARGIN, box.step.id)
            self.boxes.append(aside)
            self.arrows.append((box, aside))
            self.y = aside.bottom + _PAD
            yield aside

    def _lay_loose(self) -> None:
        """Steps that stand neither in the column nor beside it: an organisation's own side way, with where it leads."""
        drawn = {box.step.id for box in self.boxes}
        for step in self.chart.steps:
            if step.id not in drawn:
                made = self._box(step, [self._leads(e) for e in step.choices], _LEFT, WIDTH - _LEFT - _MARGIN)
                self.boxes.append(made)
                self.y = made.bottom + _PAD

    def _choices(self, step: Step, onward: str) -> list[str]:
        """The choices of a step: those that go on below, and where one skips ahead in the column."""
        on = [edge.label for edge in step.choices if edge.to == onward]
        skips = [self._leads(edge) for edge in step.choices if edge.to in self._column and edge.to != onward]
        return [*on, *skips]

    def _leads(self, edge: Edge) -> str:
        return f"{edge.label} → {self._by_id[edge.to].title}"

    def _box(self, step: Step, choices: Sequence[str], x: int, width: int, parent: str = "") -> _Box:
        bare = _Box(step, (), x, self.y, width, parent)
        here, passed = self.way.is_here(bare), self.way.has_passed(bare)
        room, bold = width - 2 * _PAD, font(TITLE, bold=True)
        heading = f"✓ {step.title}" if passed and not here else step.title
        title = [_Text(words, bold=True) for words in wrapped(heading, room, bold)]
        if here:
            title = [_Text(words) for words in wrapped(render("case.chart_here"), room, font(TEXT))] + title
        lines = [text for choice in choices for text in _bulleted(choice, room, bullet=not parent or len(choices) > 1)]
        shown = (*lines, *title) if parent else (*title, *lines)
        return _Box(step, shown, x, self.y, width, parent)


def _bulleted(choice: str, room: int, bullet: bool) -> Iterator[_Text]:
    for n, words in enumerate(wrapped(choice, room - _BULLET * bullet, font(TEXT))):
        yield _Text(words, bullet=bullet and n == 0, indented=bullet)


def draw(chart: Flowchart, path: Sequence[str] = (), at: str = "") -> bytes:
    """The flowchart as PNG; `path` holds the steps already passed in order, `at` the step where the case is."""
    way = _Way.of(path, at)
    laid = _Layout(chart, way)
    picture, pen = canvas(max(box.bottom for box in laid.boxes) + _MARGIN)
    pen.text((_LEFT, _MARGIN), render("case.chart_heading"), font=font(_TITLE_SIZE, bold=True), fill=pictures.INK)
    for start, end in laid.arrows:
        _arrow(pen, start, end, marked=(start.step.id, end.step.id) in way.moves)
    for box in laid.boxes:
        _draw_box(pen, box, way)
    for start, end in _skipped(laid):
        _around(pen, start, end)
    return as_png(picture)


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


def _skipped(laid: _Layout) -> Iterator[tuple[_Box, _Box]]:
    """Where the case went from one step of the column to one further down, past those between."""
    column = [box for box in laid.boxes if not box.parent]
    for at, start in enumerate(column):
        for end in column[at + 2 :]:
            if (start.step.id, end.step.id) in laid.way.moves:
                yield start, end


def _draw_box(pen: "Pen", box: _Box, way: _Way) -> None:
    here, passed, ends = way.is_here(box), way.has_passed(box), bool(box.step.outcome)
    fill = (
        pictures.YELLOW if here else pictures.LIGHT_BLUE if passed else pictures.PALE_ORANGE if ends else pictures.BAND
    )
    edge, thick = (pictures.BLUE, 9) if here or passed else (pictures.ORANGE, 4) if ends else (pictures.GREY, 3)
    corners = (box.x, box.y, box.x + box.width, box.bottom)
    pen.rounded_rectangle(corners, radius=34 if ends else 12, fill=fill, outline=edge, width=thick)
    y = box.y + _PAD
    for line in box.lines:
        if line.bullet:
            pen.text((box.x + _PAD, y), "•", font=font(TEXT), fill=pictures.INK)
        x = box.x + _PAD + _BULLET * line.indented
        pen.text((x, y), line.words, font=font(TITLE, bold=True) if line.bold else font(TEXT), fill=pictures.INK)
        y += LINE


def _arrow(pen: "Pen", start: _Box, end: _Box, marked: bool) -> None:
    colour, thick = (pictures.BLUE, 10) if marked else (pictures.INK, 4)
    if end.x > start.x:
        y = min(max(end.middle, start.y + _PAD), start.bottom - _PAD)
        pen.line((start.x + start.width, y, end.x - _HEAD, y), fill=colour, width=thick)
        _head_right(pen, end.x, y, colour)
        return
    x = start.x + _MAIN // 2
    pen.line((x, start.bottom, x, end.y - _HEAD), fill=colour, width=thick)
    pen.polygon([(x, end.y), (x - 16, end.y - _HEAD), (x + 16, end.y - _HEAD)], fill=colour)


def _around(pen: "Pen", start: _Box, end: _Box) -> None:
    x, top, bottom = _LEFT // 3, start.middle, end.middle
    pen.line(
        [(start.x, top), (x, top), (x, bottom), (end.x - _HEAD, bottom)], fill=pictures.BLUE, width=10, joint="curve"
    )
    _head_right(pen, end.x, bottom, pictures.BLUE)


def _head_right(pen: "Pen", x: int, y: int, colour: str) -> None:
    pen.polygon([(x, y), (x - _HEAD, y - 16), (x - _HEAD, y + 16)], fill=colour)
