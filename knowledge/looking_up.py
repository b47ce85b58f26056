"""Answering a look-up from the contact list and the roles; what the list does not have is said to be not in it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from knowledge import national
from knowledge.contacts import Contact, ContactList
from knowledge.content import own_documents
from knowledge.danger import Danger, Level
from knowledge.library import Library
from knowledge.lookup import ALL, Lookup, Wanted
from knowledge.meanings import meaning_of
from knowledge.text import fold, words
from prompts import render

if TYPE_CHECKING:
    from knowledge.answering import Answer

_CALLED = frozenset(
    "cjg klantmanager school swv leerplicht veilig-thuis beleidsambtenaar voorschoolse-voorziening smw "
    "onderwijsconsulent wijkteam mbo-team vo-team".split()
)
_LINES = {
    "112": national.EMERGENCY,
    "113": national.SUICIDE_PREVENTION,
    "veilig-thuis": national.VEILIG_THUIS,
    "kindertelefoon": national.KINDERTELEFOON,
}


def look_up(library: Library, lookup: Lookup, found: "Answer") -> "Answer":
    """The answer to a look-up; its notes are the sentences to show, its people are who was found."""
    lookup = _settled(lookup, found.place.school)
    answered = _HANDLERS[lookup.wanted](library, lookup, found)
    topic = "schools" if answered.schools else "placemat" if lookup.role == "placemat" else _TOPICS.get(lookup.wanted)
    # A look-up holds names and ways of asking, nothing that could tell of danger; a line for help keeps what was found.
    asked = answered.asked if lookup.role in _LINES else replace(answered.asked, danger=Danger(Level.NONE))
    return replace(answered, topic=topic or "lookup", asked=asked, confidence=1.0)


_TOPICS = {Wanted.DOCUMENT: "flowchart", Wanted.EVERYBODY: "everybody"}


def _settled(lookup: Lookup, own: str) -> Lookup:
    """A name that can mean several schools means the asker's own, when that is one of them."""
    mine = tuple(school for school in lookup.maybe if school.name == own)
    return replace(lookup, schools=(*lookup.schools, *mine), maybe=()) if mine else lookup


def _who(library: Library, lookup: Lookup, found: "Answer") -> "Answer":
    found = _cite(library, found, lookup.role)
    if lookup.role in _LINES:
        return _national(library, lookup, found)
    if lookup.maybe and library.contacts.needs_school(lookup.role):
        return _which_school(lookup, found)
    if lookup.unknown:
        return replace(found, notes=_absent(library, lookup, lookup.unknown))
    schools, municipality = _where(library.contacts, lookup, found)
    people = _in_role(library.contacts, lookup.role, schools, municipality)
    if not people:
        return replace(found, notes=_absent(library, lookup, " en ".join(schools) or municipality))
    titled = [c for c in people if lookup.title in fold(c.name)] if lookup.title else people
    if not titled:
        return replace(found, people=people, notes=(_no_such_title(lookup, " en ".join(schools)),))
    return _complete(library.contacts, lookup, replace(found, people=titled), schools, municipality)


def _where(contacts: ContactList, lookup: Lookup, found: "Answer") -> tuple[list[str], str]:
    """The schools and the home municipality that count: what was named before what is known of the asker."""
    schools = [s.name for s in lookup.schools]
    if lookup.municipality and not schools and contacts.needs_school(lookup.role):
        return [s.name for s in contacts.schools if s.town == lookup.municipality] or [lookup.municipality], ""
    home = lookup.municipality or ("" if schools else found.place.municipality)
    if not schools and not lookup.municipality and found.place.school:
        schools = [found.place.school]
    if home or not contacts.needs_municipality(lookup.role):
        return schools, home
    return schools, contacts.town_of(schools[0]) if schools else ""


def _in_role(contacts: ContactList, role: str, schools: Sequence[str], municipality: str) -> list[Contact]:
    people = [c for school in schools or [""] for c in contacts.for_role(role, school, municipality)]
    return list(dict.fromkeys(people))


def _complete(
    contacts: ContactList, lookup: Lookup, found: "Answer", schools: Sequence[str], municipality: str
) -> "Answer":
    """Ask for the place that the answer depends on, or say which place was taken for it."""
    if contacts.needs_school(lookup.role) and not schools:
        return replace(found, notes=(render("lookup.ask_school"),), asks_for="school")
    if contacts.needs_municipality(lookup.role) and not municipality and len(found.people) > 1:
        return replace(found, notes=(render("lookup.ask_municipality"),), asks_for="municipality")
    if municipality not in ("", lookup.municipality, found.place.municipality):
        return replace(found, notes=(render("lookup.by_town", town=municipality),))
    return found


def _which_school(lookup: Lookup, found: "Answer") -> "Answer":
    note = render("lookup.which_school")
    return replace(found, notes=(note,), schools=lookup.maybe, asks_for="school", people=())


def _what(library: Library, lookup: Lookup, found: "Answer") -> "Answer":
    role = library.roles[lookup.role]
    if lookup.role in _LINES:
        return _national(library, lookup, _cite(library, found, lookup.role))
    return replace(_cite(library, found, lookup.role), notes=(role.does, role.reach))


def _day(library: Library, lookup: Lookup, found: "Answer") -> "Answer":
    """Who is there on a day; when nobody of those meant is, then when they are."""
    if lookup.maybe:
        return _which_school(lookup, found)
    if lookup.unknown:
        return replace(found, notes=_absent(library, lookup, lookup.unknown))
    meant = _meant(library.contacts, lookup, found)
    there = [c for c in meant if lookup.day in map(fold, c.days)]
    if there:
        return replace(found, people=there, notes=(render("lookup.on_day", day=lookup.day),))
    asked = bool(lookup.role or lookup.schools or lookup.municipality)
    note = "lookup.nobody_on_day_but" if asked and meant else "lookup.nobody_on_day"
    return replace(found, people=meant if asked else (), notes=(render(note, day=lookup.day),))


def _meant(contacts: ContactList, lookup: Lookup, found: "Answer") -> list[Contact]:
    if lookup.role:
        schools, municipality = _where(contacts, lookup, found)
        people = _in_role(contacts, lookup.role, schools, municipality)
        return [c for c in people if lookup.title in fold(c.name)] or people
    schools = [s.name for s in lookup.schools] or ([found.place.school] if found.place.school else [])
    town = lookup.municipality or (contacts.town_of(schools[0]) if schools else "")
    return [c for c in contacts.contacts if _serves(c, schools, town)]


def _serves(contact: Contact, schools: Sequence[str], town: str) -> bool:
    if contact.schools:
        return not schools or bool(set(contact.schools) & set(schools))
    return not town or not contact.municipalities or town in contact.municipalities


def _name(library: Library, lookup: Lookup, found: "Answer") -> "Answer":
    found = replace(_cite(library, found, lookup.people[0].role), people=lookup.people)
    if not lookup.day:
        return found
    return replace(found, notes=[_presence(person, lookup.day) for person in lookup.people])


def _presence(person: Contact, day: str) -> str:
    if not person.days:
        return render("lookup.days_unknown", name=person.name)
    if day in map(fold, person.days):
        return render("lookup.is_there", name=person.name, day=day)
    return render("lookup.is_not_there", name=person.name, day=day, days=", ".join(person.days))


def _deputy(library: Library, lookup: Lookup, found: "Answer") -> "Answer":
    if lookup.maybe:
        return _which_school(lookup, found)
    people: Sequence[Contact] = lookup.people or _meant(library.contacts, lookup, found)
    people = [c for c in people if lookup.title in fold(c.name)] or people
    if not people or lookup.unknown:
        return replace(found, notes=_absent(library, lookup, lookup.unknown))
    found = _cite(library, found, people[0].role)
    notes = [_replaced(person) for person in people]
    names = {fold(person.deputy) for person in people if person.deputy}
    deputies = [c for c in library.contacts.contacts if fold(c.name) in names]
    return replace(found, people=deputies, notes=["\n".join(notes)])


def _replaced(person: Contact) -> str:
    if not person.deputy:
        return render("lookup.no_deputy", name=person.name)
    return render("lookup.replaced_by", name=person.name, deputy=person.deputy)


def _school(library: Library, lookup: Lookup, found: "Answer") -> "Answer":
    if lookup.maybe:
        return _which_school(lookup, found)
    names = {school.name for school in lookup.schools}
    people = [c for c in library.contacts.contacts if names & set(c.schools)]
    return replace(_cite(library, found, "school"), people=people)


def _everybody(library: Library, lookup: Lookup, found: "Answer") -> "Answer":
    """Who is who (UP-R-algemeen-2): around one school, or everybody when the list is short."""
    cited = [library.provisions[id] for id in ("UP-R-algemeen-2",) if id in library.provisions]
    found = replace(found, provisions=cited, people=(), first_contact="none")
    if lookup.maybe:
        return _which_school(lookup, found)
    if lookup.unknown:
        return replace(found, notes=_nobody(lookup.unknown))
    school = lookup.schools[0].name if lookup.schools else found.place.school
    order = {role: place for place, role in enumerate(library.roles)}
    people = sorted(library.contacts.around(school), key=lambda contact: order.get(contact.role, len(order)))
    if not school and len(people) > ALL:
        return replace(found, notes=(render("lookup.everybody_of"),), asks_for="school")
    note = render("lookup.everybody_at", school=school) if school else render("lookup.everybody")
    return replace(found, people=people, place=replace(found.place, school=school), notes=(note,))


def _national(library: Library, lookup: Lookup, found: "Answer") -> "Answer":
    """A national line: the number is a constant, whatever the content says."""
    line = lookup.role
    long = {"long": national.SUICIDE_PREVENTION_LONG} if line == "113" else {}
    note = render(f"lookup.line_{line.replace('-', '_')}", number=_LINES[line], **long)
    cited = found.provisions or [library.provisions[i] for i in ("UP-R-toeleiding-2",) if i in library.provisions]
    return replace(found, notes=(note,), provisions=cited, first_contact="none" if line == "kindertelefoon" else line)


def _meaning(library: Library, lookup: Lookup, found: "Answer") -> "Answer":
    meaning = meaning_of(lookup.unknown)
    cited = [library.provisions[id] for id in meaning.provisions if id in library.provisions]
    return replace(found, notes=(meaning.means,), provisions=cited)


def _missing(_: Library, lookup: Lookup, found: "Answer") -> "Answer":
    return replace(found, notes=_nobody(lookup.unknown))


def _nobody(name: str) -> tuple[str, str]:
    return render("lookup.nobody", name=name), render("lookup.tell_keeper")


def _document(library: Library, lookup: Lookup, found: "Answer") -> "Answer":
    cited = [library.provisions[id] for id in ("UP-P-toeleiding-1", "UP-A-toeleiding-1") if id in library.provisions]
    document = "placemat" if lookup.role == "placemat" else "stroomschema"
    own = any(file.stem.lower().startswith(document) for file in own_documents(library.sources))
    note = render(f"lookup.{document}_own" if own else f"lookup.{document}")
    return replace(found, provisions=cited, notes=(note,), route=library.flowchart.whole_route(found.side))


def _cite(library: Library, found: "Answer", role: str) -> "Answer":
    """Cite the provisions about a role, so that what is cited is what is said."""
    ids: Iterable[str] = library.roles[role].provisions if role in library.roles else ()
    cited = [library.provisions[id] for id in ids if id in library.provisions]
    return replace(found, provisions=cited, first_contact=role if role in _CALLED else "none")


def _absent(library: Library, lookup: Lookup, place: str) -> tuple[str, ...]:
    """The list has nobody: say so, and what one can do."""
    role = library.roles.get(lookup.role)
    name = _TITLE_NAMES.get(lookup.title) or (role.name if role else "")
    if not name:
        return _nobody(place)
    missing = (
        render("lookup.not_in_list_place", role=name, place=place) if place else render("lookup.not_in_list", role=name)
    )
    # How a role is reached helps here, unless it says to look in the list that has nobody.
    reach = role.reach if role and "contactlijst" not in words(role.reach) else render("lookup.tell_keeper")
    return missing, reach


_TITLE_NAMES = {"iber": "IB'er", "directeur": "directeur", "zorgcoordinator": "zorgcoördinator", "zorgteam": "zorgteam"}


def _no_such_title(lookup: Lookup, place: str) -> str:
    missing = render("lookup.not_in_list_place", role=_TITLE_NAMES[lookup.title], place=place)
    return f"{missing} {render('lookup.instead')}"


_HANDLERS: Mapping[Wanted, Callable[[Library, Lookup, "Answer"], "Answer"]] = {
    Wanted.WHO: _who,
    Wanted.WHAT: _what,
    Wanted.DAY: _day,
    Wanted.NAME: _name,
    Wanted.DEPUTY: _deputy,
    Wanted.SCHOOL: _school,
    Wanted.NATIONAL: _national,
    Wanted.MEANING: _meaning,
    Wanted.MISSING: _missing,
    Wanted.DOCUMENT: _document,
    Wanted.EVERYBODY: _everybody,
}
