"""What crosses a platform boundary: text and ids, never a client or a raw event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person may do; given by configuration."""

    PROFESSIONAL = "professional"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class Room(StrEnum):
    """Who can read along: one person, a closed group, everyone in the team, or outsiders too."""

    DIRECT = "direct"
    PRIVATE = "private"
    PUBLIC = "public"
    SHARED = "shared"


@dataclass(frozen=True)
class Person:
    """Somebody on a platform; `platform` and `id` together are unique."""

    platform: str
    id: str
    role: Role = Role.PROFESSIONAL

    @property
    def key(self) -> str:
        """The name under which this person is remembered."""
        return f"{self.platform}:{self.id}"


@dataclass(frozen=True)
class Incoming:
    """One message from a person, at an aware moment.

    `conversation` is the key of the place it was said in ("slack:C1"), `thread` the platform's id of the root of the
    thread to answer in, `edits` that of the bot's own message whose button was pressed. The answer goes to `reply_to`
    when that is given, a key too. `id` is the platform's own and stays the same when a message is delivered again.
    `files`: something came along that is not read; `withdrawn`: the person took an earlier message away.
    """

    person: Person
    text: str
    at: datetime
    room: Room = Room.DIRECT
    conversation: str = ""
    id: str = ""
    thread: str = ""
    edits: str = ""
    reply_to: str = ""
    files: bool = False
    withdrawn: bool = False

    @property
    def talk(self) -> str:
        """The name under which what was asked last is remembered: a thread is a conversation of its own."""
        return f"{self.conversation}#{self.thread}" if self.thread else self.conversation


@dataclass(frozen=True)
class Choice:
    """Something to pick: shown as a button or a numbered line; picking it sends `value` as if typed."""

    label: str
    value: str


@dataclass(frozen=True)
class Attachment:
    """A file that goes along with a reply; `alt` says in words what a picture shows."""

    name: str
    media_type: str
    content: bytes
    alt: str = ""


@dataclass(frozen=True)
class Reply:
    """What the bot says: Markdown, things to pick, files; `offers` are words one may say next.

    With `replaces` it takes the place of the message whose button was pressed; with `private` only who asked sees it;
    with `direct` it goes to who asked in a direct message.
    """

    text: str
    choices: Sequence[Choice] = ()
    attachments: Sequence[Attachment] = ()
    offers: Sequence[Choice] = ()
    replaces: bool = False
    private: bool = False
    direct: bool = False
