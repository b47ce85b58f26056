"""A device that appears in a case's room and that its owner does not confirm: the coordinator hears of it, once."""

import shutil
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from bot.platforms.matrix import new_devices, stream
from bot.platforms.matrix.new_devices import Acquaintances, Known
from bot.storage.letters import OutboxRow
from knowledge.library import INDEX_NAME
from tests.matrix.bot_house import House
from tests.matrix.friend import ENCRYPTED, Friend
from tests.matrix.line import Line
from tests.matrix.synapse import Synapse

Make = Callable[[str], Friend]
_NUMBERS = count(1)


@pytest.fixture
async def cora(friend: Make) -> Friend:
    person = friend("cora")
    await person.sync()
    return person


@pytest.fixture
async def house(
    synapse: Synapse, tmp_path: Path, index: Path, cora: Friend, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    """A bot that knows Cora as coordinator, and gives nobody time to confirm a device."""
    monkeypatch.setattr(new_devices, "GRACE", timedelta())
    home = tmp_path / "home"
    home.mkdir()
    (home / INDEX_NAME).symlink_to(index)
    account = synapse.register(f"dbot{next(_NUMBERS)}", "geheim")
    bot = House(synapse, account["user_id"], home, coordinators=(cora.id,))
    await bot.start()
    yield bot
    await bot.stop()


async def with_case(house: House, person: Friend) -> str:
    """A room in which a case was begun."""
    await person.sync()
    room = await person.room(house.user)
    await person.until(room, house.user)
    await person.say(room, "!start-case")
    await person.hears("Gevaar?")
    return room


def people(house: House, user: str) -> Known:
    return Acquaintances.open(house.home / "matrix" / "devices.json").people.get(user, Known())


def told(house: House) -> int:
    """How many posts there are about devices."""
    assert house.app is not None
    with house.app.database.read() as session:
        query = select(func.count()).where(col(OutboxRow.key).startswith("device/"))
        return int(session.execute(query).scalar_one())


async def test_the_coordinator_is_told_once_in_private_also_after_a_restart(
    synapse: Synapse, house: House, friend: Make, cora: Friend, tmp_path: Path
) -> None:
    iris = friend("iris")
    room = await with_case(house, iris)
    await house.stop()
    second = Friend(synapse.url, synapse.login(iris.id, name="Tablet_*x*"), tmp_path / "second")
    await second.sync()
    await house.start()
    await cora.comes_in()
    told = await cora.hears("nieuw apparaat")
    assert told["encrypted"]
    assert f"{iris.id}" in told["content"]["body"]
    assert f"{second.client.device_id} (Tabletx)" in told["content"]["body"]
    await house.stop()
    await house.start()
    await second.say(room, "2")
    await second.hears("Wie vraagt?")
    await cora.sync(300)
    assert sum("nieuw apparaat" in said for said in cora.words()) == 1
    assert "nieuw apparaat" not in " ".join(iris.words() + second.words())
    await second.close()


async def test_a_device_that_its_owner_signed_alarms_nobody(
    synapse: Synapse, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_devices, "GRACE", timedelta(days=1))
    monkeypatch.setattr(stream, "_POLL", 300)
    # Our own platform signs its device, so it can play a person who does so too.
    user = synapse.register(f"signer{next(_NUMBERS)}", "geheim")["user_id"]
    first = Line(synapse.url, user, tmp_path / "first", matrix_password="geheim")
    await first.start()
    client = first.connection.client
    assert client is not None
    room = (await client.room_create(invite=[house.user], is_direct=True, initial_state=[ENCRYPTED])).room_id
    await first.until(lambda: room in client.rooms and house.user in client.rooms[room].users)
    await client.post(room, "m.room.message", {"msgtype": "m.text", "body": "!start-case"}, "begin")
    await house.until(lambda: house.app is not None and house.app.office.cases.count() == 1)
    shutil.copytree(tmp_path / "first" / "matrix", tmp_path / "second" / "matrix")
    for keys in (tmp_path / "second" / "matrix").glob("*.db*"):
        keys.unlink()
    second = Line(synapse.url, user, tmp_path / "second", matrix_password="geheim")
    await second.start()
    await house.until(lambda: len(people(house, user).waiting) == 1)
    monkeypatch.setattr(new_devices, "GRACE", timedelta())
    await house.until(lambda: not people(house, user).waiting)
    assert len(people(house, user).devices) == 2
    assert told(house) == 0
    await first.close()
    await second.close()


async def test_someone_who_signs_in_as_the_bot_is_told_of(
    synapse: Synapse, house: House, friend: Make, cora: Friend, tmp_path: Path
) -> None:
    await with_case(house, friend("iris"))
    stranger = Friend(synapse.url, synapse.login(house.user, "geheim"), tmp_path / "stranger")
    await stranger.sync()
    await cora.comes_in()
    assert "als Wegwijzer zelf" in (await cora.hears("Iemand heeft zich aangemeld"))["content"]["body"]
    await stranger.close()
