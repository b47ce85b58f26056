"""Headings and paragraphs in text without layout: Markdown by its marks, plain text and PDF pages by their shape."""

import re
from collections.abc import Iterable, Iterator, Sequence

from knowledge.documents import Block

_ATX = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_FENCE = re.compile(r"\s*(```|~~~)")
_SETEXT = re.compile(r"(=+|-+)\s*$")
# No class below may run past the sign that opens it: what is written to be slow (a megabyte of "[") then costs nothing.
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
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
    text = _TAG.sub(" ", _without_comments(_FRONT.sub("", text)))
    for block in _markdown(text.splitlines()):
        yield Block(_MARKS.sub("", _LINK.sub(r"\1", block.text)), block.level)


def _without_comments(text: str) -> str:
    """The text without <!-- … -->; one that never ends is text."""
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return " ".join([*kept, text[at:]])


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
    paragraph: list[str] = []
    began: int | None = None
    for before, (line, page), after in _with_neighbours((line.strip(), page) for line, page in lines):
        level = _level(before, line, after)
        if (not line or level) and paragraph:
            yield Block(" ".join(paragraph), 0, began)
            paragraph = []
        if level:
            yield Block(line, level, page)
        elif line and not _PAGE_NUMBER.fullmatch(line):
            began = page if not paragraph else began
            paragraph.append(line)
    if paragraph:
        yield Block(" ".join(paragraph), 0, began)


def _with_neighbours(lines: Iterable[Line]) -> Iterator[tuple[str, Line, str | None]]:
    """Each line with the text before it and after it; "" before the first, None after the last."""
    before, current = "", None
    for line in lines:
        if current is not None:
            yield before, current, line[0]
            before = current[0]
        current = line
    if current is not None:
        yield before, current, None


def _level(before: str, line: str, after: str | None) -> int:
    if not _can_be_heading(line):
        return 0
    if number := _NUMBERED.match(line):
        # Numbered lines in a row are a list, not headings.
        in_list = any(_NUMBERED.match(other) for other in (before, after or ""))
        return 0 if in_list else 2 + number[1].count(".")
    if line.isupper() and sum(map(str.isalpha, line)) > 3:
        return 1
    stands_apart = not before and after == ""
    return 2 if stands_apart and line[0].isupper() and len(line.split()) <= _MOST_WORDS else 0


def _can_be_heading(line: str) -> bool:
    return 0 < len(line) <= _LONGEST_HEADING and not line.endswith(_PROSE_END) and any(map(str.isalpha, line))
