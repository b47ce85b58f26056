"""A person and the bot get a room together."""

from typing import Any

from tests.matrix.friend import Friend
from tests.matrix.line import Line


async def meet(line: Line, person: Friend, *others: Friend, **more: Any) -> str:
    """An encrypted room of these people and the bot, which has introduced itself."""
    for one in (person, *others):
        await one.sync()
    room = await person.room(line.user, *(other.id for other in others), **more)
    for other in others:
        await other.client.join(room)
    await person.until(room, line.user)
    await person.hears("Wegwijzer")
    return room
