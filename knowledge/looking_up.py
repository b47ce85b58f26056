"""Answering a look-up from the contact list and the roles; what the list does not have is said to be not in it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from knowledge.contacts import Contact
from knowledge.library import Library
from knowledge.lookup import Lookup, Wanted
from knowledge.text import fold
from prompts import render

if TYPE_CHECKING:
    from knowledge.answering import Answer


def look_up(library: Library, lookup: Lookup, found: "Answer") -> "Answer":
    """The answer to a look-up; its notes are the sentences to show, its people are who was found."""
    handlers = {
        Wanted.WHO: _who,
        Wanted.WHAT: _what,
        Wanted.DAY: _day,
        Wanted.NAME: _name,
        Wanted.SCHOOL: _school,
        Wanted.DOCUMENT: _document,
    }
    answered = handlers[lookup.wanted](library, lookup, found)
    topic = "schools" if answered.schools else "document" if lookup.wanted is Wanted.DOCUMENT else "lookup"
    return replace(answered, topic=topic, confidence=1.0)


def _who(library: Library, lookup: Lookup, found: "Answer") -> "Answer":
    role = library.roles[lookup.role]
    found = _cite(library, found, lookup.role)
    if lookup.role == "veilig-thuis":
        return replace(found, notes=(role.does,))
    if len(lookup.schools) > 1:
        return replace(found, notes=(render("lookup.which_school"),), schools=lookup.schools, asks_for="school")
    school = lookup.schools[0].name if lookup.schools else "" if lookup.municipality else found.place.school
    place = school or lookup.municipality or lookup.unknown_place
    if lookup.unknown_place:
        return replace(found, notes=(_absent(role.name, place), role.reach))
    people = library.contacts.for_role(lookup.role, school, lookup.municipality)
    if lookup.day:
        people = tuple(c for c in people if lookup.day in map(fold, c.days))
    if not people:
        return replace(found, notes=(_absent(role.name, place), role.reach))
    needs_place = library.contacts.needs_school(lookup.role) and not school
    needs_place |= library.contacts.needs_municipality(lookup.role) and not (lookup.municipality or school)
    return replace(found, people=people, notes=(), asks_for="place" if needs_place and len(people) > 1 else "")


def _what(library: Library, lookup: Lookup, found: "Answer") -> "Answer":
    role = library.roles[lookup.role]
    return replace(_cite(library, found, lookup.role), notes=(role.does, role.reach))


def _day(library: Library, lookup: Lookup, found: "Answer") -> "Answer":
    people: Sequence[Contact] = [
        c
        for c in library.contacts.contacts
        if lookup.day in map(fold, c.days)
        and (not lookup.role or c.role == lookup.role)
        and (not lookup.schools or {s.name for s in lookup.schools} & set(c.schools))
        and (not lookup.municipality or lookup.municipality in c.municipalities)
    ]
    note = render("lookup.on_day", day=lookup.day) if people else render("lookup.nobody_on_day", day=lookup.day)
    return replace(found, people=people, notes=(note,))


def _name(library: Library, lookup: Lookup, found: "Answer") -> "Answer":
    return replace(_cite(library, found, lookup.people[0].role), people=lookup.people)


def _school(library: Library, lookup: Lookup, found: "Answer") -> "Answer":
    people = [c for school in lookup.schools for c in library.contacts.contacts if school.name in c.schools]
    return replace(_cite(library, found, "school"), people=people)


def _document(library: Library, lookup: Lookup, found: "Answer") -> "Answer":
    cited = [library.provisions[id] for id in ("UP-P-toeleiding-1", "UP-A-toeleiding-1") if id in library.provisions]
    document = "placemat" if lookup.role == "placemat" else "stroomschema"
    return replace(
        found, provisions=cited, notes=(render(f"lookup.{document}"),), route=library.flowchart.whole_route(found.side)
    )


def _cite(library: Library, found: "Answer", role: str) -> "Answer":
    """Lead with the provisions about a role, so that what is cited and ranked is what is said."""
    ids = library.roles[role].provisions if role in library.roles else []
    known = {"cjg", "klantmanager", "school", "swv", "leerplicht", "veilig-thuis", "beleidsambtenaar"}
    return replace(
        found,
        provisions=[library.provisions[id] for id in ids if id in library.provisions],
        first_contact=role
        if role in known or role in {"voorschoolse-voorziening", "smw", "onderwijsconsulent"}
        else "none",
    )


def _absent(role: str, place: str) -> str:
    if place:
        return render("lookup.not_in_list_place", role=role, place=place)
    return render("lookup.not_in_list", role=role)
