"""What was said in a room, as messages for the core: addressed to us, from people who may, said once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from nio import MatrixRoom

from bot.messages import Incoming, Person, Room

_COMMAND = re.compile(r"([!/])(start-case|startcase|zaak|mdo|herinnering|help)\b\s*(.*)", re.IGNORECASE | re.DOTALL)
_QUOTE = re.compile(r"\A(?:> .*\n)+\n?")
NOT_ADDRESSED = ("m.notice", "m.server_notice")
SPOKEN = ("m.text", "m.emote")
FILES = ("m.image", "m.file", "m.audio", "m.video")


@dataclass(frozen=True)
class Scene:
    """The place a message was said in. `direct`: only one other person is there; `place`: the room's lasting name."""

    room: MatrixRoom
    kind: Room
    direct: bool
    own_id: str
    own_name: str
    place: str
    zone: tzinfo

    @property
    def key(self) -> str:
        """The place as the core knows it."""
        return f"matrix:{self.place}"


@dataclass(frozen=True)
class Said:
    """A message's parts that matter; `at` in milliseconds by its server's clock."""

    id: str
    sender: str
    at: int
    kind: str
    text: str
    thread: str = ""
    answers: str = ""
    mentions: frozenset[str] = frozenset()
    replaces: str = ""


def said(source: dict[str, Any]) -> Said:
    """The parts of an m.room.message event, decrypted."""
    content = source.get("content", {})
    relation = content.get("m.relates_to") or {}
    kind = relation.get("rel_type")
    answers = relation.get("m.in_reply_to") or {}
    mentioned = (content.get("m.mentions") or {}).get("user_ids") or ()
    text = str(content.get("body", ""))
    return Said(
        id=str(source.get("event_id", "")),
        sender=str(source.get("sender", "")),
        at=int(source.get("origin_server_ts", 0)),
        kind=str(content.get("msgtype", "")),
        text=_QUOTE.sub("", text) if answers else text,
        thread=str(relation.get("event_id", "")) if kind == "m.thread" else "",
        answers="" if relation.get("is_falling_back") else str(answers.get("event_id", "")),
        mentions=frozenset(map(str, mentioned)),
        replaces=str(relation.get("event_id", "")) if kind == "m.replace" else "",
    )


def is_addressed(message: Said, scene: Scene) -> bool:
    """Whether a message is meant for us: said between the two of us, by name, as a command, or in answer to us."""
    if message.kind in NOT_ADDRESSED or message.replaces:
        return False
    if scene.direct or scene.own_id in message.mentions:
        return True
    if _COMMAND.match(message.text.strip()):
        return True
    # Clients that know no m.mentions write the name at the beginning.
    return bool(_name(scene).match(message.text))


def incoming(message: Said, scene: Scene, person: Person, value: str | None = None) -> Incoming:
    """A message for the core; `value` is what a number stands for."""
    text = value if value is not None else bare(message.text, scene)
    at = _moment(message.at, scene)
    return Incoming(person, text, at, scene.kind, scene.key, id=message.id, thread=message.thread)


def pressed(source: dict[str, Any], scene: Scene, person: Person, value: str, thread: str) -> Incoming:
    """A reaction as the value it stands for."""
    event, about = str(source["event_id"]), reacted_to(source)[0]
    at = _moment(int(source.get("origin_server_ts", 0)), scene)
    return Incoming(person, value, at, scene.kind, scene.key, id=event, thread=thread, edits=about)


def reacted_to(source: dict[str, Any]) -> tuple[str, str]:
    """The message a reaction is about, and its sign."""
    relation = source.get("content", {}).get("m.relates_to") or {}
    return str(relation.get("event_id", "")), str(relation.get("key", ""))


def bare(text: str, scene: Scene) -> str:
    """The words without our name, and a command with the mark of this platform."""
    text = _name(scene).sub("", text.strip(), count=1).strip()
    found = _COMMAND.match(text)
    if not found:
        return text
    word = found[2].lower()
    return "help" if word == "help" else f"!{word} {found[3]}".strip()


def is_slashed(message: Said) -> bool:
    """Whether a command was typed as on other platforms: it is understood, and the mark of this one is told."""
    found = _COMMAND.match(message.text.strip())
    return found is not None and found[1] == "/"


def keys(room: str, event: str) -> Sequence[str]:
    """The names an event can come under."""
    return (f"matrix/{room}/{event}",)


def _moment(milliseconds: int, scene: Scene) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, scene.zone)


def _name(scene: Scene) -> re.Pattern[str]:
    localpart = scene.own_id.removeprefix("@").partition(":")[0]
    names = sorted({scene.own_id, f"@{localpart}", localpart, scene.own_name} - {""}, key=len, reverse=True)
    return re.compile(rf"\A\s*(?:{'|'.join(map(re.escape, names))})(?:\s*[:,]\s*|\s+|\Z)", re.IGNORECASE)
