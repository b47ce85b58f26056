"""Whom to call: from a role, a school and a home municipality to people with numbers, straight from the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knowledge import national
from knowledge.contacts import Contact, ContactList
from knowledge.roles import Role
from prompts import render

NATIONAL_ROLES = {"112": national.EMERGENCY, "113": national.SUICIDE_PREVENTION, "veilig-thuis": national.VEILIG_THUIS}
_MOST = 3  # people shown; the rest is behind "meer"


@dataclass(frozen=True)
class Place:
    """What is known of where a question plays: school, home municipality; empty when not known."""

    school: str = ""
    municipality: str = ""


NOWHERE = Place()


def people_for(contacts: ContactList, role: str, place: Place) -> tuple[Contact, ...]:
    """Who has the role for this place; nobody when it depends on something that is not known."""
    if contacts.needs_school(role) and not place.school:
        return ()
    if contacts.needs_municipality(role) and not place.municipality and len(contacts.municipalities) > 1:
        return ()
    return contacts.for_role(role, place.school, place.municipality)


def missing(contacts: ContactList, role: str, place: Place) -> str:
    """What must be asked before a name can be given: "school", "municipality" or nothing."""
    if contacts.needs_school(role) and not place.school:
        return "school"
    if contacts.needs_municipality(role) and not place.municipality and len(contacts.municipalities) > 1:
        return "municipality"
    return ""


def person_line(contact: Contact, today: date) -> str:
    """One person as text: name, number or mail, days, and a warning when not confirmed lately."""
    reach = " of ".join(filter(None, (contact.phone, contact.email if not contact.phone else "")))
    line = render("answer.person", name=contact.name, reach=reach)
    if contact.days:
        line = render("answer.person_days", name=contact.name, reach=reach, days=", ".join(d[:2] for d in contact.days))
    return f"{line} {render('answer.stale')}" if contact.is_stale(today) else line


def people_line(people: Sequence[Contact], today: date) -> str:
    """A few people in one line."""
    return " of ".join(person_line(contact, today) for contact in people[:_MOST])


def as_json(contact: Contact, role: Role | None) -> dict[str, str]:
    """A person as `ask --json` gives it."""
    purpose = contact.purpose or (role.name if role else contact.role)
    return {"role": contact.role, "name": contact.name, "phone": contact.phone, "email": contact.email, "for": purpose}
