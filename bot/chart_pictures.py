"""The flowchart as a picture, with the place that an answer has in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.messages import Attachment
from knowledge.drawing import describe, draw
from knowledge.flowchart import Flowchart
from prompts import render

NAME = "stroomschema.png"


@dataclass(frozen=True)
class ChartPictures:
    """Draws each place once: a picture takes half a second, and there are only so many steps."""

    chart: Flowchart
    _drawn: dict[str, bytes] = field(default_factory=dict)

    def with_place(self, provisions: Sequence[str]) -> tuple[str, Attachment]:
        """A sentence on the step that these provisions belong to, and the flowchart with that step marked."""
        step = self.chart.place_of(provisions)
        at = step.id if step else ""
        if at not in self._drawn:
            self._drawn[at] = draw(self.chart, at=at)
        place = render("asking.chart_place", title=step.title) if step else ""
        alt = f"{describe(self.chart)} {place.replace('*', '')}".strip()
        return place, Attachment(NAME, "image/png", self._drawn[at], alt)
