"""A user's own documents as values: a document, its passages, and how text becomes passages. No files, no search."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from pydantic import BaseModel, ConfigDict

CHUNKING = "sections-900-1"
"""How text becomes passages; changes when the rule does, so that what was made by another rule is made anew."""

MOST_PASSAGES = 20_000  # in one document
LONGEST = 900  # characters of a passage: what a phone shows on one screen
_SECTION_JOIN = " › "
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+")


@dataclass(frozen=True)
class Block:
    """A heading (level 1 and up) or a paragraph (level 0), with the page it stands on where there are pages."""

    text: str
    level: int = 0
    page: int | None = None


class Passage(BaseModel):
    """A piece of a document that can be shown whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    section: str
    page: int | None
    text: str


class Document(BaseModel):
    """A document as it is kept; the days are inclusive, `pictures` are the pages of which no text could be read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    file: str
    title: str
    chunking: str
    valid_from: date | None = None
    valid_until: date | None = None
    pictures: tuple[int, ...] = ()
    passages: tuple[Passage, ...]

    def in_force(self, today: date) -> bool:
        """Whether the document holds on a day."""
        return (self.valid_from or today) <= today <= (self.valid_until or today)


def clean(text: str) -> str:
    """Text without hidden and control characters, every run of blanks one space."""
    return " ".join(_CONTROL.sub(" ", _HIDDEN.sub("", text)).split())


def make_document(file: str, blocks: Iterable[Block]) -> Document:
    """A document of the blocks of a file; the id is that of the content, so adding it again is the same document."""
    tidy = [Block(clean(b.text), b.level, b.page) for b in blocks]
    title, body = _title(file, [b for b in tidy if b.text])
    seen = "\n".join(f"{block.level} {block.text}" for block in (Block(title, 1), *body))
    id = _digest(seen)[:8]
    pieces = dict.fromkeys(_pieces(body))
    passages = tuple(Passage(id=_digest(f"{id}\n{s}\n{t}")[:16], section=s, page=p, text=t) for s, p, t in pieces)
    return Document(id=id, file=file, title=title, chunking=CHUNKING, passages=passages)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _title(file: str, blocks: list[Block]) -> tuple[str, list[Block]]:
    """The first heading when it stands alone at its level, else the file's name; and the blocks without it."""
    if blocks and blocks[0].level and not any(0 < b.level <= blocks[0].level for b in blocks[1:]):
        return blocks[0].text, blocks[1:]
    return re.sub(r"[-_]+", " ", file.rpartition(".")[0] or file).strip().capitalize(), blocks


def _pieces(blocks: Sequence[Block]) -> Iterator[tuple[str, int | None, str]]:
    """Section, page and text of every passage; a section longer than a passage is cut between paragraphs."""
    path: list[Block] = []
    for is_heading, group in groupby(blocks, key=lambda block: block.level > 0):
        if is_heading:
            for heading in group:
                path = [*(h for h in path if h.level < heading.level), heading]
        else:
            section = _SECTION_JOIN.join(heading.text for heading in path)
            yield from ((section, page, text) for page, text in _pack(list(group)))


def _pack(blocks: Sequence[Block]) -> Iterator[tuple[int | None, str]]:
    text, page = "", blocks[0].page
    for block in blocks:
        for part in _parts(block.text):
            if text and len(text) + 1 + len(part) > LONGEST:
                yield page, text
                text = ""
            page = page if text else block.page
            text = f"{text} {part}".strip()
    yield page, text


def _parts(paragraph: str) -> Iterator[str]:
    """A paragraph that fits whole, else its sentences, and a sentence that is too long by force."""
    if len(paragraph) <= LONGEST:
        yield paragraph
        return
    for sentence in _SENTENCE_END.split(paragraph):
        for start in range(0, len(sentence), LONGEST):
            yield sentence[start : start + LONGEST]
