"""The subject of a Dutch sentence, before its verb ("Fatima belt") or behind it ("vrijdag belt Fatima")."""

from collections.abc import Sequence

from workflows.claims import Claim, Line, claim, places
from workflows.grammar import grammar, is_finite, is_whole, key, verbs
from workflows.naming import Person, read_person
from workflows.tokens import Token

BREAKS = frozenset(',;-–—()|→>:*•?"“”„«»')
_ADVERBIAL = frozenset("door namens in bij na voor tijdens met over op om via uit vanuit als wegens vanwege".split())
_INTRO = frozenset(
    """
    afgesproken afspraak spreken spreek we wij ik af besloten besluit is het de idee bedoeling graag prima goed
    genoteerd er hebben heb zojuist besproken denk denken vind vinden wil willen hoop hopen verwacht verwachten zou
    zouden liefst liever
    """.split()
)
_REPEATED = frozenset(("hij", "zij", "ze", "die"))


def subject(line: Line) -> Claim | None:
    """Who the sentence says does it; an empty claim when that is nobody by name ("ze belt")."""
    start = clause_start(line.words)
    found = _before_verb(line, start) or _behind_verb(line, start) or _behind_later_verb(line, start)
    return Claim(found.names, found.drop | places(0, start)) if found else None


def clause_start(words: Sequence[Token]) -> int:
    """Where the sentence proper starts, behind "ok," or "we spreken af dat"."""
    keys = [key(word) for word in words]
    if "dat" in keys[1:7] and set(keys[: keys.index("dat")]) <= _INTRO:
        return keys.index("dat") + 1
    start = _greeting_end(words) or _number_end(words)
    while start < len(words) and (keys[start] in grammar().fillers or words[start].text in BREAKS):
        start += 1
    noun = start and start < len(words) and keys[start - 1] == "afspraak" and is_whole(words[start])
    return 0 if noun else start


def _greeting_end(words: Sequence[Token]) -> int:
    """Where "Goedemiddag allemaal," ends."""
    if not words or key(words[0]) not in ("hallo", "hoi", "hi", "dag", "goedemorgen", "goedemiddag", "beste"):
        return 0
    return next((i + 1 for i, word in enumerate(words[:4]) if word.text in (",", "!")), 0)


def _number_end(words: Sequence[Token]) -> int:
    """Where "punt 1" ends."""
    numbered = len(words) > 1 and key(words[0]) in ("punt", "agendapunt", "actiepunt") and words[1].kind == "number"
    return 2 if numbered else 0


def _before_verb(line: Line, start: int) -> Claim | None:
    """Read "Fatima belt …", "de ib'er stuurt …", "wij regelen …"; in a passive the subject is not the one who acts."""
    words = line.words
    person = read_person(words, start, trusting=True)
    if person is None or person.end >= len(words):
        return None
    repeated = person.names and key(words[person.end]) in _REPEATED and person.end + 1 < len(words)
    verb = words[person.end + bool(repeated)]
    subordinate = start > 0 and key(words[start - 1]) == "dat"
    if is_passive(words, verb) or not (subordinate or _agree(words, person, verb)):
        return None
    return claim(person, *([person.end] if repeated else []))


def is_passive(words: Sequence[Token], verb: Token) -> bool:
    """Whether something is done to the subject: "wordt gestuurd", "moet gebeld worden"."""
    return key(verb) in grammar().passives or (key(verb) in grammar().auxiliaries and "worden" in map(key, words))


def _agree(words: Sequence[Token], person: Person, verb: Token) -> bool:
    """Whether this can be the verb of that person."""
    word, known = key(verb), grammar()
    if person.names == ("ik",):
        return word in verbs().stem or is_finite(verb)
    if is_finite(verb):
        return person.sure or word in verbs().third - known.forms or key(words[person.start]) not in known.articles
    if person.plural and word in verbs().plural:
        listed = len(person.names) > 1 or person.names == ("school",)
        return listed or (person.end + 1 < len(words) and key(words[person.end + 1]) in known.articles)
    bare = word in verbs().stem and word not in known.things and not is_whole(words[-1])
    return person.sure and (bare or _looks_third(verb))


def _looks_third(verb: Token) -> bool:
    """Whether a word nobody listed has the look of a verb behind a person: "faxt"."""
    word, known = key(verb), grammar()
    usual = word in known.things or word in known.roles or word in known.articles
    return verb.kind == "word" and len(word) > 3 and word.endswith("t") and verb.text.islower() and not usual


def _behind_verb(line: Line, start: int) -> Claim | None:
    """Read "(vrijdag) belt Fatima …", "moet school …", "laat Jan bellen", "morgen bel ik"."""
    words, known = line.words, grammar()
    if start >= len(words):
        return None
    verb, opening = key(words[start]), start == 0 and 0 not in line.gaps
    place = start + 1
    while place < len(words) and key(words[place]) in known.adverbs:
        place += 1
    person = read_person(words, place, trusting=verb in verbs().third and place + 1 < len(words))
    if person is None or is_passive(words, words[start]):
        return None
    if verb == "laat" and opening:
        return claim(person, start) if "weten" not in map(key, words) else None
    return claim(person) if _inverted(words[start], person, opening) else None


def _behind_later_verb(line: Line, start: int) -> Claim | None:
    """Read "vóór het mdo belt Fatima …": what opens with a preposition has its subject behind the verb."""
    words = line.words
    if start >= len(words) or key(words[start]) not in _ADVERBIAL:
        return None
    verb = next((i for i in range(start + 1, len(words)) if is_finite(words[i])), len(words))
    person = read_person(words, verb + 1) if verb + 1 < len(words) else None
    return claim(person) if person and not is_passive(words, words[verb]) else None


def _inverted(verb: Token, person: Person, opening: bool) -> bool:
    """Whether a person can be the subject behind a verb; "bel Fatima" and "zet Fatima op de lijst" ask someone else."""
    command = opening and key(verb) in verbs().stem - grammar().auxiliaries
    if person.names == ("ik",):
        return key(verb) in verbs().stem or is_finite(verb)
    if is_finite(verb):
        return not command
    return person.plural and is_whole(verb) and (person.names == ("school",) or not opening)
