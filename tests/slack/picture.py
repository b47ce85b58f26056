"""Draws what a user sees on Slack: messages, a form and App Home, from the very blocks that were sent."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from knowledge.pictures import FONTS
from tests.slack.workspace import Body

WIDTH, MARGIN, SCALE = 720, 24, 2
_INK, _GREY, _LINE, _LINK = "#1d1c1d", "#616061", "#bbbbbb", "#1264a3"
_CODE, _PAPER, _BLUE, _ORANGE = "#c01343", "#ffffff", "#0072b2", "#e69f00"
_TOKEN = re.compile(
    r"<([^<>|]+)\|([^<>]+)>|<([@#][^<>]+)>|(\*)|(`[^`]+`)|(?<!\w)(_)(?=\S)|(?<=\S)(_)(?!\w)|(\s+)|([^\s*<`_]+|.)"
)
_THUMBS = {"👍": "duim omhoog", "👎": "duim omlaag"}
"""The fonts that come with us have no thumbs."""


def _font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"), size * SCALE)


@dataclass
class Page:
    """A picture under way, from top to bottom; sizes are in points, drawn twice as large."""

    height: int = 5000
    y: int = MARGIN
    left: int = MARGIN
    right: int = WIDTH - MARGIN
    names: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, self.height * SCALE), _PAPER)
        self.pen = ImageDraw.Draw(self.image)

    def png(self) -> bytes:
        """The picture, cut off below what was drawn."""
        out = BytesIO()
        shown = self.image.crop((0, 0, WIDTH * SCALE, min(self.y + MARGIN, self.height) * SCALE))
        shown.quantize(64).save(out, "PNG", optimize=True)
        return out.getvalue()

    def box(self, x: int, y: int, wide: int, high: int, **how: Any) -> None:
        """A rounded box."""
        area = (x * SCALE, y * SCALE, (x + wide) * SCALE, (y + high) * SCALE)
        self.pen.rounded_rectangle(area, radius=5 * SCALE, **how)

    def word(self, x: int, y: int, text: str, font: ImageFont.FreeTypeFont, colour: str = _INK) -> int:
        """One word; returns how wide it is."""
        self.pen.text((x * SCALE, y * SCALE), text, font=font, fill=colour)
        return round(font.getlength(text) / SCALE)

    def mrkdwn(self, text: str, size: int = 14, colour: str = _INK) -> None:
        """A text with Slack's marks, wrapped."""
        for line in text.split("\n"):
            self._line(line, size, colour)
            self.y += round(size * 1.5) if line else size // 2

    def _line(self, line: str, size: int, colour: str) -> None:
        x, bold = self.left, False
        for token in _TOKEN.finditer(line):
            target, label, mention, star, code, _, _, _, _ = token.groups()
            if star:
                bold = not bold
                continue
            if token[0] == "_":
                continue
            shown = label or (self.names.get(mention, mention) if mention else code.strip("`") if code else token[0])
            font = _font(size - 1 if code else size, bold)
            wide = round(font.getlength(unescape(shown)) / SCALE)
            if x + wide > self.right and shown.strip():
                x, self.y = self.left, self.y + round(size * 1.5)
            tint = _LINK if target or mention else _CODE if code else colour
            x += self.word(x, self.y, unescape(shown), font, tint)

    def buttons(self, labels: Sequence[str]) -> None:
        """A row of buttons, wrapped."""
        x, font = self.left, _font(12, True)
        for label in labels:
            shown = _THUMBS.get(label, label)
            wide = round(font.getlength(shown) / SCALE) + 22
            if x + wide > self.right and x > self.left:
                x, self.y = self.left, self.y + 38
            self.box(x, self.y, wide, 30, outline=_LINE, width=SCALE)
            self.word(x + 11, self.y + 8, shown, font)
            x += wide + 8
        self.y += 42

    def blocks(self, found: Sequence[Body]) -> None:
        """All blocks of a message or view."""
        for block in found:
            getattr(self, f"_{block['type']}")(block)

    def _section(self, block: Body) -> None:
        self.mrkdwn(block["text"]["text"])
        self.y += 8

    def _header(self, block: Body) -> None:
        self.y += 6
        self.word(self.left, self.y, block["text"]["text"], _font(17, True))
        self.y += 32

    def _context(self, block: Body) -> None:
        self.mrkdwn(" ".join(e["text"] for e in block["elements"]), 12, _GREY)
        self.y += 6

    def _actions(self, block: Body) -> None:
        for element in block["elements"]:
            if element["type"] == "static_select":
                self._field(element["placeholder"]["text"], 260)
        self.buttons([e["text"]["text"] for e in block["elements"] if e["type"] == "button"])

    def _image(self, block: Body) -> None:
        shown = Image.open(BytesIO(self.pictures[block["slack_file"]["id"]])).convert("RGB")
        wide = (self.right - self.left) * SCALE
        shown = shown.resize((wide, shown.height * wide // shown.width))
        self.image.paste(shown, (self.left * SCALE, self.y * SCALE))
        self.y += shown.height // SCALE + 12

    def _input(self, block: Body) -> None:
        label = block["label"]["text"] + (" (niet verplicht)" if block.get("optional") else "")
        self.word(self.left, self.y, label, _font(13, True))
        self.y += 24
        element = block["element"]
        first = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
        empty = {"datepicker": "Kies een datum", "timepicker": "Kies een tijd", "plain_text_input": ""}
        words = ", ".join(o["text"]["text"] for o in first) or empty.get(element["type"], "Kies…")
        self._field(words, self.right - self.left, 60 if element.get("multiline") else 34)
        if "hint" in block:
            self.mrkdwn(block["hint"]["text"], 12, _GREY)
        self.y += 8

    def _field(self, words: str, wide: int, high: int = 34) -> None:
        self.box(self.left, self.y, wide, high, outline=_LINE, width=SCALE)
        self.word(self.left + 10, self.y + 9, words, _font(13), _GREY)
        self.y += high + 8

    def message(self, who: str, blocks: Sequence[Body], text: str = "", files: Sequence[str] = ()) -> None:
        """One message with who said it."""
        self.box(self.left, self.y, 36, 36, fill=_BLUE if who == "Wegwijzer" else _ORANGE)
        self.word(self.left + 11, self.y + 8, who[0], _font(16, True), _PAPER)
        self.left += 48
        self.word(self.left, self.y, who, _font(14, True))
        self.y += 24
        if blocks:
            self.blocks(blocks)
        elif text:
            self.mrkdwn(text)
        for name in files:
            self.box(self.left, self.y, 340, 44, outline=_LINE, width=SCALE)
            self.word(self.left + 14, self.y + 14, name, _font(13, True))
            self.y += 54
        self.left -= 48
        self.y += 14

    def form(self, view: Body) -> None:
        """A modal."""
        self.word(self.left, self.y, view["title"]["text"], _font(18, True))
        self.y += 40
        self.blocks(view["blocks"])
        self.buttons([view["close"]["text"], *([view["submit"]["text"]] if "submit" in view else [])])
