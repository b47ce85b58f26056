"""A sentence cut into pieces at its joints ("als", "voordat", "en", a comma), and when two pieces say the same.

The words of a piece keep their order, for in Dutch it says who does what to whom and how far a "niet" reaches. One
thing may move, as it does when another part comes first: an opening, while who acts changes places with the verb.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from knowledge.phrasing.straightening import is_actor
from knowledge.phrasing.tokens import BREAKS, base
from knowledge.phrasing.wordlists import lists


_WHO = 3  # words of who acts, articles not counted


@dataclass(frozen=True)
class Piece:
    """The words between two joints, in order."""

    joint: str
    """What it hangs on: "als", "alleen als", "hoe"; empty for a break or "en"."""
    words: tuple[str, ...]


def pieces(row: Sequence[str]) -> list[Piece]:
    """The pieces of a straightened row, in order; what is only glue is none."""
    cut = [(joint, words) for joint, words in _cut(row) if joint or not set(map(base, words)) <= may_go()]
    main = next((at for at, (joint, _) in enumerate(cut) if not joint), 0)
    return [_piece(joint, words, first=at == main) for at, (joint, words) in enumerate(cut)]


def are_same(said: Piece, there: Piece) -> bool:
    """Whether two pieces say the same: words that only glue may come and go, and what opens one may stand elsewhere."""
    come, gone = Counter(said.words) - Counter(there.words), Counter(there.words) - Counter(said.words)
    if said.joint != there.joint or not set(come) <= may_come() or not set(gone) <= may_go():
        return False
    return any(
        mine == theirs or _is_turned(mine, theirs) or _is_turned(theirs, mine)
        for mine, theirs in product(_without(said.words, come), _without(there.words, gone))
    )


def _without(row: Sequence[str], extra: Counter[str]) -> Iterator[tuple[str, ...]]:
    """The row without so many of these words: the first of each, or the last."""
    for order in (1, -1) if extra else (1,):
        left, kept = Counter(extra), []
        for word in row[::order]:
            if left[word]:
                left[word] -= 1
            else:
                kept.append(word)
        yield tuple(kept[::order])


def _is_turned(turned: Sequence[str], plain: Sequence[str]) -> bool:
    """Whether the first opens with its verb, or with what stands further on in the second: who acts comes behind it.

    "(Als ...,) gaat u naar hem" is "U gaat naar hem"; "Met een vraag gaat u eerst" is "U gaat met een vraag eerst".
    """
    if len(turned) != len(plain) or turned[:1] == plain[:1]:
        return False
    for size in range(1, len(turned) - 1) if turned[0] in _openings() else (0,):
        opening, verb, rest = turned[:size], turned[size : size + 1], turned[size + 1 :]
        if verb[0] in _no_verbs() or verb[0][0] in "@&":
            continue
        for who in range(1, _WHO + 1):
            told = (*rest[:who], *verb, *rest[who:])
            if any((*told[:at], *opening, *told[at:]) == tuple(plain) for at in range(who + 1, len(told) + 1)):
                return True
    return False


@cache
def _openings() -> frozenset[str]:
    return frozenset(map(base, lists().prepositions | lists().adverbs))


@cache
def _no_verbs() -> frozenset[str]:
    return _openings() | frozenset(map(base, lists().actors | (lists().limits - lists().verbs)))


@cache
def may_come() -> frozenset[str]:
    """What may come in without a change of sense."""
    return frozenset(map(base, lists().glue | lists().free))


@cache
def may_go() -> frozenset[str]:
    """What may go without a change of sense."""
    return may_come() | frozenset(map(base, lists().light))


def _cut(row: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The joint of each piece, and its words."""
    joint, words = "", []
    for at, word in enumerate(row):
        if word == "," and row[at + 1 : at + 2] and row[at + 1] in lists().relatives:
            continue
        if word not in BREAKS | lists().joints and not _goes_with(word, row[at + 1 :]):
            words.append(word)
            continue
        if words:
            yield joint, words
            joint, words = "", []
        if word not in BREAKS | lists().even:
            joint = f"{joint} {word}".strip()
    if words:
        yield joint, words


def _goes_with(word: str, rest: Sequence[str]) -> bool:
    """Whether a word belongs to the joint behind it: "alleen als", "niet pas als", "vanaf hoeveel"."""
    if word in lists().limits or word == lists().single["ook"]:
        return next((other for other in rest if other not in lists().limits), "") in lists().moments
    return word in lists().prepositions - lists().particles and bool(rest) and rest[0] in lists().questions


def _piece(joint: str, words: Sequence[str], first: bool) -> Piece:
    plain = [word for word in words if word not in lists().free]
    if plain and not joint:
        plain = _with_u(plain) if first else _without_u(plain)
    return Piece(joint, tuple(map(base, plain)))


def _with_u(words: list[str]) -> list[str]:
    """An order with its "u": "Bepaal" is "U bepaalt"; not where who does it follows ("Bepalen ouders mee")."""
    first, u = words[0], lists().single["u"]
    following = next((word for word in words[1:] if word not in lists().light), "")
    told = u in words or (first[0] == "~" and is_actor(following))
    return [first, u, *words[1:]] if first in lists().imperatives and not told else words


def _without_u(words: list[str]) -> list[str]:
    """A later clause without the "u" that it shares with the first: "U overlegt en (u) praat"."""
    u = lists().single["u"]
    return [word for word in words if word != u] if next(filter(is_actor, words), "") == u else words
