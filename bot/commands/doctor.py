"""`doctor`: every part of the installation looked at, one line each: ok, let op or mis, and what to do about it."""

from argparse import Namespace
from collections.abc import Callable, Iterator
from importlib import import_module

from bot.app import App
from bot.commands.checkup import OTHERS, clocks, machine, running_bot
from bot.commands.findings import Finding, Grade, caution, ok, wrong
from bot.commands.running import NEEDS, is_configured
from bot.serving import PLATFORMS, alone
from bot.settings import Settings, names
from bot.storage.database import StorageError
from bot.storage.leases import Leases
from bot.storage.letters import State
from bot.vault import KEY_FILE, VaultError
from knowledge.contact_files import read_contacts
from prompts import render


def doctor(app: App, _: Namespace) -> int:
    """Checks the installation and the settings; says what to mend."""
    found: list[Finding] = []
    for finding in _findings(app):
        found.append(finding)
        print(f"{render(f'doctor.grade_{finding.grade}'):<7} {finding.what}: {finding.remark}", flush=True)
    counts = {grade.value: sum(finding.grade is grade for finding in found) for grade in Grade}
    print(render("doctor.settings", names=", ".join(names())))
    print(render("doctor.summary", **counts))
    return 1 if counts[Grade.WRONG] else 0


def _findings(app: App) -> Iterator[Finding]:
    yield from machine(app.settings, app.now())
    yield from (caution("eigen inhoud", render("doctor.unread", file=file)) for file in app.sources.unread())
    for what, look in (
        ("afspraken en index", _provisions),
        ("eigen documenten", _documents),
        ("contactlijst", _contacts),
        ("toestemmingstabel", _consent),
        ("database", _database),
        ("sleutel", _key),
        ("berichten", _stuck),
        ("taalmodel", _model),
        ("coördinatoren", _coordinators),
    ):
        yield from _try(app, what, look)
    yield from _platforms(app)


def _try(app: App, what: str, look: Callable[[App, str], Finding | None]) -> Iterator[Finding]:
    try:
        if finding := look(app, what):
            yield finding
    except Exception as error:  # a doctor reports what is broken, whatever it is
        yield wrong(what, str(error) or type(error).__name__)


def _try_all(app: App, platform: str) -> Iterator[Finding]:
    try:
        found = import_module(f"bot.platforms.{platform}").examine(app.settings, app.vault)
    except (StorageError, VaultError) as error:
        found = [(False, platform.capitalize(), str(error))]
    for good, what, remark in found:
        yield (ok if good else wrong)(what, remark)


def _provisions(app: App, what: str) -> Finding:
    return ok(what, render("doctor.provisions", count=len(app.library.ids)))


def _documents(app: App, what: str) -> Finding | None:
    from knowledge.dense import load_vectors  # only where there are documents
    from knowledge.shelf import Shelf

    shelf = Shelf(app.settings.home)
    if not shelf.stamp():
        return None
    vectors, how = load_vectors(app.settings.home, app.settings.embedding_model, app.settings.chroma_url)
    if vectors:
        vectors.close()
    return (ok if vectors else caution)(what, render("doctor.own_documents", count=len(shelf.documents()), how=how))


def _contacts(app: App, what: str) -> Finding:
    contacts = read_contacts(app.sources.path("contacts.csv"))
    if app.sources.is_shipped("contacts.csv"):
        return caution(what, render("doctor.contacts_shipped"))
    if stale := sum(contact.is_stale(app.now().date()) for contact in contacts):
        return caution(what, render("doctor.contacts_stale", count=len(contacts), stale=stale))
    return ok(what, render("doctor.contacts", count=len(contacts)))


def _consent(app: App, what: str) -> Finding:
    table = app.case_dialog.desk.scripts.table
    if not table.is_confirmed:
        return caution(what, render("doctor.consent_open"))
    return ok(what, render("doctor.consent", by=table.confirmed_by, on=f"{table.confirmed_on:%d-%m-%Y}"))


def _database(app: App, what: str) -> Finding:
    if damage := app.database.damage():
        return wrong(what, render("doctor.database_damaged", what=damage))
    with app.database.write():
        pass
    kind = app.database.url.get_backend_name()
    return ok(what, render("doctor.database", version=app.database.version(), kind=kind))


def _key(app: App, what: str) -> Finding:
    made = app.vault.made
    app.outbox.letters(list(State), limit=5)  # opens what is kept: raises when it was locked with another key
    if app.settings.secret_key.get_secret_value():
        return ok(what, render("doctor.key_setting"))
    file = app.settings.home / KEY_FILE
    if file.stat().st_mode & OTHERS:
        return wrong(what, render("doctor.key_open", file=file))
    return ok(what, render("doctor.key_made" if made else "doctor.key_file"))


def _stuck(app: App, what: str) -> Finding:
    counts = app.outbox.counts()
    stuck = counts.get(State.LOOK, 0) + counts.get(State.DEAD, 0)
    return caution(what, render("doctor.stuck", count=stuck)) if stuck else ok(what, render("doctor.not_stuck"))


def _model(app: App, what: str) -> Finding:
    if not app.settings.llm:
        return ok(what, render("model.off"))
    from bot.phrasing.examining import examine  # LangChain: only when a model is set

    return ok(what, examine(app.settings.llm, app.settings.llm_url))


def _on_duty(app: App, lease: str) -> Finding:
    """Which process runs what only one may run."""
    holder = Leases(app.database).holder(lease, app.now())
    if holder is None or holder.is_over:
        return ok(lease, render("doctor.nobody_on_duty"))
    until = f"{holder.until.astimezone(app.settings.zone):%H:%M:%S}"
    return ok(lease, render("doctor.on_duty", owner=holder.owner, until=until))


def _coordinators(app: App, what: str) -> Finding | None:
    if app.settings.coordinators or not _configured(app):
        return None
    return caution(what, render("doctor.no_coordinators"))


def _configured(app: App) -> list[str]:
    return [name for name in PLATFORMS if is_configured(app, name)]


def _half_set(app: App) -> Iterator[Finding]:
    """A platform that has some of its settings, and lacks what it cannot do without: it would not start, silently."""
    given = {str(Settings.model_fields[name].alias) for name in app.settings.model_fields_set}
    for name, needed in NEEDS.items():
        lacking = [setting for setting in needed if setting not in given]
        if lacking and any(setting.startswith(f"{name.upper()}_") for setting in given):
            yield wrong(name.capitalize(), render("doctor.half_set", names=" en ".join(lacking)))


def _platforms(app: App) -> Iterator[Finding]:
    """What each platform that is set says of itself; it may take as long as its server does."""
    yield from _half_set(app)
    for name in _configured(app):
        yield from _try_all(app, name)
        if lease := alone(name, app.settings):
            yield from _try(app, lease, _on_duty)
    if _configured(app):
        yield from clocks(app.settings, app.now)
        yield from running_bot(app.settings, app.now())
