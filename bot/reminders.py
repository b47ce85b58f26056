"""When we wake: a tick moves what is due to the outbox. The tables are the truth; APScheduler only ticks."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.jobstores.memory import MemoryJobStore  # type: ignore[import-untyped]
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]

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
    """The tick: plans once a day, moves what is due, and keeps still after an old backup was put back."""

    planner: Planner
    reminders: Reminders
    outbox: Outbox
    heartbeat: Heartbeat
    subjects: Callable[[], Iterable[Subject]]
    coordinators: tuple[str, ...] = ()
    planned_at: datetime | None = None

    def tick(self, now: datetime) -> int:
        """Do what is due at `now` (aware); returns how many reminders went to the outbox."""
        if self.heartbeat.restored():
            self._after_restore(now)
        if self.planned_at is None or now - self.planned_at >= _PLAN_EVERY:
            self.planner.plan_all(self.subjects(), now)
            self.planned_at = now
        moved = self.reminders.fire(now)
        self.heartbeat.beat()
        return moved

    def _after_restore(self, now: datetime) -> None:
        """Nothing that may have been placed goes again by itself; the coordinators are told."""
        count = self.reminders.fire(now, State.LOOK) + self.outbox.quarantine()
        self.heartbeat.settle()
        _log.warning("an old backup was put back: %d posts wait for a person", count)
        if count:
            text = render("reminders.restored", count=count)
            for person in self.coordinators:
                self.outbox.post(f"restored/{now.isoformat()}/{person}", person, text, now)


def scheduler(clock: Clock, now: Callable[[], datetime]) -> AsyncIOScheduler:
    """APScheduler, ticking from the first moment on; start it inside a running event loop."""
    made = AsyncIOScheduler(
        jobstores={"default": MemoryJobStore()},
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    # APScheduler lives by the machine's clock; what is due is decided by `now`.
    first = datetime.now(UTC)
    made.add_job(_tick, "interval", args=[clock, now], seconds=TICK.total_seconds(), next_run_time=first)
    return made


async def _tick(clock: Clock, now: Callable[[], datetime]) -> None:
    try:
        clock.tick(now())
    except Exception:
        _log.exception("a tick failed; the next comes in %d seconds", TICK.total_seconds())
