"""Slack is told about an event as soon as that one is written down, however many come after it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.messages import Incoming, Person
from bot.platforms.slack.keeping import Keeper
from bot.storage.inbox import Arrived, Inbox
from bot.vault import Vault
from tests import databases

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
CROWD = 10


def event(number: int) -> Arrived:
    said = Incoming(Person("slack", f"U{number}"), "hoi", NOW, conversation=f"c{number}", id=str(number))
    return Arrived((str(number),), said)


async def test_whoever_came_first_does_not_wait_for_all_who_come_after(tmp_path: Path) -> None:
    database = databases.opened(tmp_path)
    database.upgrade()
    loop, told = asyncio.get_running_loop(), []

    class Busy(Inbox):
        """While one event is written the next comes, so that there is always something to write."""

        def keep(self, events: Sequence[Arrived], cursor: str = "", platform: str = "") -> int:
            next_one = int(events[-1].keys[0]) + 1
            if next_one < CROWD:
                asyncio.run_coroutine_threadsafe(hear(next_one), loop)
            return super().keep(events, cursor, platform)

    keeper, everybody = Keeper(Busy(database, Vault.open("a key for tests", tmp_path))), asyncio.Event()

    async def hear(number: int) -> None:
        assert await keeper.keep(event(number))
        told.append(number)
        if len(told) == CROWD:
            everybody.set()

    async with asyncio.timeout(30):
        await hear(0)
        assert len(told) < CROWD
        await everybody.wait()
    assert told == list(range(CROWD))
    assert keeper.inbox.count() == CROWD
