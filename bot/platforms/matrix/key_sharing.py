"""A room's key, given to everyone who is in it before the first word that needs it is said.

nio says the word also when nobody got the key, or when it does not know who is there; then nobody can ever read it.
"""

from typing import Any
from uuid import uuid4

from aiohttp import ClientConnectorError, ClientError
from nio import AsyncClient, ErrorResponse, ShareGroupSessionResponse
from nio.api import Api
from nio.exceptions import LocalProtocolError

from bot.delivery import Refused
from bot.platforms.matrix.outcomes import error_code, outcome


class NotSharedError(LocalProtocolError):  # type: ignore[misc]
    """Not everyone got the key, and nothing was said. `refused` is why, and what the server asked us to wait."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.reason)
        self.refused = refused


async def share_key(client: AsyncClient, room_id: str) -> None:
    """See to it that everyone in a room can read what is said next; one at a time for a room.

    Raises NotSharedError, and ClientConnectorError when there is no server.
    """
    async with client.sharing[room_id]:
        try:
            await _share(client, room_id)
        except ClientConnectorError:
            raise
        except (ClientError, TimeoutError) as error:
            raise NotSharedError(Refused(f"keys: {type(error).__name__}")) from error


async def _share(client: AsyncClient, room_id: str) -> None:
    if not client.rooms[room_id].members_synced:
        _must(await client.joined_members(room_id))
    claimed: set[tuple[str, str]] = set()
    # Until nobody is left: people and devices come and go while the requests are on their way.
    while (changed := _has_changed(client, room_id)) or client.olm.should_share_group_session(room_id):
        if changed:
            _must(await client.keys_query())
            continue
        await _claim(client, room_id, claimed)
        await _hand_out(client, room_id)


def _has_changed(client: AsyncClient, room_id: str) -> bool:
    """Whether people in the room may have other devices than we know; not those whose server just did not answer."""
    return bool((client.users_for_key_query - client.unanswered) & client.rooms[room_id].users.keys())


async def _claim(client: AsyncClient, room_id: str, claimed: set[tuple[str, str]]) -> None:
    """Open a session with devices that have none; those that offer no key are asked once."""
    missing = client.get_missing_sessions(room_id)
    wanted = {user: [d for d in devices if (user, d) not in claimed] for user, devices in missing.items()}
    wanted = {user: devices for user, devices in wanted.items() if devices}
    if wanted:
        _must(await client.keys_claim(wanted))
        claimed |= {(user, device) for user, devices in wanted.items() for device in devices}


async def _hand_out(client: AsyncClient, room_id: str) -> None:
    """Send the key to the devices that have a session and not yet the key; when there are none left, it is shared."""
    sessions, people = client.olm.outbound_group_sessions, list(client.rooms[room_id].users)
    if room_id in sessions and any(user not in people for user, _ in sessions[room_id].users_shared_with):
        del sessions[room_id]  # who has left must not have the key to what comes
    parcels = list(client.olm.share_group_session_parallel(room_id, people, ignore_unverified_devices=True))
    for receivers, content in parcels:
        method, path, data = Api.to_device(client.access_token, "m.room.encrypted", content, uuid4())
        _must(await client._send(ShareGroupSessionResponse, method, path, data, response_data=(room_id, receivers)))
    if not parcels:
        sessions[room_id].shared = True


def _must(answer: Any) -> None:
    if isinstance(answer, ErrorResponse):
        held = outcome(answer)
        raise NotSharedError(held if isinstance(held, Refused) else Refused(f"keys: {error_code(answer)}"))
