"""A post as a row and as a value, and what happens to a row when it ends."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class State(StrEnum):
    """Where a post is."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    CANCELLED = "cancelled"
    LOOK = "look"
    DEAD = "dead"


TAKE_BACK, SWEEP = "take_back", "sweep"
"""Two kinds of letter place nothing: one takes an earlier post away, one everything we said to one person."""

ERASING = (TAKE_BACK, SWEEP)


class OutboxRow(SQLModel, table=True):
    """A post. `next_try` is empty exactly when the row is finished or waits for a person.

    `about`: whom and which cases it is about, each between spaces, so that it can be taken back with them.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_next", "platform", "next_try"), Index("ix_outbox_lane", "dest", "next_try"))

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    marker: str
    kind: str
    ref: str
    platform: str
    dest: str
    text: str = ""
    state: str = State.PENDING
    reason: str = ""
    planned_for: datetime
    next_try: datetime | None = None
    first_try: datetime | None = None
    lease_owner: str = ""
    lease_until: datetime | None = None
    fence: int = 0
    tries: int = 0
    looks: int = 0
    by_hand: bool = False
    platform_id: str = ""
    thread: str = ""
    edits: str = ""
    private_to: str = ""
    about: str = ""


class LaneRow(SQLModel, table=True):
    """When a destination, or with name "slack:*" a whole platform, takes the next post."""

    __tablename__ = "outbox_lane"

    name: str = Field(primary_key=True)
    open_at: datetime


@dataclass(frozen=True)
class Policy:
    """How long and how often. The lease is much longer than a request; `margin` is the longest a request may take."""

    lease: timedelta = timedelta(seconds=90)
    margin: timedelta = timedelta(seconds=20)
    spacing: timedelta = timedelta(seconds=1)
    erase_spacing: timedelta = timedelta(seconds=1.3)  # Slack lets an app delete fifty a minute
    most_tries: int = 8
    first_wait: timedelta = timedelta(seconds=5)
    longest_wait: timedelta = timedelta(minutes=10)

    def wait(self, tries: int) -> timedelta:
        """How long to wait after so many failed tries: twice as long each time."""
        doubled: timedelta = self.first_wait * 2 ** min(tries, 20)
        return min(doubled, self.longest_wait)


@dataclass(frozen=True)
class Address:
    """Where a post goes: a place, a thread in it, the message whose place it takes, the only person who may see it."""

    dest: str
    thread: str = ""
    edits: str = ""
    private_to: str = ""


_NOWHERE = Address("")


@dataclass(frozen=True)
class Letter:
    """A post as its sender holds it. `unsure`: an earlier try may have arrived, so look before sending."""

    id: int
    key: str
    marker: str
    kind: str
    ref: str
    dest: str
    text: str
    planned_for: datetime
    first_try: datetime
    fence: int
    tries: int
    state: State
    reason: str = ""
    unsure: bool = False
    by_hand: bool = False
    next_try: datetime | None = None
    platform_id: str = ""
    address: Address = _NOWHERE

    @property
    def erases(self) -> bool:
        """Whether it takes away instead of placing."""
        return self.kind in ERASING


def listed(names: Iterable[str]) -> str:
    """Names for `about`: each between spaces, so that one is found and not another that begins like it."""
    found = " ".join(sorted({name for name in names if name}))
    return f" {found} " if found else ""


def new_row(
    key: str,
    kind: str,
    ref: str,
    dest: str,
    planned_for: datetime,
    now: datetime,
    state: State = State.PENDING,
    **more: str,
) -> dict[str, Any]:
    """A new post as column values. Its marker follows from the key: the same post put back from a backup keeps it."""
    return {
        "key": key,
        "marker": str(uuid5(NAMESPACE_OID, key)),
        "kind": kind,
        "ref": ref,
        "platform": dest.partition(":")[0],
        "dest": dest,
        "state": state,
        "planned_for": planned_for,
        "next_try": now if state is State.PENDING else None,
        **_EMPTY,
        **more,
    }


_EMPTY: dict[str, Any] = {
    "text": "", "reason": "", "lease_owner": "", "fence": 0, "tries": 0, "looks": 0, "by_hand": False,
    "platform_id": "", "thread": "", "edits": "", "private_to": "", "about": "",
}  # fmt: skip


def finish(row: OutboxRow, state: State, reason: str = "") -> None:
    """End a row in `state`; nobody holds it any more, and an older holder is fenced off."""
    row.state, row.reason = state, reason
    row.next_try = row.lease_until = None
    row.fence += 1


def alarms(row: OutboxRow, coordinators: Sequence[str], now: datetime) -> Iterator[dict[str, Any]]:
    """What tells each coordinator that a post is stuck; the failing of such a message raises no other."""
    if row.kind == "alarm":
        return
    for person in coordinators:
        yield new_row(f"alarm/{row.id}/{row.fence}/{person}", "alarm", str(row.id), person, now, now)
