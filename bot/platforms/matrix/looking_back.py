"""Which pieces of a post stand in a room, by the marker that each carries outside its encryption."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from bot.platforms.matrix.homeserver import MARK, Homeserver

_PAGE = 100
_MOST_PAGES = 30
_SLACK = timedelta(minutes=5)


@dataclass
class Found:
    """The ids of the pieces that are there, by number; `pieces` is how many there are to be."""

    ids: dict[int, str] = field(default_factory=dict)
    pieces: int = 0

    @property
    def complete(self) -> bool:
        """Whether the last piece is there, and so all before it."""
        return self.pieces > 0 and self.pieces - 1 in self.ids

    @property
    def in_order(self) -> list[str]:
        """The ids: of the words, then of the files."""
        return [self.ids[number] for number in sorted(self.ids)]


async def pieces_there(client: Homeserver, room: str, marker: str, since: datetime) -> Found | None:
    """What is there of a post first tried at `since`; None when that cannot be told."""
    found, start, oldest = Found(), "", (since - _SLACK).timestamp() * 1000
    for _ in range(_MOST_PAGES):
        query = f"dir=b&limit={_PAGE}" + (f"&from={quote(start)}" if start else "")
        status, page = await client.call("GET", f"/_matrix/client/v3/rooms/{quote(room)}/messages?{query}")
        if status != 200:
            return None
        for event in page.get("chunk", ()):
            mark = event.get("content", {}).get(MARK)
            if event.get("sender") == client.user_id and isinstance(mark, dict) and mark.get("id") == marker:
                found.ids[int(mark.get("piece", 0))] = str(event["event_id"])
                found.pieces = int(mark.get("pieces", 1))
        start = page.get("end", "")
        times = [event.get("origin_server_ts", 0) for event in page.get("chunk", ())]
        if not start or not times or min(times) < oldest or 0 in found.ids:
            return found
    return None
