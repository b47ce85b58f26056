"""What of a sentence may go: whole stretches (an aside, a reason, an example) that limit nothing."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations

from knowledge.phrasing.tokens import BREAKS, tokens
from knowledge.phrasing.wordlists import lists

_ASKED = "?"  # the break behind a condition: no stretch runs over it
_NEAR = 4  # tokens of a statement, at least
_MAIN = 4  # tokens of a main clause, among which "dan" is looked for
_STRETCHES = 5  # of one sentence; more are not tried


@lru_cache(maxsize=2048)
def shortened(source: str, clauses: bool = True) -> tuple[tuple[str, ...], ...]:
    """A sentence as rows of tokens: every set of stretches left out that may go, asides with brackets and without.

    Without `clauses` only asides, reasons and examples go: a written way is short already.
    """
    row = list(tokens(source))
    if end := condition_end(row):
        row[end] = _ASKED
    stretches = [(start, end) for start, end in dict.fromkeys(_stretches(row, clauses)) if start < end][:_STRETCHES]
    found: dict[tuple[str, ...], None] = {}
    for count in range(len(stretches) + 1):
        for chosen in combinations(stretches, count):
            gone = {at for start, end in chosen for at in range(start, end)}
            left = tuple(word for at, word in enumerate(row) if at not in gone)
            found[left] = found[tuple(word for word in left if word not in "()")] = None
    return tuple(found)


def condition_end(row: Sequence[str]) -> int:
    """Where a condition that opens with its verb ends ("Stopt een proces, dan"); 0 when there is none."""
    if not row or row[0] in lists().plain_openings | lists().imperatives:
        return 0
    for at, word in enumerate(row):
        if word in ";:":
            return 0
        if word in ",?" and "dan" in row[at + 1 : at + 1 + _MAIN]:
            return at
    return 0


def _stretches(row: Sequence[str], clauses: bool) -> Iterator[tuple[int, int]]:
    """Every stretch that may be left out, as its first word and the word behind it."""
    yield from _asides(row)
    yield from _parts(row) if clauses else ()
    for at, word in enumerate(row):
        after_break = at > 0 and row[at - 1] in BREAKS
        start = at - after_break  # the comma before it goes as well
        if word in lists().reasons or (word in lists().restatement and after_break):
            end = _end_of(row, at, ";?" if word in lists().reasons else ";:?")
            if _is_no_status(row[at:end]):
                yield start, end
        elif word in lists().examples and after_break:
            end = _end_of(row, at, ",;:?")
            yield from ((start, close) for close in (end, end + 1) if close == end or row[end : end + 1] == [","])
        elif clauses and word in lists().additions and row[at - 1 : at] == [","]:
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
    numbered = row.index(":") + 1 if row[:1] == ["ijkpunt"] and ":" in row else 0
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
