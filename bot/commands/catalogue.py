"""`knowledge`, `contacts`, `questions`: the content, checked, listed, imported and extended."""

import json
from argparse import Namespace
from pathlib import Path

from bot.app import App
from knowledge.contact_files import read_contacts, write_contacts
from knowledge.contacts import EXPECTED_ROLES, ContactList, changes
from knowledge.content import load_content


def knowledge_check(app: App, _: Namespace) -> int:
    """All content is read; ContentError tells every fault."""
    content = load_content(app.sources)
    contacts = read_contacts(app.sources.path("contacts.csv"))
    print(
        f"In orde: {len(content.provisions)} afspraken, {len(content.asked)} vragen, {len(content.signals)} signalen, "
        f"{len(content.flowchart.steps)} stappen, {len(content.roles)} rollen, {len(contacts)} contacten."
    )
    return 0


def knowledge_build(app: App, _: Namespace) -> int:
    """The index is built anew when content changed."""
    print(f"Index klaar: {len(app.library.ids)} afspraken.")
    return 0


def knowledge_list(app: App, _: Namespace) -> int:
    """Every provision with its title."""
    for provision in app.library.provisions.values():
        print(f"{provision.id:32} {provision.title}")
    return 0


def contacts_check(app: App, _: Namespace) -> int:
    """The contact list is read; ContentError tells every fault, row by row."""
    contacts = read_contacts(app.sources.path("contacts.csv"))
    today = app.now().date()
    stale = [c for c in contacts if c.is_stale(today)]
    print(f"In orde: {len(contacts)} contacten, {len(ContactList(tuple(contacts)).schools)} scholen.")
    if missing := sorted(EXPECTED_ROLES - {c.role for c in contacts}):
        print(
            f"Niemand in de lijst voor: {', '.join(missing)}. Voeg iemand toe, of laat het zo als die rol er niet is."
        )
    if stale:
        print(f"Langer dan zes maanden niet bevestigd: {', '.join(c.name for c in stale)}.")
    return 0


def contacts_import(app: App, args: Namespace) -> int:
    """A CSV or XLSX becomes the contact list; says what changes."""
    new = read_contacts(Path(args.file))
    old = read_contacts(app.sources.path("contacts.csv"))
    folder = app.settings.knowledge or app.settings.home / "knowledge"
    words = {"new": "nieuw", "changed": "gewijzigd", "gone": "weg"}
    for kind, contacts in changes(old, new).items():
        print(f"{words[kind]}: {', '.join(c.name for c in contacts) or 'niemand'}")
    write_contacts(folder / "contacts.csv", new)
    print(f"Ingelezen: {len(new)} contacten.")
    return 0


def contacts_list(app: App, _: Namespace) -> int:
    """Everyone in the list."""
    for contact in read_contacts(app.sources.path("contacts.csv")):
        places = ", ".join((*contact.schools, *contact.municipalities))
        print(f"{contact.role:26} {contact.name:32} {contact.phone or contact.email:18} {places}")
    return 0


def questions(app: App, args: Namespace) -> int:
    """What could not be answered, for the owner of the knowledge."""
    found = app.open_questions.list()
    if args.json:
        print(json.dumps([{**vars(q), "at": q.at.isoformat()} for q in found], ensure_ascii=False))
        return 0
    for question in found:
        shown = ", ".join(question.shown) or "niets"
        text = question.text or "(tekst niet bewaard)"
        day = f"{question.at.astimezone(app.settings.zone):%d-%m-%Y}"
        print(f"{question.id:4} {day} {question.cause} {question.reason} getoond: {shown} · {text}")
    print(f"{len(found)} open vragen.")
    return 0
