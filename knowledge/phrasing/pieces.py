"""A sentence cut into pieces at its joints ("als", "voordat", "en", a comma), and what binds the words of each piece.

Within a piece words may change places, as they do in Dutch when another part comes first. What binds them may not:
the word behind a preposition or a limit ("met", "geen", "elke"), who stands before whom, the joint the piece hangs on.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from knowledge.phrasing.straightening import is_actor
from knowledge.phrasing.tokens import BREAKS, base
from knowledge.phrasing.wordlists import lists


@dataclass(frozen=True)
class Piece:
    """The words between two joints, and what binds them."""

    joint: str
    """What it hangs on: "als", "alleen als", "hoe"; empty for a break or "en"."""
    words: Counter[str]
    bound: frozenset[tuple[str, str]]
    """A preposition, limit or number with the word behind it."""
    actors: tuple[str, ...]
    """Who acts and to whom it is done, in order; those behind a preposition are bound by it."""


def pieces(row: Sequence[str]) -> list[Piece]:
    """The pieces of a straightened row, in order; what is only glue is none."""
    cut = [(joint, words) for joint, words in _cut(row) if joint or not set(map(base, words)) <= may_go()]
    main = next((at for at, (joint, _) in enumerate(cut) if not joint), 0)
    return [_piece(joint, words, first=at == main) for at, (joint, words) in enumerate(cut)]


def are_same(said: Piece, there: Piece) -> bool:
    """Whether two pieces say the same: words that only glue may come and go."""
    same = said.joint == there.joint and said.actors == there.actors and said.bound == there.bound
    return same and set(said.words - there.words) <= may_come() and set(there.words - said.words) <= may_go()


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
    bound, actors = set(), []
    for at, word in enumerate(plain):
        following = next((w for w in plain[at + 1 :] if w not in lists().light | lists().pointers), "")
        if _binds(word, following, plain[at + 1 : at + 2]):
            bound.add((word, base(following)))
        elif is_actor(word) and _before(plain, at) not in lists().prepositions:
            actors.append(base(word))
    return Piece(joint, Counter(map(base, plain)), frozenset(bound), tuple(actors))


def _binds(word: str, following: str, adjacent: Sequence[str]) -> bool:
    """Whether a word and the one behind it may not be parted."""
    if word.isdigit() or following.isdigit():
        return True
    if word in lists().prepositions:  # alone it is a part of its verb: "stelt zo nodig bij"
        return bool(adjacent) and adjacent[0] not in lists().adverbs | lists().prepositions
    return word in lists().binding and (word not in lists().loose or following in lists().binding)


def _before(words: Sequence[str], at: int) -> str:
    """The word before, but for what stands between a preposition and its word."""
    between = lists().binding | lists().pointers
    return next((word for word in reversed(words[:at]) if word not in between), "")


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
