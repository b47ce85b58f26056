"""Headings and paragraphs in text without layout: Markdown by its marks, plain text and PDF pages by their shape."""

import re
from collections.abc import Iterable, Iterator, Sequence

from knowledge.documents import Block

_ATX = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_FENCE = re.compile(r"\s*(```|~~~)")
_SETEXT = re.compile(r"(=+|-+)\s*$")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^>]{0,200}>", re.DOTALL)
_MARKS = re.compile(r"\*\*|__|`|^\s*>\s?", re.MULTILINE)
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)

_NUMBERED = re.compile(
    r"((?:artikel|hoofdstuk|paragraaf|bijlage)\s+\d+|\d{1,2}(?:\.\d{1,2}){0,3})[.:)]?\s+\S", re.IGNORECASE
)
_PROSE_END = (".", ",", ";", ":", "?", "!")
_LONGEST_HEADING = 80  # characters
_MOST_WORDS = 9
_PAGE_NUMBER = re.compile(r"(?:pagina|blz\.?|page)?\s*\d{1,4}(?:\s*(?:van|/|of)\s*\d{1,4})?", re.IGNORECASE)

Line = tuple[str, int | None]
"""A line of text and its page."""


def markdown_blocks(text: str) -> Iterator[Block]:
    """The blocks of a Markdown text; links keep their words, HTML is left out."""
    text = _TAG.sub(" ", _FRONT.sub("", text))
    for block in _markdown(text.splitlines()):
        yield Block(_MARKS.sub("", _LINK.sub(r"\1", block.text)), block.level)


def _markdown(lines: Sequence[str]) -> Iterator[Block]:
    paragraph: list[str] = []
    fenced = False
    for line in lines:
        fenced ^= bool(_FENCE.match(line))
        heading = None if fenced else _ATX.match(line)
        underlined = _SETEXT.match(line) if len(paragraph) == 1 and not fenced else None
        if not (heading or underlined) and line.strip():
            paragraph += [] if _FENCE.match(line) else [line]
            continue
        if underlined:
            yield Block(paragraph.pop(), 1 if line.startswith("=") else 2)
        if paragraph:
            yield Block(" ".join(paragraph))
        paragraph = []
        if heading:
            yield Block(heading[2], len(heading[1]))
    if paragraph:
        yield Block(" ".join(paragraph))


def plain_blocks(lines: Iterable[Line]) -> Iterator[Block]:
    """The blocks of lines without marks; a heading is a short line that is numbered, in capitals, or stands apart."""
    rows = [(line.strip(), page) for line, page in lines]
    paragraph: list[Line] = []
    for at, (line, page) in enumerate(rows):
        level = _level(rows, at)
        if (not line or level) and paragraph:
            yield Block(" ".join(text for text, _ in paragraph), 0, paragraph[0][1])
            paragraph = []
        if level:
            yield Block(line, level, page)
        elif line and not _PAGE_NUMBER.fullmatch(line):
            paragraph.append((line, page))
    if paragraph:
        yield Block(" ".join(text for text, _ in paragraph), 0, paragraph[0][1])


def _level(rows: Sequence[Line], at: int) -> int:
    line = rows[at][0]
    if not _can_be_heading(line):
        return 0
    before = rows[at - 1][0] if at else ""
    after = rows[at + 1][0] if at + 1 < len(rows) else ""
    if number := _NUMBERED.match(line):
        # Numbered lines in a row are a list, not headings.
        in_list = any(_NUMBERED.match(other) for other in (before, after))
        return 0 if in_list else 2 + number[1].count(".")
    if line.isupper() and sum(map(str.isalpha, line)) > 3:
        return 1
    stands_apart = not before and not after and at + 1 < len(rows)
    return 2 if stands_apart and line[0].isupper() and len(line.split()) <= _MOST_WORDS else 0


def _can_be_heading(line: str) -> bool:
    return 0 < len(line) <= _LONGEST_HEADING and not line.endswith(_PROSE_END) and any(map(str.isalpha, line))
