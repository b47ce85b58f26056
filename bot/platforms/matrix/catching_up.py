"""What a sync left out because too much had happened: read page by page until where we were."""

from collections.abc import Callable

from nio import Event, MessageDirection, RoomMessagesResponse

from bot.platforms.matrix.homeserver import Homeserver

_PAGE = 100
_MOST_PAGES = 50


class GapError(Exception):
    """A part of a room's history could not be read; the sync must be tried again."""


async def missed(
    client: Homeserver, room: str, start: str, until: str, is_join: Callable[[Event], bool]
) -> list[Event]:
    """The events of a room between two places of the stream, oldest first, at most as far back as our joining."""
    found: list[Event] = []
    for _ in range(_MOST_PAGES):
        page = await client.room_messages(room, start=start, end=until, direction=MessageDirection.back, limit=_PAGE)
        if not isinstance(page, RoomMessagesResponse):
            raise GapError(page.status_code or "no answer")
        found += page.chunk
        if not page.chunk or not page.end or any(map(is_join, page.chunk)):
            break
        start = page.end
    return list(reversed(found))
