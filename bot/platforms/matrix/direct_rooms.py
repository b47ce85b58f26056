"""The room for one person: found among the rooms we are in, or made, always encrypted."""

import asyncio
from collections.abc import Callable
from urllib.parse import quote

from nio import MatrixRoom, RoomCreateResponse, RoomPreset

from bot.platforms.matrix.homeserver import Homeserver
from bot.platforms.matrix.room_rules import is_direct

_ENCRYPTION = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}
_APPEARS_WITHIN = 15.0  # seconds until the sync shows a room that was just made


class NoRoomError(Exception):
    """A room for this person could not be made; `reason` is the server's."""


def direct_room(client: Homeserver, user: str) -> MatrixRoom | None:
    """The encrypted room of this person and us alone; the one they are in already goes first."""
    rooms = [r for r in client.rooms.values() if is_direct(r, client.user_id) and user in r.users and r.encrypted]
    rooms = [r for r in rooms if not r.replacement_room]
    return min(rooms, key=lambda r: (r.users[user].invited, r.is_named, r.room_id), default=None)


async def open_direct_room(client: Homeserver, user: str, known: Callable[[], bool]) -> str:
    """The id of the room for one person, made when there is none. Raises NoRoomError."""
    if room := direct_room(client, user):
        return str(room.room_id)
    made = await client.room_create(
        is_direct=True, invite=[user], preset=RoomPreset.trusted_private_chat, initial_state=[_ENCRYPTION]
    )
    if not isinstance(made, RoomCreateResponse):
        raise NoRoomError(str(made.status_code or "no answer"))
    await _tell_it_is_direct(client, user, made.room_id)
    async with asyncio.timeout(_APPEARS_WITHIN):
        while not _is_ready(client.rooms.get(made.room_id), user):
            if not known():
                raise NoRoomError("not listening")
            await asyncio.sleep(0.05)
    return str(made.room_id)


def _is_ready(room: MatrixRoom | None, user: str) -> bool:
    # A server makes a room bit by bit: what is said before the other is in it, they can never read.
    return room is not None and room.encrypted and user in room.users


async def _tell_it_is_direct(client: Homeserver, user: str, room: str) -> None:
    path = f"/_matrix/client/v3/user/{quote(client.user_id)}/account_data/m.direct"
    status, found = await client.call("GET", path)
    if status not in (200, 404):
        return  # what is there cannot be read now, and is not to be written over
    rooms = found if status == 200 else {}
    rooms[user] = [*rooms.get(user, []), room]
    await client.call("PUT", path, rooms)
