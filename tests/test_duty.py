"""What only one process may do: one does it, another waits, takes over, and the first can tell that it is over."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.duty import Duty
from bot.storage.database import Database, StorageError
from bot.storage.leases import Leases
from tests import databases

pytestmark = pytest.mark.usefixtures("kind")

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Hours:
    """Leases, with a hand on the clock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = databases.opened(folder)
        self.database.upgrade()
        self.leases = Leases(self.database)
        self.at(NOW)

    def at(self, now: datetime) -> None:
        self.now = now
        databases.set_clock(self.folder, now)

    def take(self, owner: str, dead: str = "") -> int:
        return self.leases.take("matrix", owner, self.now, MINUTE, lambda name: name == dead)


@pytest.fixture
def hours(tmp_path: Path) -> Hours:
    return Hours(tmp_path)


def test_one_holds_it_and_the_next_has_it_when_it_is_over(hours: Hours) -> None:
    assert hours.leases.holder("matrix", NOW) is None
    assert hours.take("one") == 1
    assert hours.take("two") == 0
    hours.at(NOW + MINUTE - timedelta(seconds=1))
    assert hours.leases.renew("matrix", 1, hours.now, MINUTE)
    hours.at(NOW + 2 * MINUTE - timedelta(seconds=2))
    assert hours.take("two") == 0
    hours.at(NOW + 2 * MINUTE)
    assert hours.take("two") == 2
    holder = hours.leases.holder("matrix", hours.now)
    assert holder is not None
    assert (holder.owner, holder.until, holder.is_over) == ("two", NOW + 3 * MINUTE, False)


def test_who_was_taken_for_dead_neither_renews_nor_ends_what_is_anothers_now(hours: Hours) -> None:
    slow = hours.take("one")
    hours.at(NOW + MINUTE)
    quick = hours.take("two")
    assert not hours.leases.renew("matrix", slow, hours.now, MINUTE)
    hours.leases.end("matrix", slow, hours.now)
    assert hours.leases.renew("matrix", quick, hours.now, MINUTE)


def test_the_end_and_the_death_of_a_holder_need_not_be_waited_for(hours: Hours) -> None:
    hours.leases.end("matrix", hours.take("one"), hours.now)
    assert hours.take("two")
    assert not hours.take("three", dead="one")
    assert hours.take("three", dead="two")


def test_the_clock_of_postgresql_decides_and_not_that_of_the_machine(tmp_path: Path) -> None:
    with databases.on(databases.Kind.POSTGRESQL):
        hours = Hours(tmp_path)
        hours.take("one")
        fast = NOW + timedelta(hours=5)
        assert hours.leases.take("matrix", "two", fast, MINUTE) == 0


class Crew:
    """Processes of one duty, as tasks: each notes when it works."""

    def __init__(self, database: Database, length: float = 0.6) -> None:
        self._leases, self._length = Leases(database), timedelta(seconds=length)
        self.working: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.duties: dict[str, Duty] = {}

    def begin(self, name: str) -> None:
        duty = Duty(self._leases, "matrix", name, lambda: datetime.now(UTC), self._length, self._length / 3)

        async def work() -> None:
            self.working.append(name)
            try:
                await asyncio.sleep(60)
            finally:
                self.working.remove(name)

        self.duties[name], self.tasks[name] = duty, asyncio.create_task(duty.run(work))

    async def end(self, *names: str) -> None:
        for name in names or list(self.tasks):
            self.tasks.pop(name).cancel()
            await asyncio.sleep(0)
            await self.duties[name].leave()


async def until(true: Callable[[], bool], longest: float = 20.0) -> None:
    async with asyncio.timeout(longest):
        while not true():
            await asyncio.sleep(0.01)


async def test_two_processes_one_works_and_the_other_takes_over(tmp_path: Path) -> None:
    crew = Crew(databases.opened(tmp_path))
    databases.opened(tmp_path).upgrade()
    crew.begin("one")
    await until(lambda: crew.working == ["one"])
    crew.begin("two")
    await asyncio.sleep(0.7)  # longer than a lease: it is renewed
    assert crew.working == ["one"]
    assert crew.duties["one"].is_ours()
    assert not crew.duties["two"].is_ours()
    await crew.end("one")
    await until(lambda: crew.working == ["two"])
    await crew.end()


async def test_a_database_that_does_not_answer_ends_the_duty_before_the_lease(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = databases.opened(tmp_path)
    database.upgrade()
    crew = Crew(database)
    crew.begin("one")
    await until(lambda: crew.working == ["one"])

    def gone(*_: object) -> bool:
        raise StorageError("weg")

    monkeypatch.setattr(Leases, "renew", gone)
    await until(lambda: not crew.duties["one"].is_ours())
    monkeypatch.undo()
    await until(crew.duties["one"].is_ours)  # it is renewed, or taken anew
    await crew.end()


async def test_work_that_fails_ends_the_whole(tmp_path: Path) -> None:
    database = databases.opened(tmp_path)
    database.upgrade()

    async def fail() -> None:
        raise RuntimeError("for good")

    duty = Duty(Leases(database), "matrix", "one", lambda: datetime.now(UTC))
    with pytest.raises(RuntimeError, match="for good"):
        await duty.run(fail)
