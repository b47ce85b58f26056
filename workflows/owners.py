"""Who a sentence says will do it, in the ways Dutch has, surest first.

An @mention, a label ("wie:"), "door …", the subject, a part of its own (", Fatima,"), a short note, "ik" anywhere.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from workflows.claims import Claim, Line, claim, places
from workflows.grammar import grammar, is_finite, is_whole, key
from workflows.naming import read_person
from workflows.subjects import BREAKS, clause_start, subject
from workflows.tokens import Token

_OWNER_LABELS = frozenset("wie eigenaar verantwoordelijk verantwoordelijke actiehouder trekker uitvoerder door".split())
_LABELS = frozenset("wat wanneer datum deadline tijd einddatum wnr uiterlijk dag".split())
_TASKS = frozenset("actie actiepunt ap taak todo to-do".split())
_WITH_OTHERS = frozenset(("voor", "met", "bij", "naar"))


def plain_labels(words: Sequence[Token]) -> frozenset[int]:
    """The places of words that only head a part: "wat:", "Actiepunt 3:"."""
    found: set[int] = set()
    for i, word in enumerate(words):
        handled = key(word) in _OWNER_LABELS and any(w.kind == "mention" for w in words[i + 2 : i + 3])
        end = task_end(words, i) or (i + 1 if handled or key(word) in _LABELS else 0)
        if end and end < len(words) and words[end].text in (":", "="):
            found |= places(i, end + 1)
    return frozenset(found)


def task_end(words: Sequence[Token], i: int) -> int:
    """Where "actie", "to do" or "actiepunt 3" ends that starts at place i; 0 when none does."""
    keys = [key(word) for word in words[i : i + 2]]
    end = i + 1 if keys and keys[0] in _TASKS else i + 2 if keys == ["to", "do"] else 0
    return end + 1 if end and end < len(words) and words[end].kind == "number" else end


def mentioned(line: Line) -> Claim:
    """Everyone who is @mentioned, with the words that tie them together."""
    found = [i for i, word in enumerate(line.words) if word.kind == "mention"]
    ties = {i for i in range(len(line.words)) if i - 1 in found and i + 1 in found}
    return Claim(tuple(_handle(line.words[i].text) for i in found), frozenset(found) | ties)


def _handle(text: str) -> str:
    """The name in "@sanne" or "<@U1|sanne>"."""
    return text.strip("<>").split("|")[-1].removeprefix("@")


def _labelled(line: Line) -> Claim | None:
    """Read "wie: Jan, wat: …", "actie voor Karin: …"."""
    found = list[Claim]()
    for i, start in _owner_labels(line.words):
        if person := read_person(line.words, start, trusting=True):
            found.append(claim(person, *places(i, start)))
    names = tuple(name for c in found for name in c.names)
    return Claim(names, frozenset(i for c in found for i in c.drop)) if names else None


def _owner_labels(words: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Where each label of an owner starts, and the name behind it."""
    for i, word in enumerate(words[:-1]):
        end = task_end(words, i)
        if key(word) in _OWNER_LABELS and words[i + 1].text in (":", "="):
            yield i, i + 2
        elif end and end < len(words) and key(words[end]) == "voor":
            yield i, end + 1


def _headed(line: Line) -> Claim | None:
    """Read "Karin: ouders bellen"; "actie Karin: ouders bellen"."""
    start = task_end(line.words, 0)
    person = read_person(line.words, start, trusting=True)
    if person and person.names and person.end < len(line.words) and line.words[person.end].text == ":":
        return claim(person, person.end, *places(0, start))
    return None


def _by(line: Line) -> Claim | None:
    """Read "verslag wordt gestuurd door de ib'er"; "verslag sturen, door CJG"."""
    for i, word in enumerate(line.words):
        person = read_person(line.words, i + 1) if key(word) == "door" else None
        if person and person.names:
            return claim(person, i)
    return None


def _segment(line: Line) -> Claim | None:
    """A part of its own that is only a person: "Fatima, bel de huisarts", "verslag sturen (ib'er)"."""
    words, found = line.words, list[Claim]()
    for start, end in _segments(line):
        person = read_person(words[:end], start, trusting=end < len(words) and words[start].text[0].isupper())
        if person and person.names and person.end == end and not _is_listed(words, start, end):
            found.append(claim(person))
    names = tuple(dict.fromkeys(name for c in found for name in c.names))
    return Claim(names, frozenset(i for c in found for i in c.drop)) if found else None


def _is_listed(words: Sequence[Token], start: int, end: int) -> bool:
    """Whether a person between commas is one of several that are spoken of: "naar ouders, cjg en huisarts"."""
    known = grammar()
    more = end + 1 < len(words) and words[end].text == "," and read_person(words, end + 1)
    role = key(words[end - 1]) in known.roles | known.family | known.plural
    return bool(more or (role and start > 1 and words[start - 1].text == "," and read_person(words, start - 2)))


def _segments(line: Line) -> Iterator[tuple[int, int]]:
    """The parts between commas, brackets and dashes, and what follows a day behind a whole verb."""
    words = line.words
    cuts = [-1, *(i for i, word in enumerate(words) if word.text in BREAKS), len(words)]
    yield from ((before + 1, cut) for before, cut in pairwise(cuts) if cut > before + 1)
    yield from ((gap, len(words)) for gap in line.gaps if gap > 1 and is_whole(words[gap - 1]))


def _note(line: Line) -> Claim | None:
    """A short note with a person in front and a whole verb at the end: "Karin ouders bellen"."""
    words, known = line.words, grammar()
    person = read_person(words, clause_start(words))
    if person is None or not person.sure or person.end + 1 >= len(words) or not is_whole(words[-1]):
        return None
    following, name = key(words[person.end]), key(words[person.end - 1])
    unclear = name in known.family | known.bodies | known.plural or following in known.particles | _WITH_OTHERS
    return None if unclear or is_whole(words[person.end]) else claim(person)


def _speaker(line: Line) -> Claim | None:
    """Read "dat doe ik zelf": the speaker anywhere, or "wij"."""
    for name in ("ik", "school"):
        spoken = grammar().pronouns[name] - {"me", "ons", "k"}
        found = [i for i, word in enumerate(line.words) if key(word) in spoken]
        if found:
            return Claim((name,), frozenset(found[:1]))
    return None


_READINGS: tuple[Callable[[Line], Claim | None], ...] = (_labelled, _headed, _by, subject, _segment, _note)


def claimed(line: Line) -> Claim:
    """The owners by the first way of reading that finds any; the speaker, wherever named, comes last."""
    spoken = None if mentioned(line).names else _speaker(line)
    found = next((found for read in _READINGS if (found := read(line))), spoken or Claim())
    doer = subject(line) if _first_word(line, found.drop) == "door" else None
    return Claim(found.names + doer.names, found.drop | doer.drop) if doer else found


def _first_word(line: Line, drop: frozenset[int]) -> str:
    """The first of the words that say only who."""
    return key(line.words[min(drop)]) if drop else ""


def others(line: Line, known: Claim) -> Claim:
    """The subjects of further sentences: "… en Jan stuurt het verslag"."""
    words, found = line.words, Claim()
    for i, word in enumerate(words[:-2]):
        if key(word) not in ("en", "maar", "terwijl", "daarna") and word.text not in (",", ";", "."):
            continue
        person = read_person(words, i + 1)
        acts = person is not None and person.end < len(words) and is_finite(words[person.end])
        if person and acts and not places(person.start, person.end) & known.drop:
            found = Claim(found.names + person.names, found.drop | places(person.start, person.end))
    return found
