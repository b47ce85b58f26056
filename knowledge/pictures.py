"""What all pictures share: a phone's width, letters that can be read there, colours for every eye, lines that fit.

Colours are of the Okabe-Ito set, and no picture says anything by colour alone. Pillow has its one home here.
"""

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

    Pen = ImageDraw.ImageDraw

FONTS = Path(__file__).parent / "fonts"
WIDTH, TEXT, TITLE = 1080, 38, 42  # pixels: on a phone, three to a point, so 13 points and more
LINE = 50  # pixels from a line to the next

INK, PAPER, BAND, GREY = "#1a1a1a", "#ffffff", "#f2f2f2", "#767676"
BLUE, LIGHT_BLUE, YELLOW, PALE_ORANGE, ORANGE = "#0072b2", "#cfe6f5", "#f0e442", "#f7dcc4", "#d55e00"

_SOFT, _BREAKS = "\u00ad", tuple("-./:@\u00a0")
_LETTERS_TO, _SIGNS = 0x17F, frozenset("ȘșȚț‐‑–—‘’‚“”„†‡•…‰€←↑→↓≠≤≥▶○●☐☑☒✓✔✗")
"""What the letters that come with us have: Latin with its accents, and a few signs."""
_CLINGS = frozenset("de het een of en in op te van voor met bij aan om tot per dat die ik u".split())
"""Small words that stay with what follows them: a line that ends in one reads badly."""


@lru_cache(maxsize=16)
def font(size: int = TEXT, bold: bool = False) -> "ImageFont.FreeTypeFont":
    """The letters that come with us, so that a picture is the same everywhere."""
    from PIL import ImageFont  # only when somebody wants a picture

    return ImageFont.truetype(FONTS / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"), size)


def drawable(text: str) -> str:
    """The text in characters that can be drawn: a letter with too many accents without them, anything else as "?"."""
    return "".join(map(_drawable, unicodedata.normalize("NFC", text.replace(_SOFT, ""))))


def _drawable(character: str) -> str:
    if ord(character) <= _LETTERS_TO or character in _SIGNS:
        return character
    bare = [c for c in unicodedata.normalize("NFD", character) if not unicodedata.combining(c)]
    return "".join(c if ord(c) <= _LETTERS_TO else "?" for c in bare)


def wrapped(text: str, room: int, letters: "ImageFont.FreeTypeFont") -> list[str]:
    """The text in as few lines as fit the room, about equally long; a word too long is broken between syllables."""
    words = [piece for word in re.split(r"[ \t\n]+", drawable(text)) for piece in _pieces(word, room, letters)]
    together = list(_clinging(words, room, letters))
    fewest = len(_filled(words, room, letters))
    units = together if len(_filled(together, room, letters)) == fewest else words
    narrow, wide = 1, room
    while narrow < wide:  # the narrowest that needs no more lines: then no last line holds one short word
        middle = (narrow + wide) // 2
        narrow, wide = (narrow, middle) if len(_filled(units, middle, letters)) <= fewest else (middle + 1, wide)
    return _filled(units, wide, letters)


def _filled(units: Sequence[str], room: int, letters: "ImageFont.FreeTypeFont") -> list[str]:
    """Lines filled as far as they go."""
    lines = [""]
    for unit in units:
        longer = f"{lines[-1]} {unit}".strip()
        if lines[-1].endswith(_SOFT) or (lines[-1] and letters.getlength(longer) > room):
            lines.append(unit)
        else:
            lines[-1] = longer
    return [line.replace(_SOFT, "" if line[-2:-1] in _BREAKS else "-") for line in lines]


def _clinging(words: Sequence[str], room: int, letters: "ImageFont.FreeTypeFont") -> Iterator[str]:
    """The words, the small ones together with what follows where that fits a line."""
    held = ""
    for word in words:
        both = f"{held} {word}".strip()
        if held and letters.getlength(both) > room:
            yield held
            both = word
        held = both if word.lower() in _CLINGS else ""
        if not held:
            yield both
    if held:
        yield held


def _pieces(word: str, room: int, letters: "ImageFont.FreeTypeFont") -> Iterator[str]:
    """The word, or the parts of one that is longer than a line; a part that ends in a soft hyphen ends its line."""
    while letters.getlength(word) > room:
        head = next((head for head in _heads(word) if letters.getlength(f"{head}-") <= room), word[0])
        yield head + _SOFT
        word = word[len(head) :]
    yield word


def _heads(word: str) -> Iterator[str]:
    """What can stand on a line: up to a mark the word has, whole syllables, any number of letters; longest first."""
    import pyphen  # only for a word longer than a line

    yield from (word[: at + 1] for at in range(len(word) - 2, 0, -1) if word[at] in _BREAKS)
    yield from (head for head, _ in pyphen.Pyphen(lang="nl_NL").iterate(word))
    yield from (word[:end] for end in range(len(word) - 1, 0, -1))


def canvas(height: int) -> "tuple[Image.Image, Pen]":
    """An empty picture of so many pixels high, and what draws on it."""
    from PIL import Image, ImageDraw  # only when somebody wants a picture

    picture = Image.new("RGB", (WIDTH, height), PAPER)
    return picture, ImageDraw.Draw(picture)


def as_png(picture: "Image.Image", colours: int = 64) -> bytes:
    """The picture as PNG; with few colours a quarter of the size, and nothing to see of it."""
    out = io.BytesIO()
    picture.quantize(colours).save(out, "PNG", optimize=True)
    return out.getvalue()
