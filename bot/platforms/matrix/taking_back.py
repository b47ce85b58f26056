"""Taking our own messages away again, by redaction: one post with all its pieces, or all we ever said to one person."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from nio import RoomRedactResponse

from bot.delivery import Outcome, Post, Refused, Rejected, Sent
from bot.platforms.matrix.homeserver import Homeserver
from bot.platforms.matrix.looking_back import pieces_there
from bot.platforms.matrix.outcomes import outcome
from bot.platforms.matrix.room_rules import is_direct

_KINDS = frozenset({"m.room.message", "m.room.encrypted", "m.reaction"})
_AT_ONCE = 20  # events in one round of a sweep
_PAUSE = timedelta(seconds=5)
_PAGE = 100


async def take_back(client: Homeserver, room: str, post: Post) -> Outcome:
    """Redact what is there of a post. Raises what the network raises."""
    if room not in client.rooms:
        return Sent(post.placed)  # we are not there any more: nothing can be taken away
    found = await pieces_there(client, room, post.marker, post.since)
    if found is None and not post.placed:
        return Refused("history cannot be read")
    ids = [*(found.ids.values() if found else ()), *post.placed.split()]
    for event in dict.fromkeys(ids):
        if failed := await _redacted(client, room, event):
            return failed
    return Sent(post.placed)


async def sweep(client: Homeserver, user: str) -> Outcome:
    """Redact some of what we said in the rooms we share with one person alone. Raises what the network raises."""
    count = 0
    for room in [r for r in client.rooms.values() if is_direct(r, client.user_id) and user in r.users]:
        async for event in _ours(client, room.room_id):
            if count == _AT_ONCE:
                return Refused("more", _PAUSE)
            if failed := await _redacted(client, room.room_id, event):
                return failed
            count += 1
    return Sent("")


async def _ours(client: Homeserver, room: str) -> AsyncIterator[str]:
    """The ids of our own events that still say something, newest first."""
    start = ""
    while True:
        query = f"dir=b&limit={_PAGE}" + (f"&from={quote(start)}" if start else "")
        status, page = await client.call("GET", f"/_matrix/client/v3/rooms/{quote(room)}/messages?{query}")
        if status != 200:
            raise TimeoutError(f"history: {status}")
        for event in page.get("chunk", ()):
            if event.get("sender") == client.user_id and event.get("type") in _KINDS and event.get("content"):
                yield str(event["event_id"])
        start = page.get("end", "")
        if not start or not page.get("chunk"):
            return


async def _redacted(client: Homeserver, room: str, event: str) -> Outcome | None:
    """Why an event could not be redacted; None when it is."""
    answer: Any = await client.room_redact(room, event)
    if isinstance(answer, RoomRedactResponse):
        return None
    failed = outcome(answer)
    # An event the server does not know, or a room that is closed to us, will not get any emptier.
    return None if isinstance(failed, Rejected) and failed.gone else failed
