"""Posts into rooms: each piece with a name of its own, so that sending it again places nothing twice."""

import asyncio
import io
import logging
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientConnectorError, ClientError
from nio import UploadResponse
from nio.exceptions import LocalProtocolError, OlmTrustError

from bot.delivery import SHARED, Absent, Outcome, Post, Recall, Refused, Rejected, Sent, Unknown
from bot.messages import Attachment, Room
from bot.platforms.matrix.attention import Attention
from bot.platforms.matrix.choosing import Picks, picks_of, reactions
from bot.platforms.matrix.direct_rooms import NoRoomError, direct_room, open_direct_room
from bot.platforms.matrix.homeserver import MARK, Homeserver, PlainTextError
from bot.platforms.matrix.key_sharing import NotSharedError
from bot.platforms.matrix.looking_back import pieces_there
from bot.platforms.matrix.memory import Memory
from bot.platforms.matrix.moving import Moves
from bot.platforms.matrix.outcomes import LIMIT, outcome
from bot.platforms.matrix.preset import Presets, Under
from bot.platforms.matrix.room_rules import RoomRules
from bot.platforms.matrix.speaking import Uploaded, file_message, in_parts, in_thread, notice, spoken
from bot.platforms.matrix.taking_back import sweep, take_back
from bot.platforms.matrix.wording_html import with_marks
from prompts import render

REPEAT_WITHIN = timedelta(hours=12)
"""Servers know a transaction id for at least a day; half of that is safe."""

SETTLE = timedelta(seconds=20)
"""After this a request that was cut off is done or dead: longer than one request may take."""

_SECONDS = 60.0
_PATIENCE = 20  # tenths of a second
_REMEMBERED = 500  # posts
_TELL_AGAIN = timedelta(hours=1)
_AGAIN = timedelta(seconds=5)  # for a server that was not reached
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """Where posts go through now, and what is known there; `since`: the moment from which the device is ours."""

    client: Homeserver
    memory: Memory
    moves: Moves
    attention: Attention
    presets: Presets
    rules: RoomRules
    since: datetime


@dataclass
class Placing:
    """The delivery of the Matrix platform. `desk` is None while we are not signed in and synced."""

    now: Callable[[], datetime]
    desk: Desk | None = None
    platform: str = "matrix"
    recall: Recall = field(default_factory=lambda: Recall(REPEAT_WITHIN, look_up=True, settle=SETTLE))
    _busy: set[str] = field(default_factory=set)
    _placed: deque[str] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    _told: datetime | None = None
    _locks: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def send(self, post: Post) -> Outcome:
        """Place a post, in pieces when it has files or reactions."""
        desk = await self._connected()
        if desk is None:
            return Refused("not connected", timedelta(seconds=1), everywhere=True)
        try:
            self._busy.add(post.marker)
            async with asyncio.timeout(_SECONDS):
                return self._noted(post, await self._send(desk, post))
        except PlainTextError as error:
            _log.error("post %d not sent: %s", post.number, error)
            return Refused("would be readable", timedelta(minutes=1))
        except NoRoomError as error:
            return Rejected("no room", gone=True) if str(error) in _CLOSED else Refused(f"no room: {error}")
        except ClientConnectorError:
            return Refused("no connection", _AGAIN, everywhere=True)
        except (ClientError, TimeoutError) as error:
            return Unknown(type(error).__name__)
        except NotSharedError as error:
            return self._noted(post, error.refused)
        except (LocalProtocolError, OlmTrustError) as error:
            return Refused(type(error).__name__)
        finally:
            self._busy.discard(post.marker)

    def _noted(self, post: Post, done: Outcome) -> Outcome:
        if isinstance(done, Sent):
            self._placed.append(post.marker)
        elif isinstance(done, Refused) and done.reason == LIMIT:
            self._tell_limit()
        return done

    def _tell_limit(self) -> None:
        """Whoever reads the log hears, now and then, that the server slows us down."""
        if self._told is None or self.now() - self._told >= _TELL_AGAIN:
            self._told = self.now()
            _log.warning("matrix: %s", render("matrix.limited"))

    def knows(self, marker: str) -> bool:
        """Whether a post is under way here or was placed here: then its echo says nothing new."""
        return marker in self._busy or marker in self._placed

    async def _connected(self) -> Desk | None:
        """The way out, waited for a little: just after a start it is not open yet."""
        for _ in range(_PATIENCE):
            if self.desk is not None:
                break
            await asyncio.sleep(0.1)
        return self.desk

    async def look_up(self, post: Post) -> Sent | Absent | Unknown:
        """Whether the last piece of a post stands in its room."""
        if self.desk is None:
            return Unknown("not connected", _AGAIN)
        try:
            room = await self._room(self.desk, post)
            async with asyncio.timeout(_SECONDS):
                there = await pieces_there(self.desk.client, room, post.marker, post.since)
        except ClientConnectorError:
            return Unknown("no connection", _AGAIN)
        except (ClientError, TimeoutError, NoRoomError) as error:
            return Unknown(type(error).__name__)
        if there is None:
            return Unknown("history cannot be read")
        return Sent(" ".join(there.in_order)) if there.complete else Absent()

    async def take_back(self, post: Post) -> Outcome:
        """Redact an earlier post with its files."""
        place = post.dest.partition(":")[2]
        who = post.private_to or (place if place.startswith("@") else "")

        async def redact(desk: Desk) -> Outcome:
            room = direct_room(desk.client, who) if who else None
            name = (room.room_id if room else "") if who else desk.moves.now(place)
            return await take_back(desk.client, name, post)

        return await self._taken(redact)

    async def sweep(self, post: Post) -> Outcome:
        """Redact some of what we ever said to a person in private."""
        return await self._taken(lambda desk: sweep(desk.client, post.dest.partition(":")[2]))

    async def _taken(self, redact: Callable[[Desk], Awaitable[Outcome]]) -> Outcome:
        desk = await self._connected()
        if desk is None:
            return Refused("not connected", timedelta(seconds=1), everywhere=True)
        try:
            async with asyncio.timeout(_SECONDS):
                return await redact(desk)
        except (ClientError, TimeoutError) as error:
            return Unknown(type(error).__name__)

    async def _send(self, desk: Desk, post: Post) -> Outcome:
        room = await self._room(desk, post)
        if room not in desk.client.rooms:
            return await _absent(desk.client, room)
        if post.unasked and desk.rules.kind(desk.client.rooms[room]) is Room.SHARED:
            return SHARED
        async with self._locks[room]:
            there: dict[int, str] = {}
            # The server forgets the names of pieces after a while, and knows none that another device gave.
            if self.now() - post.since > REPEAT_WITHIN or post.since < desk.since:
                found = await pieces_there(desk.client, room, post.marker, post.since)
                if found is None:
                    return Unknown("history cannot be read")
                there = found.ids
            return await _Placed(desk, room, post, there).place()

    async def _room(self, desk: Desk, post: Post) -> str:
        place = post.dest.partition(":")[2]
        who = post.private_to or (place if place.startswith("@") else "")
        if who:
            async with self._locks[who]:
                return await open_direct_room(desk.client, who, lambda: self.desk is desk)
        return desk.moves.now(place)


async def _absent(client: Homeserver, room: str) -> Outcome:
    """Why a room is not among ours: we just came and have not seen it yet, or we are not in it."""
    status, found = await client.call("GET", "/_matrix/client/v3/joined_rooms")
    if status != 200 or room in found.get("joined_rooms", ()):
        return Refused("the room is not known yet", timedelta(seconds=2))
    return Rejected("not in the room", gone=True)


_CLOSED = ("M_FORBIDDEN", "M_NOT_FOUND")


@dataclass
class _Placed:
    """One post on its way: which pieces it has and which are there."""

    desk: Desk
    room: str
    post: Post
    there: dict[int, str]

    async def place(self) -> Outcome:
        """Send what is not there yet, in order; the id is that of the words, then those of the files."""
        reply, thread = self.post.reply, "" if self.post.private_to else self.post.thread
        *before, last = in_parts(reply.text)
        edits = self.post.edits if not before and await self._still_there() else ""
        picks = picks_of(reply, thread)
        words = [{**spoken(with_marks(part)), **in_thread(thread)} for part in before]
        words.append(notice(replace(reply, text=last), picks, thread, edits))
        pieces, ids = len(words) + len(reply.attachments), list[str]()
        everything: list[dict[str, Any] | Attachment] = [*words, *reply.attachments]
        for number, piece in enumerate(everything):
            content = piece if isinstance(piece, dict) else await self._file(number, piece, thread)
            result = await self._piece(number, pieces, content) if isinstance(content, dict) else content
            if not isinstance(result, Sent):
                return result
            ids.append(result.id)
        return await self._offer(picks, ids[len(before)], edits) or Sent(" ".join(ids))

    async def _offer(self, picks: Picks, said: str, edits: str) -> Unknown | Refused | None:
        """Remember what can be picked, and set the reactions for it."""
        signs, under = reactions(picks), Under(self.room, edits or said, self.post.marker)
        self.desk.memory.shown.remember(self.room, under.event, picks, latest=not self.post.edits)
        self.desk.attention.answered(self.room)
        if edits:
            self.desk.presets.clear(under, signs)
        return await self.desk.presets.set(under, signs)

    async def _piece(self, number: int, pieces: int, content: dict[str, Any]) -> Outcome:
        if number in self.there:
            return Sent(self.there[number])
        marker = self.post.marker
        tx_id = marker if number == pieces - 1 else f"{marker}.{number}"
        marked = {**content, MARK: {"id": marker, "piece": number, "pieces": pieces}}
        return outcome(await self.desk.client.post(self.room, "m.room.message", marked, tx_id))

    async def _file(self, number: int, file: Attachment, thread: str) -> dict[str, Any] | Outcome:
        if number in self.there:
            return {}
        secret = self.desk.client.rooms[self.room].encrypted
        answer, keys = await self.desk.client.upload(
            lambda *_: io.BytesIO(file.content),
            content_type="application/octet-stream" if secret else file.media_type,
            filename=None if secret else file.name,
            filesize=len(file.content),
            encrypt=secret,
        )
        if not isinstance(answer, UploadResponse):
            failed = outcome(answer)
            return failed if isinstance(failed, Refused | Rejected) else Refused("upload")
        return file_message(file, Uploaded(answer.content_uri, keys), thread)

    async def _still_there(self) -> bool:
        """Whether the message to be replaced can be: ours, and not taken back."""
        if not self.post.edits or self.post.private_to:
            return False
        return await self.desk.memory.is_standing(self.room, self.post.edits)
