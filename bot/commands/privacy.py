"""`privacy export`, `forget`, `purge`: what is kept of a person or a case, shown, erased, or had its time."""

import getpass
import json
import re
from argparse import Namespace
from typing import Any

from bot.addresses import key_of
from bot.app import App
from bot.commands.kept_words import KeptWords
from bot.usage import CommandError
from prompts import render

_CASE = re.compile(r"C-\d{4}-\d{4,}")


def export(app: App, args: Namespace) -> int:
    """Everything kept of a person or a case, readable or as JSON; that it was looked at is written down first."""
    found = _found(app, args.who)
    app.records.note(_me(), "export", _key(args.who), app.now())
    print(json.dumps(found, ensure_ascii=False, indent=1) if args.json else as_text(args.who, found, _words(app)))
    return 0


def forget(app: App, args: Namespace) -> int:
    """Erase a person or a case; asks for it to be said twice."""
    found = _found(app, args.who, anybody=True)
    if not args.sure:
        raise CommandError(render("privacy.sure", who=args.who, count=sum(map(len, found.values()))))
    records, key = app.records, _key(args.who)
    records.note(_me(), "forget", key if _is_case(key) else "", app.now())
    app.graves.add(key, app.now())
    count = records.forget_case(key, app.now()) if _is_case(key) else records.forget_person(key, app.now())
    print(render("privacy.forgotten", who=args.who, count=count, days=app.settings.keep_backups))
    _forget_files(app, key if _is_case(key) else "")
    return 0


def _forget_files(app: App, ref: str) -> None:
    """What `chat` saved of a case goes too; of a person no file can be told, so whoever is here is asked to look."""
    from bot.platforms.console import SAVED

    files = [file for file in sorted((app.settings.home / SAVED).glob("*")) if file.is_file()]
    own = [file for file in files if ref and re.search(rf"{ref}(?!\d)", file.name)]
    for file in own:
        file.unlink(missing_ok=True)
    if own:
        print(render("privacy.files_gone", folder=SAVED, names=", ".join(file.name for file in own)))
    elif files:
        print(render("privacy.files_left", folder=app.settings.home / SAVED))


def purge(app: App, args: Namespace) -> int:
    """Erase what had its time, or only count it."""
    from bot.housekeeping import keep_house

    counts = keep_house(app, args.dry_run)
    for kind, count in counts.items():
        print(f"{count:6}  {render(f'privacy.kind_{kind}')}")
    print(render("privacy.dry" if args.dry_run else "privacy.purged"))
    return 0


def rights(app: App, args: Namespace) -> int:  # noqa: ARG001 - every command takes the same
    """Who may what, as a table."""
    from bot.commands.rights import as_table

    print(as_table())
    return 0


def as_text(who: str, found: dict[str, list[dict[str, Any]]], words: KeptWords) -> str:
    """What is kept, a line for each field that is filled."""
    lines = [render("privacy.head", who=who)]
    for table, rows in found.items():
        lines.append(f"\n{render(f'privacy.table_{table}')} ({len(rows)})")
        lines += [f"- {words.line(row)}" for row in rows]
    return "\n".join(lines)


def _words(app: App) -> KeptWords:
    return KeptWords(app.rules, app.case_dialog.desk.checklist)


def _found(app: App, who: str, anybody: bool = False) -> dict[str, list[dict[str, Any]]]:
    """What is kept; `anybody`: also of whom nothing is kept any more, as the chat may still hold something."""
    key = _key(who)
    found = app.records.of_case(key) if _is_case(key) else app.records.of_person(key)
    if not found and not (anybody and key.startswith(("slack:", "matrix:"))):
        raise CommandError(render("privacy.nothing", who=who))
    return found


def _key(who: str) -> str:
    """A case's reference, or the key of a person as it is kept."""
    return who if _is_case(who) else key_of(who)


def _is_case(who: str) -> bool:
    return bool(_CASE.fullmatch(who))


def _me() -> str:
    """Who types the command, by the machine's own accounts."""
    return f"terminal:{getpass.getuser()}"
