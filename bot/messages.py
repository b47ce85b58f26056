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
    """One message from a person, at an aware moment."""

    person: Person
    text: str
    at: datetime
    room: Room = Room.DIRECT
    conversation: str = ""


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
    """What the bot says: Markdown, things to pick, files; `offers` are words one may say next."""

    text: str
    choices: Sequence[Choice] = ()
    attachments: Sequence[Attachment] = ()
    offers: Sequence[Choice] = ()
