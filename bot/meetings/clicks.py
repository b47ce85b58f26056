"""The clicks on a reminder: done, snooze, not mine, skip, show. Only its owner, who leads or a coordinator may."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.assistant import Answerer
from bot.composing import spoken
from bot.meetings import showing
from bot.meetings.office import Office
from bot.messages import Choice, Incoming, Reply
from bot.permits import TABLE, Deed, allows, may
from bot.storage.reminder_store import Reminder, Reminders, Stage
from prompts import render
from workflows.dates import parse_snooze
from workflows.due import Subject, parts_in
from workflows.meeting import Meeting, find_references, settle
from workflows.parts import Part
from workflows.rules import Rule

_CLICKS = {
    "done": "done", "klaar": "done", "snooze": "snooze", "later": "snooze", "uitstel": "snooze",
    "not_mine": "not_mine", "niet": "not_mine", "skip": "skip", "overslaan": "skip", "show": "show", "toon": "show",
}  # fmt: skip


@dataclass
class Clicks:
    """What is typed by the buttons on a reminder: `/herinnering 12 done`."""

    office: Office
    reminders: Reminders
    run: Callable[[Incoming, str], Sequence[Reply]]
    hand_on: Callable[[Incoming, str], Sequence[Reply]]
    subjects: Callable[[str, str], Subject | None]
    settle_case: Callable[[str, str, datetime], None]
    commands: frozenset[str] = field(default=frozenset({"herinnering"}))

    def take(self, incoming: Incoming, answer: Answerer) -> Sequence[Reply] | None:  # noqa: ARG002 - no steps
        """A click is a command; nothing is asked here."""
        return None

    def command(self, incoming: Incoming, words: str) -> Sequence[Reply]:
        """Answer `/herinnering number click rest`."""
        number, _, more = words.strip().partition(" ")
        name, _, rest = more.strip().partition(" ")
        reminder = self.reminders.reminder(int(number)) if number.isdecimal() else None
        rule = self.office.planner.rules.rule(reminder.rule) if reminder else None
        subject = self.subjects(reminder.about, reminder.subject) if reminder else None
        click = _CLICKS.get(name.lower(), "show")
        if reminder is None or rule is None or subject is None or self._is_hidden(incoming, subject):
            return [Reply(render("mdo.click_unknown"), private=True)]
        if click == "show":
            return self._show(incoming, reminder, rule, subject)
        hands_on = click == "not_mine" and reminder.about == "action"  # what it opens gives the action to somebody else
        deed = Deed.END_ACTION if hands_on else Deed.SETTLE_REMINDER
        if not may(deed, incoming.person.role, parts_in(subject, incoming.person.key)):
            return [Reply(self._refusal(subject, deed), private=True)]
        return [replace(reply, replaces=not reply.choices) for reply in self._do(incoming, reminder, rule, click, rest)]

    @staticmethod
    def _is_hidden(incoming: Incoming, subject: Subject) -> bool:
        """Whether a reminder is about somebody else's case, which does not exist for who speaks."""
        allowed = allows(Deed.SETTLE_CASE_REMINDER, incoming, parts_in(subject, incoming.person.key))
        return subject.about == "case" and not allowed

    def _show(self, incoming: Incoming, reminder: Reminder, rule: Rule, subject: Subject) -> Sequence[Reply]:
        match reminder.about:
            case "mdo" | "action":
                return self.run(incoming, f"toon {reminder.subject}")
            case "channel":
                return self.run(incoming, "overzicht")
            case "case":
                command = f"/start-case toon {subject.called}"
                return [Reply(render("mdo.click_case", ref=subject.called, command=command))]
        sources = "; ".join(rule.provisions)
        return [Reply(render("mdo.click_rule", title=rule.title, date=spoken(reminder.nominal), sources=sources))]

    def _do(self, incoming: Incoming, reminder: Reminder, rule: Rule, click: str, rest: str) -> Sequence[Reply]:
        match click:
            case "done":
                return self._done(incoming, reminder, rule)
            case "snooze":
                return [self._snooze(incoming, reminder, rest)]
            case "not_mine" if reminder.about == "action":
                return self.hand_on(incoming, reminder.subject)
            case "not_mine":
                return [self._pass_on(incoming, reminder)]
        self.reminders.end(reminder.id, Stage.SKIPPED)
        return [Reply(render("mdo.click_skipped"))]

    def _pass_on(self, incoming: Incoming, reminder: Reminder) -> Reply:
        """To who leads, else the coordinator: whoever of them did not press."""
        subject = self.subjects(reminder.about, reminder.subject)
        up = [
            w
            for w in ("leader", "coordinator")
            if subject and subject.people.get(w, incoming.person.key) != incoming.person.key
        ]
        if subject is None or not up:
            return Reply(render("mdo.click_nobody_else"), private=True)
        self.reminders.pass_on(reminder.id, subject.people[up[0]], incoming.at)
        return Reply(render("mdo.click_passed_on", who=subject.shown[up[0]]))

    def _done(self, incoming: Incoming, reminder: Reminder, rule: Rule) -> Sequence[Reply]:
        """The action is done, or the fact behind the reminder is so; a click a second time changes nothing."""
        self.reminders.end(reminder.id, Stage.DONE)
        if reminder.about == "action":
            return self.run(incoming, f"klaar {reminder.subject}")
        if reminder.about == "mdo":
            found, _ = find_references(reminder.subject, incoming.at.year)

            def change(meeting: Meeting) -> Meeting:
                return settle(meeting, rule.unless)

            made = self.office.meetings.change(found[0].ref, change, incoming.person.key, rule.unless, incoming.at)
            self.office.remind(made, incoming.at)
        elif reminder.about == "case":
            self.settle_case(reminder.subject, incoming.person.key, incoming.at)
        self.reminders.end_round(reminder)
        return [Reply(render("mdo.click_settled", ref=reminder.subject.partition("/")[0]))]

    def _snooze(self, incoming: Incoming, reminder: Reminder, rest: str) -> Reply:
        """Again in a day, a week or on a date, at a working hour; only this reminder, what it is about stays due."""
        if not rest:
            typed = f"/herinnering {reminder.id} snooze"
            choices = [
                Choice(render(f"mdo.choice_{n}"), f"{typed} {w}") for n, w in (("day", "1 dag"), ("week", "1 week"))
            ]
            return Reply(render("mdo.click_snooze_when", number=reminder.id), choices)
        when, calendar = parse_snooze(rest, incoming.at), self.office.planner.calendar
        if when.day is None:
            return Reply(render("mdo.click_past"))
        wall = calendar.fit(datetime.combine(when.day, when.at or reminder.wall.time()))
        if not self.reminders.snooze(reminder.id, wall, calendar.moment(wall), incoming.at):
            return Reply(render("mdo.click_past"))
        return Reply(render("mdo.click_snoozed", date=showing.day_and_hour(wall.date(), wall.time())))

    @staticmethod
    def _refusal(subject: Subject, deed: Deed) -> str:
        parts = [part for part in (Part.OWNER, Part.REPORTER, Part.LEADER) if part in TABLE[deed].parts]
        people = [subject.shown[part.value] for part in parts if part.value in subject.shown]
        return render("mdo.not_allowed", ref=subject.ref, people=", ".join(dict.fromkeys(people)))
