"""The delivery port: what the outbox asks of a platform, and how a platform answers. Outcomes are values."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.messages import Reply


@dataclass(frozen=True)
class Post:
    """Something to place at `dest` (a key such as "slack:C1").

    `marker` is an opaque id that goes along where the platform takes one; `number` is short and may be shown, so that a
    double is recognised by eye. `since` is the moment of the first try: a look-up need not go back further.
    `thread` is the root of the thread it belongs in, `edits` the message whose place it takes when that is still there,
    `private_to` the only person who may see it (the platform's own ids). `placed`: what the platform called it when it
    was placed, for taking it back. `unasked`: nobody asked for it now, as with a reminder; such a post is not placed
    where people of another organisation read along. `numbered`: its words already carry a number of their own.
    """

    marker: str
    number: int
    dest: str
    reply: Reply
    since: datetime
    thread: str = ""
    edits: str = ""
    private_to: str = ""
    placed: str = ""
    unasked: bool = False
    numbered: bool = False


@dataclass(frozen=True)
class Sent:
    """It is there, under the platform's own id."""

    id: str


@dataclass(frozen=True)
class Refused:
    """It is surely not there and may be tried again, not before `retry_after`; `everywhere`: for the whole platform."""

    reason: str
    retry_after: timedelta | None = None
    everywhere: bool = False


@dataclass(frozen=True)
class Rejected:
    """It is surely not there and never will be: the channel is gone, the message is not allowed.

    `moot`: what it answers was taken away, so that nobody misses it.
    """

    reason: str
    gone: bool = False
    moot: bool = False


@dataclass(frozen=True)
class Unknown:
    """Nobody can tell: the answer was lost, or the platform failed half-way.

    With `retry_after` a look-up could not be done at all; before that moment there is no use in trying again.
    """

    reason: str
    retry_after: timedelta | None = None


SHARED = Rejected("shared")
"""What becomes of an unasked post to a place where people of another organisation read along."""

OUTSIDER = Rejected("outsider")
"""What becomes of an unasked post to somebody who is no colleague, or no longer."""

Outcome = Sent | Refused | Rejected | Unknown


@dataclass(frozen=True)
class Absent:
    """The look-up worked, and it is not there."""


@dataclass(frozen=True)
class Recall:
    """How a platform tells whether a post arrived.

    `repeat_within`: so long after the first try the same marker can be sent again without doubling (a transaction id).
    `look_up`: whether `look_up` works. Neither: a person must look. `settle`: after this a post that was under way is
    surely visible, or surely not coming; longer than the request's timeout and the platform's own delay together.
    """

    repeat_within: timedelta = timedelta()
    look_up: bool = False
    settle: timedelta = timedelta(seconds=75)


class Delivery(Protocol):
    """A platform that places posts. No retries of its own: what it does not know, it says."""

    @property
    def platform(self) -> str:
        """The first part of the keys it posts to."""
        ...

    @property
    def recall(self) -> Recall:
        """How it tells whether a post arrived."""
        ...

    async def send(self, post: Post) -> Outcome:
        """Place a post."""
        ...

    async def look_up(self, post: Post) -> Sent | Absent | Unknown:
        """Whether an earlier try of this post is there; only called when `recall.look_up`."""
        ...

    async def take_back(self, post: Post) -> Outcome:
        """Take an earlier post away, with its files; Sent when it is not there any more. May be done again."""
        ...

    async def sweep(self, post: Post) -> Outcome:
        """Take away some of what we ever said to the person of `dest`; Refused with a time while there is more."""
        ...
