"""The machine's clock steps an hour back and forth while reminders fall due: each goes to the outbox once."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from bot.storage.letters import OutboxRow
from bot.storage.reminder_store import ReminderRow, Reminders
from tests import databases
from tests.databases import Kind
from tests.faults.delivery import Row
from workflows.due import Occurrence

_START = datetime(2026, 10, 20, 6, 0, tzinfo=UTC)  # the change to winter time lies within
_REMINDERS = {Kind.SQLITE: 10_000, Kind.POSTGRESQL: 2_000}
_STEPS = (timedelta(hours=-1), timedelta(), timedelta(hours=1))


def play(folder: Path, kind: Kind, reminders: int, days: int = 30, seed: int = 1) -> tuple[int, int]:
    """Tick through some days with a clock that steps now and then: (reminders, those not sent exactly once)."""
    chance = random.Random(seed)
    with databases.on(kind):
        database = databases.opened(folder)
        database.upgrade()
        store, month = Reminders(database), timedelta(days=days)
        for subject in range(50):
            due = [_due(number, chance.random() * month) for number in range(subject, reminders, 50)]
            store.plan("action", f"A-{subject}", due, _START - month, _START + 2 * month)
        now, off = _START, timedelta()
        while now < _START + month + timedelta(hours=3):
            if chance.random() < 0.1:
                off = chance.choice(_STEPS)
            databases.set_clock(folder, now + off)
            store.fire(now + off)
            now += timedelta(minutes=chance.randint(15, 90))
        with database.read() as session:
            sent = Counter(session.execute(select(col(OutboxRow.ref))).scalars())
            planned = list(map(str, session.execute(select(col(ReminderRow.id))).scalars()))
    return len(planned), sum(sent[id] != 1 for id in planned) + abs(len(planned) - reminders)


def _due(number: int, after: timedelta) -> Occurrence:
    at = _START + after
    wall = at.replace(tzinfo=None)
    return Occurrence(f"r{number}", f"A-{number % 50}", 0, at.date(), wall, "Europe/Amsterdam", at, "owner", "fake:c")


def rows(folder: Path, quick: bool = False) -> Iterator[Row]:
    """On both: on PostgreSQL it is the server's clock that steps."""
    for kind in Kind:
        home = folder / f"clock-{kind}"
        home.mkdir()
        trials, failures = play(home, kind, 500 if quick else _REMINDERS[kind])
        how = f"a month of ticks over the change to winter time, the clock off by an hour every now and then ({kind})"
        yield Row(f"the clock steps an hour, on {databases.NAMES[kind]}", how, "each goes once", trials, failures)
