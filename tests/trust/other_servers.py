"""Everybody who is not let in on Matrix tries every command in every way, in every kind of room: nothing is taken in.

What the bot makes of a sync response, with events as a server sends them, read by matrix-nio; the server is left out.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from nio import Event, MatrixRoom, RoomInfo, Timeline

from bot.messages import Role, Room
from bot.platforms.matrix.choosing import PICKS, Picks, packed
from bot.platforms.matrix.listening import Harvest, Listener
from bot.platforms.matrix.memory import Memory
from bot.platforms.matrix.moving import Moves
from bot.platforms.matrix.room_rules import RoomRules
from bot.platforms.matrix.unreadable import Unreadable
from prompts import render
from tests.case_world import ZONE
from tests.trust.outsiders import TEXTS

OWN, IRIS = "@wegwijzer:school.nl", "@iris:school.nl"
ALLOWED: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "our own server": ((), ("@eve:anders.nl", "@12345:school.nl", "@iris:school.nl.anders.nl", "@iris:SCHOOL.NL",
                            "@iris:school.nl:8448", "@wegwijzer:anders.nl")),
    "two servers": (("school.nl", "cjg.nl"), ("@eve:anders.nl", "@12345:cjg.nl")),
    "people by name": ((IRIS,), ("@bob:school.nl", "@iris:anders.nl", "@iris2:school.nl", "@12345:school.nl")),
}  # fmt: skip
"""Who is let in, and outsiders to that."""

_POST = "$onspost"
_ANSWERS = (render("matrix.outsider"), render("answer.safety"))


class Strict(Listener):
    """Fails at an event that it cannot read, where the bot would go on to the next."""

    async def _safely(self, event: Event, room: MatrixRoom, harvest: Harvest) -> None:
        await self._event(event, room, harvest)


@dataclass
class Visit:
    """One way to say who is let in, with its outsiders, and what they got out of it."""

    folder: Path
    allowed: Sequence[str]
    tries: int = 0
    leaks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rooms: dict[str, MatrixRoom] = {}
        rules = RoomRules(OWN, self.allowed, (), lambda _: Role.PROFESSIONAL)
        client: Any = SimpleNamespace(user_id=OWN, rooms=self.rooms, rotation={})
        self.memory = Memory(client)
        waiting = Unreadable.open(self.folder / "unreadable.json")
        self.listener = Strict(client, rules, self.memory, waiting, Moves(), ZONE)

    async def run(self, outsiders: Sequence[str], every: int = 1) -> int:
        """Let them try, or one in `every`; returns how many tries there were."""
        for number, (who, kind, text, content) in enumerate(self._tries(outsiders)):
            if number % every == 0:
                await self._try(who, kind, text, content)
        await self._colleague()
        return self.tries

    def _tries(self, outsiders: Sequence[str]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
        for who, kind, text in itertools.product(outsiders, ("direct", "private", "public", "open"), TEXTS):
            yield from ((who, kind, text, content) for content in _ways(text))

    async def _try(self, who: str, kind: str, text: str, content: dict[str, Any]) -> None:
        self.tries += 1
        harvest = await self._said(who, kind, content)
        got = [harvest.arrived, harvest.unreadable, harvest.leave, harvest.seen]
        if any(got) or self.listener.scene(self.rooms["!r"]).kind is not Room.SHARED:
            self.leaks.append(f"{who} in {kind}: {content} was taken in")
        for aside in harvest.asides:
            left = aside.text
            for answer in _ANSWERS:
                left = left.replace(answer, "")
            if left.strip():
                self.leaks.append(f"{who} in {kind} was told {aside.text[:80]} at {text!r}")

    async def _said(self, who: str, kind: str, content: dict[str, Any]) -> Harvest:
        """What comes of one event by somebody in a room of which the bot knows its own last post."""
        self.rooms["!r"] = _room(who, kind)
        own = {"msgtype": "m.notice", "body": "Kies", PICKS: packed(Picks(("/start-case nieuw",), {"👍": "👍"}))}
        self.memory.note_own("!r", {"event_id": _POST, "content": own})
        self.memory.note_own("!r", {"event_id": "$draad", "content": {**own, "m.relates_to": _thread()}})
        source = {"event_id": f"$e{self.tries}", "sender": who, "origin_server_ts": 1, "room_id": "!r", **content}
        info = RoomInfo(Timeline([Event.parse_event(source)], False, ""), [], [], [])
        response: Any = SimpleNamespace(rooms=SimpleNamespace(join={"!r": info}), to_device_events=[])
        return await self.listener.take(response, "since")

    async def _colleague(self) -> None:
        """The same from a colleague is taken in, and not as if they were among themselves when an outsider reads it."""
        for content in _ways("wie bel ik?"):
            said = content["content"]
            if said.get("msgtype") == "m.text" and "m.new_content" not in said:
                heard = (await self._said(IRIS, "direct", content)).arrived
                if [one.incoming.room for one in heard] != [Room.DIRECT]:
                    self.leaks.append(f"a colleague is not heard: {content}")


def _room(who: str, kind: str) -> MatrixRoom:
    room = MatrixRoom("!r", OWN, encrypted=kind != "open")
    for user in (OWN, who, *([] if kind == "direct" else [IRIS, "@fatima:school.nl"])):
        room.add_member(user, None, None)
    room.join_rule = "public" if kind == "public" else "invite"
    return room


def _thread() -> dict[str, Any]:
    return {
        "rel_type": "m.thread",
        "event_id": "$wortel",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": _POST},
    }


def _ways(text: str) -> Iterator[dict[str, Any]]:
    """One text in every way it can come; and what is no text."""
    mention = {"m.mentions": {"user_ids": [OWN]}}
    relations: tuple[dict[str, Any], ...] = (
        {},
        {"m.relates_to": {"m.in_reply_to": {"event_id": _POST}}},
        {"m.relates_to": _thread()},
    )
    for relation in relations:
        yield _message("m.text", text, {**mention, **relation})
    yield _message("m.text", f"wegwijzer: {text}")
    yield _message("m.text", text.replace("/", "!", 1), mention)
    yield _message("m.emote", text, mention)
    yield _message("m.notice", text, mention)
    yield _message("m.image", text, {**mention, "url": "mxc://anders.nl/x"})
    yield _message("m.text", f"* {text}", {
        **mention, "m.new_content": {"msgtype": "m.text", "body": text},
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$eerder"},
    })  # fmt: skip
    if text == TEXTS[0]:
        yield from _wordless()


def _message(kind: str, body: str, more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "m.room.message", "content": {"msgtype": kind, "body": body, **(more or {})}}


def _wordless() -> Iterator[dict[str, Any]]:
    """Picking by number or reaction, asking to leave, asking for a check, and what cannot be read."""
    yield from (
        _message("m.text", word, {"m.mentions": {"user_ids": [OWN]}}) for word in ("1", "1.", "!weg", "!verlaat")
    )
    for sign in ("1️⃣", "👍", "👎"):
        relation = {"rel_type": "m.annotation", "event_id": _POST, "key": sign}
        yield {"type": "m.reaction", "content": {"m.relates_to": relation}}
    yield _message("m.key.verification.request", "controle", {
        "to": OWN, "from_device": "X", "methods": ["m.sas.v1"],
    })  # fmt: skip
    yield {"type": "m.room.encrypted", "content": {
        "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AwgA", "device_id": "X", "sender_key": "k",
        "session_id": "s",
    }}  # fmt: skip
