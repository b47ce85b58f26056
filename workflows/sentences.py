"""What is left of a Dutch sentence to be done, and by whom, when the words for the day and the time are taken out."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from workflows.claims import Line
from workflows.owners import claimed, mentioned, others, plain_labels
from workflows.spelling import folded
from workflows.tokens import Token

_EDGES = ' ,.;:?!-–—/|&→>*•·"“”„«»'
_TIES = frozenset(("of", "en", "/", "-", "tot", ","))
_CLOSING = frozenset(",.;:?!)")
_LOOSE = re.compile(r"^(?:en|of|dus)\b\s*|\s*\b(?:en|of|dus)$", re.IGNORECASE)
_TO_ADDRESSEE = re.compile(
    r"\b(?:kun|kan|kunt|wil|wilt|zou|zul|zal|mag) (?:jij|je|u)\b(?: (?:even|aub|svp|alsjeblieft))?", re.IGNORECASE
)


@dataclass(frozen=True)
class Task:
    """The one who answers for it, as typed, if that is clear, and what is to be done."""

    owner: str | None
    action: str


def read_task(text: str, tokens: Sequence[Token], taken: Set[int]) -> Task:
    """The owner and the action of a text, leaving out the tokens taken by the day and the time."""
    words = tokens[_list_mark(tokens) :]
    skipped = len(tokens) - len(words)
    labels = frozenset(i + skipped for i in plain_labels(words))
    ties = frozenset(i for i in range(len(tokens)) if folded(tokens[i].text) in _TIES and {i - 1, i + 1} <= taken)
    left = [i for i in range(skipped, len(tokens)) if i not in taken | labels | ties]
    line = Line([tokens[i] for i in left], frozenset(place for place, i in enumerate(left) if i and i - 1 in taken))
    named, claim = mentioned(line), claimed(line)
    more = others(line, claim)
    unique = {name.lower(): name for name in (*named.names, *claim.names, *more.names)}
    owner = next(iter(unique.values())) if len(unique) == 1 else None
    alone = frozenset() if claim.names or named.names or not owner else more.drop
    return Task(owner, _action(text, line.words, claim.drop | named.drop | alone))


def _list_mark(tokens: Sequence[Token]) -> int:
    """How many tokens are the mark of a list: "1." before anything but a month."""
    numbered = len(tokens) > 2 and tokens[0].kind == "number" and tokens[1].text in (".", ")")
    tied = numbered and tokens[1].start == tokens[0].end
    return 2 if tied and not tokens[2].tags[0].startswith("MO") else 0


def _action(text: str, words: Sequence[Token], drop: frozenset[int]) -> str:
    """The words that are left, as typed, without loose signs at the edges."""
    kept = [word for i, word in enumerate(words) if i not in drop]
    line = kept[0].text if kept else ""
    for before, word in pairwise(kept):
        between = text[before.end : word.start]
        tied = not between or (between.strip() and word.text in _CLOSING)
        line += word.text if tied else f" {word.text}"
    line = re.sub(r"\([\s,;:.–-]*\)", "", _TO_ADDRESSEE.sub("", line))
    return _trimmed(" ".join(re.sub(r"(?:\s*[,;:–—-]){2,}", ",", line).split()))


def _trimmed(line: str) -> str:
    """Without signs, "en" or "of" at either end; a pair of brackets stays."""
    before = None
    while line != before:
        before, line = line, _LOOSE.sub("", line.strip(_EDGES))
        for bracket, other in (("(", ")"), (")", "(")):
            line = line.strip(bracket) if line.count(bracket) > line.count(other) else line
    return line
