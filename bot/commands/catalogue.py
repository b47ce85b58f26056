"""`knowledge check` and `build`: all content is read and every fault told at once; the index is built."""

from argparse import Namespace

from bot.app import App
from knowledge.contact_files import read_contacts
from knowledge.contacts import Contact
from knowledge.content import Content, load_content
from knowledge.faults import ContentError, Fault, tried
from knowledge.flowchart import load_flowchart
from knowledge.provisions import load_provisions
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
    for file in app.sources.unread():
        print(render("doctor.unread", file=file))
    return 0


def _check_all(app: App) -> tuple[Content, list[Contact]]:
    """All content and contacts. Raises ContentError with the faults of every file at once."""
    faults: list[Fault] = []
    told: list[Fault] = []  # what `load_content` tells already
    content = tried(lambda: load_content(app.sources), faults)
    provisions = tried(lambda: load_provisions(app.sources.path("agreements")), told) or []
    ids = {p.id for p in provisions}
    chart = tried(lambda: load_flowchart(app.sources.path("flowchart.yaml"), ids), told)
    if ids and chart:  # without them every link from the other files would be one to nowhere
        tried(lambda: load_scripts(chart, list(ids), app.sources.folders), faults)
    if ids:
        tried(lambda: rules_in_force(ids, app.sources.folders), faults)
    contacts = tried(lambda: read_contacts(app.sources.path("contacts.csv")), faults)
    if faults or content is None or contacts is None:
        raise ContentError(faults)
    return content, contacts


def knowledge_build(app: App, _: Namespace) -> int:
    """The index is built anew when content changed."""
    print(f"Index klaar: {len(app.library.ids)} afspraken.")
    return 0
