"""Whether a sentence says what its source says in another order: piece by piece the same words, bound in the same way.

A piece is what stands between two joints ("als", "voordat", "en", a break). Within a piece words may change places, as
Dutch does when another part comes first; what binds them may not: the word behind a preposition, the word behind a
limit ("alleen", "geen", "elke"), who stands before whom, and the joint the piece hangs on.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations, pairwise

from knowledge.phrasing.otherwise import ways
from knowledge.phrasing.readings import readings
from knowledge.phrasing.tokens import BREAKS, base, tokens
from knowledge.phrasing.wordlists import lists

_LEAPS = 5  # stretches of one source that may go; more are not tried
_BLOCKS = 7  # a sentence that is cut into more blocks than this is another sentence


@dataclass(frozen=True)
class Piece:
    """The words between two joints, and what binds them."""

    joint: str
    words: tuple[tuple[str, int], ...]
    bound: frozenset[tuple[str, str]]
    actors: tuple[str, ...]
    beside: frozenset[tuple[str, str]]
    """Which two words that stay put stand side by side."""


def is_arranged(said: str, source: str) -> bool:
    """Whether the sentence is one of the ways to tell its source with parts in another place, or a mix of such ways."""
    row = tokens(said)
    if not _is_whole(row):
        return False
    told = _told(row)
    pool = [way for way in _pool(source, said.endswith("?")) if way.shape == told.shape]
    return any(_fits(told, [way]) for way in pool) or _fits(told, pool)


def _fits(told: "Told", ways: Sequence["Told"]) -> bool:
    """Whether each piece is that of one of these ways, and the whole weighs as much as one of them."""
    weighs = any(way.weight == told.weight for way in ways) and all(way.ands <= told.ands for way in ways)
    return weighs and all(
        any(_same(piece, way.pieces[joint][at]) for way in ways)
        for joint, row in told.pieces.items()
        for at, piece in enumerate(row)
    )


@dataclass(frozen=True)
class Told:
    """A sentence in pieces by their joint; its shape, and the words in it that may not be lost in a mix."""

    pieces: Mapping[str, Sequence[Piece]]
    shape: tuple[tuple[str, int], ...]
    weight: tuple[str, ...]
    ands: int


@lru_cache(maxsize=4096)
def _told(row: tuple[str, ...]) -> Told:
    pieces = _by_joint(_pieces(row))
    shape = tuple(sorted((joint, len(of)) for joint, of in pieces.items()))
    merged = _rows_merged(_straight(row))
    heavy = lists().limits - lists().even | (lists().actors - lists().pronouns)
    weighs = sorted(base(word) for word in merged if word in heavy or word[0] == "@")
    return Told(pieces, shape, tuple(weighs), sum(word in lists().even for word in merged))


@lru_cache(maxsize=1024)
def _pool(source: str, asks: bool) -> tuple[Told, ...]:
    """Every way to tell a source: itself with what may go left out, and what is written in otherwise.txt."""
    own, *others = ways(source)
    found = list(_shortened(own)) if own.endswith("?") or not asks else []
    found += [tokens(way) for way in others if way.endswith("?") or not asks]
    return tuple(map(_told, dict.fromkeys(found)))


def _is_whole(row: Sequence[str]) -> bool:
    """Whether no break cuts off what belongs to the word before or behind it, and the sentence ends on a word."""
    cut = any(
        (word in BREAKS and row[at - 1] in lists().clinging) or (word == "." and row[at + 1] in lists().limits)
        for at, word in enumerate(row[:-1])
    )
    return bool(row) and not cut and row[-1] not in (lists().joins - lists().questions) | lists().restatement


@lru_cache(maxsize=2048)
def _shortened(source: str) -> tuple[tuple[str, ...], ...]:
    """The source with every set of stretches left out that may go."""
    found: dict[tuple[str, ...], None] = {}
    for reading in readings(source)[:1]:
        leaps = [leap for leap in reading.leaps if leap[0] < leap[1]][:_LEAPS]
        for count in range(len(leaps) + 1):
            for chosen in combinations(leaps, count):
                gone = {at for start, end in chosen for at in range(start, end)}
                row = tuple(word for at, word in enumerate(reading.tokens) if at not in gone)
                found[row] = found[tuple(word for word in row if word not in "()")] = None
    return tuple(found)


def _by_joint(pieces: Sequence[Piece]) -> Mapping[str, Sequence[Piece]]:
    """The pieces that hang on the same joint, in order; the plain ones under "of" too, so that no row is shuffled."""
    found: dict[str, list[Piece]] = {}
    for piece in pieces:
        found.setdefault("" if piece.joint == "of" else piece.joint, []).append(piece)
    return found


def _same(said: Piece, there: Piece) -> bool:
    if said.joint != there.joint or said.actors != there.actors or said.bound != there.bound:
        return False
    if not _in_company(said, there):
        return False
    more, less = Counter(dict(said.words)), Counter(dict(there.words))
    return set(more - less) <= lists().glue and set(less - more) <= lists().light | lists().glue | lists().spare


@lru_cache(maxsize=4096)
def _pieces(row: tuple[str, ...]) -> tuple[Piece, ...]:
    return tuple(_piece(joint, words) for joint, words in _cut(_rows_merged(_straight(row))) if _says(joint, words))


def _says(joint: str, words: Sequence[str]) -> bool:
    """Whether a piece is more than glue."""
    return bool(joint) or any(word not in lists().light | lists().glue | lists().free for word in words)


def _straight(row: Sequence[str]) -> list[str]:
    """A condition that opens with its verb gets its "als"; "eerst, dan" is "eerst, daarna"; "zowel, als" is "en"."""
    out: list[str] = []
    start = 0
    for at in (*(n for n, word in enumerate(row) if word in ";."), len(row)):
        out += [*_with_als(row[start:at]), *row[at : at + 1]]
        start = at + 1
    out = _once(["~omdat" if word == "want" else word for word in out])
    if "eerst" in out:
        out = [lists().single["daarna"] if word == "dan" else word for word in out]
    if "zowel" in out:
        start = out.index("zowel")
        als = lists().single["als"]
        rest = out[start + 1 :]
        out = out[:start] + [*rest[: rest.index(als)], "en", *rest[rest.index(als) + 1 :]] if als in rest else out
    return out


def _once(row: list[str]) -> list[str]:
    """A preposition that is said again after "en" or "of" only once: "van school of van jeugdhulp"."""
    said = ""
    out: list[str] = []
    for at, word in enumerate(row):
        again = at and row[at - 1] in {"en", "of"} and word == said
        if word in BREAKS or word in lists().joins - {"en", "of"}:
            said = ""
        elif word in lists().prepositions:
            said = word
        if not again:
            out.append(word)
    return out


def _with_als(row: Sequence[str]) -> Sequence[str]:
    end = _condition_end(row)
    if not end:
        return row
    rest = list(row[end + 1 :])
    if "dan" in rest[:6]:
        rest.remove("dan")
    return [lists().single["als"], *row[:end], ",", *rest]


def _with_u(words: list[str]) -> list[str]:
    """An order with its "u": "Bepaal" is "U bepaalt"; not where who does it follows ("Bepalen ouders mee")."""
    first, u = words[0], lists().single["u"]
    if first not in lists().imperatives or u in words:
        return words
    following = next((word for word in words[1:] if word not in lists().light), "")
    if first[0] == "~" and _acts(following):
        return words
    return [first, u, *words[1:]]


def _condition_end(row: Sequence[str]) -> int:
    if not row or row[0] in lists().plain_openings or row[0] in lists().imperatives:
        return 0
    for at, word in enumerate(row):
        if word in ";:":
            return 0
        if word in ",?" and "dan" in row[at + 1 : at + 5]:
            return at
    return 0


def _rows_merged(row: Sequence[str]) -> list[str]:
    """A row of actors ("CJG, klantmanager of specialist") as one word, so that it moves as one."""
    out: list[str] = []
    at = 0
    while at < len(row):
        end, names, ands = _actors_from(row, at)
        if len(names) > 1:
            joined = sorted(names) if len(set(ands)) == 1 else names
            mark = "@" if all(name in _actor_bases() for name in names) else "&"
            out.append(mark + "|".join([*joined, *dict.fromkeys(ands)]))
            at = end
        else:
            out.append(row[at])
            at += 1
    return out


@cache
def _actor_bases() -> frozenset[str]:
    return frozenset(base(word) for word in lists().actors)


def _acts(word: str) -> bool:
    return word in lists().actors or word[:1] == "@"


def _in_a_row(word: str) -> bool:
    return word in lists().actors or word in lists().things


def _actors_from(row: Sequence[str], start: int) -> tuple[int, list[str], list[str]]:
    """Where a row of actors that starts here ends, who are in it, and how they are joined."""
    if not _in_a_row(row[start]):
        return start, [], []
    names, ands, end, at = [base(row[start])], [], start + 1, start + 1
    while at < len(row) and (row[at] in {",", "en", "of", "/"}):
        signs = []
        while at < len(row) and (row[at] in {",", "en", "of", "/"} or row[at] in lists().free or row[at] in {"~ook", "dus", "vaste"}):
            signs.append(row[at])
            at += 1
        if ("," in signs and {"en", "of"} & set(signs)) or at >= len(row) or not _in_a_row(row[at]):
            break
        names.append(base(row[at]))
        ands += [sign for sign in signs if sign in {"en", "of"}]
        at += 1
        end = at
    return end, names, ands


def _cut(row: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The pieces: the joint each opens with ("" for a break or "en"), and its words."""
    joint, words = "", []
    for at, word in enumerate(row):
        following = row[at + 1] if at + 1 < len(row) else ""
        before = row[at - 1] if at else ""
        opens = word in lists().joins
        if word == "," and following in lists().relatives:
            continue
        if word in BREAKS or opens or _belongs(word, following):
            if words:
                yield joint, words
                joint, words = "", []
            if word not in BREAKS and word not in lists().even:
                joint = f"{joint} {word}".strip()
        else:
            words.append(word)
    if words:
        yield joint, words


def _belongs(word: str, following: str) -> bool:
    """Whether a word belongs to the joint behind it: "alleen als", "vanaf hoeveel"."""
    if word in lists().limits or word == lists().single["ook"]:
        return following in lists().moments
    return word in lists().prepositions and word not in lists().particles and following in lists().questions


def _piece(joint: str, words: Sequence[str]) -> Piece:
    plain = [word for word in words if word not in lists().free]
    if plain and not joint:
        plain = _with_u(plain)
    bound: set[tuple[str, str]] = set()
    actors: list[str] = []
    for at, word in enumerate(plain):
        following = next((w for w in plain[at + 1 :] if w not in lists().light | lists().pointers), "")
        if word in lists().prepositions and not _is_particle(plain, at):
            bound.add((word, base(following)))
        elif following.isdigit() or word.isdigit() or word in lists().binding and (word not in lists().loose or following in lists().binding):
            bound.add((word, base(following)))
        elif _acts(word) and _before(plain, at) not in lists().prepositions:
            actors.append(base(word))
    return Piece(joint, tuple(sorted(Counter(map(base, plain)).items())), frozenset(bound), tuple(actors), _beside(plain))


def _beside(words: Sequence[str]) -> frozenset[tuple[str, str]]:
    still = [base(word) for word in words if not _moves(word)]
    return frozenset(pair for one, other in pairwise(still) for pair in ((one, other), (other, one)))


def _moves(word: str) -> bool:
    """Whether a word may leave its neighbours: glue, verbs, and words of time and manner."""
    return word in lists().verbs | lists().adverbs | lists().glue | lists().light | lists().spare


def _in_company(said: Piece, there: Piece) -> bool:
    """Whether every word that stays put has one of its neighbours beside it still."""
    had = {one for one, _ in there.beside}
    kept = {one for one, _ in said.beside & there.beside}
    strays = {one for one, _ in said.beside if one in had - kept and one not in _actor_bases() and one[0] != "@"}
    return len(strays) < 2


def _before(words: Sequence[str], at: int) -> str:
    """The word before, but for what stands between a preposition and its word."""
    between = lists().binding | lists().pointers
    return next((word for word in reversed(words[:at]) if word not in between), "")


def _is_particle(words: Sequence[str], at: int) -> bool:
    """Whether a preposition stands alone, as part of its verb: "stelt zo nodig bij"."""
    following = words[at + 1 : at + 2]
    return not following or following[0] in lists().adverbs or following[0] in lists().prepositions

