"""Whether a sentence says what its source says: the pieces of the source or of a written way to tell it, no others."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.phrasing.omitting import shortened
from knowledge.phrasing.otherwise import ways
from knowledge.phrasing.pieces import Piece, are_same, pieces
from knowledge.phrasing.straightening import straight
from knowledge.phrasing.tokens import BREAKS, base, tokens
from knowledge.phrasing.wordlists import lists


@dataclass(frozen=True)
class Told:
    """A sentence as its pieces by joint, and what may not be lost when pieces of two ways are mixed."""

    pieces: Mapping[str, Sequence[Piece]]
    weight: Counter[str]
    """Its limits and actors."""
    ands: int

    def is_like(self, other: "Told") -> bool:
        """Whether as many pieces hang on each joint, and no limit and nobody is more or fewer ("ontbreekt", "geen")."""
        mine, theirs = ({joint: len(row) for joint, row in told.pieces.items()} for told in (self, other))
        return mine == theirs and self.weight == other.weight


def says_the_same(said: str, source: str) -> bool:
    """Whether the sentence is a way to tell its source, with parts in another place, or a mix of such ways."""
    row = tokens(said)
    if said[-1:] == source[-1:] and row in _as_written(source):
        return True
    if not _is_whole(row):
        return False
    told = _told(row)
    alike = [way for way in _ways(source, said.endswith("?")) if way.is_like(told)]
    return any(_is_made_of(told, [way]) for way in alike) or (bool(alike) and _is_made_of(told, alike))


def _is_made_of(told: Told, ways: Sequence[Told]) -> bool:
    """Whether each piece is one of these ways', at its place."""
    enough = all(way.ands <= told.ands for way in ways)
    return enough and all(_fit(row, [way.pieces[joint] for way in ways]) for joint, row in told.pieces.items())


def _fit(row: Sequence[Piece], others: Sequence[Sequence[Piece]]) -> bool:
    """Whether a row of pieces is made of these; two may stand in either order, more are a list that stays as it is."""
    orders = [row, row[::-1]] if len(row) == 2 else [row]
    return any(
        all(any(are_same(piece, other[at]) for other in others) for at, piece in enumerate(order)) for order in orders
    )


def _is_whole(row: Sequence[str]) -> bool:
    """Whether no break cuts a word off from the one it belongs to, and the sentence does not end on a joint."""
    cut = any(_cuts(row, at) for at, word in enumerate(row[:-1]) if word in BREAKS)
    return bool(row) and not cut and row[-1] not in (lists().joints - lists().questions) | lists().restatement


def _cuts(row: Sequence[str], at: int) -> bool:
    """Whether the break there parts words that belong together: "zonder, naam", "niet, pas", "is. Geen plicht"."""
    before, after, limits = row[at - 1], row[at + 1], lists().limits - lists().even
    return before in lists().clinging or (after in limits and (row[at] == "." or before in limits))


@lru_cache(maxsize=4096)
def _told(row: tuple[str, ...]) -> Told:
    plain = straight(row)
    found: dict[str, list[Piece]] = {}
    for piece in pieces(plain):
        found.setdefault("" if piece.joint == "of" else piece.joint, []).append(piece)
    heavy = (lists().limits - lists().even) | (lists().actors - lists().pronouns)
    weight = Counter(base(word) for word in plain if word in heavy or word[0] == "@")
    return Told(found, weight, sum(word in lists().even for word in plain))


@lru_cache(maxsize=1024)
def _as_written(source: str) -> frozenset[tuple[str, ...]]:
    return frozenset(map(tokens, ways(source)))


@lru_cache(maxsize=1024)
def _ways(source: str, asks: bool) -> tuple[Told, ...]:
    """Every way to tell a source: itself with what may go left out, and what is written; a question only as one."""
    own, *others = ways(source)
    asking = own.endswith("?")  # but not when the stretch that asks is left out
    rows = [row for row in shortened(own) if not asks or (asking and row[-1:] == tokens(own)[-1:])]
    rows += [row for way in others if way.endswith("?") or not asks for row in shortened(way, clauses=False)]
    return tuple(map(_told, dict.fromkeys(rows)))
