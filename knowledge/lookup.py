"""Look-ups: "nummer cjg regenboog", "wie is onze klantmanager", "wat doet een generalist", "wie zit er op vrijdag".

Recognised by form, so that an ordinary question that happens to name a role stays an ordinary question.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from knowledge.contacts import DAYS, Contact, ContactList, School
from knowledge.roles import Role
from knowledge.text import fold, words


class Wanted(StrEnum):
    """What a look-up asks for."""

    WHO = "who"
    WHAT = "what"
    DAY = "day"
    NAME = "name"
    SCHOOL = "school"
    DOCUMENT = "document"


@dataclass(frozen=True)
class Lookup:
    """A look-up as it was read; fields that were not named are empty."""

    wanted: Wanted
    role: str = ""
    day: str = ""
    schools: Sequence[School] = ()
    municipality: str = ""
    unknown_place: str = ""
    people: Sequence[Contact] = ()


_NUMBER = (
    r"(?:telefoonnummer|tel(?:efoon)?nr|telnummer|nummer|nr|tel|telefoon|06|mail(?:adres)?|e ?mail(?:adres)?"
    r"|contactgegevens|gegevens|adres|bereikbaar|phone number|number|email)"
)
_ASKS_WHO = re.compile(
    r"^(?:(?:wat is|wat s|geef|heb je|mag ik|zoek|stuur|weet je|hebben jullie|ik zoek|ik wil|what is)\b.{0,20}\b)?"
    rf"(?:het |de |een |t |the )?{_NUMBER}\b"
    rf"|\b{_NUMBER} (?:van|v|voor|cjg|of)\b"
    r"|^(?:wie is|wie s|wie zijn|hoe heet|wie hebben wij als|wie hebben we als|wie is dat|who is)\b"
    r"|^(?:wie zit|wie werkt|wie is er|wie is aanwezig)\b"
    r"|^(?:hoe bereik|waar bereik|hoe kan ik)\b.{0,30}\b(?:bereiken|bellen|mailen|ik)\b"
    r"|\b(?:bereikbaar|te bereiken)\b"
)
_ASKS_WHAT = re.compile(
    r"^(?:en )?(?:wat (?:doet|doen|is|zijn|betekent|houdt|kan)|waar is|wat voor (?:iemand|werk)|what does|what is)\b"
    r"(?! (?:de|het) (?:route|afspraak|verschil|bedoeling|idee))"
)
_ASKS_DAY = re.compile(r"\b(?:zit|werkt|aanwezig|bereikbaar|is er|dagen|dag|wanneer)\b")
_ASKS_DOCUMENT = re.compile(
    r"\b(?:toon|stuur|geef|laat|open|download|zie|show|heb je|heeft u)\b.{0,25}"
    r"\b(stroomschema|placemat|schema|flowchart)\b"
    r"|^(?:het |de )?(stroomschema|placemat|schema)$"
)
_UNKNOWN_PLACE = re.compile(r"\b(?:gemeente|woont in|uit|in|van|voor) ([A-Z][\w'-]+(?: [A-Z][\w'-]+)?)")
_FILLER = frozenset(
    "en wat doet doen is zijn een de het t nou eigenlijk precies betekent houdt in voor iemand werk kan waar er van "
    "jullie jeugd ook alweer zo n dat dan what does do a an the".split()
)
_SHORT = 12  # words: what is longer tells a story and is no look-up


def read_lookup(text: str, contacts: ContactList, roles: Sequence[Role]) -> Lookup | None:
    """The look-up in a message, or None when it asks something else."""
    tokens = words(text)
    if not tokens or len(tokens) > _SHORT:
        return None
    plain = " ".join(tokens)
    if document := _ASKS_DOCUMENT.search(plain):
        return Lookup(Wanted.DOCUMENT, role=next(g for g in document.groups() if g))
    role, named = _role(plain, roles), contacts.mentioned_schools(text)
    place = contacts.mentioned_municipality(text)
    day = next((d for d in DAYS if d in tokens or d[:2] + "dag" in tokens), "")
    people = _named(tokens, contacts)
    if people and (_ASKS_WHO.search(plain) or _ASKS_DAY.search(plain) or len(tokens) <= 3):
        return Lookup(Wanted.NAME, people=people)
    if day and _ASKS_DAY.search(plain) and (role or named or plain.startswith(("wie", "is er", "welke"))):
        return Lookup(Wanted.DAY, role, day, named, place)
    asks_who = bool(_ASKS_WHO.search(plain)) or (bool(named) and bool(role) and len(tokens) <= 5)
    if role and asks_who:
        return Lookup(
            Wanted.WHO, role, day, named or _half_named(text, role, contacts, roles), place, _unknown(text, contacts)
        )
    if role and _ASKS_WHAT.search(plain) and _is_about_role(plain, role, roles):
        return Lookup(Wanted.WHAT, role)
    if named and asks_who:
        return Lookup(Wanted.SCHOOL, schools=named)
    return None


def _role(plain: str, roles: Sequence[Role]) -> str:
    found = [
        (len(name), role.id)
        for role in roles
        for name in map(fold, role.words)
        if name != "school" and re.search(rf"\b{re.escape(' '.join(words(name)))}\b", plain)
    ]
    return max(found)[1] if found else ""


def _is_about_role(plain: str, role: str, roles: Sequence[Role]) -> bool:
    """Whether nothing but the role is asked about: "wat doet het cjg", not "wat doet het cjg bij een wachtlijst"."""
    names = next(r.words for r in roles if r.id == role)
    rest = plain
    for name in sorted(names, key=len, reverse=True):
        rest = re.sub(rf"\b{re.escape(' '.join(words(name)))}\b", " ", rest)
    return not set(rest.split()) - _FILLER


def _named(tokens: Sequence[str], contacts: ContactList) -> tuple[Contact, ...]:
    """The people of the list whose first or last name is typed; a first name shared by two gives both."""
    asked = set(tokens)
    found = []
    for contact in contacts.contacts:
        own = [t for t in words(re.sub(r"\(.*?\)", "", contact.name)) if len(t) > 2]
        if own and own[0] in asked and (len(own) == 1 or len(asked & set(own)) > 1 or _is_first_name(own[0], contacts)):
            found.append(contact)
    return tuple(found)


def _is_first_name(name: str, contacts: ContactList) -> bool:
    ordinary = {"team", "mkd", "loket", "balie", "gemeente", "cjg", "school", "jeugd", "zorgteam"}
    return name not in ordinary and not any(name in words(s.name) for s in contacts.schools)


def _half_named(text: str, role: str, contacts: ContactList, roles: Sequence[Role]) -> tuple[School, ...]:
    """The schools meant by what follows "van", "bij" or the role, with typos."""
    plain = " ".join(words(text))
    names = "|".join(re.escape(" ".join(words(n))) for r in roles if r.id == role for n in r.words)
    match = re.search(
        rf"\b(?:van|voor|bij|op|{names}) (?:de |het |bs |obs |basisschool |school )*([a-z0-9 ]{{4,}})$", plain
    )
    if not match or match[1].split()[0] in {"onze", "mijn", "ons", "school", "jeugd", "deze"}:
        return ()
    return contacts.find_schools(match[1])


def _unknown(text: str, contacts: ContactList) -> str:
    """A place named with a capital that is neither a school nor a municipality of the list."""
    match = _UNKNOWN_PLACE.search(text)
    if not match or contacts.find_schools(match[1]) or contacts.mentioned_municipality(match[1]):
        return ""
    return match[1]
