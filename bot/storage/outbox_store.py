"""What is on its way to a platform. Every post is a row; whoever holds a row's lease may send it, and nobody else.

States: pending → sending → sent. From sending: surely refused → pending (later); surely impossible → dead; anything
else stays sending until it has settled and is looked up. What cannot be looked up waits for a person: look.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Exists, Select, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.messages import Reply
from bot.storage.database import Database
from bot.storage.dialect import clock, insert_new, locked, put
from bot.storage.letters import (
    ERASING,
    Address,
    LaneRow,
    Letter,
    OutboxRow,
    Policy,
    State,
    alarms,
    finish,
    listed,
    new_row,
)
from bot.storage.parcels import names_in, pack_reply
from bot.vault import Vault


class Outbox:
    """The posts in the database. `coordinators` are told of what does not arrive."""

    def __init__(
        self, database: Database, vault: Vault, policy: Policy | None = None, coordinators: Sequence[str] = ()
    ) -> None:
        self._database, self._vault, self.policy = database, vault, policy or Policy()
        self._coordinators = tuple(coordinators)

    def post(self, key: str, dest: str, text: str, now: datetime) -> None:
        """Put a text in the outbox, once for this key."""
        about = listed(names_in(Reply(text), dest.partition(":")[0]))
        locked_text = self._vault.lock(text)
        with self._database.write() as session:
            row = new_row(key, "text", "", dest, now, clock(session, now), text=locked_text, about=about)
            insert_new(session, OutboxRow, [row])

    def reply(self, key: str, address: Address, reply: Reply, now: datetime, about: Iterable[str] = ()) -> None:
        """Put an answer in the outbox, once for this key; `about`: whom and which cases it is about."""
        text = self._vault.lock(pack_reply(reply))
        with self._database.write() as session:
            row = new_row(
                key, "reply", "", address.dest, now, clock(session, now), text=text,
                thread=address.thread, edits=address.edits, private_to=address.private_to, about=listed(about),
            )  # fmt: skip
            insert_new(session, OutboxRow, [row])

    def claim(self, platform: str, owner: str, now: datetime, settle: timedelta, only: str = "") -> Letter | None:
        """The next post for `platform`, now held by `owner` until the lease ends; None when there is none yet.

        `only`: nothing but what goes to this destination.
        """
        with self._database.write() as session:
            moment = clock(session, now)
            blanks = {
                "platform": platform, "everywhere": f"{platform}:*", "away": _away(platform), "now": moment,
                "only": only,
            }  # fmt: skip
            found = (self._first(session, erases, blanks) for erases in (False, True))
            row = next(filter(None, found), None)
            if row is None:
                return None
            unsure = row.state == State.SENDING
            row.state, row.lease_owner, row.lease_until = State.SENDING, owner, moment + self.policy.lease
            row.next_try = row.lease_until + settle
            row.fence += 1
            if not unsure:
                row.tries += 1
                row.first_try = row.first_try or moment
                put(session, self._spaced(row, moment))
            return self._letter(row, unsure)

    @staticmethod
    def _first(session: Session, erases: bool, blanks: dict[str, Any]) -> OutboxRow | None:
        return session.execute(locked(session, _next(erases), OutboxRow), blanks).scalars().first()

    def _spaced(self, row: OutboxRow, moment: datetime) -> LaneRow:
        """When the next may go there; taking away has a pace of its own, so that no answer waits for it."""
        if row.kind in ERASING:
            return LaneRow(name=_away(row.platform), open_at=moment + self.policy.erase_spacing)
        return LaneRow(name=row.dest, open_at=moment + self.policy.spacing)

    def holds(self, letter: Letter, now: datetime) -> bool:
        """The fence: whether the letter is still its sender's, with time left for a request."""
        with self._database.read() as session:
            row = session.get(OutboxRow, letter.id)
            until = clock(session, now) + self.policy.margin
            return row is not None and row.fence == letter.fence and bool(row.lease_until and row.lease_until > until)

    def about(self, letter: Letter, names: Iterable[str]) -> None:
        """Note whom and which cases a post turned out to be about, when it was put into words."""
        with self._database.write() as session:
            row = _row(session, letter.id)
            row.about = listed({*row.about.split(), *names})

    def erased(self, letter: Letter) -> None:
        """What was to be taken away is away, and so is the row."""
        with self._database.write() as session:
            if row := session.get(OutboxRow, letter.id, with_for_update=True):
                session.delete(row)

    def sent(self, letter: Letter, platform_id: str) -> None:
        """It is there. True whoever says so: a sender that lost its lease and still got an answer is believed."""
        with self._database.write() as session:
            _arrived(_row(session, letter.id), platform_id)

    def seen(self, marker: str, platform_id: str) -> None:
        """Our own post came back in the platform's stream: it is there, whatever its sender knows."""
        query = select(OutboxRow).where(col(OutboxRow.marker) == marker, col(OutboxRow.state) == State.SENDING)
        with self._database.write() as session:
            for row in session.execute(query.with_for_update()).scalars():
                _arrived(row, platform_id)

    def refused(
        self, letter: Letter, reason: str, now: datetime, retry_after: timedelta | None = None, everywhere: bool = False
    ) -> None:
        """It is surely not there: try later, after the most tries give up. Being told to wait is no failure."""
        with self._database.write() as session:
            row, moment = _row(session, letter.id), clock(session, now)
            if retry_after is not None:
                name = _away(row.platform) if row.kind in ERASING else row.dest
                name = f"{row.platform}:*" if everywhere else name
                put(session, LaneRow(name=name, open_at=moment + retry_after))
            if row.fence != letter.fence:
                return
            row.tries -= 1 if retry_after is not None else 0
            row.reason = reason
            self._again(session, row, moment, retry_after or self.policy.wait(row.tries))

    def rejected(self, letter: Letter, reason: str, now: datetime) -> None:
        """It will never be there: a dead letter, and the coordinator is told."""
        self._end(letter, State.DEAD, reason, now)

    def puzzling(self, letter: Letter, reason: str, now: datetime) -> None:
        """Nobody can tell whether it is there: a person must look."""
        self._end(letter, State.LOOK, reason, now)

    def cancelled(self, letter: Letter, now: datetime) -> None:
        """It is no longer needed, and surely was not sent in this try."""
        self._end(letter, State.CANCELLED, "", now)

    def unknown(self, letter: Letter, reason: str, now: datetime, settle: timedelta) -> None:
        """It may be there: leave it until it has settled, then look."""
        with self._database.write() as session:
            row = _row(session, letter.id)
            if row.fence == letter.fence:
                row.reason, row.next_try, row.lease_until = reason, clock(session, now) + settle, None

    def absent(self, letter: Letter, now: datetime) -> None:
        """It was looked up and is not there: send it again, unless that was the last try."""
        with self._database.write() as session:
            row = _row(session, letter.id)
            if row.fence == letter.fence:
                self._again(session, row, clock(session, now), timedelta())

    def not_found_out(self, letter: Letter, reason: str, now: datetime, retry_after: timedelta | None = None) -> None:
        """The look-up failed: look again later, and after the most tries ask a person. Having to wait is no failure."""
        with self._database.write() as session:
            row, moment = _row(session, letter.id), clock(session, now)
            if row.fence != letter.fence:
                return
            row.looks += retry_after is None
            wait = self.policy.wait(row.looks) if retry_after is None else retry_after
            row.reason, row.next_try, row.lease_until = reason, moment + wait, None
            if row.looks >= self.policy.most_tries:
                self._stop(session, row, State.LOOK, moment)

    def retry(self, id: int, now: datetime) -> State | None:
        """Send a stuck post after all; returns the state it was in, None when there is no such post."""
        with self._database.write() as session:
            row = session.get(OutboxRow, id, with_for_update=True)
            if row is None:
                return None
            was = State(row.state)
            if was in (State.LOOK, State.DEAD):
                # What may be there is looked up first where the platform can; a person who asks has looked already.
                row.state = State.SENDING if was is State.LOOK else State.PENDING
                row.tries, row.looks, row.by_hand, row.next_try = 0, 0, True, clock(session, now)
                row.first_try = row.first_try or row.planned_for
            return was

    def release(self, platform: str, is_dead: Callable[[str], bool], now: datetime, settle: timedelta) -> int:
        """Let go of what processes that are no more were sending there; what was under way still has to settle."""
        with self._database.write() as session:
            moment = clock(session, now)
            held = select(OutboxRow).where(col(OutboxRow.state) == State.SENDING, col(OutboxRow.lease_until) > moment)
            found = session.execute(locked(session, held, OutboxRow)).scalars()
            rows = [row for row in found if row.dest.startswith(f"{platform}:") and is_dead(row.lease_owner)]
            for row in rows:
                row.lease_until, row.next_try = moment, moment + settle
                row.fence += 1
            return len(rows)

    def quarantine(self) -> int:
        """After an old backup was put back: nothing that was under way goes by itself; returns how many posts."""
        with self._database.write() as session:
            changed = session.execute(
                update(OutboxRow)
                .where(col(OutboxRow.next_try).is_not(None), col(OutboxRow.kind).not_in(ERASING))
                .values(state=State.LOOK, reason="restored", next_try=None, lease_until=None, fence=OutboxRow.fence + 1)
            )
            return int(changed.rowcount)  # type: ignore[attr-defined]

    def letters(self, states: Sequence[State], limit: int = 500) -> list[Letter]:
        """The posts in these states, newest first."""
        query = select(OutboxRow).where(col(OutboxRow.state).in_(states)).order_by(col(OutboxRow.id).desc())
        with self._database.read() as session:
            return [
                self._letter(row, row.state == State.SENDING) for row in session.execute(query.limit(limit)).scalars()
            ]

    def letter(self, id: int) -> Letter | None:
        """The post of that number."""
        with self._database.read() as session:
            row = session.get(OutboxRow, id)
            return self._letter(row, row.state == State.SENDING) if row else None

    def counts(self) -> dict[State, int]:
        """How many posts there are in each state."""
        query = select(OutboxRow.state, func.count()).group_by(OutboxRow.state)  # type: ignore[call-overload]
        with self._database.read() as session:
            return {State(state): count for state, count in session.execute(query)}

    def oldest(self, now: datetime) -> datetime | None:
        """Since when the post that is due longest waits to be placed."""
        with self._database.read() as session:
            due = col(OutboxRow.next_try) <= clock(session, now)
            found: datetime | None = session.execute(select(func.min(OutboxRow.planned_for)).where(due)).scalar_one()
            return found

    def _end(self, letter: Letter, state: State, reason: str, now: datetime) -> None:
        with self._database.write() as session:
            row = _row(session, letter.id)
            if row.fence == letter.fence:
                self._stop(session, row, state, clock(session, now), reason)

    def _again(self, session: Session, row: OutboxRow, moment: datetime, wait: timedelta) -> None:
        if row.tries >= self.policy.most_tries:
            self._stop(session, row, State.DEAD, moment, row.reason)
        else:
            row.state, row.next_try, row.lease_until = State.PENDING, moment + wait, None

    def _stop(self, session: Session, row: OutboxRow, state: State, moment: datetime, reason: str = "") -> None:
        finish(row, state, reason or row.reason)
        if state in (State.LOOK, State.DEAD):
            insert_new(session, OutboxRow, list(alarms(row, self._coordinators, moment)))

    def _letter(self, row: OutboxRow, unsure: bool) -> Letter:
        return Letter(
            id=row.id or 0,
            key=row.key,
            marker=row.marker,
            kind=row.kind,
            ref=row.ref,
            dest=row.dest,
            text=self._vault.unlock(row.text),
            planned_for=row.planned_for,
            first_try=row.first_try or row.planned_for,
            fence=row.fence,
            tries=row.tries,
            state=State(row.state),
            reason=row.reason,
            unsure=unsure,
            by_hand=row.by_hand,
            next_try=row.next_try,
            platform_id=row.platform_id,
            address=Address(row.dest, row.thread, row.edits, row.private_to),
        )


def _away(platform: str) -> str:
    """The lane in which things are taken away from a platform."""
    return f"{platform}:away"


def _arrived(row: OutboxRow, platform_id: str) -> None:
    if row.kind in ERASING:  # it was to be taken back while it was under way: now we know what
        row.platform_id = platform_id
        return
    # What was said stands in the room now; keeping it here too would be a second file of it.
    finish(row, State.SENT)
    row.platform_id, row.text = platform_id, ""


def _row(session: Session, id: int) -> OutboxRow:
    row = session.get(OutboxRow, id, with_for_update=True)
    if row is None:
        raise KeyError(f"no post {id} in the outbox")
    return row


@cache
def _next(erases: bool) -> Select[Any]:
    """The post that has waited longest, of the destinations that are open; within one destination the order is kept.

    `erases`: of what takes away, which nothing waits for. Built once; blanks: platform, everywhere (the lane of the
    whole platform), away (the lane for taking away), now, only (a destination, or empty).
    """
    lane, now = aliased(LaneRow), bindparam("now", type_=UTCDateTime())
    own = bindparam("away") if erases else col(OutboxRow.dest)
    closed = exists().where(
        or_(col(lane.name) == own, col(lane.name) == bindparam("everywhere")), col(lane.open_at) > now
    )
    kind = col(OutboxRow.kind).in_(ERASING) if erases else col(OutboxRow.kind).not_in(ERASING)
    due = [col(OutboxRow.platform) == bindparam("platform"), col(OutboxRow.next_try) <= now, kind, ~closed]
    wanted = or_(bindparam("only") == "", col(OutboxRow.dest) == bindparam("only"))
    order = (col(OutboxRow.next_try), col(OutboxRow.id))
    return select(OutboxRow).where(*due, *([] if erases else [~_has_earlier()]), wanted).order_by(*order).limit(1)


def _has_earlier() -> Exists:
    """Whether something earlier for the same destination is still to be placed."""
    earlier = aliased(OutboxRow)
    same = (col(earlier.dest) == col(OutboxRow.dest), col(earlier.id) < col(OutboxRow.id))
    return exists().where(*same, col(earlier.next_try).is_not(None), col(earlier.kind).not_in(ERASING))
