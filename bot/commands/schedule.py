"""`wegwijzer reminders list` and `retry`: what is due, sent and stuck."""

import json
from argparse import Namespace
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.app import App
from bot.storage.letters import Letter, State
from bot.storage.outbox_store import Outbox
from bot.storage.reminder_store import Reminder, Reminders
from bot.usage import CommandError
from prompts import render
from workflows.calendar import Calendar
from workflows.rules import Rules

_STATES = (State.LOOK, State.DEAD, State.SENDING, State.PENDING, State.SENT)
_AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Row:
    """One line of the list; `number` is what `retry` takes, 0 when it has not gone out yet.

    `about` is for programs; a person reads the kind of post, or the rule, number and subject of the reminder.
    """

    number: int
    at: datetime
    state: str
    about: str
    dest: str
    tries: int = 0
    platform_id: str = ""
    kind: str = "reminder"
    reminder: Reminder | None = None

    def as_json(self) -> dict[str, Any]:
        """The row as JSON shows it; the moment with its offset."""
        shown = {name: value for name, value in vars(self).items() if name not in ("kind", "reminder")}
        return {**shown, "at": self.at.isoformat()}


def rows(reminders: Reminders, outbox: Outbox, calendar: Calendar, now: datetime, until: str = "") -> list[Row]:
    """What is stuck, under way and sent, and what is to come until a date ("2026-12-01", by default two weeks on)."""
    end = _end(until, now, calendar)
    planned = [_planned(item, calendar) for item in reminders.planned(end)]
    posts = [_posted(item, reminders, calendar) for state in _STATES for item in outbox.letters([state], limit=100)]
    return posts + planned


def table(found: list[Row], rules: Rules) -> str:
    """The rows as text, one a line, with the titles of the rules."""
    if not found:
        return render("reminders.list_empty")
    lines = [
        f"{row.number or '':<9}{row.at:%d-%m-%Y %H:%M}   {state:<20} {_about(row, rules)}  → {row.dest}"
        for row in found
        for state in [render(f"reminders.list_{row.state}")]
    ]
    return "\n".join([render("reminders.list_head"), *lines])


def _about(row: Row, rules: Rules) -> str:
    """What a row is about, in the words that people know: the title of the rule, not its id."""
    if row.reminder is None:
        return render(f"reminders.kind_{row.kind}")
    rule = rules.rule(row.reminder.rule)
    title = rule.title if rule else render("reminders.no_rule")
    return f"{render('reminders.post_reminder', number=row.reminder.id)}: {title}{_subject(row.reminder)}"


def _subject(reminder: Reminder) -> str:
    """The reference or the school; a channel already stands behind the arrow, and of a case only its number is told."""
    if reminder.about in ("channel", "team"):
        return ""
    return f", {reminder.subject.partition('/')[0] if reminder.about == 'case' else reminder.subject}"


def retry(outbox: Outbox, number: int, now: datetime) -> str:
    """Send a stuck post after all; returns what to say. Raises CommandError when there is nothing to send again."""
    letter = outbox.letter(number)
    if letter is not None and not letter.dest:
        raise CommandError(render("reminders.retry_nobody", number=number))
    was = outbox.retry(number, now)
    if was is None:
        raise CommandError(render("reminders.retry_unknown", number=number))
    if was not in (State.LOOK, State.DEAD):
        state = render(f"reminders.list_{was}")
        raise CommandError(render("reminders.retry_not_stuck", number=number, state=state))
    return render("reminders.retry_done", number=number)


def _end(until: str, now: datetime, calendar: Calendar) -> datetime:
    if not until:
        return now + _AHEAD
    try:
        day = date.fromisoformat(until)
    except ValueError:
        raise CommandError(render("reminders.list_until_wrong", text=until)) from None
    return calendar.moment(datetime.combine(day, time(23, 59, 59)))


def _planned(item: Reminder, calendar: Calendar) -> Row:
    at = item.due_at.astimezone(calendar.zone)
    return Row(0, at, "due", f"{item.rule} {item.subject}", item.dest, reminder=item)


def _posted(item: Letter, reminders: Reminders, calendar: Calendar) -> Row:
    reminder = reminders.reminder(int(item.ref)) if item.kind == "reminder" else None
    about = f"{reminder.rule} {reminder.subject}" if reminder else item.kind
    at = item.planned_for.astimezone(calendar.zone)
    return Row(item.id, at, str(item.state), about, item.dest, item.tries, item.platform_id, item.kind, reminder)


def list_reminders(app: App, args: Namespace) -> int:
    """What is due, sent and stuck."""
    found = rows(app.reminders, app.outbox, app.calendar, app.now(), args.until or "")
    print(json.dumps([row.as_json() for row in found], ensure_ascii=False) if args.json else table(found, app.rules))
    return 0


def retry_post(app: App, args: Namespace) -> int:
    """A stuck post is sent after all."""
    print(retry(app.outbox, args.number, app.now()))
    return 0
