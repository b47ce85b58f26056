"""The bot is down for hours and days while reminders fall due: each comes once afterwards, and says that it is late."""

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bot.storage.reminder_store import ReminderRow, Stage
from tests.faults.delivery import Row
from tests.test_reminders import ACTION, MONDAY, Bot

_DAYS = 60
_GRACE = timedelta(minutes=5)
_LATE, _NUMBER = "**Te laat", re.compile(r"/herinnering (\d+) ")

Told = dict[int, list[tuple[datetime, str]]]
"""What was said of each reminder by its number, and when."""


def play(folder: Path, actions: int, seed: int = 1) -> tuple[int, int, list[str]]:
    """Two months in which the bot is now up, now down: (reminders, times down, what was not as promised)."""
    chance, bot, downs, told = random.Random(seed), Bot(folder), 0, defaultdict[int, list[tuple[datetime, str]]](list)
    bot.subjects.clear()
    for number in range(actions):
        due = MONDAY.date() + timedelta(days=chance.randrange(3, _DAYS - 15))
        ref = f"M-2026-{number:04}-1"
        bot.subjects[ref] = replace(ACTION, ref=ref, anchors={"due": due})
    now, end = MONDAY, MONDAY + timedelta(days=_DAYS)
    while now < end:
        _tick(bot, now, told)
        if down := chance.random() < 0.05:
            bot.database.close()
            bot.open()
            downs += 1
        now += timedelta(hours=chance.uniform(2, 100)) if down else timedelta(minutes=chance.randint(20, 120))
    _tick(bot, now, told)
    with bot.database.read() as session:
        rows = list(session.execute(select(ReminderRow)).scalars())
    bot.database.close()
    return len(rows), downs, list(_wrong(rows, told, now))


def _tick(bot: Bot, now: datetime, told: Told) -> None:
    before = len(bot.shown)
    bot.at(now)
    for reply in bot.shown[before:]:
        found = _NUMBER.search(" ".join(choice.value for choice in reply.choices))
        told[int(found[1]) if found else 0].append((now, reply.text))


def _wrong(rows: Sequence[ReminderRow], told: Told, end: datetime) -> Iterator[str]:
    if 0 in told:
        yield f"said without a button: {told[0][0]}"
    for row in rows:
        said = told.get(row.id or 0, [])
        wanted = int(row.due_at <= end and row.state != Stage.SKIPPED)
        if len(said) != wanted:
            yield f"{row.key} ({row.state}): said {len(said)} times"
        if any((now - row.due_at > _GRACE) != text.startswith(_LATE) for now, text in said):
            yield f"{row.key}: does not say how late it is"
        if row.state == Stage.SKIPPED and not _overtaken(row, rows):
            yield f"{row.key}: skipped for no other"


def _overtaken(row: ReminderRow, rows: Sequence[ReminderRow]) -> bool:
    """Whether a later one of the same kind says it."""
    same = (row.subject, row.rule, row.step)
    return any((other.subject, other.rule, other.step) == same and other.due_at > row.due_at for other in rows)


def rows(folder: Path, quick: bool = False) -> Iterator[Row]:
    """Play it."""
    home = folder / "down"
    home.mkdir()
    trials, downs, wrong = play(home, 20 if quick else 400)
    how = f"two months, {downs} times down for 2 to 100 hours; a new start on what is in the tables"
    promised = "each comes once, says that it is late when it is; of what came back meanwhile only the last"
    yield Row("down over due times", how, promised, trials, len(wrong))
