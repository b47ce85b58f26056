"""What a model is given of a provision: its numbered sentences. Numbers and addresses go as blanks and come back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge import guard
from knowledge.phrasing.otherwise import ways
from knowledge.provisions import Provision
from knowledge.vocabulary import Kind

_NATIONAL = re.compile(r"(?<![\w-])(?:112|113|116\s?\d{3}|0[89]00[-\s]?\d{4})(?![\w-])")
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_SLOT = re.compile(r"\[nummer \d{1,2}\]")
_SENTENCE = re.compile(r"(?<=[.!])\s+|(?<=\?)\s+(?!Dan\b)")  # "Zeggen ouders nee? Dan ..." is one
_WAYS = 2  # other ways that go along with a sentence
_BINDING = frozenset({Kind.AGREEMENT, Kind.PRACTICE})


@dataclass(frozen=True)
class Row:
    """A provision as the model sees it; `blanks` are what stands in its text as [nummer 1] and so on."""

    id: str
    title: str
    sentences: tuple[str, ...]
    """The provision's own sentences, with their numbers and addresses."""
    sent: tuple[str, ...]
    """The same as they go to the model."""
    plainer: tuple[tuple[str, ...], ...]
    """For each sentence other written ways to say it, as they go to the model."""
    blanks: Mapping[str, str]

    @cached_property
    def sources(self) -> dict[str, int]:
        """How the model names a sentence, to its place."""
        return {f"{self.id}.{n + 1}": n for n in range(len(self.sentences))}

    def filled(self, text: str) -> str:
        """A text with the blanks of this row filled in; another blank stays, and fails a check."""
        return _SLOT.sub(lambda match: self.blanks.get(match.group(), match.group()), text)


def rows_of(provisions: Sequence[Provision], this_year: int) -> tuple[Row, ...]:
    """The provisions as rows; what looks like a number to dial or an address is a blank, numbered over all rows."""
    rows: list[Row] = []
    used = 0
    for provision in provisions:
        blanks: dict[str, str] = {}
        own = tuple(sentences(provision.answer))
        sent = tuple(_blanked(text, this_year, blanks, used) for text in own)
        plainer = tuple(tuple(_blanked(way, this_year, blanks, used) for way in ways(text)[1:][:_WAYS]) for text in own)
        title = _blanked(provision.title, this_year, {}, 90)
        rows.append(Row(provision.id, title, own, sent, plainer, blanks))
        used += len(blanks)
    return tuple(rows)


def sentences(text: str) -> list[str]:
    """The sentences of a text; a condition that is put as a question belongs to what follows."""
    return [piece for piece in _SENTENCE.split(text.strip()) if piece]


def alike(provisions: Sequence[Provision]) -> list[Provision]:
    """The first provision and those of its kind: an agreement is not told in one breath with advice from elsewhere."""
    binds = provisions[0].kind in _BINDING
    return [p for p in provisions if p.kind == provisions[0].kind or (binds and p.kind in _BINDING)]


def _blanked(text: str, this_year: int, blanks: dict[str, str], used: int) -> str:
    spans = [match.span() for pattern in (_NATIONAL, _URL) for match in pattern.finditer(text)]
    spans += [(item.start, item.end) for item in guard.find(text, this_year)]
    parts, end = [], 0
    for start, stop in sorted(spans):
        if start < end:
            continue
        known = {number: name for name, number in blanks.items()}
        name = known.get(text[start:stop], f"[nummer {used + len(blanks) + 1}]")
        blanks[name] = text[start:stop]
        parts += [text[end:start], name]
        end = stop
    return "".join([*parts, text[end:]])
