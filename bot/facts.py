"""What reminders are about, wherever it is kept: meetings and their actions, cases, schools, the team."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.addresses import on_platform
from bot.meetings.office import Office, mention
from bot.storage.cases import Cases, Noted
from knowledge.contacts import ContactList
from prompts import render
from workflows.calendar import Calendar
from workflows.case import FollowUp, follow_up_subject
from workflows.due import Subject
from workflows.summary import follow_words

_AHEAD = timedelta(days=120)  # follow-ups are due within weeks; further than the planner looks
_SEPARATOR = "/"


@dataclass(frozen=True)
class Facts:
    """Finds the facts behind reminders. `coordinators`: names from the settings; without any, nothing for a team.

    `asked_since` counts the questions since a day by how they ended; `channel` is that of the coordinators, or empty.
    """

    office: Office
    cases: Cases
    contacts: Callable[[], ContactList]
    calendar: Calendar
    coordinators: Sequence[str]
    asked_since: Callable[[date], Mapping[str, int]] = lambda _: {}
    channel: str = ""

    def all(self, now: datetime) -> Iterator[Subject]:
        """Everything that reminders are planned for."""
        yield from self.office.subjects(now)
        for ref in dict.fromkeys(ref for ref, *_ in self.cases.due(now.date() + _AHEAD)):
            yield from self.of_case(ref)
        yield from self._team(now.date())
        yield from self._questions(now.date())

    def one(self, about: str, ref: str, now: datetime) -> Subject | None:
        """The facts now behind a reminder; None when it is gone."""
        if about == "case":
            return next((found for found in self.of_case(ref.partition(_SEPARATOR)[0]) if found.ref == ref), None)
        if about in ("school", "team"):
            every = (*self._team(now.date()), *self._questions(now.date()))
            return next((found for found in every if found.ref == ref), None)
        return self.office.subject(about, ref, now)

    def of_case(self, ref: str) -> Iterator[Subject]:
        """What is to be reminded of in one case."""
        owner, follow_ups = self.cases.follow_ups(ref)
        for item in sorted(follow_ups, key=lambda item: item.due):
            if not item.done:
                yield follow_up_subject(ref, item, owner, mention(owner), follow_words(item.kind).lower())

    def plan_case(self, ref: str, now: datetime) -> None:
        """Make the reminders of a case fit what it is now; for after every change."""
        self.office.planner.plan_all(self.of_case(ref), now)

    def settle_case(self, ref: str, by: str, now: datetime) -> None:
        """What a reminder about a case asked for was done."""
        case, kind, day = ref.split(_SEPARATOR)
        self.cases.settle(case, FollowUp(kind, date.fromisoformat(day)), Noted(case, now, by, "settle"))

    def _team(self, today: date) -> Iterator[Subject]:
        """What comes back for the whole team, and the start of the year per school (R-contact-2)."""
        key = self._coordinator()
        if not key:
            return
        people, shown = {"coordinator": key, "owner": key}, {"coordinator": mention(key), "owner": mention(key)}
        contacts = self.contacts()
        start = self._school_year(today)
        dates = [c.confirmed for c in contacts.contacts if c.confirmed]
        anchors = {"since": start, **({"contacts_confirmed": min(dates)} if dates else {})}
        yield Subject("team", "team", anchors, people, shown, called=render("reminders.team"))
        for school in contacts.schools:
            yield Subject("school", school.name, {"school_year": start}, people, shown)

    def _questions(self, today: date) -> Iterator[Subject]:
        """How many questions of the last week got no good answer: a count and nothing more."""
        key = self._coordinator()
        if not key and not self.channel:
            return
        counts = self.asked_since(today - _WEEK)
        asked = sum(counts.get(kind, 0) for kind in _ENDS)
        unanswered, down = counts.get("not_found", 0), counts.get("thumbs_down", 0)
        text = render("reminders.questions_count", asked=asked, unanswered=unanswered, down=down)
        people = {"coordinator": key} if key else {}
        met = frozenset() if unanswered or down else frozenset({"nothing_asked"})
        shown = {"coordinator": mention(key)} if key else {}
        yield Subject(
            "team", "questions", {"questions": self._school_year(today)}, people, shown, channel=self.channel, met=met,
            summary=text, called=render("reminders.team"),
        )  # fmt: skip

    def _coordinator(self) -> str:
        return next((key for platform in _PLATFORMS if (key := on_platform(self.coordinators, platform))), "")

    def _school_year(self, today: date) -> date:
        """The first day of the school year that is under way, or of the one that begins within the summer."""
        this = self.calendar.first_school_day(today.year)
        if this and this - timedelta(days=_SUMMER) <= today:
            return this
        return self.calendar.first_school_day(today.year - 1) or date(today.year - 1, 9, 1)


_PLATFORMS = ("slack", "matrix", "terminal")
_WEEK = timedelta(days=7)
_ENDS = ("answer", "crisis", "clarify", "not_found")
_SUMMER = 60  # days before the first school day in which its reminders are already planned
