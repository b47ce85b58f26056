"""`contacts`: the list of contacts checked, imported, extended, shown, and drawn as who is who."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import App
from knowledge.contact_files import read_contacts, write_contacts
from knowledge.contact_rows import COLUMNS
from knowledge.contacts import EXPECTED_ROLES, Change, Contact, ContactList, changes
from knowledge.faults import ContentError, Fault
from knowledge.roles import load_roles
from prompts import render


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
    """A CSV or XLSX becomes the contact list, after what changes is told; with --dry-run nothing is written."""
    new = read_contacts(Path(args.file), app.now().date())
    found = changes(_present(app.sources.path("contacts.csv")), new)
    _tell(found)
    counts = {kind: sum(change.kind == kind for change in found) for kind in ("new", "changed", "gone")}
    if args.dry_run:
        print(render("contacts.only_looked", **counts))
        return 0
    target = app.sources.writable / "contacts.csv"
    kept = _set_aside(target)
    write_contacts(target, new)
    print(render("contacts.imported", count=len(new), **counts))
    if kept:
        print(render("contacts.set_aside", file=kept))
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


def _present(file: Path) -> list[Contact]:
    """The list in force; a damaged one is no reason to refuse a good one."""
    try:
        return read_contacts(file)
    except ContentError:
        print(render("contacts.present_broken"))
        return []


def _tell(found: Sequence[Change]) -> None:
    for kind in ("new", "changed", "gone"):
        some = [change for change in found if change.kind == kind]
        for change in some:
            about = "; ".join(_difference(*field) for field in change.fields) or _role_and_place(change.contact)
            print(render(f"contacts.is_{kind}", name=change.contact.name, about=about))
        if not some:
            print(render(f"contacts.none_{kind}"))


def _difference(name: str, before: str, after: str) -> str:
    return render("contacts.field", field=COLUMNS[name][0], before=before or "–", after=after or "–")


def _role_and_place(contact: Contact) -> str:
    return ", ".join((contact.role, *contact.schools, *contact.municipalities))


def _set_aside(target: Path) -> Path | None:
    """Keep the list that is there beside the new one; nothing when there is none."""
    if not target.exists():
        return None
    kept = target.with_name("contacts.vorige.csv")
    kept.write_bytes(target.read_bytes())
    return kept


def contacts_list(app: App, _: Namespace) -> int:
    """Everyone in the list."""
    for contact in read_contacts(app.sources.path("contacts.csv")):
        places = ", ".join((*contact.schools, *contact.municipalities))
        stale = render("contacts.stale") if contact.is_stale(app.now().date()) else ""
        print(f"{contact.role:26} {contact.name:32} {contact.phone or contact.email:18} {places} {stale}".rstrip())
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
