"""Look-ups: "nummer cjg regenboog", "wie is onze klantmanager", "wat doet een generalist", "wie zit er op vrijdag".

A look-up is a message of which nothing is left over: every word is a way of asking, a role, a school, a person, a day,
or the one name that no list knows. A question that happens to name a role says more, and stays an ordinary question.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from knowledge.contacts import Contact, ContactList, School
from knowledge.forms import NAMING, ORDINARY, Tag
from knowledge.meanings import is_explained
from knowledge.roles import Role
from knowledge.tagging import Piece, Tagged, as_typed, own_names, schools_named, tag
from knowledge.text import words


class Wanted(StrEnum):
    """What a look-up asks for."""

    WHO = "who"
    WHAT = "what"
    DAY = "day"
    NAME = "name"
    DEPUTY = "deputy"
    SCHOOL = "school"
    NATIONAL = "national"
    MEANING = "meaning"
    MISSING = "missing"
    DOCUMENT = "document"
    EVERYBODY = "everybody"


@dataclass(frozen=True)
class Lookup:
    """A look-up as it was read; fields that were not named are empty. `maybe` are the schools one name can mean."""

    wanted: Wanted
    role: str = ""
    title: str = ""
    day: str = ""
    schools: Sequence[School] = ()
    maybe: Sequence[School] = ()
    municipality: str = ""
    unknown: str = ""
    people: Sequence[Contact] = ()


ALL = 12  # people shown at once when everybody is asked for: more do not fit on a screen
_LONGEST = 12  # words: what is longer tells a story
_NAME = 4  # words: the longest name of a school
_SHORT = 5  # words: a role beside a school is enough
_ASKS_DOCUMENT = re.compile(
    r"^(?:en |kun je |kan je |kunt u |mag ik |ik wil |waar (?:vind ik|is|staat) |heb je |heeft u |"
    r"(?:toon|stuur|geef|laat|open|download|zie|show)\b )?(?:me |mij |ik |u )?(?:eens |even |graag )?"
    r"(?:het |de |een |the )?(?:hele |heel )?(stroomschema|placemat|schema|flowchart)"
    r"(?: (?:eens|even|graag|zien|tonen|sturen|hebben|laten zien|aub|van de route|toegang tot jeugdhulp))*$"
)
_ASKS_EVERYBODY = re.compile(
    r"^(?:en |hoi |kun je |kunt u |mag ik |ik wil |waar (?:vind ik|is|staat) |heb je |heeft u |is er |"
    r"(?:toon|stuur|geef|laat|open|zie|show|the)\b )?(?:me |mij |ik )?(?:eens |even |graag )?(?:het |de |een |n |ons )?"
    r"(?:smoele?n?(?:boek|bord)(?:je)?|wie is wie(?: hier)?|who(?: is|s| s) who|alle contacten|de hele contactlijst)"
    r"(?: (?:zien|tonen|sturen|hebben|laten zien|aub|graag|alsjeblieft))*"
    r"(?: (?:van|voor|bij|op|in|of|for|at)(?: de| het| bs| obs)?)?(?: (?P<place>.*))?$"
)
_HERE = frozenset("ons hier onze mijn school iedereen allemaal us".split())
_NUMBER = (Tag.NUMBER, Tag.REACH)
_PLACES = (Tag.SCHOOL, Tag.PLACE, Tag.ELSEWHERE, Tag.UNKNOWN)


def read_lookup(
    text: str, contacts: ContactList, roles: Sequence[Role], today: date | None = None, before: str = ""
) -> Lookup | None:
    """The look-up in a message, or None when it asks something else; `before` is what the same person asked last."""
    tokens = words(text)
    if not 0 < len(tokens) <= _LONGEST:
        return None
    if document := _ASKS_DOCUMENT.search(" ".join(tokens)):
        return Lookup(Wanted.DOCUMENT, role=document[1])
    if asked := _ASKS_EVERYBODY.search(" ".join(tokens)):
        return _everybody(asked["place"] or "", text, contacts)
    tagged = tag(text, contacts, roles, today)
    if tagged is None:
        return None
    tagged = _with_schools(tagged, contacts)
    base = _base(tagged, contacts, text)
    found = _decided(tagged, base, len(tokens)) if _is_whole(tagged, text) else None
    return found or (_followed(tagged, base, read_lookup(before, contacts, roles, today)) if before else None)


def asks_for_a_sheet(text: str) -> bool:
    """Whether a message only asks for a document or for who is who, whatever was said before."""
    plain = " ".join(words(text))
    return bool(_ASKS_DOCUMENT.search(plain) or _ASKS_EVERYBODY.search(plain))


def _everybody(place: str, text: str, contacts: ContactList) -> Lookup | None:
    """Who is who, of one school or of everybody; None when more is asked than that."""
    named = [word for word in place.split() if word not in _HERE]
    if not named:
        return Lookup(Wanted.EVERYBODY)
    if len(named) > _NAME or set(named) & ORDINARY:
        return None
    found = contacts.find_schools(" ".join(named)) or _in_town(" ".join(named), contacts)
    if not found:
        return Lookup(Wanted.EVERYBODY, unknown=as_typed(" ".join(named), text))
    return Lookup(Wanted.EVERYBODY, schools=found[:1]) if len(found) == 1 else Lookup(Wanted.EVERYBODY, maybe=found)


def _in_town(name: str, contacts: ContactList) -> tuple[School, ...]:
    return tuple(school for school in contacts.schools if " ".join(words(school.town)) == name)


def _with_schools(tagged: Tagged, contacts: ContactList) -> Tagged:
    """Unknown words that are half a school's name or a typo in it become that school."""
    if not tagged.has(*_NUMBER, Tag.WHO, Tag.ROLE, Tag.TITLE, Tag.HOST):
        return tagged
    return Tagged([_as_school(piece, contacts) if piece.tag is Tag.UNKNOWN else piece for piece in tagged.pieces])


def _as_school(piece: Piece, contacts: ContactList) -> Piece:
    if set(piece.value.split()) & ORDINARY or not contacts.find_schools(piece.value):
        return piece
    return Piece(Tag.SCHOOL, piece.value)


def _base(tagged: Tagged, contacts: ContactList, text: str) -> Lookup:
    """Everything a message names, before it is known what it asks."""
    municipality = tagged.value(Tag.PLACE)
    named = [schools_named(n, contacts) or contacts.find_schools(n) for n in tagged.values(Tag.SCHOOL)]
    if municipality:
        named = [tuple(s for s in found if s.town == municipality) or found for found in named]
    unknown = tagged.value(Tag.ELSEWHERE) or tagged.value(Tag.UNKNOWN) or tagged.value(Tag.OUTSIDER)
    role = "school" if tagged.has(Tag.TITLE) else tagged.value(Tag.ROLE)
    return Lookup(
        Wanted.WHO,
        role=role,
        title=tagged.value(Tag.TITLE),
        day=tagged.value(Tag.DAY),
        schools=tuple(dict.fromkeys(found[0] for found in named if len(found) == 1)),
        maybe=next((found for found in named if len(found) > 1), ()),
        municipality=municipality,
        unknown=as_typed(unknown, text),
        people=_people(tagged.values(Tag.PERSON), role, contacts),
    )


def _people(names: Sequence[str], role: str, contacts: ContactList) -> tuple[Contact, ...]:
    """Who carries these names: all of them together, else any; in the role that was named, if somebody is."""
    if not names:
        return ()
    own = [(contact, set(own_names(contact))) for contact in contacts.contacts]
    found = [c for c, has in own if set(names) <= has] or [c for c, has in own if set(names) & has]
    return tuple([c for c in found if c.role == role] or found)


def _is_whole(tagged: Tagged, text: str) -> bool:
    """Whether at most one name is left that no list knows, where a name can stand."""
    runs = [n for n, piece in enumerate(tagged.pieces) if piece.tag is Tag.UNKNOWN]
    if not runs:
        return True
    at, pieces = runs[0], tagged.pieces
    name = pieces[at].value
    if tagged.has(Tag.WHAT) and not tagged.has(*_NUMBER, Tag.ROLE, Tag.TITLE):
        return len(runs) == 1  # a word whose meaning is asked
    if len(runs) > 1 or set(name.split()) & ORDINARY or any(c.isdigit() for c in name):
        return False
    last = at == len(pieces) - 1
    if tagged.has(*_NUMBER):
        return last or pieces[at + 1].tag is Tag.NUMBER
    before = pieces[at - 1].value if at else ""
    return last and (tagged.has(Tag.WHO) or before == "in" or as_typed(name, text)[:1].isupper())


def _decided(tagged: Tagged, base: Lookup, length: int) -> Lookup | None:
    """What a message asks for, if it is a look-up at all."""
    if len({*tagged.values(Tag.ROLE), *(["school"] if base.title else [])}) > 1:
        return None  # two roles: a question about who does what
    if tagged.has(Tag.DEPUTY):
        return replace(base, wanted=Wanted.DEPUTY) if base.people or base.role else None
    if base.people:
        return replace(base, wanted=Wanted.NAME) if _is_about_person(tagged, length) else None
    if tagged.has(Tag.NATIONAL):
        lines = tagged.only(Tag.NATIONAL, *_NUMBER, Tag.WHAT, Tag.WHO)
        return replace(base, wanted=Wanted.NATIONAL, role=tagged.value(Tag.NATIONAL)) if lines else None
    if base.day:
        return replace(base, wanted=Wanted.DAY) if _is_about_day(tagged, base) else None
    if base.role:
        return _about_role(tagged, base, length)
    return _without_role(tagged, base)


def _is_about_person(tagged: Tagged, length: int) -> bool:
    asked = (*_NUMBER, Tag.WHO, Tag.DAY, Tag.PRESENT, Tag.WHAT)
    return tagged.has(*asked) or (length <= 3 and tagged.only(Tag.PERSON, Tag.ROLE, Tag.SCHOOL))


def _is_about_day(tagged: Tagged, base: Lookup) -> bool:
    if not tagged.has(Tag.PRESENT, Tag.WHO, *_NUMBER) and "er" not in tagged.values(Tag.FILLER):
        return False
    opens = tagged.pieces[0].value.split()[0]
    return bool(base.role or base.schools) or opens in ("wie", "welke", "is", "zijn", "who")


def _about_role(tagged: Tagged, base: Lookup, length: int) -> Lookup | None:
    place = tagged.has(*_PLACES)
    days = tagged.values(Tag.PRESENT)
    bare = length <= 2 and tagged.only(Tag.ROLE, Tag.TITLE) and not tagged.has(Tag.FILLER)
    asked = tagged.has(Tag.WHO, *_NUMBER) or (tagged.has(Tag.HOST) and place)
    if asked or bare or (place and length <= _SHORT) or (days and ("dagen" in days[0] or "wanneer" in days[0])):
        return base
    if tagged.only(Tag.WHAT, Tag.ROLE, Tag.TITLE, Tag.PRESENT) and tagged.has(Tag.WHAT):
        return replace(base, wanted=Wanted.WHAT)
    return None


def _without_role(tagged: Tagged, base: Lookup) -> Lookup | None:
    if tagged.has(Tag.SCHOOL):
        asked = tagged.has(*_NUMBER, Tag.WHO, Tag.HOST)
        return replace(base, wanted=Wanted.SCHOOL) if asked else None
    if tagged.has(Tag.WHAT) and tagged.only(Tag.WHAT, Tag.UNKNOWN) and is_explained(tagged.value(Tag.UNKNOWN)):
        return replace(base, wanted=Wanted.MEANING, unknown=tagged.value(Tag.UNKNOWN))
    return replace(base, wanted=Wanted.MISSING) if base.unknown and _asks_for_missing(tagged) else None


def _asks_for_missing(tagged: Tagged) -> bool:
    """Whether nothing is asked but the number of somebody that no list knows, or who an outsider is."""
    if not set(tagged.values(Tag.FILLER)) <= NAMING:
        return False
    if tagged.has(Tag.OUTSIDER):
        return tagged.has(*_NUMBER, Tag.WHO) and tagged.only(*_NUMBER, Tag.WHO, Tag.WHAT, Tag.OUTSIDER)
    return tagged.has(Tag.NUMBER) and tagged.only(Tag.NUMBER, Tag.WHAT, Tag.UNKNOWN)


_FOLLOWS = (Tag.ROLE, Tag.TITLE, Tag.SCHOOL, Tag.PLACE, Tag.ELSEWHERE, Tag.DAY, Tag.PERSON)
_CONTINUES = frozenset(
    {Wanted.WHO, Wanted.DAY, Wanted.NAME, Wanted.SCHOOL, Wanted.DEPUTY, Wanted.MISSING, Wanted.EVERYBODY}
)


def _followed(tagged: Tagged, base: Lookup, last: Lookup | None) -> Lookup | None:
    """A look-up that goes on from the last one: "en de klantmanager?", "en op vrijdag?"."""
    if last is None or last.wanted not in _CONTINUES:
        return None
    if not tagged.has(*_FOLLOWS) or not tagged.only(*_FOLLOWS, Tag.HOST):
        return None
    if base.people:
        return replace(base, wanted=Wanted.NAME)
    if last.wanted is Wanted.EVERYBODY and not (base.role or base.day):
        return replace(base, wanted=Wanted.EVERYBODY)
    role, day = base.role or last.role, base.day or last.day
    place = base if tagged.has(*_PLACES) else last
    wanted = Wanted.DAY if day else Wanted.WHO if role else Wanted.SCHOOL
    title = base.title if base.role else last.title
    joined = replace(place, wanted=wanted, role=role, title=title, day=day, people=())
    return joined if role or day or joined.schools else None
