"""`knowledge`, `contacts`: the content, checked, listed, imported and extended."""

from argparse import Namespace
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import App
from knowledge.contact_files import read_contacts, write_contacts
from knowledge.contacts import EXPECTED_ROLES, Contact, ContactList, changes
from knowledge.content import Content, load_content
from knowledge.faults import ContentError, Fault
from knowledge.roles import load_roles
from knowledge.shelf import Shelf
from prompts import render
from workflows.rules import rules_in_force
from workflows.scripts import load_scripts


def knowledge_check(app: App, _: Namespace) -> int:
    """All content is read; ContentError tells every fault."""
    content, contacts = _check_all(app)
    print(
        f"In orde: {len(content.provisions)} afspraken, {len(content.asked)} vragen, {len(content.signals)} signalen, "
        f"{len(content.flowchart.steps)} stappen, {len(content.roles)} rollen, {len(contacts)} contacten."
    )
    return 0


def _check_all(app: App) -> tuple[Content, list[Contact]]:
    """All content and contacts. Raises ContentError with the faults of every file at once."""
    faults: list[Fault] = []
    content = contacts = None
    try:
        content = load_content(app.sources)
        load_scripts(content.flowchart, [p.id for p in content.provisions], app.sources.folders)
    except ContentError as error:
        faults += error.faults
    try:
        rules_in_force({p.id for p in content.provisions} if content else set(), app.sources.folders)
    except ContentError as error:
        faults += error.faults if content else []  # without agreements every rule would name an unknown one
    try:
        contacts = read_contacts(app.sources.path("contacts.csv"))
    except ContentError as error:
        faults += error.faults
    if faults or content is None or contacts is None:
        raise ContentError(faults)
    return content, contacts


def knowledge_build(app: App, _: Namespace) -> int:
    """The index is built anew when content changed."""
    print(f"Index klaar: {len(app.library.ids)} afspraken.")
    return 0


def knowledge_list(app: App, _: Namespace) -> int:
    """Every provision with its title."""
    for provision in app.library.provisions.values():
        print(f"{provision.id:32} {provision.title}")
    for document in Shelf(app.settings.home).documents():
        print(f"{document.id:32} {document.title} ({document.file})")
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


def contacts_add(app: App, args: Namespace) -> int:
    """One contact more, confirmed today. Raises ContentError when it or the list with it is not right."""
    path = app.sources.path("contacts.csv")
    if app.sources.is_shipped("contacts.csv"):
        raise ContentError([Fault(path.name, args.name, render("questions.contact_example"))])
    made = Contact(
        args.role, args.name, args.phone or "", args.email or "", tuple(args.school or ()),
        municipalities=tuple(args.municipality or ()), purpose=args.purpose or "", confirmed=app.now().date(),
    )  # fmt: skip
    with TemporaryDirectory() as folder:
        whole = Path(folder) / path.name
        write_contacts(whole, [*read_contacts(path), made])
        contacts = read_contacts(whole)
    write_contacts(path, contacts)
    print(render("questions.contact_added", name=made.name, role=contacts[-1].role, count=len(contacts)))
    return 0


def contacts_list(app: App, _: Namespace) -> int:
    """Everyone in the list."""
    for contact in read_contacts(app.sources.path("contacts.csv")):
        places = ", ".join((*contact.schools, *contact.municipalities))
        print(f"{contact.role:26} {contact.name:32} {contact.phone or contact.email:18} {places}")
    return 0


def contacts_draw(app: App, args: Namespace) -> int:
    """Who is who as pictures of a dozen cards each, of one school or of everybody. Raises ContentError."""
    from knowledge import cards  # pictures are drawn seldom

    contacts = ContactList(tuple(read_contacts(app.sources.path("contacts.csv"))))
    school = _school(contacts, args.school) if args.school else ""
    roles, out = {role.id: role for role in load_roles(app.sources.path("roles.yaml"))}, Path(args.out)
    pages = cards.pages(contacts.around(school))
    for number, page in enumerate(pages, 1):
        file = out if len(pages) == 1 else out.with_stem(f"{out.stem}-{number}")
        file.write_bytes(cards.draw(page, roles, app.now().date(), school))
        print(f"Getekend: {file}")
    return 0


def _school(contacts: ContactList, typed: str) -> str:
    found = contacts.find_schools(typed)
    if len(found) == 1:
        return found[0].name
    names = ", ".join(school.name for school in found or contacts.schools)
    raise ContentError([Fault("contacts draw", "--school", f"'{typed}' is niet één school. Scholen: {names}")])
