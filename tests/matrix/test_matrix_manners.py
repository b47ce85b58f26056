"""What people see of the bot beside its words: read, typing, no buttons that lead nowhere, coming and going."""

import asyncio
from collections.abc import Callable

from bot.delivery import Sent
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
