"""What people see of the bot beside its words: read, typing, no buttons that lead nowhere, coming and going."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing

from bot.delivery import Rejected, Sent
from bot.platforms.matrix.homeserver import Homeserver
from tests.matrix.friend import Friend
from tests.matrix.line import Line
from tests.matrix.meeting_up import meet

Make = Callable[[str], Friend]


async def test_a_message_is_marked_read_and_typing_ends_with_the_answer(line: Line, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(line, iris)
    asked = await iris.say(room, "wie bel ik?")
    await line.hears("wie bel ik?")
    await iris.sees(lambda: iris.client.rooms[room].typing_users == [line.user])
    await line.says(room, "De CJG'er.")
    await iris.sees(lambda: iris.client.rooms[room].typing_users == [])
    threaded = await iris.say(room, "en wie nog meer?", **{"m.relates_to": {"rel_type": "m.thread", "event_id": asked}})
    await iris.sees(lambda: len(iris.read) == 2)
    read = [(receipt.event_id, receipt.user_id, receipt.thread_id) for receipt in iris.read]
    assert read == [(asked, line.user, "main"), (threaded, line.user, asked)]


async def test_what_was_settled_has_no_reactions_left_that_lead_nowhere(line: Line, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(line, iris)
    said = await line.says(room, "Is het klaar?", "Ja", "Nee")
    assert isinstance(said, Sent)
    await iris.hears(lambda e: e["content"].get("m.relates_to", {}).get("key") == "2\ufe0f\u20e3")
    await line.says(room, "Toch niet?", "Wel", edits=said.id)
    gone = await iris.hears(lambda e: e["type"] == "m.room.redaction")
    second = next(e for _, e in iris.heard if e["content"].get("m.relates_to", {}).get("key") == "2\ufe0f\u20e3")
    assert second["event_id"] in (gone.get("redacts"), gone["content"].get("redacts"))
    await asyncio.sleep(0.2)
    await iris.sync(200)
    assert sum(e["type"] == "m.room.redaction" for _, e in iris.heard) == 1


async def test_sent_away_it_says_goodbye_goes_and_forgets_what_it_could_read(line: Line, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(line, iris)
    await iris.say(room, "wie bel ik?")
    await line.hears("wie bel ik?")
    assert keys_of(line, room) > 0
    await iris.say(room, "!weg")
    await iris.hears("Ik ga.")
    await iris.sees(lambda: line.user not in iris.client.rooms[room].users)
    await line.until(lambda: room not in client_of(line).rooms)
    assert keys_of(line, room) == 0
    assert isinstance(await line.says(room, "Nog iets?"), Rejected)
    again = await meet(line, iris)
    await iris.say(again, "daar bent u weer")
    await line.hears("daar bent u weer")


async def test_removed_by_somebody_it_forgets_the_room_too(line: Line, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(line, iris)
    await iris.client.room_kick(room, line.user)
    await line.until(lambda: room not in client_of(line).rooms)
    assert keys_of(line, room) == 0
    # A word in private goes to a room they are both in, not to the one they were.
    post = asyncio.create_task(line.says(iris.id, "Dit is voor u alleen."))
    await iris.comes_in()
    assert isinstance(await post, Sent)
    assert (await iris.hears("voor u alleen"))["encrypted"]


async def test_left_alone_it_goes_too(line: Line, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(line, iris)
    await iris.client.room_leave(room)
    await line.until(lambda: room not in client_of(line).rooms)


async def test_a_command_as_on_other_platforms_is_understood_and_told_once(line: Line, friend: Make) -> None:
    iris = friend("iris")
    room = await meet(line, iris)
    await iris.say(room, "/start-case")
    assert (await line.hears("start-case")).text == "!start-case"
    await iris.hears("begint een opdracht met een uitroepteken: !start-case")
    await iris.say(room, "/mdo lijst")
    await line.hears("!mdo lijst")
    await iris.sync(300)
    assert sum("uitroepteken" in said for said in iris.words()) == 1


def client_of(line: Line) -> Homeserver:
    client = line.connection.client
    assert client is not None
    return client


def keys_of(line: Line, room: str) -> int:
    """How many keys to what was said in a room are on disk."""
    files = list((line.home / "matrix").glob("sleutels-*.db"))
    with closing(sqlite3.connect(files[0])) as kept:
        query = "SELECT count(*) FROM megolminboundsessions WHERE room_id = ?"
        return int(kept.execute(query, (room,)).fetchone()[0])
