"""What a sync response means: messages for the inbox, things to say by ourselves, and what to remember."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from aiohttp import ClientError
from nio import (
    Event,
    MatrixRoom,
    MegolmEvent,
    ReactionEvent,
    RedactedEvent,
    RedactionEvent,
    RoomInfo,
    RoomMemberEvent,
    RoomMessage,
    SyncResponse,
)

from bot.door import turned_away
from bot.platforms.matrix import hearing
from bot.platforms.matrix.catching_up import missed
from bot.platforms.matrix.choosing import Picks
from bot.platforms.matrix.hearing import Said, Scene
from bot.platforms.matrix.homeserver import Homeserver
from bot.platforms.matrix.memory import Memory
from bot.platforms.matrix.moving import Moves
from bot.platforms.matrix.room_rules import RoomRules, creators_of, is_direct
from bot.platforms.matrix.unreadable import Unreadable
from bot.storage.inbox import Arrived
from prompts import render

_LEAVE = ("!weg", "!verlaat")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Aside:
    """Something the bot says by itself, once for its `key`."""

    room: str
    key: str
    text: str
    thread: str = ""


@dataclass(frozen=True)
class Echo:
    """An event that this device sent, seen in the stream."""

    transaction: str
    event: str
    room: str
    picks: Picks

    @property
    def ends_post(self) -> bool:
        """Whether it is the last piece of a post; earlier pieces and what we say by ourselves have longer names."""
        return "." not in self.transaction


@dataclass
class Harvest:
    """What a response brought. `seen` is the last message per room, to mark as read."""

    arrived: list[Arrived] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    unreadable: list[dict[str, Any]] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    echoes: list[Echo] = field(default_factory=list)
    seen: dict[str, Said] = field(default_factory=dict)
    leave: list[str] = field(default_factory=list)


def _turned_away(message: Said, room: str) -> Aside:
    """What an outsider is told, once in a room; but in danger each time whom to call."""
    refusal = render("matrix.outsider")
    text = turned_away(message.text, refusal)
    key = message.sender if text == refusal else message.id
    return Aside(room, f"outsider/{room}/{key}", text, message.thread)


@dataclass
class Listener:
    """Reads responses for one client."""

    client: Homeserver
    rules: RoomRules
    memory: Memory
    unreadable: Unreadable
    moves: Moves
    zone: tzinfo
    own_name: str = ""
    creators: dict[str, set[str]] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    """Rooms that we made ourselves, to say something in private."""

    async def take(self, response: SyncResponse, since: str) -> Harvest:
        """Everything a response means; at the very first start (no `since`) only what rooms there are."""
        harvest = Harvest()
        for room_id, info in response.rooms.join.items():
            self._remember_state(room_id, [*info.state, *info.timeline.events])
        for room_id, info in response.rooms.join.items():
            if since:
                await self._joined(self.client.rooms[room_id], info, since, harvest)
        for event in response.to_device_events:
            await self._key_came(getattr(event, "session_id", None), harvest)
        return harvest

    async def _joined(self, room: MatrixRoom, info: RoomInfo, since: str, harvest: Harvest) -> None:
        events = list(info.timeline.events)
        joins = [n for n, event in enumerate(events) if self._is_own_join(event)]
        if info.timeline.limited and not joins:
            events = [
                *await missed(self.client, room.room_id, info.timeline.prev_batch, since, self._is_own_join),
                *events,
            ]
            joins = [n for n, event in enumerate(events) if self._is_own_join(event)]
        if joins:  # what was said before we came is not ours to read
            join = events[joins[-1]]
            events = events[joins[-1] + 1 :]
            self._announce(room, str(join.event_id), harvest)
        for event in events:
            await self._safely(event, room, harvest)
        # Alone because somebody went; in a room that is being made we are alone until the others are invited.
        if room.users.keys() <= {self.client.user_id} and any(map(_is_going, [*info.state, *events])):
            harvest.leave.append(room.room_id)

    async def _safely(self, event: Event, room: MatrixRoom, harvest: Harvest) -> None:
        """Read one event; one that is malformed must not stop all that follow."""
        try:
            await self._event(event, room, harvest)
        except (ClientError, TimeoutError):
            raise
        except Exception as error:
            _log.error("an event could not be read: %s", type(error).__name__)

    async def _event(self, event: Event, room: MatrixRoom, harvest: Harvest) -> None:
        source = dict(getattr(event, "source", {}) or {})
        if source.get("sender") == self.client.user_id:
            self._own(source, room.room_id, harvest)
        elif isinstance(event, RedactedEvent):
            return
        elif isinstance(event, MegolmEvent):
            self._cannot_read(event, room.room_id, harvest)
        elif isinstance(event, RedactionEvent):
            self.memory.forget(event.redacts)
            harvest.read.append(event.redacts)
        elif isinstance(event, ReactionEvent):
            await self._reaction(source, room, harvest)
        elif isinstance(event, RoomMessage):
            await self._message(hearing.said(source), source, room, harvest)

    def _own(self, source: dict[str, Any], room: str, harvest: Harvest) -> None:
        if source.get("type") == "m.room.message":
            self.memory.note_own(room, source)
        transaction = (source.get("unsigned") or {}).get("transaction_id")
        if transaction:
            event = str(source["event_id"])
            harvest.echoes.append(Echo(str(transaction), event, room, self.memory.shown.under(event) or Picks()))

    async def _message(self, message: Said, source: dict[str, Any], room: MatrixRoom, harvest: Harvest) -> None:
        scene = self.scene(room)
        if message.kind == "m.key.verification.request":
            if self.rules.may(message.sender):
                self._verification(message, source, room, harvest)
            return
        value = await self._picked_by_number(message, room.room_id)
        if value is None and not await self._is_for_us(message, scene):
            return
        if not self.rules.may(message.sender):
            harvest.asides.append(_turned_away(message, room.room_id))
            return
        harvest.seen[room.room_id] = message
        if message.kind in hearing.FILES:
            harvest.asides.append(Aside(room.room_id, f"file/{message.id}", render("matrix.no_files"), message.thread))
        elif message.kind not in hearing.SPOKEN:
            return
        elif hearing.bare(message.text, scene).lower() in _LEAVE:
            harvest.asides.append(Aside(room.room_id, f"leave/{message.id}", render("matrix.goodbye")))
            harvest.leave.append(room.room_id)
        else:
            self._keep(message, scene, value, harvest)

    def _keep(self, message: Said, scene: Scene, value: str | None, harvest: Harvest) -> None:
        person = self.rules.person(message.sender, self.client.rooms, self.creators)
        room = scene.room.room_id
        if hearing.is_slashed(message):
            text = render("matrix.slash", command=hearing.bare(message.text, scene).split()[0])
            harvest.asides.append(Aside(room, f"slash/{room}/{message.sender}", text, message.thread))
        incoming = hearing.incoming(message, scene, person, value)
        harvest.arrived.append(Arrived(hearing.keys(room, message.id), incoming))

    async def _reaction(self, source: dict[str, Any], room: MatrixRoom, harvest: Harvest) -> None:
        about, key = hearing.reacted_to(source)
        sender = str(source["sender"])
        if not about or not self.rules.may(sender):
            return
        picks = await self.memory.under(room.room_id, about)
        value = picks.by_reaction(key) if picks else None
        if picks is None or value is None:
            return
        person = self.rules.person(sender, self.client.rooms, self.creators)
        incoming = hearing.pressed(source, self.scene(room), person, value, picks.thread)
        harvest.arrived.append(Arrived(hearing.keys(room.room_id, str(source["event_id"])), incoming))

    async def _picked_by_number(self, message: Said, room: str) -> str | None:
        if message.kind != "m.text" or not message.text.strip().rstrip(".)").isdecimal() or message.replaces:
            return None
        return (await self.memory.last(room, message.thread)).by_number(message.text)

    async def _is_for_us(self, message: Said, scene: Scene) -> bool:
        if hearing.is_addressed(message, scene):
            return True
        if message.kind in hearing.NOT_ADDRESSED or message.replaces:
            return False
        room = scene.room.room_id
        if message.answers and await self.memory.is_own(room, message.answers):
            return True
        return bool(message.thread) and await self.memory.in_thread(room, message.thread)

    def _cannot_read(self, event: MegolmEvent, room: str, harvest: Harvest) -> None:
        if not self.rules.may(event.sender):
            return
        harvest.unreadable.append({**event.source, "room_id": room})
        self.ask_for_key(event, room)

    def ask_for_key(self, event: MegolmEvent, room: str) -> None:
        """Queue a request to the device that wrote a message."""
        event.room_id = room
        waiting = {m.content.get("request_id") for m in self.client.outgoing_to_device_messages}
        if event.session_id not in self.client.outgoing_key_requests and event.session_id not in waiting:
            request = event.as_key_request(event.sender, self.client.device_id, event.session_id, event.device_id)
            self.client.olm.outgoing_to_device_messages.append(request)

    async def _key_came(self, session: str | None, harvest: Harvest) -> None:
        for source in list(self.unreadable.of_session(session)) if session else ():
            room = self.client.rooms.get(str(source["room_id"]))
            opened = self.client.opened({k: v for k, v in source.items() if k != "since"}, str(source["room_id"]))
            if room is None or opened.get("type") == "m.room.encrypted":
                continue
            harvest.read.append(str(source["event_id"]))
            await self._safely(Event.parse_decrypted_event(opened), room, harvest)

    def forget(self, room: str) -> None:
        """Let go of what waits of a room that we are not in any more."""
        self.unreadable.forget_room(room)
        self.creators.pop(room, None)
        self.made.discard(room)

    def _verification(self, message: Said, source: dict[str, Any], room: MatrixRoom, harvest: Harvest) -> None:
        if source.get("content", {}).get("to") == self.client.user_id:
            harvest.asides.append(Aside(room.room_id, f"verify/{message.id}", render("matrix.verify_in_room")))

    def _announce(self, room: MatrixRoom, join: str, harvest: Harvest) -> None:
        if self.moves.came_from(room.room_id) or room.room_id in self.made:
            return
        key = "matrix.hello" if room.encrypted else "matrix.hello_open"
        harvest.asides.append(Aside(room.room_id, f"join/{join}", render(key)))

    def _remember_state(self, room: str, events: Iterable[Event]) -> None:
        # By what they say, not by nio's classes: it takes the m.room.create of new room versions for damaged.
        for source in (getattr(event, "source", None) or {} for event in events):
            if source.get("state_key") != "":
                continue
            content = source.get("content", {})
            match source.get("type"):
                case "m.room.encryption":
                    self.client.rotation[room] = content
                case "m.room.create":
                    self.creators[room] = creators_of(source)
                    self.made |= {room} if source.get("sender") == self.client.user_id else set()
                    self.moves.created(room, source)
                case "m.room.tombstone":
                    self.moves.tombstone(room, str(content.get("replacement_room", "")))

    def _is_own_join(self, event: Event) -> bool:
        if not isinstance(event, RoomMemberEvent) or event.state_key != self.client.user_id:
            return False
        return bool(event.membership == "join" and event.prev_membership != "join")

    def leaders(self) -> list[str]:
        """Who coordinates by their power in a team's room."""
        return self.rules.leaders(self.client.rooms, self.creators)

    def scene(self, room: MatrixRoom) -> Scene:
        """A room as the place of a message."""
        direct = is_direct(room, self.client.user_id)
        place = self.moves.first_name(room.room_id)
        return Scene(room, self.rules.kind(room), direct, self.client.user_id, self.own_name, place, self.zone)


def _is_going(event: Event) -> bool:
    return isinstance(event, RoomMemberEvent) and event.membership in ("leave", "ban")
