"""The contact list: who, in which role, for which schools or municipalities, and the questions one asks of it.

One table: a row with role `school` is a school's own contact person and brings the school itself into the list.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property

from knowledge.text import fold, words

STALE_AFTER_DAYS = 182  # six months, the rhythm of the reminder to confirm the list


@dataclass(frozen=True)
class Contact:
    """A person (or desk) one can call. Lists are tuples; `confirmed` is None when never confirmed."""

    role: str
    name: str
    phone: str = ""
    email: str = ""
    schools: tuple[str, ...] = ()
    nicknames: tuple[str, ...] = ()
    sector: str = ""
    town: str = ""
    municipalities: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    purpose: str = ""
    deputy: str = ""
    confirmed: date | None = None

    def is_stale(self, today: date) -> bool:
        """Whether the entry was not confirmed in the last six months."""
        return self.confirmed is None or (today - self.confirmed).days > STALE_AFTER_DAYS


@dataclass(frozen=True)
class School:
    """A school as the list knows it."""

    name: str
    nicknames: tuple[str, ...]
    sector: str
    town: str


EXPECTED_ROLES = frozenset({"school", "cjg", "klantmanager", "swv", "leerplicht", "beleidsambtenaar"})
"""The roles that the agreements send people to; a list without one of them is not wrong, but worth saying."""

DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_NO_DIGITS = re.compile(r"[^0-9+]")


def digits(phone: str) -> str:
    """A number without spaces and dashes, +31 as 0."""
    bare = _NO_DIGITS.sub("", phone)
    return "0" + bare[3:] if bare.startswith("+31") else bare


@dataclass(frozen=True)
class ContactList:
    """The contacts with the questions one asks of them."""

    contacts: tuple[Contact, ...]

    @cached_property
    def schools(self) -> tuple[School, ...]:
        """The schools, in the order of the list."""
        seen: dict[str, School] = {}
        for contact in self.contacts:
            for name in contact.schools if contact.role == "school" else ():
                seen.setdefault(fold(name), School(name, contact.nicknames, contact.sector, contact.town))
        return tuple(seen.values())

    @cached_property
    def _called(self) -> Mapping[School, Sequence[str]]:
        """What each school is called, bare."""
        return {school: [_bare(n) for n in (school.name, *school.nicknames)] for school in self.schools}

    @cached_property
    def municipalities(self) -> tuple[str, ...]:
        """The home municipalities that somebody in the list serves."""
        return tuple(dict.fromkeys(m for contact in self.contacts for m in contact.municipalities))

    def town_of(self, school: str) -> str:
        """The town of a school; without one, the town where most schools of the list stand."""
        towns = [s.town for s in self.schools if not school or fold(s.name) == fold(school)]
        return max(towns, key=towns.count) if towns else ""

    def for_role(self, role: str, school: str = "", municipality: str = "") -> tuple[Contact, ...]:
        """Who has the role for this school or home municipality; people for everyone when no place is given."""
        people = [c for c in self.contacts if c.role == role]
        if school and any(c.schools for c in people):
            people = [c for c in people if not c.schools or fold(school) in map(fold, c.schools)]
        if municipality and any(c.municipalities for c in people):
            people = [c for c in people if not c.municipalities or fold(municipality) in map(fold, c.municipalities)]
        return tuple(people)

    def around(self, school: str = "") -> tuple[Contact, ...]:
        """Whom a school has to do with: its own people, those for its town and those for everybody; else all."""
        if not school:
            return self.contacts
        town = fold(self.town_of(school))
        return tuple(c for c in self.contacts if _serves(c, fold(school), town))

    def needs_school(self, role: str) -> bool:
        """Whether it depends on the school who has the role."""
        return any(c.role == role and c.schools for c in self.contacts)

    def needs_municipality(self, role: str) -> bool:
        """Whether it depends on the home municipality who has the role."""
        return any(c.role == role and c.municipalities for c in self.contacts)

    def find_schools(self, text: str) -> tuple[School, ...]:
        """The schools that a text (half a name, a nickname, a typo) may mean; the best ones only."""
        wanted = _bare(text)
        if not wanted:
            return ()
        names = self._called
        exact = tuple(s for s, known in names.items() if wanted in known)
        partial = tuple(s for s, known in names.items() if any(set(wanted.split()) <= set(n.split()) for n in known))
        return exact or partial or _fuzzy(wanted, names)

    def mentioned_schools(self, question: str) -> tuple[School, ...]:
        """The schools whose name or nickname stands in a question, as words in a row."""
        asked = f" {' '.join(words(question))} "
        return tuple(
            school for school, names in self._called.items() if any(len(n) > 2 and f" {n} " in asked for n in names)
        )

    def mentioned_municipality(self, question: str) -> str:
        """The home municipality of the list that stands in a question, or nothing."""
        asked = set(words(question))
        return next((m for m in self.municipalities if set(words(m)) <= asked), "")

    def numbers(self) -> frozenset[str]:
        """Every number in the list, as digits."""
        return frozenset(digits(c.phone) for c in self.contacts if c.phone)


def _serves(contact: Contact, school: str, town: str) -> bool:
    if contact.schools:
        return school in map(fold, contact.schools)
    return not contact.municipalities or town in map(fold, contact.municipalities)


_SCHOOL_WORDS = frozenset(
    "basisschool bs obs rkbs pcbs school de het een t college lyceum kindcentrum ikc van op onze mijn".split()
)


def _bare(name: str) -> str:
    tokens = words(name)
    return " ".join(t for t in tokens if t not in _SCHOOL_WORDS) or " ".join(tokens)


def _fuzzy(wanted: str, names: Mapping[School, Sequence[str]]) -> tuple[School, ...]:
    from rapidfuzz.fuzz import partial_ratio, ratio  # only when nothing matched letter by letter

    def closeness(known: Sequence[str]) -> float:
        return max(max(ratio(wanted, n), partial_ratio(wanted, n) - 8 if len(wanted) > 4 else 0.0) for n in known)

    scored = sorted(((closeness(known), school) for school, known in names.items()), key=lambda pair: -pair[0])
    best = scored[0][0] if scored else 0.0
    return tuple(school for score, school in scored if score >= 76 and score >= best - 6)


@dataclass(frozen=True)
class Change:
    """What an import does with one person: `kind` is new, changed or gone; `fields` are name, before and after."""

    kind: str
    contact: Contact
    fields: tuple[tuple[str, str, str], ...] = ()


def changes(old: Sequence[Contact], new: Sequence[Contact]) -> list[Change]:
    """What an import would change, in the order of the new list, who is gone last."""
    pairs = _pairs(old, new)
    found = [Change("new", contact) if before is None else _changed(before, contact) for contact, before in pairs]
    kept = [id(before) for _, before in pairs]
    gone = [Change("gone", contact) for contact in old if id(contact) not in kept]
    return [change for change in found if change.kind == "new" or change.fields] + gone


def _pairs(old: Sequence[Contact], new: Sequence[Contact]) -> list[tuple[Contact, Contact | None]]:
    """Everybody in the new list with who they were: by role, name and all places, else by fewer of these."""
    found: dict[int, Contact] = {}
    left = list(old)
    for likeness in (_row, lambda c: _row(c)[:3], lambda c: _row(c)[:2]):
        alike: dict[tuple[object, ...], list[Contact]] = {}
        for contact in left:
            alike.setdefault(likeness(contact), []).append(contact)
        for at, contact in enumerate(new):
            same = alike.get(likeness(contact), [])
            if at not in found and len(same) == 1:
                found[at] = same.pop()
        left = [contact for same in alike.values() for contact in same]
    return [(contact, found.get(at)) for at, contact in enumerate(new)]


def _row(contact: Contact) -> tuple[object, ...]:
    return contact.role, fold(contact.name), contact.schools, contact.municipalities


def _changed(before: Contact, after: Contact) -> Change:
    names = [field.name for field in fields(after)]
    values = [(name, _as_text(getattr(before, name)), _as_text(getattr(after, name))) for name in names]
    return Change("changed", after, tuple(value for value in values if value[1] != value[2]))


def _as_text(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value or "")
