"""One form for what Dutch says in several: a condition gets its "als", a row of actors becomes one word."""

from collections.abc import Iterator, Sequence

from knowledge.phrasing.tokens import base
from knowledge.phrasing.wordlists import lists

_NEAR = 4  # tokens of a main clause, among which "dan" is looked for
_AND = frozenset({"en", "of"})


def straight(row: Sequence[str]) -> list[str]:
    """A row of tokens with its conditions, reasons and rows in one form."""
    out: list[str] = []
    for clause, mark in _clauses(row):
        out += [*_with_als(clause), *mark]
    out = [lists().single["omdat"] if word == "want" else word for word in out]
    if "eerst" in out:
        out = [lists().single["daarna"] if word == "dan" else word for word in out]
    return _rows_as_one(_once(_without_zowel(out)))


def condition_end(row: Sequence[str]) -> int:
    """Where a condition that opens with its verb ends ("Stopt een proces, dan"); 0 when there is none."""
    if not row or row[0] in lists().plain_openings | lists().imperatives:
        return 0
    for at, word in enumerate(row):
        if word in ";:":
            return 0
        if word in ",?" and "dan" in row[at + 1 : at + 1 + _NEAR]:
            return at
    return 0


def is_actor(word: str) -> bool:
    """Whether a word, or a row of words, is somebody who acts or to whom something is done."""
    return word in lists().actors or word[:1] == "@"


def _clauses(row: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """What stands between full stops and semicolons, with the mark behind it."""
    start = 0
    for at in (*(n for n, word in enumerate(row) if word in ";."), len(row)):
        yield row[start:at], row[at : at + 1]
        start = at + 1


def _with_als(row: Sequence[str]) -> Sequence[str]:
    """A condition that opens with its verb as one with "als", where the verb comes last."""
    end = condition_end(row)
    if not end:
        return row
    rest = list(row[end + 1 :])
    if "dan" in rest[: _NEAR + 2]:
        rest.remove("dan")
    last = next((at for at in range(1, end) if row[at] in lists().joints - _AND), end)  # "Wilt u weten welke ..."
    return [lists().single["als"], *row[1:last], row[0], *row[last:end], ",", *rest]


def _without_zowel(row: list[str]) -> list[str]:
    """The words of "zowel school als jeugdhulp" as "school en jeugdhulp"."""
    als = lists().single["als"]
    if "zowel" not in row or als not in row[row.index("zowel") :]:
        return row
    start = row.index("zowel")
    at = row.index(als, start)
    return [*row[:start], *row[start + 1 : at], "en", *row[at + 1 :]]


def _once(row: list[str]) -> list[str]:
    """A preposition that is said again after "en" or "of" only once: "van school of van jeugdhulp"."""
    said, out = 0, []
    for at, word in enumerate(row):
        binds = word in lists().prepositions
        again = binds and at > said and word == row[said] and row[at - 1] in _AND
        if not (again and _is_one_row(row[said + 1 : at - 1])):
            out.append(word)
        said = at if binds else said
    return out


def _is_one_row(words: Sequence[str]) -> bool:
    """Whether words are one thing, or actors joined with "en" or "of": not "(bij) onderwijs het CJG"."""
    plain = [word for word in words if word not in lists().free]
    joined = all(word in (_AND if at % 2 else lists().actors | lists().things) for at, word in enumerate(plain))
    return len(plain) == 1 or (len(plain) % 2 == 1 and joined)


def _rows_as_one(row: Sequence[str]) -> list[str]:
    """Every "CJG, klantmanager of specialist" as one word: "@" before actors, "&" before things."""
    out, at = [], 0
    while at < len(row):
        end, names, ands = _row_from(row, at)
        out.append(_name(row[at:end], names, ands) if len(names) > 1 else row[at])
        at = end if len(names) > 1 else at + 1
    return out


def _name(row: Sequence[str], names: Sequence[str], ands: Sequence[str]) -> str:
    """One name for a row, whatever its order, unless "en" and "of" are mixed in it."""
    told = sorted(names) if len(set(ands)) == 1 else names
    things = any(word in lists().things for word in row)
    return ("&" if things else "@") + "|".join([*told, *dict.fromkeys(ands)])


def _row_from(row: Sequence[str], start: int) -> tuple[int, list[str], list[str]]:
    """Where a row that starts here ends, what is in it, and how it is joined."""
    names: list[str] = []
    ands: list[str] = []
    end = at = start
    while at < len(row) and row[at] in lists().actors | lists().things:
        names.append(base(row[at]))
        end = at = at + 1
        signs = _signs(row[at:])
        if not signs or not {",", "/", *_AND} & set(signs) or ("," in signs and _AND & set(signs)):
            break
        at += len(signs)
        if at < len(row) and row[at] in lists().actors | lists().things:
            ands += [sign for sign in signs if sign in _AND]
    return end, names, ands


def _signs(row: Sequence[str]) -> list[str]:
    """What may stand between two of a row: a comma, "en", "of", articles, "ook", "vaste"."""
    signs = []
    for word in row:
        if word not in {",", "/", *_AND, "vaste"} | lists().free | {lists().single["ook"], "dus"}:
            break
        signs.append(word)
    return signs
