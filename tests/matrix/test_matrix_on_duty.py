"""Two bots on one account: one is the device, the other waits, and takes over when the first stops."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.app import App
from bot.commands import doctor
from bot.duty import Duty
from bot.serving import alone
from bot.storage.leases import Leases
from knowledge.library import INDEX_NAME
from tests.matrix.bot_house import House
from tests.matrix.friend import Friend
from tests.matrix.line import Line
from tests.matrix.synapse import Synapse
from tests.matrix.test_matrix_contract import QUESTION, meet

Make = Callable[[str], Friend]
_NUMBERS = count(1)
LENGTH = timedelta(seconds=3)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bots in one process that are to each other as processes, with a short lease."""

    def duty(app: App, name: str) -> Duty:
        return Duty(Leases(app.database), name, f"elsewhere/{next(_NUMBERS)}/0", app.now, LENGTH, LENGTH / 3)

    monkeypatch.setattr(App, "duty", duty)


async def test_the_second_waits_and_goes_on_where_the_first_stopped(
    synapse: Synapse, tmp_path: Path, index: Path, friend: Make, names: None
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / INDEX_NAME).symlink_to(index)
    user = synapse.register(f"duty{next(_NUMBERS)}", "geheim")["user_id"]
    first, second = House(synapse, user, home), House(synapse, user, home)
    await first.start()
    await second.start(wait=False)
    iris = friend("iris")
    room = await meet(first, iris)
    await iris.say(room, QUESTION)
    await iris.hears("Bel eerst")
    await asyncio.sleep(1.4 * LENGTH.total_seconds())  # longer than a lease that nobody renews
    assert second.delivery.desk is None
    assert first.app is not None
    assert doctor._on_duty(first.app, alone("matrix", first.app.settings)).remark.startswith("elsewhere/")
    await first.stop()
    start = len(iris.heard)
    await iris.say(room, "/start-case".replace("/", "!"))
    await second.until(lambda: second.delivery.desk is not None)
    await iris.hears("Gevaar?", start=start)
    assert iris.unreadable == []
    await second.stop()


async def test_who_is_no_longer_on_duty_takes_nothing_in(line: Line, friend: Make) -> None:
    iris = friend("iris")
    await iris.sync()
    await line.until(lambda: line.inbox.cursor("matrix") != "")
    assert line.connection is not None
    assert line.connection.client is not None
    line.connection.client.on_duty = lambda: False
    before = line.inbox.cursor("matrix")
    await iris.room(line.user)  # which ends the waiting of the sync that is under way
    await line.until(lambda: bool(line.connection.trouble()))
    assert line.inbox.cursor("matrix") == before
    line.connection.client.on_duty = lambda: True
    await iris.hears("Wegwijzer")
