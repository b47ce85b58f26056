"""`privacy export`, `forget`, `purge`: what is kept of a person or a case, shown, erased, or had its time."""

import json
import re
from argparse import Namespace
from typing import Any

from bot.addresses import key_of
from bot.app import App
from prompts import render

_CASE = re.compile(r"C-\d{4}-\d{4,}")


class PrivacyError(Exception):
    """The command cannot be done; the message says why, in Dutch."""


def export(app: App, args: Namespace) -> int:
    """Everything kept of a person or a case, readable or as JSON."""
    found = _found(app, args.who)
    print(json.dumps(found, ensure_ascii=False, indent=1) if args.json else as_text(args.who, found))
    return 0


def forget(app: App, args: Namespace) -> int:
    """Erase a person or a case; asks for it to be said twice."""
    found = _found(app, args.who)
    if not args.sure:
        raise PrivacyError(render("privacy.sure", who=args.who, count=sum(map(len, found.values()))))
    records = app.records
    count = records.forget_case(args.who) if _CASE.fullmatch(args.who) else records.forget_person(key_of(args.who))
    print(render("privacy.forgotten", who=args.who, count=count))
    return 0


def purge(app: App, args: Namespace) -> int:
    """Erase what had its time, or only count it."""
    counts = app.records.purge(app.now(), app.terms, args.dry_run)
    for kind, count in counts.items():
        print(f"{count:6}  {render(f'privacy.kind_{kind}')}")
    print(render("privacy.dry" if args.dry_run else "privacy.purged"))
    return 0


def as_text(who: str, found: dict[str, list[dict[str, Any]]]) -> str:
    """What is kept, a line for each field that is filled."""
    lines = [render("privacy.head", who=who)]
    for table, rows in found.items():
        lines.append(f"\n{render(f'privacy.table_{table}')} ({len(rows)})")
        for row in rows:
            filled = [f"{name}: {value}" for name, value in row.items() if value not in ("", None, False)]
            lines.append(f"- {'; '.join(filled)}")
    return "\n".join(lines)


def _found(app: App, who: str) -> dict[str, list[dict[str, Any]]]:
    records = app.records
    found = records.of_case(who) if _CASE.fullmatch(who) else records.of_person(key_of(who))
    if not found:
        raise PrivacyError(render("privacy.nothing", who=who))
    return found
