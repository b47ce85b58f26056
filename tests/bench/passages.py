"""Passages and questions to measure time with: the provisions' own, and more of the same, recombined."""

import random
import re
from collections.abc import Sequence

from knowledge.content import Content

_SEED = 20180101
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def own(content: Content) -> list[str]:
    """One passage a provision."""
    return [f"{p.title} {p.answer} {p.first} {p.never}".strip() for p in content.provisions]


def recombined(content: Content, count: int) -> list[str]:
    """So many passages: the own ones, then sentences of theirs in new company, two to four together."""
    passages = own(content)
    sentences = [s for passage in passages for s in _SENTENCE_END.split(passage) if s]
    draw = random.Random(_SEED)
    while len(passages) < count:
        passages.append(" ".join(draw.sample(sentences, draw.randint(2, 4))))
    return passages[:count]


def questions(content: Content, count: int) -> list[str]:
    """Distinct messages as people type them, mostly questions to the agreements, in random order."""
    typed = sorted({a.q for a in content.asked} | {s.q for s in content.signals})
    return random.Random(_SEED).sample(typed, min(count, len(typed)))


def texts(content: Content) -> Sequence[str]:
    """All the Dutch there is, to train a tokenizer on."""
    return [*own(content), *(a.q for a in content.asked)]
