"""`db`, `flowchart`: keeping it running, and looking at it."""

from argparse import Namespace
from datetime import timedelta
from pathlib import Path

from bot.app import App
from bot.backup_list import BackupList
from bot.usage import CommandError
from prompts import render


def db_upgrade(app: App, _: Namespace) -> int:
    """The tables are brought up to date."""
    print(f"Database bijgewerkt (versie {app.database.version()}).")
    return 0


def db_backup(app: App, args: Namespace) -> int:
    """A whole copy of the database, also while the bot runs."""
    from bot.backup import backup

    backup(app.database, Path(args.file), app.settings.home)
    BackupList(app.settings.home).add(Path(args.file), app.now())
    until = app.now() + timedelta(days=app.settings.keep_backups)
    print(f"Back-up gemaakt: {args.file}. Bewaar secret.key apart; zonder die sleutel is de tekst niet te lezen.")
    print(f"Deze back-up vervalt op {until:%d-%m-%Y}; een draaiende bot verwijdert hem dan. Kopieën verwijdert u zelf.")
    return 0


def db_restore(app: App, args: Namespace) -> int:
    """A back-up becomes the database; what was there is set aside."""
    from bot.backup import restore
    from bot.storage.database import Database
    from bot.storage.heartbeat import Heartbeat

    aside = restore(Database(app.settings.database), Path(args.file), app.settings.home)
    Heartbeat(app.database, app.settings.home).mark_restored()
    print(f"Teruggezet: {args.file}." + (f" De vorige database staat in {aside}." if aside else ""))
    if again := app.records.forget_again(app.graves, app.now()):
        print(f"Opnieuw gewist, want dat was al gebeurd: {again} zaken en personen.")
    if aside:
        BackupList(app.settings.home).add(aside, app.now())
    return 0


def db_rekey(app: App, _: Namespace) -> int:
    """Everything locked is locked anew with the newest key, so that the old one can go."""
    from bot.storage.rekeying import rekey

    count = rekey(app.database, app.vault)
    matrix = app.settings.home / "matrix"
    if matrix.is_dir():
        from bot.platforms.matrix.credentials import Credentials  # brings the library for Matrix along

        kept = Credentials(matrix, app.vault)
        if account := kept.load():
            kept.save(account)
    print(render("doctor.rekeyed", count=count))
    return 0


def flowchart_draw(app: App, args: Namespace) -> int:
    """The flowchart as a picture."""
    from knowledge.drawing import draw

    chart = app.library.flowchart
    if args.at and args.at not in {step.id for step in chart.steps}:
        raise CommandError(f"Stap '{args.at}' bestaat niet. Stappen: {', '.join(step.id for step in chart.steps)}")
    Path(args.out).write_bytes(draw(chart, at=args.at or ""))
    print(f"Getekend: {args.out}")
    return 0
