"""What a tick does: plan what is to come, and move what is due to the outbox. The tables are the truth."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.storage.heartbeat import Heartbeat
from bot.storage.letters import State
from bot.storage.outbox_store import Outbox
from bot.storage.reminder_store import Reminders
from prompts import render
from workflows.calendar import Calendar
from workflows.due import Subject, occurrences
from workflows.rules import Rules

TICK = timedelta(seconds=20)
HORIZON = timedelta(days=90)
"""How far ahead reminders are planned; what comes back later is planned again each day."""

_PLAN_EVERY = timedelta(hours=24)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Planner:
    """Plans the reminders of subjects from the facts of now."""

    rules: Rules
    calendar: Calendar
    reminders: Reminders

    def plan(self, subject: Subject, now: datetime) -> None:
        """Make what is to come for one subject fit its facts; for after every change of a meeting, action or case."""
        until = now + HORIZON
        found = occurrences(subject, self.rules, self.calendar, now, until)
        self.reminders.plan(subject.about, subject.ref, found, now, until)

    def plan_all(self, subjects: Iterable[Subject], now: datetime) -> None:
        """Plan every open subject."""
        for subject in subjects:
            self.plan(subject, now)


@dataclass
class Clock:
    """The tick: plans once a day, moves what is due, and keeps still after an old backup was put back.

    `fresh` gives the facts of a subject anew; `forget_waiting` lets go of what was still to be answered in that backup.
    """

    planner: Planner
    reminders: Reminders
    outbox: Outbox
    heartbeat: Heartbeat
    subjects: Callable[[], Iterable[Subject]]
    coordinators: tuple[str, ...] = ()
    planned_at: datetime | None = None
    fresh: Callable[[Subject], Subject | None] | None = None
    forget_waiting: Callable[[], int] = lambda: 0

    def tick(self, now: datetime) -> int:
        """Do what is due at `now` (aware); returns how many reminders went to the outbox."""
        self.look_back(now)
        if self.planned_at is None or now - self.planned_at >= _PLAN_EVERY:
            self._plan(now)
            self.planned_at = now
        moved = self.reminders.fire(now)
        self.heartbeat.beat()
        return moved

    def look_back(self, now: datetime) -> None:
        """See whether an old backup was put back; before anything is answered or sent."""
        if self.heartbeat.restored():
            self._after_restore(now)

    def _plan(self, now: datetime) -> None:
        """Plan every subject by its facts of that moment: a conversation may have changed them since."""
        for listed in self.subjects():
            with self.reminders.alone_with(listed.ref):
                subject = self.fresh(listed) if self.fresh else listed
                if subject:
                    self.planner.plan(subject, now)

    def _after_restore(self, now: datetime) -> None:
        """Nothing that may have been placed goes again by itself; the coordinators are told."""
        count = self.reminders.fire(now, State.LOOK) + self.outbox.quarantine() + self.forget_waiting()
        self.heartbeat.settle()
        _log.warning("an old backup was put back: %d posts wait for a person", count)
        if count:
            text = render("reminders.restored", count=count)
            for person in self.coordinators:
                self.outbox.post(f"restored/{now.isoformat()}/{person}", person, text, now)
