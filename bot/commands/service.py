"""`db`, `doctor`, `flowchart`: keeping it running, and looking at it."""

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from bot.app import App
from bot.commands.running import is_configured
from bot.serving import PLATFORMS
from bot.settings import names
from knowledge.contact_files import read_contacts
from prompts import render

Finding = tuple[bool, str, str]  # in order, what, remark


def db_upgrade(app: App, _: Namespace) -> int:
    """The tables are brought up to date."""
    print(f"Database bijgewerkt (versie {app.database.version()}).")
    return 0


def doctor(app: App, _: Namespace) -> int:
    """Checks the installation and the settings; says what to mend."""
    findings = list(_findings(app))
    for good, what, remark in findings:
        print(f"{'goed ' if good else 'FOUT '} {what}: {remark}")
    print("Instellingen: " + ", ".join(names()))
    return 0 if all(good for good, _, _ in findings) else 1


def _findings(app: App) -> Iterator[Finding]:
    yield sys.version_info >= (3, 11), "Python", ".".join(map(str, sys.version_info[:3]))
    yield _try("datamap", lambda: _writable(app))
    yield _try("tijdzone", lambda: f"{app.settings.timezone}, nu {app.now():%d-%m-%Y %H:%M}")
    yield _try("afspraken en index", lambda: f"{len(app.library.ids)} afspraken")
    yield _try("contactlijst", lambda: _contacts(app))
    yield _try("database", lambda: f"versie {app.database.version()}, {app.database.url.get_backend_name()}")
    yield _try("sleutel", lambda: _key(app))
    yield _try("taalmodel", lambda: _model(app))
    yield from _platforms(app)


def _model(app: App) -> str:
    if not app.settings.llm:
        return render("model.off")
    from bot.phrasing.examining import examine  # LangChain: only when a model is set

    return examine(app.settings.llm, app.settings.llm_url)


def _platforms(app: App) -> Iterator[Finding]:
    """What each platform that is set says of itself; it may take as long as its server does."""
    for name in PLATFORMS:
        if is_configured(app, name):
            yield from import_module(f"bot.platforms.{name}").examine(app.settings, app.vault)


def _try(what: str, look: Callable[[], str]) -> Finding:
    try:
        return True, what, look()
    except Exception as error:  # a doctor reports what is broken, whatever it is
        return False, what, str(error) or type(error).__name__


def _writable(app: App) -> str:
    app.settings.home.mkdir(parents=True, exist_ok=True)
    probe = app.settings.home / ".probe"
    probe.write_bytes(b"")
    probe.unlink()
    return str(app.settings.home)


def _contacts(app: App) -> str:
    contacts = read_contacts(app.sources.path("contacts.csv"))
    stale = sum(c.is_stale(app.now().date()) for c in contacts)
    shipped = " (het meegeleverde voorbeeld; lees uw eigen lijst in)" if app.sources.is_shipped("contacts.csv") else ""
    return f"{len(contacts)} contacten, {stale} langer dan zes maanden niet bevestigd{shipped}"


def _key(app: App) -> str:
    made = "zojuist gemaakt in de datamap; bewaar er een kopie van" if app.vault.made else "aanwezig"
    return made if not app.settings.secret_key.get_secret_value() else "uit WEGWIJZER_SECRET_KEY"


def db_backup(app: App, args: Namespace) -> int:
    """A whole copy of the database, also while the bot runs."""
    from bot.backup import backup

    backup(app.database, Path(args.file))
    print(f"Back-up gemaakt: {args.file}. Bewaar secret.key apart; zonder die sleutel is de tekst niet te lezen.")
    return 0


def db_restore(app: App, args: Namespace) -> int:
    """A back-up becomes the database; what was there is set aside."""
    from bot.backup import restore
    from bot.storage.database import Database
    from bot.storage.heartbeat import Heartbeat

    aside = restore(Database(app.settings.database), Path(args.file))
    Heartbeat(app.database, app.settings.home).mark_restored()
    print(f"Teruggezet: {args.file}." + (f" De vorige database staat in {aside}." if aside else ""))
    return 0


def flowchart_draw(app: App, args: Namespace) -> int:
    """The flowchart as a picture."""
    from knowledge.drawing import draw

    chart = app.library.flowchart
    if args.at and args.at not in {step.id for step in chart.steps}:
        raise StepError(f"Stap '{args.at}' bestaat niet. Stappen: {', '.join(step.id for step in chart.steps)}")
    Path(args.out).write_bytes(draw(chart, at=args.at or ""))
    print(f"Getekend: {args.out}")
    return 0


class StepError(Exception):
    """A step that is not in the flowchart; the message names those that are."""
