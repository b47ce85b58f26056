"""The ways in which a sentence of a provision may be told: what must stay, what may go, and what may turn round.

A reading is a row of tokens. What is light may be left out; a stretch (an aside, a reason, an example) only whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.phrasing.tokens import BREAKS, tokens
from knowledge.phrasing.wordlists import lists

ASKED = "?"  # the break behind a condition: "Zeggen ouders nee? Dan" is "Zeggen ouders nee, dan"
_NEAR = 4  # tokens: of a main clause, among which "dan" is looked for; of a statement, at least


@dataclass(frozen=True)
class Reading:
    """One way to read a sentence: its tokens, which of them are light, and from where one may go on where."""

    tokens: tuple[str, ...]
    light: frozenset[int]
    leaps: tuple[tuple[int, int], ...]


@lru_cache(maxsize=2048)
def readings(source: str) -> tuple[Reading, ...]:
    """Every reading of a sentence."""
    return tuple(_marked(*variant) for variant in dict.fromkeys(_variants(tokens(source))))


def _variants(row: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    """The sentence, and what turns its verb round without changing who does what; with the place that must stay."""
    end = _condition_end(row)
    if end:
        yield (*row[:end], ASKED, *row[end + 1 :]), 0
        verb, *rest = row[:end]
        for place in range(1, len(rest) + 1):  # "Stopt een proces, dan" is "Als een proces stopt, dan"
            yield (lists().single["als"], *rest[:place], verb, *rest[place:], ",", *row[end + 1 :]), place + 1
        return
    yield row, 0
    first = row[0] if row else ""
    comma = row.index(",") + 1 if "," in row else 0
    if first == lists().single["als"] and comma and row[comma : comma + 1] != ("dan",):
        yield (*row[:comma], "dan", *row[comma:]), 0
    if first.isalpha() and (not first.endswith("t") or first in lists().orders):
        yield (lists().single["u"], first if first.endswith("t") else f"{first}t", *row[1:]), 0


def _condition_end(row: Sequence[str]) -> int:
    """Where a condition that opens with its verb ends; 0 when the sentence does not open with one."""
    if not row or row[0] in lists().plain_openings:
        return 0
    for at, word in enumerate(row):
        after = row[at + 1 : at + 1 + _NEAR]
        close = next((n for n, near in enumerate(after) if near in BREAKS), len(after))
        if word in ";:":
            return 0
        if word in ",?" and "dan" in after[:close] and after[0] not in lists().joints:
            return at
    return 0


def _marked(row: tuple[str, ...], stays: int) -> Reading:
    in_order = lists().single.get("eerst", "eerst") in row
    light = {n for n, word in enumerate(row) if _is_light(row, n) or (word == "dan" and n and not in_order)}
    leaps = (
        leap for leap in dict.fromkeys(_leaps(row)) if leap[0] < leap[1] and not (stays and leap[0] <= stays < leap[1])
    )
    return Reading(row, frozenset(light), tuple(leaps))


def _is_light(row: Sequence[str], at: int) -> bool:
    if row[at] in BREAKS:
        return row[at] != ASKED and bool(({"dan"} | lists().joints) & set(row[at + 1 : at + 2]))
    return row[at] in lists().free | lists().light


def _leaps(row: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Every stretch that may be left out, as its first word and the word behind it."""
    yield from _asides(row)
    yield from _parts(row)
    for at, word in enumerate(row):
        after_break = at > 0 and row[at - 1] in BREAKS
        start = at - after_break  # the comma before it goes as well
        if word in lists().reasons or (word in lists().restatement and after_break):
            end = _end_of(row, at, ";?" if word in lists().reasons else ";:?")
            if _is_no_status(row[at:end]):
                yield start, end
        elif word in lists().examples and after_break:
            end = _end_of(row, at, ",;:?")
            yield from ((start, close) for close in (end, end + 1) if close == end or row[end : end + 1] == (",",))
        elif word in lists().additions and row[at - 1 : at] == (",",):
            end = _end_of(row, at, ";:?")
            if _is_spare(row[at:end]):
                yield start, end


def _asides(row: Sequence[str]) -> Iterator[tuple[int, int]]:
    """What stands between brackets."""
    opened: list[int] = []
    for at, word in enumerate(row):
        if word == "(":
            opened.append(at)
        elif word == ")" and opened:
            start = opened.pop()
            if _is_spare(row[start:at]):
                yield start, at + 1


def _parts(row: Sequence[str]) -> Iterator[tuple[int, int]]:
    """A clause behind a semicolon, unless of a counted row; an explanation behind a colon; the number of an ijkpunt."""
    numbered = row.index(":") + 1 if row[:1] == ("ijkpunt",) and ":" in row else 0
    yield 0, numbered
    colon = row.index(":", numbered) if ":" in row[numbered:] else 0
    lead = row[numbered:colon]
    if _says_something(lead) and _is_spare(row[colon:]) and not lists().conditions & set(row[colon:]):
        yield colon, len(row)
    for at, word in enumerate(row):
        end = _end_of(row, at, ";")
        if word == ";" and _is_spare(row[at:end]) and not lists().counts & set(lead):
            yield at, end


def _says_something(lead: Sequence[str]) -> bool:
    """Whether what stands before a colon is a statement of its own, without a limit that the rest may explain."""
    plain = lead[: lead.index("(")] if "(" in lead else lead
    return len(plain) >= _NEAR and not lists().limits & set(lead)


def _is_spare(stretch: Sequence[str]) -> bool:
    """Whether the rest says as much without it: it limits nothing, or says again what was said."""
    again = lists().restatement & set(stretch[: _NEAR + 1])
    return _is_no_status(stretch) and bool(again or not lists().limits & set(stretch))


def _is_no_status(stretch: Sequence[str]) -> bool:
    return not lists().status & set(stretch)


def _end_of(row: Sequence[str], start: int, marks: str) -> int:
    """Where a stretch ends: at one of the marks, or where the bracket closes that it stands in."""
    depth = 0
    for at in range(start + 1, len(row)):
        depth += (row[at] == "(") - (row[at] == ")")
        if depth < 0 or (depth == 0 and row[at] in marks):
            return at
    return len(row)
