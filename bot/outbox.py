"""The sender: takes posts from the outbox one by one, through the fence, to a platform, and writes down the outcome."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from bot import crash
from bot.bell import Bell
from bot.counting import Counts
from bot.delivery import Absent, Delivery, Outcome, Post, Refused, Rejected, Sent, Unknown
from bot.messages import Reply
from bot.storage.letters import SWEEP, Letter
from bot.storage.outbox_store import Outbox
from bot.storage.parcels import names_in

Compose = Callable[[Letter], Reply | None]
"""The words of a post at the moment it goes; None when it is no longer needed."""

_log = logging.getLogger(__name__)
_AFTER_FAILURE = 5.0  # seconds
_TO_FINISH = 6.0  # seconds
_IDLE = 0.5  # seconds between looks at an empty outbox


class Sender:
    """Sends the posts of one platform, or `only` those to one destination. Any number may run, each with a name."""

    def __init__(
        self,
        outbox: Outbox,
        delivery: Delivery,
        compose: Compose,
        owner: str,
        now: Callable[[], datetime],
        only: str = "",
        bell: Bell | None = None,
        counts: Counts | None = None,
        may: Callable[[], bool] = lambda: True,
    ) -> None:
        self._outbox, self._delivery, self._compose = outbox, delivery, compose
        self._owner, self._now, self._only, self._may = owner, now, only, may
        self._bell, self._counts = bell or Bell(), counts or Counts()

    async def run(self, idle: float = _IDLE) -> None:
        """Send until cancelled; the bell wakes it. A failure of one round waits and does not end the loop."""
        while True:
            try:
                worked = await self.run_once()
            except Exception as error:
                # The row stays held and comes back when its lease has ended. No traceback: it can hold what was typed.
                _log.error("sending on %s failed: %s", self._delivery.platform, type(error).__name__)
                await asyncio.sleep(_AFTER_FAILURE)
                continue
            if not worked:
                await self._bell.wait(idle)

    async def run_once(self) -> bool:
        """Deal with one post; False when none was due, or when it is another process that may send."""
        if not self._may():
            return False
        settle = self._delivery.recall.settle
        # What waits for the disk waits in a thread: the event loop has acknowledgements to give.
        letter = await asyncio.to_thread(
            self._outbox.claim, self._delivery.platform, self._owner, self._now(), settle, self._only
        )
        if letter is None:
            return False
        crash.point("claimed")
        await _finished(self._way(letter))
        crash.point("done")
        return True

    def _way(self, letter: Letter) -> Coroutine[Any, Any, None]:
        if letter.erases:
            return self._erase(letter)
        return self._find_out(letter) if letter.unsure else self._send(letter)

    async def _erase(self, letter: Letter) -> None:
        """Take away what was placed; done twice it does no harm, so what is not known is tried again."""
        post = self._post(letter, None)
        if not await asyncio.to_thread(self._outbox.holds, letter, self._now()):
            return
        outcome = await (self._delivery.sweep(post) if letter.kind == SWEEP else self._delivery.take_back(post))
        crash.point("answered")
        match outcome:
            case Sent():
                await asyncio.to_thread(self._outbox.erased, letter)
            case Unknown():
                await asyncio.to_thread(self._outbox.refused, letter, outcome.reason, self._now())
            case _:
                await asyncio.to_thread(self._mark, letter, outcome)

    async def _send(self, letter: Letter) -> None:
        try:
            reply = await asyncio.to_thread(self._compose, letter)
        except Exception as error:
            _log.error("post %d cannot be composed: %s", letter.id, type(error).__name__)
            await asyncio.to_thread(self._outbox.refused, letter, "compose", self._now())
            return
        if reply is None:
            await asyncio.to_thread(self._outbox.cancelled, letter, self._now())
            return
        if letter.kind == "reminder":  # its words are known only now
            names = names_in(reply, self._delivery.platform)
            await asyncio.to_thread(self._outbox.about, letter, names)
        post = self._post(letter, reply)
        crash.point("composed")
        # The fence: between this look and the request there is nothing but the request.
        if await asyncio.to_thread(self._outbox.holds, letter, self._now()) and self._may():
            outcome = await self._delivery.send(post)
            crash.point("answered")
            await asyncio.to_thread(self._mark, letter, outcome)

    async def _find_out(self, letter: Letter) -> None:
        """Settle a post of which an earlier try may have arrived."""
        recall, now = self._delivery.recall, self._now()
        if now + self._outbox.policy.margin < letter.first_try + recall.repeat_within:
            await self._send(letter)
        elif recall.look_up:
            await self._look_up(letter)
        elif letter.by_hand:
            await self._send(letter)
        else:
            await asyncio.to_thread(self._outbox.puzzling, letter, "look", now)

    async def _look_up(self, letter: Letter) -> None:
        found = await self._delivery.look_up(self._post(letter, await self._words(letter)))
        crash.point("looked_up")
        await asyncio.to_thread(self._note, letter, found)

    async def _words(self, letter: Letter) -> Reply | None:
        """What an answer said: a file of it that did not arrive is placed after all. Reminders bring no files."""
        try:
            return await asyncio.to_thread(self._compose, letter) if letter.kind == "reply" else None
        except Exception as error:
            _log.error("post %d cannot be composed: %s", letter.id, type(error).__name__)
            return None

    def _note(self, letter: Letter, found: Sent | Absent | Unknown) -> None:
        self._count(letter, found)
        match found:
            case Sent():
                self._outbox.sent(letter, found.id)
            case Absent():
                self._outbox.absent(letter, self._now())
            case Unknown():
                self._outbox.not_found_out(letter, found.reason, self._now(), found.retry_after)

    def _mark(self, letter: Letter, outcome: Outcome) -> None:
        now = self._now()
        self._count(letter, outcome)
        match outcome:
            case Sent():
                self._outbox.sent(letter, outcome.id)
            case Refused():
                self._outbox.refused(letter, outcome.reason, now, outcome.retry_after, outcome.everywhere)
            case Rejected(moot=True):
                self._outbox.cancelled(letter, now)
            case Rejected():
                self._outbox.rejected(letter, "gone" if outcome.gone else outcome.reason, now)
            case Unknown():
                self._outbox.unknown(letter, outcome.reason, now, self._delivery.recall.settle)

    def _count(self, letter: Letter, outcome: Outcome | Absent) -> None:
        platform = self._delivery.platform
        self._counts.add("posts", platform, letter.kind, type(outcome).__name__.lower())
        if letter.kind == "reminder" and isinstance(outcome, Sent) and is_late(letter, self._now()):
            self._counts.add("reminders_late", platform)

    def _post(self, letter: Letter, reply: Reply | None) -> Post:
        place = letter.address
        return Post(
            letter.marker, letter.id, letter.dest, reply or Reply(""), letter.first_try,
            thread=place.thread, edits=place.edits, private_to=place.private_to, placed=letter.platform_id,
            unasked=letter.kind != "reply", numbered=letter.kind == "reminder",
        )  # fmt: skip


async def _finished(sending: Coroutine[Any, Any, None]) -> None:
    """Wait for it, also when told to stop meanwhile: half-way a post may be there and nobody would know."""
    task = asyncio.create_task(sending)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=_TO_FINISH)
        raise


def is_late(letter: Letter, now: datetime, grace: timedelta = timedelta(minutes=5)) -> bool:
    """Whether a post goes so long after its hour that it has to say so."""
    return now - letter.planned_for > grace
