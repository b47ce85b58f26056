"""The words of what the bot says by itself: reminders and alarms, put together at the moment they go out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from bot.delivery import OUTSIDER, SHARED
from bot.messages import Choice, Reply
from bot.outbox import is_late
from bot.storage.letters import Letter
from bot.storage.outbox_store import Outbox
from bot.storage.parcels import unpack_reply
from bot.storage.reminder_store import Reminder, Reminders, Stage
from prompts import render
from workflows.calendar import Calendar
from workflows.due import Subject, addressee, still_due
from workflows.rules import Rule, Rules

Subjects = Callable[[str, str], Subject | None]
"""The facts now of (about, reference); None when it is gone."""

_DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


@dataclass(frozen=True)
class Composer:
    """Puts the words of a letter together. `command` is how a click is typed: "{command} {number} {click}"."""

    rules: Rules
    calendar: Calendar
    reminders: Reminders
    outbox: Outbox
    subjects: Subjects
    now: Callable[[], datetime]
    command: str = "/herinnering"

    def __call__(self, letter: Letter) -> Reply | None:
        """The reply to place, or None when there is no longer a reason for it."""
        match letter.kind:
            case "reminder":
                return self._reminder(letter)
            case "alarm":
                return self._alarm(letter)
            case "reply":
                return unpack_reply(letter.text)
        return Reply(letter.text)

    def _reminder(self, letter: Letter) -> Reply | None:
        reminder = self.reminders.reminder(int(letter.ref))
        if reminder is None or reminder.stage in (Stage.DONE, Stage.SKIPPED, Stage.CANCELLED):
            return None
        rule, subject = self.rules.rule(reminder.rule), self.subjects(reminder.about, reminder.subject)
        if rule is None or subject is None:
            return None
        if not still_due(rule, reminder.step, reminder.nominal, subject, self.calendar):
            return None
        # Private is only where we know that one of these people reads alone; the channel may have changed since.
        text = say(rule, reminder, subject, private=letter.dest in subject.people.values())
        if is_late(letter, self.now()):
            planned = self.calendar.wall(letter.planned_for)
            text = f"{render('reminders.late', planned=f'{spoken(planned)} {planned:%H:%M}')}\n\n{text}"
        return Reply(f"{text} {render('reminders.number', number=reminder.id)}", self._choices(rule, reminder))

    def _choices(self, rule: Rule, reminder: Reminder) -> tuple[Choice, ...]:
        return tuple(
            Choice(
                render(f"reminders.click_{click}"), f"{self.command} {reminder.id} {render(f'reminders.word_{click}')}"
            )
            for click in rule.clicks
        )

    def _alarm(self, letter: Letter) -> Reply | None:
        stuck = self.outbox.letter(int(letter.ref))
        if stuck is None or stuck.state not in ("look", "dead"):
            return None
        return Reply(self._trouble(stuck, _place(stuck.dest)))

    def _trouble(self, stuck: Letter, dest: str) -> str:
        """What is the matter with a post; a reminder is called by its own number, `retry` takes that of the post."""
        reminder = self.reminders.reminder(int(stuck.ref)) if stuck.kind == "reminder" else None
        what = called(stuck, reminder)
        if stuck.reason == "gone":
            return " ".join([render("reminders.gone", dest=dest, what=what), *instead(reminder)])
        if stuck.reason == SHARED.reason:
            return render("reminders.shared", dest=dest, what=what)
        if stuck.reason == OUTSIDER.reason:
            return render("reminders.outsider", dest=dest, what=what)
        if stuck.erases:
            return render("reminders.not_taken_back", dest=dest, number=stuck.id)
        if stuck.state == "look":
            return render("reminders.look", dest=dest, what=what, number=stuck.id)
        return render("reminders.dead", dest=dest, what=what, number=stuck.id, tries=stuck.tries)


def instead(reminder: Reminder | None) -> Iterator[str]:
    """What to do about a reminder that has nowhere to go; its subject is M-2026-0001/2, or C-2026-0001 with more."""
    if reminder:
        about = "meeting" if reminder.subject.startswith("M") else "case"
        yield render(f"reminders.gone_{about}", ref=reminder.subject.partition("/")[0])


def called(letter: Letter, reminder: Reminder | None) -> str:
    """What a post is called to people: a reminder by the number that `/herinnering` takes."""
    if reminder:
        return render("reminders.post_reminder", number=reminder.id)
    return render("reminders.post_other", number=letter.id)


def say(rule: Rule, reminder: Reminder, subject: Subject, private: bool) -> str:
    """The sentence of a reminder; the words of an action only in private."""
    who = addressee(rule, reminder.step, subject)
    anchor = subject.anchors[rule.anchor]
    values = {
        "ref": subject.called or subject.ref,
        "who": (subject.named.get(who) if private else "") or subject.shown.get(who) or render(f"reminders.role_{who}"),
        "date": spoken(anchor),
        "time": f"{anchor:%H:%M}" if isinstance(anchor, datetime) else "",
        "words": f": {subject.words}" if private and subject.words else "",
        "summary": subject.summary,
        "subject": render("reminders.subject_mdo") if rule.about == "mdo" else render("reminders.subject_other"),
    }
    return rule.sentence(subject.met).format(**values)


def spoken(day: date) -> str:
    """A day in Dutch: "vrijdag 27 november 2026"."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def _place(dest: str) -> str:
    return dest.partition(":")[2] or dest
