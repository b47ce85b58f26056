"""The words left of a sentence when day and time are out, and what a way of reading them claims: who will do it."""

from collections.abc import Sequence
from dataclasses import dataclass

from workflows.naming import Person
from workflows.tokens import Token


@dataclass(frozen=True)
class Line:
    """The words left of a sentence, and the places that stood next behind a day or a time."""

    words: Sequence[Token]
    gaps: frozenset[int]


@dataclass(frozen=True)
class Claim:
    """The owners a way of reading finds, and the places of the words that say only that."""

    names: tuple[str, ...] = ()
    drop: frozenset[int] = frozenset()


def places(start: int, end: int) -> frozenset[int]:
    """The places from start up to end."""
    return frozenset(range(start, end))


def claim(person: Person, *more: int) -> Claim:
    """The claim of a person; who is not named ("ze") keeps a place in the action."""
    return Claim(person.names, places(person.start, person.end) | frozenset(more)) if person.names else Claim()
