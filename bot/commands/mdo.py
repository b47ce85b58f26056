"""`wegwijzer mdo parse`: how a sentence with an owner, a date or a time is understood."""

import json
from argparse import Namespace
from datetime import datetime

from bot.app import App
from bot.composing import spoken
from bot.usage import CommandError
from prompts import render
from workflows import dates


def parse(app: App, args: Namespace) -> int:
    """The owner, action, day and time of a sentence, as text or as JSON. Raises CommandError for a wrong moment."""
    found = dates.parse(args.text, _moment(app, args.now))
    print(json.dumps(found.as_json(), ensure_ascii=False) if args.json else as_text(found))
    return 0


def as_text(found: dates.Understood) -> str:
    """What was understood, in Dutch, one part a line."""
    none = render("mdo.parse_none")
    lines = [
        render("mdo.parse_owner", value=found.owner or none),
        render("mdo.parse_action", value=found.action or none),
        render("mdo.parse_due", value=spoken(found.due) if found.due else none),
        render("mdo.parse_time", value=f"{found.time:%H:%M}" if found.time else none),
    ]
    asked = ", ".join(render(f"mdo.part_{part}") for part in found.ask)
    return "\n".join([*lines, render("mdo.parse_ask", parts=asked) if asked else render("mdo.parse_clear")])


def _moment(app: App, typed: str | None) -> datetime:
    """The moment of speaking: as given, in the zone of the settings, or now."""
    if not typed:
        return app.now()
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        raise CommandError(render("mdo.now_wrong", text=typed)) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=app.settings.zone)
