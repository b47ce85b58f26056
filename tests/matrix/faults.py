"""The faults of Matrix, as rows of the fault table: deaths, restarts, losses, late keys, new people and devices."""

import asyncio
import random
import shutil
import signal
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

from bot.platforms.matrix.credentials import Credentials
from bot.platforms.matrix.homeserver import store_name
from bot.vault import Vault
from tests.faults.delivery import Row
from tests.matrix.friend import Friend
from tests.matrix.keys import bot_device, give_key
from tests.matrix.synapse import MEMORY, Synapse
from tests.matrix.world import Tally, World

POINTS = (
    "matrix.synced", "matrix.kept", "taken", "answered_event", "worked", "claimed", "composed", "answered", "done",
)  # fmt: skip
"""Every named point of the way from a message to its answer."""

PROMISE = "each message is answered once, and each answer can be read"


Scene = Callable[[World], Awaitable[Tally]]


async def _begin(world: World) -> tuple[Friend, str]:
    await world.up()
    person = world.person()
    return person, await world.room(person)


async def clean_restart(world: World) -> Tally:
    """Ended and started again while messages come in."""
    person, room = await _begin(world)
    for number in range(6):
        await world.say(person, room)
        if number % 2:
            await world.down(signal.SIGTERM)
            await world.say(person, room)
            await world.up()
    return await world.settle()


async def dies_at_each_point(world: World) -> Tally:
    """Killed at every named point between a message and its answer."""
    person, room = await _begin(world)
    for point in POINTS:
        await world.down()
        await world.up(crash_at=point)
        await world.say(person, room)
        for _ in range(150):
            if world.dead:
                break
            await asyncio.sleep(0.1)
        if world.dead:
            world.kills += 1
        await world.say(person, room)
        await world.settle(quiet=0)
    return await world.settle()


async def server_restart(world: World) -> Tally:
    """The homeserver goes away and comes back."""
    person, room = await _begin(world)
    for _ in range(3):
        await world.say(person, room)
        world.synapse.stop()
        await asyncio.sleep(0.5)
        world.synapse.start()
        await world.say(person, room)
    return await world.settle()


async def lost_store(world: World) -> Tally:
    """The keys on disk are gone; the bot signs in anew by password, and people's clients notice."""
    person, room = await _begin(world)
    await world.say(person, room)
    await world.settle(quiet=0)
    await world.down()
    kept = Credentials(world.home / "matrix", Vault.open("a key for tests", world.home)).load()
    assert kept is not None
    (world.home / "matrix" / store_name(kept.device)).unlink()
    await world.up()
    await _until_other_device(person, world.bot, kept.device)
    await world.say(person, room)
    return await world.settle()


async def _until_other_device(person: Friend, bot: str, old: str) -> None:
    for _ in range(100):
        await person.sync(200)
        if any(device.id != old for device in person.client.device_store.active_user_devices(bot)):
            return
    raise TimeoutError("no new device")


async def restored_backup(world: World) -> Tally:
    """The database of a while ago is put back: what was answered since is not answered again."""
    person, room = await _begin(world)
    await world.say(person, room)
    await world.settle(quiet=1)
    await world.down(signal.SIGTERM)
    copy = world.folder / "copy"
    copy.mkdir()
    for file in world.home.glob("wegwijzer.db*"):
        shutil.copy(file, copy)
    await world.up()
    for _ in range(3):
        await world.say(person, room)
    await world.settle(quiet=1)
    await world.down(signal.SIGTERM)
    for file in world.home.glob("wegwijzer.db*"):
        file.unlink()
    for file in copy.iterdir():
        shutil.copy(file, world.home)
    await world.up()
    await world.say(person, room)
    return await world.settle(quiet=4)


async def late_keys(world: World) -> Tally:
    """The key of a message comes after the message, and after a death."""
    person, room = await _begin(world)
    await world.say(person, room)
    await world.settle(quiet=0)
    device = bot_device(person, world.bot)
    person.client.blacklist_device(device)
    await world.say(person, room)
    await world.say(person, room)
    await asyncio.sleep(1)
    await world.down()
    await world.up()
    await give_key(person, room, device)
    return await world.settle()


async def new_member(world: World) -> Tally:
    """Somebody joins: they read what comes, and are answered."""
    await world.up()
    person, other = world.person(), world.person("tom")
    room = await world.room(person)
    await world.say(person, room)
    await world.settle(quiet=0)
    await other.sync()
    await person.client.room_invite(room, other.id)
    await other.client.join(room)
    await other.sync(200)
    before = len(other.unreadable)  # what was said before they came is not theirs to read
    await person.until(room, other.id)
    await world.say(other, room)
    tally = await world.settle()
    await other.hears("antwoord op: bericht 0002")
    tally.unreadable += len(other.unreadable) - before
    return tally


async def second_device(world: World) -> Tally:
    """A person takes a second device: it reads the answers, and its questions are read."""
    person, room = await _begin(world)
    await world.say(person, room)
    await world.settle(quiet=0)
    second = Friend(world.synapse.url, world.synapse.login(person.id), world.folder / "second")
    world.people.append(second)
    await second.sync()
    before = len(second.unreadable)
    await asyncio.sleep(1)
    await world.say(second, room)
    tally = await world.settle()
    for _ in range(5):
        await second.sync(200)
    body = f"antwoord op: {world.said[-1]}"
    seen = [e for _, e in second.heard + person.heard if body in str(e["content"].get("body", ""))]
    tally.unreadable += len(second.unreadable) - before + (2 - len(seen))
    return tally


def many_deaths(messages: int, rooms: int = 5, seed: int = 1) -> Scene:
    """Many messages in several rooms while the bot is killed at random moments."""

    async def scene(world: World) -> Tally:
        chance = random.Random(seed)
        person, _ = await _begin(world)
        for _ in range(rooms - 1):
            await world.room(person)
        killer = asyncio.create_task(_kill(world, chance))
        try:
            for number in range(messages):
                await world.say(person, world.rooms[number % rooms])
                await asyncio.sleep(chance.uniform(0, 0.2))
                if number % 20 == 0:
                    await person.sync()
        finally:
            killer.cancel()
            await asyncio.gather(killer, return_exceptions=True)
        if world.dead:
            await world.up()
        return await world.settle(longest=240, quiet=5)

    return scene


async def _kill(world: World, chance: random.Random) -> None:
    while True:
        await asyncio.sleep(chance.uniform(0.3, 3.0))
        await world.down()
        await world.up()


SCENES: Sequence[tuple[str, str, Scene]] = (
    ("Matrix: the bot is restarted", "SIGTERM while messages come in", clean_restart),
    ("Matrix: the bot dies in the handler", f"CRASH_AT at {len(POINTS)} points", dies_at_each_point),
    ("Matrix: the homeserver is restarted", "stopped and started while messages come in", server_restart),
    ("Matrix: the store of keys is lost", "file deleted; fresh login by password", lost_store),
    ("Matrix: a backup is put back", "the database of three messages ago", restored_backup),
    ("Matrix: keys come late", "two messages before their key, a SIGKILL in between", late_keys),
    ("Matrix: a new member", "joins an encrypted room", new_member),
    ("Matrix: a second device", "of somebody in an encrypted room", second_device),
)


def rows(messages: int = 500) -> Iterator[Row]:
    """Play everything and count."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        synapse = Synapse(Path(folder) / "synapse")
        synapse.start()
        try:
            for number, (fault, how, scene) in enumerate(SCENES):
                yield _row(fault, how, play(synapse, Path(folder) / str(number), scene))
            tally = play(synapse, Path(folder) / "many", many_deaths(messages))
            yield _row(f"Matrix: {messages} messages and random deaths", f"{tally.kills} SIGKILLs", tally)
        finally:
            synapse.stop()


def play(synapse: Synapse, folder: Path, scene: Scene) -> Tally:
    """Play one scene with people and a bot of its own."""
    folder.mkdir()

    async def whole() -> Tally:
        world = World(synapse, folder)
        try:
            return await scene(world)
        finally:
            await world.close()

    return asyncio.run(whole())


def _row(fault: str, how: str, tally: Tally) -> Row:
    found = f"{tally.lost} lost, {tally.doubled} doubled, {tally.unreadable} unreadable"
    return Row(fault, f"{how}; {found}", PROMISE, tally.said, tally.failures)
